"""A claim: the right of one worker to carry one job out, until another worker claims it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from app.errors import Cancelled, ContentChanged, GatewayError, Superseded
from app.jobs.job import Status
from app.jobs.outbox import enqueue_webhook
from app.orders import Json, Order
from app.storage.database import Database, insert_new
from app.storage.tables import calls, jobs

DATABASE_RETRY_SECONDS = 60.0  # seconds that a finished call waits for a database that is away, rather than be paid for twice
_COUNTED = ("prompt_tokens", "completion_tokens", "cached_tokens")


class RecordedAnswer(NamedTuple):
    """A finished call: what was answered, and the fingerprint of what was asked ("" where that was not noted)."""

    answer: dict[str, Json]
    fingerprint: str = ""


class Claim:
    """One job in one worker's hands. Safe to use from several threads. *flavor* is the name of the one to go on with.

    Whatever writes holds only while the job is still ours, in the same transaction: else Superseded, or Cancelled when
    somebody asked for the job's end. A job whose content has grown since raises Renewed after its next finished call."""

    def __init__(
        self,
        database: Database,
        order: Order,
        *,
        job_id: str,
        token: str,
        settled: Mapping[str, str],
        content_version: int,
        flavor: str,
        closing: threading.Event,
    ) -> None:
        self.job_id = job_id
        self.order = order
        self.flavor = flavor
        self._content_version = content_version
        self._database = database
        self._token = token
        self._closing = closing
        self._settling = threading.Lock()
        self._settled = dict(settled)

    def check(self) -> None:
        """To be called before anything that costs: raises Superseded where this process is on its way out."""
        if self._closing.is_set():
            raise Superseded(f"job {self.job_id} is handed back")

    def end(self, row: Any) -> GatewayError | None:
        """Why this claim holds no longer, as the job's row shows; None while it does."""
        if row is not None and row.status == Status.CANCELLED.value:
            return Cancelled("cancelled")
        if row is None or row.claim_token != self._token:
            return Superseded(f"job {self.job_id} belongs to another worker")
        return None

    def recall(self) -> dict[str, RecordedAnswer]:
        """The answers of all finished calls, by step."""
        asked = sa.select(calls.c.step, calls.c.answer, calls.c.fingerprint).where(calls.c.job_id == self.job_id)
        with self._database.reading() as connection:
            return {row.step: RecordedAnswer(row.answer, row.fingerprint) for row in connection.execute(asked)}

    def record(self, step: str, answer: Mapping[str, Json], fingerprint: str = "") -> None:
        """Keeps the answer of a finished call for good, and adds its tokens to the job's.

        The first answer of a step stays, unless another *fingerprint* says that something else was asked."""
        row = {
            "job_id": self.job_id,
            "step": step,
            "answer": dict(answer),
            "created": datetime.now(UTC),
            "fingerprint": fingerprint,
        }
        tokens = {f"more_{name}": int(answer.get(name) or 0) for name in _COUNTED}

        def transaction(connection: sa.Connection) -> int:
            new = insert_new(connection, calls, row) or _replace(connection, row)
            counted = tokens if new else dict.fromkeys(tokens, 0)
            return self._written(connection, _COUNT, {"claimed": self.job_id, "token": self._token, **counted})

        content_version = self._database.write(transaction, patience=DATABASE_RETRY_SECONDS)
        self.check()
        if content_version != self._content_version:
            raise ContentChanged(f"the content of job {self.job_id} has grown")

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

    def fail_over(self, flavor: str, backend: str, reason: str) -> None:
        """From now on *flavor* at *backend* stands in for the flavor that was asked for, for *reason*; or is that one."""
        asked_for = self.order.flavor_name
        back = flavor == asked_for
        instead = {"original_flavor": None if back else asked_for, "failover": None if back else reason}
        self._write(flavor=flavor, backend=backend, **instead)
        self.flavor = flavor

    def wait(self, reason: str) -> float:
        """Shows others that the job waits for a backend, and why; for how many seconds it has by now."""
        now = datetime.now(UTC)
        since = sa.func.coalesce(jobs.c.waiting_since, sa.bindparam("since", now, jobs.c.waiting_since.type))
        self._write(trouble=reason, waiting_since=since)
        with self._database.reading() as connection:
            waiting_since = connection.scalar(sa.select(jobs.c.waiting_since).where(jobs.c.id == self.job_id))
        return (now - (waiting_since or now)).total_seconds()

    def finish(self, text: str, coverage: Mapping[str, Json]) -> None:
        """The job is complete, and this is its result."""
        self._close(
            Status.COMPLETE,
            jobs.c.content_version == self._content_version,
            result=text,
            coverage=dict(coverage),
            text="",
            done=jobs.c.total,
            percent=100.0,
        )

    def fail(self, reason: str) -> None:
        """The job has failed; *reason* is for the people who read its result."""
        self._close(Status.ERROR, error=reason)

    def release(self) -> None:
        """Gives the job back unfinished: it waits for the next worker as if this one had never taken it."""
        released = (
            sa.update(jobs)
            .where(jobs.c.id == self.job_id, jobs.c.claim_token == self._token)
            .values(
                claim_token=None, crashes_in_a_row=sa.case((jobs.c.crashes_in_a_row > 0, jobs.c.crashes_in_a_row - 1), else_=0)
            )
        )
        self._database.write(lambda connection: connection.execute(released))

    def _close(self, status: Status, *only: sa.ColumnElement[bool], **values: Any) -> None:
        finished = end_of_job(datetime.now(UTC))
        ended = {"status": status.value, "finished": finished, "trouble": None, "waiting_since": None, **values}

        def transaction(connection: sa.Connection) -> None:
            if self._update(connection, *only, **ended) >= 0:
                enqueue_webhook(connection, self.job_id)

        self._database.write(transaction, patience=DATABASE_RETRY_SECONDS)

    def _write(self, **values: Any) -> None:
        self._database.write(lambda connection: self._update(connection, **values), patience=DATABASE_RETRY_SECONDS)

    def _update(self, connection: sa.Connection, *only: sa.ColumnElement[bool], **values: Any) -> int:
        """Writes to the job's row if it is still ours; the edition of its content, -1 where we had written that before."""
        update = _ours().where(*only).values(version=jobs.c.version + 1, **values).returning(jobs.c.content_version)
        return self._written(connection, update, {"claimed": self.job_id, "token": self._token}, values.get("status"))

    def _written(
        self, connection: sa.Connection, update: sa.Update, parameters: Mapping[str, Json], wanted: str | None = None
    ) -> int:
        content_version = connection.execute(update, parameters).scalar()
        if content_version is None:
            self._account_for_loss(connection, wanted)
            return -1
        return int(content_version)

    def _account_for_loss(self, connection: sa.Connection, wanted: str | None) -> None:
        """Raises why the row is not ours any more, unless we closed it ourselves and only never heard of it."""
        asked = sa.select(jobs.c.status, jobs.c.claim_token.label("claim_token"), jobs.c.content_version).where(
            jobs.c.id == self.job_id
        )
        row = connection.execute(asked).first()
        why = self.end(row)
        if why is not None:
            raise why
        if row is not None and row.status not in (wanted, Status.PROCESSING.value):
            raise Superseded(f"job {self.job_id} has ended already")
        if row is not None and row.status != wanted:
            raise ContentChanged(f"the content of job {self.job_id} has grown")


