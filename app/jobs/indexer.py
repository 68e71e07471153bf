"""The indexer: makes jobs searchable that an earlier release accepted."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial

import sqlalchemy as sa

from app.jobs import index
from app.jobs.job import Status
from app.jobs.listing import find, order_of
from app.jobs.store import Jobs
from app.periodic import Periodic
from app.storage.tables import jobs

AT_ONCE = 20  # jobs of one look, each in a transaction of its own
LOOK_SECONDS = 30.0

log = logging.getLogger(__name__)


class Indexer:
    """Indexes jobs of *kinds*, the newest first."""

    def __init__(self, store: Jobs, kinds: Sequence[str], *, look_seconds: float = LOOK_SECONDS) -> None:
        self._database = store.database
        self._kinds = tuple(kinds)
        self._ticking = Periodic("indexer", look_seconds, self.index)

    def start(self) -> None:
        self._ticking.start()

    def stop(self) -> None:
        self._ticking.stop()

    def index(self) -> int:
        """Indexes what is not indexed yet, and returns the number of jobs. Raises StoreError."""
        done = 0
        while ids := self._some():
            done += sum(self._database.write(partial(_index, job_id=job_id)) for job_id in ids)
        if done:
            log.info("%d older jobs can be searched now", done)
        return done

    def _some(self) -> Sequence[str]:
        with self._database.reading() as connection:
            return index.unknown_jobs(connection, self._kinds, AT_ONCE)


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
