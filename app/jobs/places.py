"""How many calls a backend gets at a time, over all processes and machines: never more than its limit, whoever asks.

Jobs and people who wait share the places. While somebody waits, or did a moment ago, jobs leave a share of them free; when
nobody does, jobs may have all."""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from app.errors import Cancelled, StoreError
from app.jobs.latches import Latches, latches_of

POLL_SECONDS = 0.01  # how often the first of those who wait looks for a place that another process left
HOLD_SECONDS = 1.0  # so long a process may hand a place on within itself; then the others get their chance
WISH_SECONDS = 60.0  # so long after the last person's call their share stays free
RESERVED = 4  # one place of so many is kept for people, where there are two or more


class Places:
    """The places at the backends of one database. *interactive* is for people who wait; else for jobs."""

    def __init__(self, url: str, *, interactive: bool) -> None:
        self._url = url
        self._interactive = interactive
        self._lock = threading.Lock()
        self._latches: dict[int, Latches] = {}  # by process: a forked child has its own

    def gate(self, backend: str, most: int) -> Gate:
        """What lets calls to *backend* through, *most* at a time."""
        return Gate(self._own(), backend, most, interactive=self._interactive)

    def close(self) -> None:
        """Gives back what this process holds."""
        with self._lock:
            latches = self._latches.pop(os.getpid(), None)
        if latches is not None:
            latches.close()

    def _own(self) -> Latches:
        with self._lock:
            if os.getpid() not in self._latches:
                self._latches[os.getpid()] = latches_of(self._url)
            return self._latches[os.getpid()]


@dataclass(eq=False)
class _Waiting:
    place: int | None = None
    begun: float = field(default_factory=time.monotonic)


class Gate:
    """The way to one backend for the threads of this process; first come, first served."""

    def __init__(self, latches: Latches, backend: str, most: int, *, interactive: bool) -> None:
        self._latches = latches
        self._backend = backend
        self._interactive = interactive
        self._all = range(most)
        self._shared = range(most - max(1, most // RESERVED)) if most > 1 else self._all  # what jobs have beside people
        self._changed = threading.Condition()
        self._line: deque[_Waiting] = deque()
        self._since: dict[int, float] = {}  # when this process took the places that it has
        self._others_first_until = 0.0
        self._calls = 0
        self._wish_over: threading.Timer | None = None

    @contextmanager
    def hold(self, sent_away: threading.Event | None = None) -> Iterator[None]:
        """Holds a place while it is entered; waits for one. Raises Cancelled where *sent_away* is set meanwhile, StoreError."""
        with self._wished():
            place = self._take(sent_away)
            try:
                yield
            finally:
                self._leave(place)

    def nudge(self) -> None:
        """Has those who wait look whether they are sent away."""
        with self._changed:
            self._changed.notify_all()

    def _take(self, sent_away: threading.Event | None) -> int:
        me = _Waiting()
        with self._changed:
            self._line.append(me)
            try:
                while me.place is None:
                    if sent_away is not None and sent_away.is_set():
                        raise Cancelled("closed while it waited for its turn")
                    if self._line[0] is not me or not self._found(me):
                        self._changed.wait(POLL_SECONDS if self._line[0] is me else None)
                place, me.place = me.place, None
                return place
            finally:
                if me in self._line:
                    self._line.remove(me)
                if me.place is not None:  # handed over in the moment in which we were sent away
                    self._give_up(me.place)
                self._changed.notify_all()

    def _found(self, me: _Waiting) -> bool:
        if time.monotonic() < self._others_first_until:
            return False
        me.place = self._latches.take(self._backend, self._allowed())
        if me.place is not None:
            self._since[me.place] = time.monotonic()
        return me.place is not None

    def _allowed(self) -> Sequence[int]:
        """The places that a call of ours may have now; people begin with those that jobs leave them."""
        if self._interactive:
            return self._all[::-1]
        return self._shared if self._latches.wished(self._backend) else self._all

    def _leave(self, place: int) -> None:
        with self._changed:
            if self._line and self._may_hand_on(place):
                self._line.popleft().place = place
            else:
                self._others_first_until = time.monotonic() + 2 * POLL_SECONDS if self._line else 0.0
                self._give_up(place)
            self._changed.notify_all()

    def _may_hand_on(self, place: int) -> bool:
        try:
            return time.monotonic() - self._since[place] < HOLD_SECONDS and place in self._allowed()
        except StoreError:
            return False

    def _give_up(self, place: int) -> None:
        del self._since[place]
        with suppress(StoreError):  # then the connection is gone, and the place with it
            self._latches.free(self._backend, place)

    @contextmanager
    def _wished(self) -> Iterator[None]:
        """Has jobs leave the share of people free while one of their calls runs, and for a while after it."""
        if not self._interactive:
            yield
            return
        with self._changed:
            self._calls += 1
            if self._wish_over is not None:
                self._wish_over.cancel()
                self._wish_over = None
            self._latches.wish(self._backend)
        try:
            yield
        finally:
            with self._changed:
                self._calls -= 1
                if self._calls == 0:
                    self._wish_over = threading.Timer(WISH_SECONDS, self._stop_wishing)
                    self._wish_over.daemon = True
                    self._wish_over.start()

    def _stop_wishing(self) -> None:
        with self._changed, suppress(StoreError):
            if self._calls == 0:
                self._latches.unwish(self._backend)
