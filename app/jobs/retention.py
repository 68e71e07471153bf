"""Retention: deletes jobs that ended long ago, and the oldest ended ones sooner if the database grows too large.

A job's order, calls, callbacks and DBOS rows go with it, and its text unless another job has the same text."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.jobs.contents import drop_unused
from app.jobs.job import OPEN, workflow_id
from app.jobs.stats import compact
from app.jobs.store import Jobs
from app.periodic import Periodic
from app.storage.clock import DatabaseClock
from app.storage.database import mapped_errors, sqlite_file
from app.storage.tables import calls, contents, jobs, orders, passages

AT_ONCE = 100  # jobs deleted in one transaction: others wait for it
SETTLING = 10.0  # seconds; the engine may still be noting the end of a job that ended just now
FROM, TO = 0.75, 0.65  # of the largest size: deleted from here, down to there
PAGES = 256  # given back to the disk at a time
LOOK_SECONDS = 2.0
LOOK_SECONDS_AT_A_SERVER = 60.0  # its size is counted row by row

_ENDED = jobs.c.status.not_in([status.value for status in OPEN])

log = logging.getLogger(__name__)


class Sweeper:
    """Deletes jobs *keep_seconds* after their end, and the oldest ended ones where there are more than *most_bytes*; 0: never.

    A job that has not ended is never deleted."""

    def __init__(
        self,
        store: Jobs,
        *,
        keep_seconds: float,
        most_bytes: int,
        settling: float = SETTLING,
        look_seconds: float = 0.0,
        clock: DatabaseClock | None = None,
    ) -> None:
        self._store = store
        self._database = store.database
        self._keep = timedelta(seconds=keep_seconds)
        self._most = most_bytes
        self._clock = clock or DatabaseClock(store.database, keep_seconds)
        self._on_file = sqlite_file(self._database.url) is not None
        self._settling = timedelta(seconds=settling)
        seconds = LOOK_SECONDS if self._on_file else LOOK_SECONDS_AT_A_SERVER
        self._ticking = Periodic("sweeper", look_seconds or seconds, self.sweep)

    def start(self) -> None:
        self._ticking.start()

    def stop(self) -> None:
        self._ticking.stop()

    def sweep(self) -> int:
        """Deletes what is due, and returns the number of jobs. Raises StoreError.

        Deletes nothing by age on the first look at the clock, nor for a while after the clock was changed."""
        now = self._clock.look()
        gone = (self._outdated(now) if now else 0) + self._too_many()
        if gone:
            log.info("%d jobs that had ended are deleted", gone)
            self._give_back()
        compact(self._database)
        return gone

    def _outdated(self, now: datetime) -> int:
        gone = 0
        while self._keep and (ids := self._oldest(now - self._keep)):
            gone += delete(self._store, ids)
        return gone

    def _too_many(self) -> int:
        if not self._most or self._size() < FROM * self._most:
            return 0
        gone = 0
        while self._size() > TO * self._most:
            ids = self._oldest(datetime.now(UTC) - self._settling)
            if not ids:
                log.warning("the database is %d MB large, and no job in it has ended", self._size() // 2**20)
                break
            gone += delete(self._store, ids)
        return gone

    def _oldest(self, before: datetime) -> Sequence[str]:
        asked = sa.select(jobs.c.id).where(_ENDED, jobs.c.finished < before).order_by(jobs.c.finished).limit(AT_ONCE)
        with self._database.reading() as connection:
            return connection.execute(asked).scalars().all()

    def _size(self) -> int:
        """Bytes in use."""
        with self._database.reading() as connection:
            if not self._on_file:
                from app.storage.postgres import allow_long  # its driver is not needed for a file

                allow_long(connection)
                return _live_bytes(connection)
            pages, free, page = (
                connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                for name in ("page_count", "freelist_count", "page_size")
            )
            return int((pages - free) * page)

    def _give_back(self) -> None:
        """Frees a few pages at a time, so that nobody waits long. A database server does this by itself."""
        while self._on_file:
            with mapped_errors(self._database.url), self._database.engine.connect() as connection:
                before = connection.exec_driver_sql("PRAGMA freelist_count").scalar_one()
                with closing(connection.connection.cursor()) as cursor:
                    cursor.execute(f"PRAGMA incremental_vacuum({PAGES})")
                    cursor.fetchall()  # a page for each row, of which there is nothing to see
                if connection.exec_driver_sql("PRAGMA freelist_count").scalar_one() in (0, before):
                    return


def delete(store: Jobs, ids: Sequence[str]) -> int:
    """Deletes those of *ids* that have ended, and returns their number. Raises StoreError.

    Deletes the DBOS rows first: if it is interrupted, our rows still say what is left to do."""
    asked = sa.select(jobs.c.id, jobs.c.run_number.label("run_number")).where(jobs.c.id.in_(ids), _ENDED)
    with store.database.reading() as connection:
        rounds = connection.execute(asked).all()
    store.queue.forget([workflow_id(row.id, number) for row in rounds for number in range(row.run_number + 1)])
    return store.database.write(lambda connection: _delete_ours(connection, ids))


def _delete_ours(connection: sa.Connection, ids: Iterable[str]) -> int:
    """Deletes those of *ids* that are still ended, with everything that belongs to them alone."""
    ended = sa.select(jobs.c.id).where(jobs.c.id.in_(list(ids)), _ENDED).with_for_update()
    doomed = connection.execute(ended).scalars().all()
    texts = connection.execute(sa.select(orders.c.sha256).where(orders.c.job_id.in_(doomed))).scalars().all()
    connection.execute(sa.delete(jobs).where(jobs.c.id.in_(doomed)))
    drop_unused(connection, set(texts))
    return len(doomed)


def _live_bytes(connection: sa.Connection) -> int:
    """The size of the rows in a database server, whose files do not shrink when rows are deleted."""
    total = 0
    for table in (contents, jobs, orders, calls, passages):
        row: sa.ColumnElement[Any] = sa.literal_column(f"{table.name}.*")
        total += connection.scalar(sa.select(sa.func.sum(sa.func.pg_column_size(row))).select_from(table)) or 0
    return total
