"""The indexer: makes jobs searchable that an earlier release accepted, and renews what it indexed in another way."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

import sqlalchemy as sa

from app.jobs import index
from app.jobs.index import Row
from app.jobs.job import Status
from app.jobs.listing import find, order_of
from app.jobs.store import Jobs
from app.periodic import Periodic
from app.storage.tables import jobs, meetings

AT_ONCE = 20  # jobs of one look, each in a transaction of its own
ROWS = 500  # passages of one transaction: others wait for it
REST = 3.0  # times as long as a job was renewed, nothing is renewed
LOOK_SECONDS = 30.0
MARGIN = timedelta(hours=1)  # by which the clocks of machines may differ

log = logging.getLogger(__name__)


class Indexer:
    """Indexes jobs of *kinds*, the newest first; then renews what an earlier release indexed. A worker that ends in between
    goes on where it was."""

    def __init__(self, store: Jobs, kinds: Sequence[str], *, look_seconds: float = LOOK_SECONDS) -> None:
        self._database = store.database
        self._kinds = tuple(kinds)
        self._since: datetime | None = None  # all jobs before are indexed
        self._over = threading.Event()
        self._ticking = Periodic("indexer", look_seconds, self.tick)

    def start(self) -> None:
        self._over.clear()
        self._ticking.start()

    def stop(self) -> None:
        self._over.set()
        self._ticking.stop()

    def tick(self) -> None:
        self.index()
        self.renew()

    def index(self) -> int:
        """Indexes what is not indexed yet, and returns the number of jobs. Raises StoreError."""
        began, done = datetime.now(UTC), 0
        while not self._over.is_set() and (ids := self._some()):
            done += sum(self._database.write(partial(_index, job_id=job_id)) for job_id in ids)
        if not self._over.is_set():
            self._since = began - MARGIN  # a later look need not read all jobs again
        if done:
            log.info("%d older jobs can be searched now", done)
        return done

    def renew(self) -> int:
        """Renews what is outdated, with pauses, and returns the number of meetings. Raises StoreError."""
        done = 0
        while not self._over.is_set() and (ids := self._outdated()):
            for job_id in ids:
                began = time.monotonic()
                self._renew(job_id)
                done += 1
                if self._over.wait(REST * (time.monotonic() - began)):
                    break
        if done:
            log.info("%d older meetings are indexed as this release does it", done)
        return done

    def _some(self) -> Sequence[str]:
        with self._database.reading() as connection:
            return index.unknown_jobs(connection, self._kinds, AT_ONCE, self._since)

    def _outdated(self) -> Sequence[str]:
        with self._database.reading() as connection:
            asked = sa.select(meetings.c.job_id).where(index.is_outdated()).limit(AT_ONCE)
            return connection.execute(asked).scalars().all()

    def _renew(self, job_id: str) -> None:
        for part in (index.TRANSCRIPT, index.MINUTES):
            after = -1
            while rows := self._portion(job_id, part, after):
                self._database.write(partial(index.renew_words, job_id=job_id, rows=rows))
                after = rows[-1]["id"]
        self._database.write(partial(index.mark_renewed, job_id=job_id))

    def _portion(self, job_id: str, part: str, after: int) -> Sequence[Row]:
        with self._database.reading() as connection:
            return index.portion(connection, job_id, part, after, ROWS)


def _index(connection: sa.Connection, job_id: str) -> int:
    # first, to lock the row: what is added to the job while its turns are read would never be indexed
    if not connection.execute(sa.update(jobs).where(jobs.c.id == job_id).values(version=jobs.c.version)).rowcount:
        return 0  # it was deleted meanwhile
    job = find(connection, job_id)
    order = order_of(connection, job_id)
    new = index.add_meeting(connection, job_id, order, job.created, index.turn_rows(job_id, order))
    if new and job.status is Status.COMPLETE:
        index.replace_result(connection, job_id, job.result or "", job.coverage, by_id=True)
    return 1
