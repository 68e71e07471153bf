"""Statistics of the whole database for monitoring: jobs by status, and how long the oldest has waited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import sqlalchemy as sa

from app.jobs.job import OPEN, Status
from app.storage.database import Database
from app.storage.tables import conversations, jobs, workers


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
    asked = sa.select(jobs.c.status, sa.func.count()).group_by(jobs.c.status)
    if holder is not None:
        asked = asked.where(jobs.c.holder == holder)
    found = {row[0]: row[1] for row in connection.execute(asked)}
    return {status: found.get(status.value, 0) for status in Status}


def stats(database: Database) -> JobStats:
    """Raises StoreError. Reads open jobs and an index, so that its cost does not grow with what is kept."""
    now = datetime.now(UTC).timestamp()
    by = (jobs.c.service, jobs.c.flavor, jobs.c.backend, jobs.c.status)
    standing = sa.select(*by, sa.func.count().label("number"), sa.func.min(jobs.c.created).label("first")).group_by(*by)
    with database.reading() as connection:
        standings = tuple(
            Standing(
                row.service, row.flavor, row.backend, Status(row.status), row.number, max(0.0, now - row.first.timestamp())
            )
            for row in connection.execute(standing.where(jobs.c.status.in_(OPEN)))
        )
        return JobStats(
            standings=standings,
            counts=counts(connection),
            conversations=connection.scalar(sa.select(sa.func.count()).select_from(conversations)) or 0,
            workers=connection.scalar(sa.select(sa.func.count()).select_from(workers)) or 0,
        )
