"""The outbox: notices of a job's end, written in the same transaction as the end itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import sqlalchemy as sa

from app.storage.database import Database
from app.storage.tables import callbacks, jobs

PAUSES = (5, 30, 120, 600, 1800, 7200, 18000, 36000, 50400)  # seconds between two tries; about 32 hours in all
MOST_WAIT = 120.0  # seconds that messages wait because another to the same host was not answered
LEASE = 60.0  # seconds for one try; a worker that dies meanwhile leaves it to the next
STEP = (
    600.0  # seconds by which the clocks of workers may differ; who is due later than that was meant to be due by another time
)
_EVER = datetime.fromtimestamp(0, UTC)  # what was delivered is never due: with this bound the index leaves it out
_CALLBACK = sa.select(jobs.c.callback, jobs.c.status).where(jobs.c.id == sa.bindparam("job_id"))


@dataclass(frozen=True)
class Callback:
    """One message to deliver: the end of a job, and its address. *id* is the same for every attempt."""

    id: str
    job_id: str
    url: str
    status: str
    created: datetime
    attempts: int


def enqueue_webhook(connection: sa.Connection, job_id: str) -> None:
    """Adds a message, if the job has a callback, that it has ended; part of the caller's transaction."""
    row = connection.execute(_CALLBACK, {"job_id": job_id}).first()
    if row is None or not row.callback:
        return
    now = datetime.now(UTC)
    message = {"id": str(uuid4()), "job_id": job_id, "url": row.callback, "status": row.status, "created": now, "due": now}
    connection.execute(callbacks.insert().values(message))


class Callbacks:
    """The undelivered messages of one database; each is delivered at least once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, most: int) -> Sequence[Callback]:
        """At most *most* of those that are due, for this process alone for LEASE seconds. Raises StoreError."""
        now = datetime.now(UTC)
        shown = [callbacks.c[name] for name in Callback.__dataclass_fields__]
        due = sa.select(*shown).where(_is_due(now)).order_by(callbacks.c.due).limit(most)
        with self._database.reading() as connection:
            found = [Callback(**row) for row in connection.execute(due).mappings()]
        return [callback for callback in found if self._mine(callback, now)]

    def delivered(self, callback: Callback) -> None:
        self._write(callback, due=None, delivered=datetime.now(UTC), trouble=None)

    def failed(self, callback: Callback, reason: str) -> None:
        """Schedules the next attempt after a pause; gives up after the last pause."""
        pause = PAUSES[callback.attempts] if callback.attempts < len(PAUSES) else None
        due = None if pause is None else datetime.now(UTC) + timedelta(seconds=pause)
        self._write(callback, due=due, trouble=reason)

    def postpone(self, callback: Callback) -> None:
        """Leaves the host of *callback* alone: no message to it is due before the next try, nor for MOST_WAIT seconds.

        It did not answer, and each message to it would hold a sender until its timeout, while other hosts wait."""
        until = datetime.now(UTC) + timedelta(seconds=min(MOST_WAIT, PAUSES[min(callback.attempts, len(PAUSES) - 1)]))
        split = urlsplit(callback.url)
        host = f"{split.scheme}://{split.netloc}"
        there = sa.or_(
            callbacks.c.url == host, *(callbacks.c.url.startswith(f"{host}{mark}", autoescape=True) for mark in "/?#")
        )
        later = sa.update(callbacks).where(there, callbacks.c.due < until, callbacks.c.id != callback.id).values(due=until)
        self._database.write(lambda connection: connection.execute(later), patience=LEASE / 2)

    def _mine(self, callback: Callback, now: datetime) -> bool:
        leased = (
            sa.update(callbacks)
            .where(callbacks.c.id == callback.id, callbacks.c.attempts == callback.attempts, _is_due(now))
            .values(attempts=callbacks.c.attempts + 1, due=now + timedelta(seconds=LEASE))
        )
        return self._database.write(lambda connection: connection.execute(leased).rowcount) == 1

    def _write(self, callback: Callback, **values: Any) -> None:
        written = sa.update(callbacks).where(callbacks.c.id == callback.id).values(values)
        self._database.write(lambda connection: connection.execute(written), patience=LEASE / 2)


def _is_due(now: datetime) -> sa.ColumnElement[bool]:
    """Also what is due later than any pause after so many attempts: the clock was ahead when it was written."""
    longest = (MOST_WAIT, *(max(MOST_WAIT, pause) for pause in PAUSES))
    ahead = (
        sa.and_(callbacks.c.attempts == attempts, callbacks.c.due > now + timedelta(seconds=pause + STEP))
        for attempts, pause in enumerate(longest)
    )
    return sa.and_(callbacks.c.due > _EVER, sa.or_(callbacks.c.due <= now, *ahead))
