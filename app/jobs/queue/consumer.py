"""The worker's side of the queue: takes jobs, as many at once as each backend allows, and returns unfinished ones.

DBOS chooses the next job, enforces the limits, and returns a job whose worker died. What a job has already done is in our
own tables (`claim`), so to DBOS a job is one workflow that knows only the job's id."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from uuid import uuid4

from dbos import DBOS, DBOSConfig

from app.errors import Cancelled, StoreError, Superseded
from app.jobs.queue.client import APPLICATION, VERSION, WORKFLOW, JsonSerializer
from app.jobs.queue.looks import Looks
from app.jobs.queue.outcomes import share_transactions
from app.jobs.queue.reaper import Reaper
from app.jobs.queue.strays import Strays
from app.jobs.queue.turns import end_those_over, over, put_back
from app.jobs.store import Jobs
from app.periodic import BackgroundService
from app.storage.database import Database, mapped_errors, sqlite_file
from app.storage.locks import FileLock, beside
from app.storage.schema import prepare

LONGEST_PAUSE = 10.0  # seconds between two tries while the database is away
MOST_THREADS = (
    10_000  # a thread is started for a job that finds none idle, and the queues' limits say how many jobs run at once
)

log = logging.getLogger(__name__)


class _Parked(BaseException):
    """Leaves a workflow without an outcome, so that DBOS still takes the job for unfinished.

    Not an Exception: DBOS would record that as the job's end."""


