"""A claim: the right of one worker to carry one job out, until another worker claims it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from app.errors import Cancelled, Superseded
from app.jobs.database import Database, insert_new
from app.jobs.job import Status
from app.jobs.tables import calls, jobs
from app.orders import Json, Order

PATIENCE = 60.0  # seconds that a finished call waits for a database that is away, rather than be paid for twice
_COUNTED = ("prompt_tokens", "completion_tokens", "cached_tokens")


class Claim:
    """One job in one worker's hands. Safe to use from several threads.

    Whatever writes holds only while the job is still ours, in the same transaction: else Superseded, or Cancelled when
    somebody asked for the job's end."""

    def __init__(
        self, database: Database, order: Order, *, job_id: str, token: str, settled: Mapping[str, str], closing: threading.Event
    ) -> None:
        self.job_id = job_id
        self.order = order
        self._database = database
        self._token = token
        self._closing = closing
        self._settling = threading.Lock()
        self._settled = dict(settled)

    def check(self) -> None:
        """To be called before anything that costs: raises Superseded where this process is on its way out."""
        if self._closing.is_set():
            raise Superseded(f"job {self.job_id} is handed back")

    def recall(self) -> dict[str, dict[str, Json]]:
        """The answers of all finished calls, by step."""
        asked = sa.select(calls.c.step, calls.c.answer).where(calls.c.job_id == self.job_id)
        with self._database.reading() as connection:
            return {row.step: row.answer for row in connection.execute(asked)}

    def record(self, step: str, answer: Mapping[str, Json]) -> None:
        """Keeps the answer of a finished call for good, and adds its tokens to the job's. The first answer of a step stays."""
        row = {"job_id": self.job_id, "step": step, "answer": dict(answer), "created": datetime.now(UTC)}
        tokens = {name: jobs.c[name] + int(answer.get(name) or 0) for name in _COUNTED}

        def deed(connection: sa.Connection) -> None:
            new = insert_new(connection, calls, row)
            self._update(connection, strikes=0, **(tokens if new else {}))

        self._database.write(deed, patience=PATIENCE)
        self.check()

    def progress(self, phase: str, done: int, total: int, text: str, percent: float) -> None:
        """Shows others how far the job is."""
        self._write(phase=phase, done=done, total=total, text=text, percent=percent)

    def settle(self, key: str, make: Callable[[], str]) -> str:
        """What *make* returned the first time this job asked for *key*, whichever worker asked."""
        with self._settling:
            if key not in self._settled:
                settled = {**self._settled, key: make()}
                self._write(settled=settled)
                self._settled = settled
            return self._settled[key]

    def finish(self, text: str, coverage: Mapping[str, Json]) -> None:
        """The job is complete, and this is its result."""
        self._close(Status.COMPLETE, result=text, coverage=dict(coverage), text="", done=jobs.c.total, percent=100.0)

    def fail(self, reason: str) -> None:
        """The job has failed; *reason* is for the people who read its result."""
        self._close(Status.ERROR, error=reason)

    def release(self) -> None:
        """Gives the job back unfinished: it waits for the next worker as if this one had never taken it."""
        released = (
            sa.update(jobs)
            .where(jobs.c.id == self.job_id, jobs.c.owner == self._token)
            .values(owner=None, strikes=sa.case((jobs.c.strikes > 0, jobs.c.strikes - 1), else_=0))
        )
        self._database.write(lambda connection: connection.execute(released))

    def _close(self, status: Status, **values: Any) -> None:
        self._write(status=status.value, finished=datetime.now(UTC), **values)

    def _write(self, **values: Any) -> None:
        self._database.write(lambda connection: self._update(connection, **values), patience=PATIENCE)

    def _update(self, connection: sa.Connection, **values: Any) -> None:
        """Writes to the job's row if it is still ours."""
        ours = (jobs.c.id == self.job_id, jobs.c.owner == self._token, jobs.c.status == Status.PROCESSING.value)
        if connection.execute(sa.update(jobs).where(*ours).values(values)).rowcount == 0:
            self._account_for_loss(connection, values.get("status"))

    def _account_for_loss(self, connection: sa.Connection, wanted: str | None) -> None:
        """Raises why the row is not ours any more, unless we closed it ourselves and only never heard of it."""
        row = connection.execute(sa.select(jobs.c.status, jobs.c.owner).where(jobs.c.id == self.job_id)).first()
        if row is not None and row.status == Status.CANCELLED.value:
            raise Cancelled("cancelled")
        if row is None or row.owner != self._token or row.status != wanted:
            raise Superseded(f"job {self.job_id} belongs to another worker")
