"""Backend probes: run in threads beside the requests, and cached for some seconds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from app.backends.base import Health
from app.errors import GatewayError
from app.gil import release
from app.web.interfaces import Backends, Probed

KEPT = 5.0  # seconds for which a probe's answer is good
LATEST_KEPT = 30.0  # seconds for which a state is good enough to choose a flavor by
PROBE_TIMEOUT = 1.5  # seconds that a request waits for probes


@dataclass(frozen=True)
class _Seen:
    health: Health
    at: float


class Probes:
    """Probes each backend in a thread of its own, so that no request waits for a dead server. One per process.

    Threads start with the first question, which is after gunicorn's fork."""

    def __init__(self, backends: Backends, clock: Callable[[], float] = time.monotonic) -> None:
        self._backends = backends
        self._clock = clock
        self._seen: dict[str, _Seen] = {}
        self._asking: set[str] = set()
        self._first_asked: dict[str, float] = {}
        self._changed = threading.Condition()

    def states(self, *, kept: float = KEPT, patience: float = PROBE_TIMEOUT) -> dict[str, Health]:
        """The state of every backend, none asked more than *kept* seconds ago if it answers; takes at most *patience* seconds,
        after which the last known state stands."""
        names = tuple(self._backends.names())
        with self._changed:
            for name in names:
                self._ask_when_old(name, kept)
            if self._asking.intersection(names):
                release()
            self._changed.wait_for(lambda: not self._asking.intersection(names), patience)
            return {name: self._seen[name].health if name in self._seen else _SILENT for name in names}

    def away(self, states: Mapping[str, Health], used: Collection[str]) -> list[str]:
        """The backends that do not answer, by their *states*, and should: they are *used*, or somebody has configured them."""
        wanted = {*used, *self._backends.awaited()}
        return [name for name, health in states.items() if name in wanted and not health.ok and not health.absent]

    def may_serve(self, names: Iterable[str], model: str) -> list[str]:
        """Those of the backends *names* whose server could have *model*."""
        return [name for name in names if self._backends.may_serve(name, model)]

    def latest(self, names: Iterable[str], *, kept: float = LATEST_KEPT, patience: float = PROBE_TIMEOUT) -> dict[str, Health]:
        """The last known state of *names*, asked again in the background if it is older than *kept* seconds. Waits only for
        backends that have never answered, until *patience* seconds after these were first asked: for one that is silent, no
        request waits again."""
        known = set(names).intersection(self._backends.names())
        with self._changed:
            for name in known:
                self._ask_when_old(name, kept)
            now = self._clock()
            until = {name: self._first_asked[name] + patience for name in known.difference(self._seen)}
            awaited = {name for name, moment in until.items() if moment > now}
            if awaited:
                release()
                self._changed.wait_for(lambda: awaited.issubset(self._seen), max(until.values()) - now)
            return {name: self._seen[name].health if name in self._seen else _SILENT for name in known}

    def _ask_when_old(self, name: str, kept: float) -> None:
        seen = self._seen.get(name)
        fresh = seen is not None and self._clock() - seen.at < kept
        if not fresh and name not in self._asking:
            self._asking.add(name)
            self._first_asked.setdefault(name, self._clock())
            threading.Thread(target=self._ask, args=(name,), name=f"probe-{name}", daemon=True).start()

    def _ask(self, name: str) -> None:
        health = _SILENT
        try:
            health = _probed(self._backends.of, name)
        finally:
            with self._changed:
                before = self._seen.get(name)
                if before is not None and not (health.ok or health.absent):  # what it served is still the best guess
                    health = replace(health, models=before.health.models)
                self._seen[name] = _Seen(health, self._clock())
                self._asking.discard(name)
                self._changed.notify_all()


_SILENT = Health(ok=False, detail="no answer yet")


def _probed(of: Callable[[str], Probed], name: str) -> Health:
    try:
        return of(name).probe()
    except GatewayError as exc:
        return Health(ok=False, detail=str(exc))
