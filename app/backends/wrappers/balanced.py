"""Several replicas of one model server as one backend: the least busy first; those that fail are set aside and probed."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass

from app.backends.base import Backend, Health, Message
from app.backends.http.passthrough import supports_passthrough
from app.backends.wrappers.base import RequestRunner
from app.backends.wrappers.requests import Item, Question, Request, only, served_routes
from app.cancellation import CancelToken
from app.errors import BackendRefused, BackendUnavailable
from app.metrics import Metrics, NullMetrics

FIRST_PAUSE = 1.0  # seconds for which a failing replica is set aside; doubles each time it fails again
LONGEST_PAUSE = 30.0
NOT_FOUND = 404
HOMES = 4096  # affinities that are remembered


@dataclass
class _Replica:
    backend: Backend
    mark: str = ""  # see `replica_mark`
    in_flight: int = 0
    pause: float = 0.0
    aside: bool = False
    due: float = 0.0  # when a replica that is set aside is probed
    probed: bool = False  # whether a probe is running


class Balanced(RequestRunner):
    """One backend made of *replicas*, by the gateway's count of calls in flight: what servers say of their load is seconds old.

    A call goes to the least busy replica, round robin among equals, and calls of one affinity to the same one as long as it is
    up. A replica that cannot be reached, breaks off or says 5xx is set aside, and its call goes to the next one at once, unless
    a piece of the answer is out already. A replica that is set aside is probed after a pause, which grows, and
    comes back when it answers. Each replica is tried once in a call, those set aside last; then the last cause rises."""

    def __init__(
        self,
        name: str,
        replicas: Sequence[Backend],
        clock: Callable[[], float] = time.monotonic,
        metrics: Metrics | None = None,
        marks: Sequence[str] = (),
    ) -> None:
        self._metrics = metrics or NullMetrics()
        self._name = name
        known = (*marks, *("" for _ in replicas[len(marks) :]))
        self._replicas = tuple(_Replica(backend, mark) for backend, mark in zip(replicas, known, strict=True))
        self._clock = clock
        self._lock = threading.Lock()
        self._turn = 0
        self._homes: OrderedDict[str, _Replica] = OrderedDict()

    @property
    def name(self) -> str:
        return self._name

    @property
    def supports_passthrough(self) -> bool:
        """Whether the replicas pass requests through."""
        return all(supports_passthrough(replica.backend) for replica in self._replicas)

    def served_routes(self) -> frozenset[str] | None:
        """What the first replica says that says anything: they are replicas of one server."""
        return next((found for each in self._replicas if (found := served_routes(each.backend)) is not None), None)

    def tokenize(self, model: str, texts: Sequence[str]) -> list[int]:
        return only(self.run(Question(lambda backend: backend.tokenize(model, texts)), CancelToken()))

    def measure(self, model: str, messages: Sequence[Message]) -> int:
        return only(self.run(Question(lambda backend: backend.measure(model, messages)), CancelToken()))

    def probe(self) -> Health:
        """Up as long as one replica is; says how many are, and what is wrong with the others."""
        with ThreadPoolExecutor(len(self._replicas)) as threads:
            states = list(threads.map(lambda replica: replica.backend.probe(), self._replicas))
        well = [state for state in states if state.ok]
        ill = [state.detail for state in states if not state.ok]
        detail = "; ".join([f"{len(well)} of {len(states)} replicas are well", *ill, *(state.detail for state in well[:1])])
        return Health(ok=bool(well), detail=detail, models=_common(well))

    def run(self, request: Request[Item], cancel: CancelToken) -> Generator[Item, None, None]:
        cause: BackendUnavailable | None = None
        for replica in self._in_order(request.affinity, request.replica):
            if cause:
                self._metrics.failed_over(self._name, type(cause).__name__)
            begun = False
            try:
                with self._busy(replica), closing(request.open(replica.backend, cancel)) as items:
                    for item in items:
                        begun = True
                        yield item
                return
            except BackendUnavailable as exc:
                if begun:
                    raise
                cause = exc
        if request.replica and cause is None:
            raise BackendRefused(f"{self._name}: the replica that made this is there no longer", status=NOT_FOUND)
        raise cause or BackendUnavailable(f"{self._name}: has no replicas")

    def _in_order(self, affinity: str | None, mark: str = "") -> Iterator[_Replica]:
        """Every replica once, or the one of that *mark*, each chosen when its turn comes."""
        left = [replica for replica in self._replicas if mark in ("", replica.mark)]
        while left:
            chosen = self._choose(left, affinity)
            left.remove(chosen)
            yield chosen

    def _choose(self, left: Sequence[_Replica], affinity: str | None) -> _Replica:
        with self._lock:
            self._look_after()
            home = self._homes.get(affinity) if affinity else None
            if home is not None and not home.aside and home in left:
                chosen = home
            else:
                chosen = min(left, key=self._preference)
                self._turn = self._replicas.index(chosen) + 1
            if affinity:
                self._homes[affinity] = chosen
                self._homes.move_to_end(affinity)
                if len(self._homes) > HOMES:
                    self._homes.popitem(last=False)
            return chosen

    def _preference(self, replica: _Replica) -> tuple[bool, float, int, int]:
        """The smallest is the best: up, the next to be probed, the least busy, the next in turn."""
        turn = (self._replicas.index(replica) - self._turn) % len(self._replicas)
        return (replica.aside, replica.due if replica.aside else 0.0, replica.in_flight, turn)

    @contextmanager
    def _busy(self, replica: _Replica) -> Iterator[None]:
        """Counts a call, and learns from how it ends."""
        with self._lock:
            replica.in_flight += 1
        try:
            yield
        except BackendUnavailable as exc:
            if exc.status is None or exc.status >= 500:
                self._set_aside(replica, exc.retry_after or 0.0)
            raise
        else:
            with self._lock:
                replica.aside, replica.pause = False, 0.0
        finally:
            with self._lock:
                replica.in_flight -= 1

    def _set_aside(self, replica: _Replica, requested: float = 0.0) -> None:
        with self._lock:
            if replica.aside and self._clock() < replica.due:  # one of several calls that failed together
                return
            replica.pause = min(LONGEST_PAUSE, max(FIRST_PAUSE, 2 * replica.pause))
            replica.aside, replica.due = True, self._clock() + max(replica.pause, min(requested, LONGEST_PAUSE))

    def _look_after(self) -> None:
        """Begins to probe the replicas whose pause is over."""
        for replica in self._replicas:
            if replica.aside and not replica.probed and self._clock() >= replica.due:
                replica.probed = True
                threading.Thread(target=self._probe, args=(replica,), name=f"probe-{self._name}", daemon=True).start()

    def _probe(self, replica: _Replica) -> None:
        well = False
        try:
            well = replica.backend.probe().ok
        finally:
            if not well:
                self._set_aside(replica)
            with self._lock:
                replica.probed = False
                replica.aside = replica.aside and not well


def _common(states: Sequence[Health]) -> dict[str, int]:
    """The models of all replicas, each with the shortest context that a replica gives it."""
    found: dict[str, int] = {}
    for state in states:
        for model, context in state.models.items():
            found[model] = min(filter(None, (found.get(model, 0), context)), default=0)
    return found
