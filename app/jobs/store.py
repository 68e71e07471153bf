"""Jobs: accepts orders, finds jobs, counts them, and hands them to workers."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import sqlalchemy as sa

from app.errors import JobNotFound
from app.jobs.claim import Claim
from app.jobs.database import Database, insert_new
from app.jobs.job import OPEN, Job, Status
from app.jobs.tables import contents, jobs, orders
from app.orders import Order

if TYPE_CHECKING:
    from app.jobs.line import Line

MOST_STRIKES = 10  # a job that ends its worker so often without finishing one call would do so for ever
_SHOWN = [jobs.c[name] for name in Job.__dataclass_fields__]


class Jobs:
    """The jobs of one database (`prepare` it first), for web and worker alike.

    Connects when first used, so it may be made before a fork. *slots* is how many jobs of a backend may run at once until
    a worker says otherwise."""

    def __init__(self, url: str, *, pool: int = 2, slots: int = 8) -> None:
        self.database = Database(url, pool=pool)
        self._slots = slots
        self._closing = threading.Event()

    @cached_property
    def line(self) -> Line:
        from app.jobs.line import Line

        return Line(self.database, slots=self._slots)

    def submit(self, order: Order) -> Job:
        """Accepts *order*: once this returns, the job survives any crash. Raises StoreError, and then nothing is stored."""
        row = _new_row(order)
        sha256 = hashlib.sha256(order.content.encode("utf-8", "surrogatepass")).hexdigest()

        def deed(connection: sa.Connection) -> None:
            insert_new(connection, contents, {"sha256": sha256, "body": order.content, "created": row["created"]})
            connection.execute(jobs.insert().values(row))
            connection.execute(orders.insert().values(job_id=row["id"], record=order.record(), sha256=sha256))
            self.line.enqueue(connection, row["id"], order.backend, order.priority)

        self.line.open(order.backend)
        self.database.write(deed)
        return _job(row)

    def find(self, job_id: str) -> Job:
        """Raises JobNotFound, StoreError."""
        with self.database.reading() as connection:
            row = connection.execute(sa.select(*_SHOWN).where(jobs.c.id == job_id)).mappings().first()
        if row is None:
            raise JobNotFound(job_id)
        return _job(dict(row))

    def order(self, job_id: str) -> Order:
        """What the job was asked to do. Raises JobNotFound, StoreError."""
        asked = sa.select(orders.c.record, contents.c.body).join(contents).where(orders.c.job_id == job_id)
        with self.database.reading() as connection:
            row = connection.execute(asked).first()
        if row is None:
            raise JobNotFound(job_id)
        return Order.recall(row.record, row.body)

    def counts(self) -> Mapping[Status, int]:
        """How many jobs stand where; every status is named."""
        asked = sa.select(jobs.c.status, sa.func.count()).group_by(jobs.c.status)
        with self.database.reading() as connection:
            found = {row[0]: row[1] for row in connection.execute(asked)}
        return {status: found.get(status.value, 0) for status in Status}

    def cancel(self, job_id: str) -> Job:
        """Ends the job: at once for all who look, and before its next call for the worker that has it.

        A job that is final already stays as it is. Raises JobNotFound, StoreError."""
        cancelled = (
            sa.update(jobs)
            .where(jobs.c.id == job_id, jobs.c.status.in_(OPEN))
            .values(status=Status.CANCELLED.value, finished=datetime.now(UTC))
        )
        self.database.write(lambda connection: connection.execute(cancelled))
        job = self.find(job_id)
        if job.status is Status.CANCELLED:
            self.line.drop(job_id)
        return job

    def claim(self, job_id: str) -> Claim | None:
        """The right to carry the job out; ends every earlier claim to it. None where there is nothing left to do."""
        token = str(uuid4())
        row = self.database.write(lambda connection: _take(connection, job_id, token))
        if row is None:
            return None
        claim = Claim(
            self.database,
            self.order(job_id),
            job_id=job_id,
            token=token,
            settled=row["settled"],
            closing=self._closing,
        )
        if row["strikes"] > MOST_STRIKES:
            claim.fail(f"given up: its worker ended {MOST_STRIKES} times before a call was finished")
            return None
        return claim

    def hand_back(self) -> None:
        """From now on every claim of this process ends with Superseded before its next call."""
        self._closing.set()

    def close(self) -> None:
        """Closes this process's connections."""
        self.database.close()


def _take(connection: sa.Connection, job_id: str, token: str) -> Mapping[str, Any] | None:
    """Writes *token* into the row of an open job; its strikes and what it has settled, or None."""
    taken = (
        sa.update(jobs)
        .where(jobs.c.id == job_id, jobs.c.status.in_(OPEN))
        .values(
            status=Status.PROCESSING.value,
            owner=token,
            attempts=jobs.c.attempts + 1,
            strikes=jobs.c.strikes + 1,
            started=sa.func.coalesce(jobs.c.started, sa.bindparam("now", datetime.now(UTC), jobs.c.started.type)),
        )
        .returning(jobs.c.strikes, jobs.c.settled)
    )
    row = connection.execute(taken).mappings().first()
    return None if row is None else dict(row)


def _new_row(order: Order) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "service": order.service,
        "flavor": str(order.flavor.get("name", "")),
        "kind": order.kind,
        "backend": order.backend,
        "status": Status.QUEUED.value,
        "generation": order.generation,
        "priority": order.priority,
        "created": datetime.now(UTC),
    }


def _job(row: Mapping[str, Any]) -> Job:
    return Job(**{**row, "status": Status(row["status"])})
