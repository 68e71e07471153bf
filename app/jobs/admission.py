"""Admission: refuses an order or an addition that was accepted before, and any order while too many wait."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from app.errors import IdempotencyConflict, QueueFull
from app.jobs.job import Job, Status
from app.jobs.listing import SHOWN, job_of
from app.storage.database import insert_new
from app.storage.tables import appends, jobs

LOOKS_BACK = timedelta(minutes=10)
NO_IDEA = 60  # seconds to come back in, where nothing has ended lately
LONGEST = 3600


def accepted_before(connection: sa.Connection, key: str, fingerprint: str | None) -> Job | None:
    """The job that was accepted under *key*. Raises IdempotencyConflict if that was another request."""
    row = connection.execute(sa.select(*SHOWN, jobs.c.fingerprint).where(jobs.c.key == key)).mappings().first()
    if row is None:
        return None
    if row["fingerprint"] != fingerprint:
        raise IdempotencyConflict(key)
    return job_of({name: value for name, value in row.items() if name != "fingerprint"})


def added_before(connection: sa.Connection, job_id: str, key: str, sha256: str) -> bool:
    """Whether the text with this *sha256* was already added to the job under *key*; notes it if it was not.

    Raises IdempotencyConflict if another text was."""
    if insert_new(connection, appends, {"job_id": job_id, "key": key, "sha256": sha256}):
        return False
    noted = sa.select(appends.c.sha256).where(appends.c.job_id == job_id, appends.c.key == key)
    if connection.scalar(noted) != sha256:
        raise IdempotencyConflict(key)
    return True


def refuse_when_full(connection: sa.Connection, most: int) -> None:
    """Raises QueueFull if *most* jobs wait already; 0 means no limit."""
    if most == 0:
        return
    waiting = connection.scalar(sa.select(sa.func.count()).where(jobs.c.status == Status.QUEUED.value)) or 0
    if waiting >= most:
        raise QueueFull(waiting, _until_there_is_room(connection, waiting - most + 1))


def _until_there_is_room(connection: sa.Connection, slots: int) -> int:
    """Seconds until *slots* jobs have left the queue, at the pace of the last minutes."""
    now = datetime.now(UTC)
    lately = (jobs.c.finished > now - LOOKS_BACK, jobs.c.started.is_not(None))
    number, first = connection.execute(sa.select(sa.func.count(), sa.func.min(jobs.c.started)).where(*lately)).one()
    if not number:
        return NO_IDEA
    seconds: float = (now - max(first, now - LOOKS_BACK)).total_seconds()
    return max(1, min(LONGEST, math.ceil(seconds / int(number) * slots)))
