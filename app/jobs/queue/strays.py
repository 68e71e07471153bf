"""Jobs that the engine has taken from the queue without hearing of it: the answer of the database was lost in an outage.

To the engine such a job runs here, so it would wait until this worker ends."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection

from app.jobs.queue.turns import put_back
from app.jobs.store import Jobs
from app.periodic import Periodic

LOOK_SECONDS = 2.0
LOOKS = 2  # that must both find a job: between them one that is only about to begin has begun

log = logging.getLogger(__name__)


class Strays:
    """Puts such jobs back into the line after each outage of the database. *at_work* gives the turns that run in this process,
    whose name as a worker is *worker*."""

    def __init__(
        self, jobs: Jobs, worker: str, at_work: Callable[[], Collection[str]], look_seconds: float = LOOK_SECONDS
    ) -> None:
        self._jobs = jobs
        self._worker = worker
        self._at_work = at_work
        self._lock = threading.Lock()
        self._begun = False
        self._left = 0  # looks that are still to come
        self._suspects: frozenset[str] = frozenset()
        self._periodic = Periodic("strays", look_seconds, self.look, needed=lambda: self._left > 0)

    def begin(self) -> None:
        """This process takes jobs from now on: before that, those of its name are another's, for whom it stands by."""
        self._begun = True

    def look_for(self) -> None:
        """An outage is over: looks LOOKS times, in the background."""
        if not self._begun:
            return
        with self._lock:
            self._left, self._suspects = LOOKS, frozenset()
        self._periodic.start()

    def stop(self) -> None:
        self._periodic.stop()

    def look(self) -> None:
        """Puts back what this look and the one before have found. Raises StoreError."""
        taken = self._jobs.queue.taken_by(self._worker)
        lost = taken.keys() - self._at_work()
        with self._lock:
            found, self._suspects = lost & self._suspects, frozenset(lost)
            self._left -= 1
        if found:
            backends = {turn: taken[turn] for turn in found}
            put_back(self._jobs, backends)
            shown = ", ".join(sorted(set(backends.values())))
            log.warning("%d jobs of %s were lost in the outage of the database: they are in the line again", len(found), shown)