def end_of_job(now: datetime) -> sa.ColumnElement[datetime]:
    """*now*, but never before the job's start: clocks are set, and workers on two machines have two."""
    moment = sa.literal(now, jobs.c.finished.type)
    return sa.case((jobs.c.started > moment, jobs.c.started), else_=moment)


def _ours() -> sa.Update:
    """An update of the row that `claimed` names, if it is still the one of `token`."""
    claimed, token = sa.bindparam("claimed", type_=jobs.c.id.type), sa.bindparam("token", type_=jobs.c.claim_token.type)
    return sa.update(jobs).where(jobs.c.id == claimed, jobs.c.claim_token == token, jobs.c.status == Status.PROCESSING.value)


# Made once, because it stands between two calls of every job: to make it takes longer than to execute it.
_COUNT = (
    _ours()
    .values(
        version=jobs.c.version + 1,
        crashes_in_a_row=0,
        trouble=None,
        waiting_since=None,
        **{name: jobs.c[name] + sa.bindparam(f"more_{name}", type_=jobs.c[name].type) for name in _COUNTED},
    )
    .returning(jobs.c.content_version)
)


def _replace(connection: sa.Connection, row: Mapping[str, Any]) -> bool:
    """Puts the answer to another question in the place of a step's old one; says whether it was another question."""
    another = (
        sa.update(calls)
        .where(calls.c.job_id == row["job_id"], calls.c.step == row["step"], calls.c.fingerprint != row["fingerprint"])
        .values(answer=row["answer"], created=row["created"], fingerprint=row["fingerprint"])
    )
    return connection.execute(another).rowcount > 0
