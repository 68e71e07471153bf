"""Workers of one database server watch each other: the jobs of one that has died return to the queue.

Each increments a counter of its own. Clocks are not compared, and a worker that was itself frozen starts counting anew."""

from __future__ import annotations

import logging
from collections.abc import Callable

import sqlalchemy as sa

from app.errors import StoreError
from app.periodic import Periodic
from app.storage.database import Database, insert_new
from app.storage.tables import workers

TICK_SECONDS = 2.0
TICKS_UNTIL_DEAD = 5  # my ticks for which another's counter may stand still

log = logging.getLogger(__name__)


class Reaper:
    """Increments this worker's counter, and watches the others'. *bury* returns a dead worker's jobs, by its id."""

    def __init__(
        self, database: Database, worker: str, bury: Callable[[str], None], tick_seconds: float = TICK_SECONDS
    ) -> None:
        self._database = database
        self._worker = worker
        self._bury = bury
        self._seen: dict[str, tuple[int, int]] = {}  # of each other worker: its counter, and for how many of my ticks
        self._periodic = Periodic("reaper", tick_seconds, self.tick, retry_seconds=tick_seconds)

    def start(self) -> None:
        """Makes this worker known before it takes its first job. Raises StoreError."""
        self._database.write(self._beat)
        self._periodic.start()

    def stop(self) -> None:
        """Removes this worker: it has returned its jobs."""
        self._periodic.stop()
        try:
            self._forget(self._worker)
        except StoreError as error:
            log.warning("the others will take this worker for dead: %s", error.located)

    def tick(self) -> None:
        """Increments the counter, and buries workers that stood still for TICKS_UNTIL_DEAD ticks. Raises StoreError."""
        self._database.write(self._beat)
        with self._database.reading() as connection:
            asked = sa.select(workers.c.id, workers.c.beats).where(workers.c.id != self._worker)
            beats = {row.id: row.beats for row in connection.execute(asked)}
        self._seen = {worker: self._counted(worker, number) for worker, number in beats.items()}
        for worker, (_, ticks) in self._seen.items():
            if ticks >= TICKS_UNTIL_DEAD:
                log.warning("worker %s has died: its jobs are handed back", worker)
                self._bury(worker)
                self._forget(worker)

    def _counted(self, worker: str, beats: int) -> tuple[int, int]:
        before, ticks = self._seen.get(worker, (-1, 0))
        return beats, ticks + 1 if beats == before else 0

    def _beat(self, connection: sa.Connection) -> None:
        moved = sa.update(workers).where(workers.c.id == self._worker).values(beats=workers.c.beats + 1)
        if connection.execute(moved).rowcount == 0:  # the first time, or the others took us for dead
            insert_new(connection, workers, {"id": self._worker, "beats": 0})

    def _forget(self, worker: str) -> None:
        forgotten = sa.delete(workers).where(workers.c.id == worker)
        self._database.write(lambda connection: connection.execute(forgotten))
