"""Updates of watched jobs: one query for all of them, however many watch."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Protocol

from app.jobs import Job
from app.periodic import Periodic

PAUSE = 0.05  # seconds between two queries: watchers see a change within this and the time of one query
RETRY_SECONDS = 2.0  # seconds between two queries while the database is away


class EventLike(Protocol):
    """A `threading.Event`, or a library's equivalent."""

    def set(self) -> None: ...
    def clear(self) -> None: ...
    def wait(self, timeout: float | None = None) -> bool: ...


class Feed:
    """Publishes updates to watchers. Its one thread starts with the first watcher and ends with the last.

    *look* gives those of some jobs (by id, with the version seen last) that have changed since. *closing* says that this
    process is about to end; every watch is over then."""

    def __init__(
        self,
        look: Callable[[Mapping[str, int]], Sequence[Job]],
        *,
        pause: float = PAUSE,
        patience: float = RETRY_SECONDS,
        closing: Callable[[], bool] = lambda: False,
    ) -> None:
        self._look = look
        self._closing = closing
        self._lock = threading.Lock()
        self._periodic = Periodic("feed", pause, self._tick, needed=lambda: bool(self._watches), retry_seconds=patience)
        self._watches: set[JobSubscription] = set()
        self._watching: defaultdict[str, set[JobSubscription]] = defaultdict(set)
        self._seen: dict[str, int] = {}
        self._newest: dict[str, Job] = {}

    def subscribe(self, *seen: Job, bell: EventLike | None = None) -> JobSubscription:
        """What becomes of some jobs after they were as in *seen*. *bell* is set whenever there is news, and may be set or
        cleared by others. Only news inside `with` is heard."""
        return JobSubscription(self, seen, bell or threading.Event())

    @property
    def watchers(self) -> int:
        return len(self._watches)

    def _enter(self, watch: JobSubscription) -> None:
        with self._lock:
            self._watches.add(watch)
        self._periodic.start()
        self._periodic.wake()

    def _leave(self, watch: JobSubscription) -> None:
        with self._lock:
            self._watches.discard(watch)
            for job_id in [job_id for job_id, watching in self._watching.items() if watch in watching]:
                self._forget(job_id, watch)
            if not self._watches:
                self._periodic.wake()

    def _follow(self, watch: JobSubscription, job: Job) -> None:
        with self._lock:
            self._watching[job.id].add(watch)
            newest = self._newest.get(job.id)
            if newest is not None:
                watch.put(newest)
            else:
                self._seen.setdefault(job.id, -1)
                self._periodic.wake()

    def _unfollow(self, watch: JobSubscription, job_id: str) -> None:
        with self._lock:
            self._forget(job_id, watch)

    def _forget(self, job_id: str, watch: JobSubscription) -> None:
        watching = self._watching[job_id]
        watching.discard(watch)
        if not watching:
            del self._watching[job_id]
            self._seen.pop(job_id, None)
            self._newest.pop(job_id, None)

    def _tick(self) -> None:
        """Publishes updates; none while the database is away: watchers wait until it is back."""
        with self._lock:
            seen = dict(self._seen)
        try:
            if seen:
                self._tell(self._look(seen))
        finally:
            if self._closing():
                self._end()

    def _tell(self, news: Sequence[Job]) -> None:
        with self._lock:
            for job in news:
                if job.id in self._watching:
                    self._seen[job.id], self._newest[job.id] = job.version, job
                for watch in self._watching.get(job.id, ()):
                    watch.put(job)

    def _end(self) -> None:
        with self._lock:
            for watch in self._watches:
                watch.end()


class JobSubscription:
    """What one watcher has not read yet: only the newest state of each job, so that a slow watcher costs no memory."""

    def __init__(self, feed: Feed, seen: Sequence[Job], bell: EventLike) -> None:
        self._feed = feed
        self._bell = bell
        self._lock = threading.Lock()
        self._seen = {job.id: job.version for job in seen}
        self._begin_with = seen
        self._news: dict[str, Job] = {}
        self.over = False

    def __enter__(self) -> JobSubscription:
        self._feed._enter(self)
        for job in self._begin_with:
            self._feed._follow(self, job)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._feed._leave(self)

    def add(self, job: Job) -> None:
        """Watches one more job, from that state on."""
        with self._lock:
            self._seen[job.id] = job.version
        self._feed._follow(self, job)

    def drop(self, job_id: str) -> None:
        """Stops watching it."""
        self._feed._unfollow(self, job_id)
        with self._lock:
            self._seen.pop(job_id, None)
            self._news.pop(job_id, None)

    def take(self, seconds: float) -> tuple[Job, ...]:
        """The news since the last time; waits for some for so many seconds, unless the watch is over."""
        if self._bell.wait(0 if self.over else seconds):
            self._bell.clear()
        with self._lock:
            news, self._news = tuple(self._news.values()), {}
        return news

    def put(self, job: Job) -> None:
        """For the feed."""
        with self._lock:
            if job.version <= self._seen.get(job.id, job.version):
                return
            self._seen[job.id] = job.version
            self._news[job.id] = job
        self._bell.set()

    def end(self) -> None:
        """For the feed: there will be no more updates."""
        self.over = True
        self._bell.set()
