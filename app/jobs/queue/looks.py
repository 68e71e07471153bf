"""When the engine looks into a queue: only once a job waits in it.

For each look the engine builds its statements anew, which takes 2 to 4 ms and, in a SQLite file, the lock of the one writer.
Whether a job waits is one prepared statement, so it is asked more often than the engine could look."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from app.errors import StoreError
from app.jobs.queue.client import POLL_SECONDS, is_ours, question
from app.storage.database import Database

if TYPE_CHECKING:
    from dbos import DBOS

ASK_SECONDS = 0.1  # between two questions whether a job waits; one comes at once after a job has ended here
RELOAD_SECONDS = 1.0  # after which the engine is to read a queue's limit again
AWAY_SECONDS = 0.25  # before the next question while the database is away


class Looks:
    """Lets an engine look into the queues of *database* until *stopping*."""

    def __init__(self, database: Database, stopping: threading.Event, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._stopping = stopping
        self._clock = clock
        self._question = question(database)
        self._running: Callable[[str], int] = lambda _: 0
        # by queue, each of which has a thread of its own
        self._ran: dict[str, int] = {}  # the most jobs that ran at a time since the last question
        self._ask_at: dict[str, float] = {}  # when to ask even if no job has ended
        self._read: dict[str, tuple[float, Any]] = {}  # the queue as it was read last, and until when that holds

    def govern(self, engine: DBOS) -> None:
        """From now on *engine* looks when this object says so.

        Before each look the engine asks into which parts of a sharded database it is to look: one, or as well none."""
        self._running = engine._active_workflows_set.count_for_queue
        engine._sys_db.dequeue_scopes = self.scopes  # type: ignore[method-assign]
        engine._sys_db.get_queue = self._kept(engine._sys_db.get_queue)  # type: ignore[method-assign]
        # A quarter of a look was to find the newest version, for workflows that name none; all of ours name one.
        engine._sys_db._is_latest_version = lambda *_: True  # type: ignore[method-assign]

    def _kept(self, read: Callable[..., Any]) -> Callable[..., Any]:
        """*read*, whose answer to the engine holds for RELOAD_SECONDS: it reads the limits of a queue before each look, in a
        transaction of its own. A queue that is gone is read again."""

        def kept(name: str, **others: Any) -> Any:
            if others:
                return read(name, **others)
            until, queue = self._read.get(name, (0.0, None))
            if queue is None or self._clock() >= until:
                queue = read(name)
                self._read[name] = self._clock() + RELOAD_SECONDS, queue
            return queue

        return kept

    def scopes(self, queue_name: str) -> list[str | None]:
        """Returns once a job waits in *queue_name*, or nothing after RELOAD_SECONDS. Raises StoreError."""
        until = self._clock() + (RELOAD_SECONDS if is_ours(queue_name) else 0.0)
        while not self._stopping.is_set():
            if self._is_due(queue_name) and self._waits(queue_name):
                return [None]
            if self._clock() >= until:
                return []
            self._stopping.wait(POLL_SECONDS if self._running(queue_name) else ASK_SECONDS)
        time.sleep(ASK_SECONDS)  # the engine goes on asking until the jobs that run have ended
        return []

    def _is_due(self, queue: str) -> bool:
        """Whether to ask: a job has ended here since the last question, or that was a while ago."""
        running, now = self._running(queue), self._clock()
        self._ran[queue] = ran = max(running, self._ran.get(queue, 0))
        due = running < ran or now >= self._ask_at.get(queue, now)
        if due:
            self._ran[queue], self._ask_at[queue] = running, now + ASK_SECONDS
        return due

    def _waits(self, queue: str) -> bool:
        try:
            with self._database.reading() as connection:
                connection.execution_options(isolation_level="AUTOCOMMIT")  # no round trips to begin and to end a transaction
                return connection.execute(self._question, {"queue": queue}).first() is not None
        except StoreError:
            self._stopping.wait(AWAY_SECONDS)
            raise
