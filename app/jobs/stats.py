"""Statistics of the whole database for monitoring: jobs by status, and how long the oldest has waited."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import sqlalchemy as sa

from app.jobs.job import Status
from app.storage.database import Database
from app.storage.tables import IS_OPEN, conversations, job_counts, jobs, workers

MOST_ROWS = 1_000  # of counts, before they are added together: read in less than a millisecond


@dataclass(frozen=True)
class Standing:
    """The number of open jobs of a service's flavor in *status*; *oldest* is the age of the first, in seconds."""

    service: str
    flavor: str
    backend: str
    status: Status
    number: int
    oldest: float


@dataclass(frozen=True)
class JobStats:
    """The database at one moment. *workers* counts the worker processes that share a database server."""

    standings: tuple[Standing, ...] = ()
    counts: Mapping[Status, int] = field(default_factory=dict)
    conversations: int = 0
    workers: int = 0


def counts(connection: sa.Connection, holder: str | None = None) -> dict[Status, int]:
    """The number of jobs by status, of *holder* if one is given; every status is present."""
    asked = sa.select(job_counts.c.status, sa.func.sum(job_counts.c.number)).group_by(job_counts.c.status)
    if holder is not None:
        asked = asked.where(job_counts.c.holder == holder)
    found = {row[0]: int(row[1]) for row in connection.execute(asked)}
    return {status: found.get(status.value, 0) for status in Status}


def compact(database: Database) -> None:
    """Adds rows of counts together if there are many. Raises StoreError."""
    with database.reading() as connection:
        number = connection.scalar(sa.select(sa.func.count()).select_from(job_counts)) or 0
    if number > MOST_ROWS:
        database.write(_add_together)


def _add_together(connection: sa.Connection) -> None:
    columns = (job_counts.c.status, job_counts.c.holder, job_counts.c.number)
    sums: Counter[tuple[str, str | None]] = Counter()
    for status, holder, number in connection.execute(sa.delete(job_counts).returning(*columns)):
        sums[status, holder] += number
    rows = [{"status": status, "holder": holder, "number": number} for (status, holder), number in sums.items() if number]
    if rows:
        connection.execute(sa.insert(job_counts), rows)


def stats(database: Database) -> JobStats:
    """Raises StoreError. Reads open jobs and kept counts, so that its cost does not grow with what is kept."""
    now = datetime.now(UTC).timestamp()
    by = (jobs.c.service, jobs.c.flavor, jobs.c.backend, jobs.c.status)
    standing = sa.select(*by, sa.func.count().label("number"), sa.func.min(jobs.c.created).label("first")).group_by(*by)
    with database.reading() as connection:
        standings = tuple(
            Standing(
                row.service, row.flavor, row.backend, Status(row.status), row.number, max(0.0, now - row.first.timestamp())
            )
            for row in connection.execute(standing.where(IS_OPEN))
        )
        return JobStats(
            standings=standings,
            counts=counts(connection),
            conversations=connection.scalar(sa.select(sa.func.count()).select_from(conversations)) or 0,
            workers=connection.scalar(sa.select(sa.func.count()).select_from(workers)) or 0,
        )