class QueueConsumer:
    """Runs jobs in threads of this process, of which there is one per SQLite file at a time.

    *carry_out* takes a job's id; it ends the job one way or the other, or raises Superseded, Cancelled or StoreError, and
    nothing else. *limits* says how many jobs of a backend run at once; the other backends keep what `Jobs` says. What is
    *beside* it runs as long as it takes jobs."""

    def __init__(
        self,
        jobs: Jobs,
        carry_out: Callable[[str], None],
        limits: Mapping[str, int],
        *,
        beside: Sequence[BackgroundService] = (),
    ) -> None:
        self._jobs = jobs
        self._carry_out = carry_out
        self._limits = dict(limits)
        self._beside = beside
        self._stopping = threading.Event()
        self._changed = threading.Condition()
        self._running: dict[str, str] = {}  # jobs by their turns
        self._parked: dict[str, str] = {}
        self._looks = Looks(jobs.database, self._stopping)
        self._lock: FileLock | None = None
        # One worker per SQLite file finds its predecessor's jobs by its name; several workers must not share one.
        alone = sqlite_file(jobs.database.url) is not None
        self._name = "local" if alone else f"worker-{uuid4()}"
        self._reaper = None if alone else Reaper(jobs.database, self._name, self._bury)
        self._strays = Strays(jobs, self._name, self._at_work)

    @property
    def database(self) -> Database:
        """Where the jobs are."""
        return self._jobs.database

    @property
    def outage_over(self) -> Callable[[], None]:
        """To be called when an outage of the database has ended: the jobs that it took from the line are put back."""
        return self._strays.look_for

    def start(self, stop: threading.Event) -> bool:
        """Begins to take jobs, the unfinished ones of an earlier worker first. If another worker has the SQLite
        file, waits as its standby; False if *stop* came first. Raises StoreError."""
        if not self._take_over(stop):
            return False
        prepare(self._jobs.database.url)
        self._strays.begin()
        engine = DBOS(config=self._config())

        @DBOS.workflow(name=WORKFLOW, max_recovery_attempts=None)
        def carry(job_id: str) -> None:
            self._turn(job_id, str(DBOS.workflow_id))

        for backend, limit in self._limits.items():  # before the first poll, which would go by the limits of another day
            self._jobs.queue.limit(backend, limit)
        if self._reaper is not None:
            self._reaper.start()
        else:
            self._end_those_over(self._name)
        with mapped_errors(self._jobs.database.url):
            DBOS.launch()
        self._looks.govern(engine)
        share_transactions(engine, self._jobs.database)
        for each in self._beside:
            each.start()
        return True

    def stop(self, drain_seconds: float) -> bool:
        """Takes no more jobs, lets calls in flight finish for *drain_seconds*, and returns the unfinished jobs.

        False if a job is still in the middle of a call: its thread would keep the process from ending by itself."""
        self._stopping.set()
        self._jobs.hand_back()
        for each in self._beside:
            each.stop()
        self._strays.stop()
        self._wait_until_idle(drain_seconds)
        DBOS.destroy(destroy_registry=True)
        with self._changed:
            unfinished, idle = self._running | self._parked, not self._running
        self._return(unfinished)
        if self._reaper is not None:
            self._reaper.stop()
        if self._lock is not None:
            self._lock.release()
        return idle

    def _config(self) -> DBOSConfig:
        return {
            "name": APPLICATION,
            "system_database_engine": self._jobs.database.engine,
            "serializer": JsonSerializer(),
            "application_version": VERSION,
            "executor_id": self._name,
            "max_executor_threads": MOST_THREADS,
            "run_migrations": False,
            "use_listen_notify": False,  # we wait for no messages, and a listener costs a connection
            "notification_listener_polling_interval_sec": 0.5,
            "enable_otlp": False,
            "log_level": "WARNING",
        }

    def _bury(self, worker: str) -> None:
        """Returns the jobs of a dead worker to the queue; those that others have claimed since stay theirs."""
        self._end_those_over(worker)
        with mapped_errors(self._jobs.database.url):
            DBOS._recover_pending_workflows([worker])

    def _end_those_over(self, worker: str) -> None:
        """Ends the turns of *worker* that had put their job back into the line when it was killed."""
        end_those_over(self._jobs, self._jobs.queue.taken_by(worker))

    def _take_over(self, stop: threading.Event) -> bool:
        file = sqlite_file(self._jobs.database.url)
        if file is None:
            return True
        self._lock = FileLock(beside(file, "lock"))
        return self._lock.take(stop)

    def _turn(self, job_id: str, turn: str) -> None:
        """Runs one job, in a thread of DBOS."""
        with self._changed:
            self._running[turn] = job_id
            self._parked.pop(turn, None)
        try:
            self._until_it_ends(job_id)
        except Superseded:
            if self._is_over(turn):
                self._drop(turn)
            self._park(turn, job_id)
        except Cancelled:
            self._drop(turn)
        finally:
            with self._changed:
                self._running.pop(turn, None)
                self._changed.notify_all()

    def _is_over(self, turn: str) -> bool:
        """Whether the job of *turn* waits in the line for another one; False if the database cannot tell."""
        try:
            return bool(over(self._jobs, [turn]))
        except StoreError:
            return False

    def _at_work(self) -> frozenset[str]:
        """The turns that run here, or are kept for the next worker."""
        with self._changed:
            return frozenset((*self._running, *self._parked))

    def _until_it_ends(self, job_id: str) -> None:
        """An unreachable database ends no job: it is tried again until it is back or the worker stops."""
        pause, told = 1.0, ""
        while not self._stopping.is_set():
            try:
                return self._carry_out(job_id)
            except StoreError as error:
                if error.located != told:
                    log.warning("job %s waits for the database: %s", job_id, error.located)
                told = error.located
                self._stopping.wait(pause)
                pause = min(LONGEST_PAUSE, 2 * pause)
        raise Superseded(f"job {job_id} is handed back")

    def _park(self, turn: str, job_id: str) -> None:
        if self._stopping.is_set():
            with self._changed:
                self._parked[turn] = job_id
        raise _Parked(turn)

    def _drop(self, turn: str) -> None:
        """A cancelled job leaves the queue even if the process that cancelled it died before removing it; one that waits in
        the line again has another turn."""
        self._jobs.queue.drop(turn)
        raise _Parked(turn)

    def _wait_until_idle(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        with self._changed:
            self._changed.wait_for(lambda: not self._running, timeout=max(0.0, deadline - time.monotonic()))

    def _return(self, turns: Mapping[str, str]) -> None:
        """Best effort: what cannot be returned now is found when the next worker starts."""
        if not turns:
            return
        try:
            put_back(self._jobs, {turn: self._jobs.order(job_id).backend for turn, job_id in turns.items()})
        except StoreError as error:
            log.warning("%d jobs are not put back into the line yet: %s", len(turns), error.located)


def run_worker(queue: QueueConsumer, stop: threading.Event, drain_seconds: float) -> bool:
    """Works until *stop*. False if a call is still in flight, and only `os._exit` ends the process. Raises StoreError."""
    if not queue.start(stop):
        return True
    stop.wait()
    return queue.stop(drain_seconds)
