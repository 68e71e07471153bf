"""Shares: each lets people without a key read one meeting until it expires or is revoked."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.errors import JobConflict, JobNotFound
from app.storage.database import Database
from app.storage.tables import shares

MOST = 20  # shares of one meeting that have not expired


@dataclass(frozen=True)
class Share:
    """Shows the job *job_id* until *expires*. *holder* is the holder of the key that made it, None without keys."""

    id: str
    job_id: str
    holder: str | None
    created: datetime
    expires: datetime


class Shares:
    """The shares of one database. A share is deleted with its job."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def make(self, job_id: str, lifetime: timedelta, holder: str | None) -> Share:
        """Makes a share of a job that exists, and deletes those that have expired. Raises JobConflict, StoreError."""
        now = datetime.now(UTC)
        made = Share(secrets.token_hex(16), job_id, holder, now, now + lifetime)

        def transaction(connection: sa.Connection) -> Share:
            connection.execute(sa.delete(shares).where(shares.c.expires <= now))
            number = connection.scalar(sa.select(sa.func.count()).where(shares.c.job_id == job_id)) or 0
            if number >= MOST:
                raise JobConflict(f"{job_id} has {number} links already: revoke one first")
            connection.execute(shares.insert().values(vars(made)))
            return made

        return self._database.write(transaction)

    def of(self, job_id: str) -> Sequence[Share]:
        """The shares of a job that have not expired, oldest first. Raises StoreError."""
        asked = sa.select(shares).where(shares.c.job_id == job_id, shares.c.expires > datetime.now(UTC))
        with self._database.reading() as connection:
            return [_share(row) for row in connection.execute(asked.order_by(shares.c.created, shares.c.id))]

    def find(self, share_id: str) -> Share:
        """Raises JobNotFound if there is no such share (any more), or it has expired; StoreError."""
        asked = sa.select(shares).where(shares.c.id == share_id, shares.c.expires > datetime.now(UTC))
        with self._database.reading() as connection:
            row = connection.execute(asked).first()
        if row is None:
            raise JobNotFound(share_id)
        return _share(row)

    def revoke(self, job_id: str, share_id: str) -> None:
        """Deletes a share of a job, if it is there. Raises StoreError."""
        gone = sa.delete(shares).where(shares.c.job_id == job_id, shares.c.id == share_id)
        self._database.write(lambda connection: connection.execute(gone).rowcount)


def _share(row: Any) -> Share:
    return Share(**{name: getattr(row, name) for name in Share.__dataclass_fields__})
