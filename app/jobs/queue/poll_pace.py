"""How often the queues are looked into: more often while their jobs are short."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable

from app.jobs.queue.client import POLL_SECONDS, SHORT_POLL_SECONDS
from app.periodic import Periodic

TICK_SECONDS = 0.5
TICKS = 4  # over which the jobs that ended are counted
SHORT_SHARE = 0.25  # of the jobs that run at once: if so many end within TICKS, a job takes less than 8 s
HURRY_SECONDS = 10.0  # after the last short job; the engine needs 2 s until it looks as often as it may


class PollPace:
    """Has the queue of a backend looked into more often once jobs are so short that slots would be idle between two looks.

    *at_once* is how many jobs run at once, *backends_of* names the backends of jobs, and *look_every* sets the seconds for the
    queue of one. Whoever ends a job says so by `ended`."""

    def __init__(
        self,
        at_once: int,
        backends_of: Callable[[Collection[str]], Iterable[str]],
        look_every: Callable[[str, float], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._least = SHORT_SHARE * at_once
        self._backends_of = backends_of
        self._look_every = look_every
        self._clock = clock
        self._lock = threading.Lock()
        self._ended: list[str] = []  # jobs since the last tick
        self._numbers: deque[int] = deque(maxlen=TICKS)  # of jobs that ended, by tick
        self._until: dict[str, float] = {}  # backends whose queues are looked into more often, and until when
        self._periodic = Periodic("poll-pace", TICK_SECONDS, self.tick)

    def start(self) -> None:
        self._periodic.start()

    def stop(self) -> None:
        self._periodic.stop()

    def ended(self, job_id: str) -> None:
        with self._lock:
            self._ended.append(job_id)

    def tick(self) -> None:
        """Raises StoreError."""
        with self._lock:
            ended, self._ended = self._ended, []
        self._numbers.append(len(ended))
        now = self._clock()
        if ended and sum(self._numbers) >= self._least:
            for backend in self._backends_of(ended):
                if backend not in self._until:
                    self._look_every(backend, SHORT_POLL_SECONDS)
                self._until[backend] = now + HURRY_SECONDS
        for backend in [backend for backend, until in self._until.items() if until <= now]:
            self._look_every(backend, POLL_SECONDS)
            del self._until[backend]
