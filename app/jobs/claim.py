"""A claim: the right of one worker to run one job, until another worker claims it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from app.errors import Cancelled, ContentChanged, GatewayError, Superseded
from app.jobs import index, versions
from app.jobs.basis import Basis
from app.jobs.job import Status
from app.jobs.outbox import enqueue_webhook
from app.orders import NAMES, Json, Order
from app.storage.database import Database, insert_new
from app.storage.tables import calls, jobs

DATABASE_RETRY_SECONDS = 60.0  # seconds that a finished call waits for a database that is away, rather than be paid for twice
_COUNTED = ("prompt_tokens", "completion_tokens", "cached_tokens")
_RECALL = sa.select(calls.c.step, calls.c.answer, calls.c.fingerprint).where(calls.c.job_id == sa.bindparam("recalled"))


class RecordedAnswer(NamedTuple):
    """A finished call: its answer, and the fingerprint of the question ("" if none was noted)."""

    answer: dict[str, Json]
    fingerprint: str = ""


class Claim:
    """One job in one worker's hands. Safe to use from several threads. *flavor* is the name of the flavor to continue with,
    *first* says that no worker has claimed the job before, and *has_result* that an earlier run of it has ended.

    Whatever writes holds only while the job is still ours, in the same transaction: else Superseded, or Cancelled when
    somebody asked for the job's end. A job whose content has grown since raises ContentChanged after its next finished call."""

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
        first: bool,
        has_result: bool,
        closing: threading.Event,
    ) -> None:
        self.job_id = job_id
        self.order = order
        self.flavor = flavor
        self._content_version = content_version
        self._no_calls = first
        self._has_result = has_result
        self._database = database
        self.token = token
        self._closing = closing
        self._settling = threading.Lock()
        self._settled = self._stored = settled

    def check(self) -> None:
        """Called before anything expensive: raises Superseded if this process is shutting down."""
        if self._closing.is_set():
            raise Superseded(f"job {self.job_id} is handed back")

    def end(self, row: Any) -> GatewayError | None:
        """Why this claim no longer holds, according to the job's row; None while it holds."""
        if row is not None and row.status == Status.CANCELLED.value:
            return Cancelled("cancelled")
        if row is None or row.claim_token != self.token:
            return Superseded(f"job {self.job_id} belongs to another worker")
        return None

    def recall(self) -> dict[str, RecordedAnswer]:
        """The answers of all finished calls, by step."""
        if self._no_calls:
            return {}
        with self._database.reading() as connection:
            rows = connection.execute(_RECALL, {"recalled": self.job_id})
            return {row.step: RecordedAnswer(row.answer, row.fingerprint) for row in rows}

    def record(self, step: str, answer: Mapping[str, Json], fingerprint: str = "") -> None:
        """Stores the answer of a finished call and what was settled before it, and adds its tokens to the job's.

        The first answer of a step stays, unless another *fingerprint* says that something else was asked."""
        row = {
            "job_id": self.job_id,
            "step": step,
            "answer": dict(answer),
            "created": datetime.now(UTC),
            "fingerprint": fingerprint,
        }
        tokens = {f"more_{name}": int(answer.get(name) or 0) for name in _COUNTED}
        self._no_calls = False
        settled = self._settled
        ours = {"claimed": self.job_id, "token": self.token, "new_settled": None if settled is self._stored else settled}

        def transaction(connection: sa.Connection) -> int:
            new = insert_new(connection, calls, row) or _replace(connection, row)
            counted = tokens if new else dict.fromkeys(tokens, 0)
            return self._written(connection, _COUNT, {**ours, **counted})

        content_version = self._database.write_together(transaction, patience=DATABASE_RETRY_SECONDS)
        self._stored = settled
        self.check()
        if content_version != self._content_version:
            raise ContentChanged(f"the content of job {self.job_id} has grown")

    def progress(
        self, phase: str, done: int, total: int, text: str, percent: float, *, coverage: Mapping[str, Json] | None = None
    ) -> None:
        """Publishes the job's progress. *coverage* is the report so far; a job that has a result of an earlier run keeps
        the report of that one until the run is complete."""
        row = self.progress_row(phase=phase, done=done, total=total, text=text, percent=percent, coverage=coverage)
        update = PROGRESS.returning(jobs.c.content_version)
        self._database.write(lambda connection: self._written(connection, update, row), patience=DATABASE_RETRY_SECONDS)

    def progress_row(self, *, coverage: Mapping[str, Json] | None = None, **report: str | float) -> dict[str, Any]:
        """The parameters of PROGRESS."""
        told = {f"new_{name}": value for name, value in report.items()}
        return {"claimed": self.job_id, "token": self.token, "so_far": coverage or None, **told}

    def settle(self, key: str, make: Callable[[], str]) -> str:
        """What *make* returned when this job first asked for *key*, in whichever worker. It is stored with the next finished
        call: before that, nothing rests on it."""
        with self._settling:
            if key not in self._settled:
                self._settled = {**self._settled, key: make()}
            return self._settled[key]

    def fail_over(self, flavor: str, backend: str, reason: str) -> None:
        """Continues with *flavor* at *backend*: the requested flavor, or one that replaces it for *reason*."""
        asked_for = self.order.flavor_name
        back = flavor == asked_for
        instead = {"original_flavor": None if back else asked_for, "failover": None if back else reason}
        self._write(flavor=flavor, backend=backend, **instead)
        self.flavor = flavor

    def tell(self, trouble: str) -> None:
        """Publishes what went wrong and is tried again at once; the next finished call takes it back."""
        self._write(trouble=trouble)

    def wait(self, reason: str) -> float:
        """Publishes that the job waits for a backend, and why. Returns the seconds waited so far."""
        now = datetime.now(UTC)
        since = sa.func.coalesce(jobs.c.waiting_since, sa.bindparam("since", now, jobs.c.waiting_since.type))
        self._write(trouble=reason, waiting_since=since)
        with self._database.reading() as connection:
            waiting_since = connection.scalar(sa.select(jobs.c.waiting_since).where(jobs.c.id == self.job_id))
        return (now - (waiting_since or now)).total_seconds()

    def finish(self, text: str, coverage: Mapping[str, Json]) -> None:
        """Completes the job with this result."""
        report, known = dict(coverage), self._content_version
        basis = Basis(known, self.order.options.get(NAMES, {}), known)
        result = {"known_version": known, "new_result": text, "new_coverage": report, "new_basis": basis.record()}

        def transaction(connection: sa.Connection) -> None:
            again = self._has_result and versions.keep(connection, self.job_id)
            if self._close(connection, _COMPLETE, Status.COMPLETE, result):
                if again:
                    versions.add(connection, self.job_id, text, report, "run", basis=basis)
                index.replace_result(connection, self.job_id, text, report, by_id=False)

        self._database.write_together(transaction, patience=DATABASE_RETRY_SECONDS)

    def fail(self, reason: str) -> None:
        """Fails the job; *reason* is for the people who read its result."""
        failed = {"new_error": reason}
        self._database.write_together(
            lambda connection: self._close(connection, _FAIL, Status.ERROR, failed), patience=DATABASE_RETRY_SECONDS
        )

    def release(self) -> None:
        """Releases the job unfinished: it waits for the next worker as if this one had never claimed it."""
        released = sa.update(jobs).where(jobs.c.id == self.job_id, jobs.c.claim_token == self.token).values(_RELEASED)
        self._database.write(lambda connection: connection.execute(released))

    def give_up(self, connection: sa.Connection) -> int:
        """Releases the job unfinished, for another workflow of it; returns the number of that one. Part of the caller's
        transaction. Raises Superseded or Cancelled if the claim no longer holds."""
        given_up = (
            _ours()
            .values(**_RELEASED, version=jobs.c.version + 1, run_number=jobs.c.run_number + 1)
            .returning(jobs.c.run_number.label("run_number"))
        )
        number = connection.execute(given_up, {"claimed": self.job_id, "token": self.token}).scalar()
        if number is None:
            raise self._loss(self._found(connection))
        return int(number)

    def _close(self, connection: sa.Connection, update: sa.Update, status: Status, values: Mapping[str, Json]) -> bool:
        """Ends the job with *update*; False if that was done already, and only the confirmation was lost."""
        ours = {"claimed": self.job_id, "token": self.token, "now": datetime.now(UTC)}
        row = connection.execute(update, {**ours, **values}).first()
        if row is None:
            found = self._found(connection)
            if self.end(found) is not None or found.status != status:
                raise self._loss(found)
        elif row.callback:
            enqueue_webhook(connection, self.job_id)
        return row is not None

    def _write(self, **values: Any) -> None:
        """Writes to the job's row if it is still ours."""
        update = _ours().values(version=jobs.c.version + 1, **values).returning(jobs.c.content_version)
        row = {"claimed": self.job_id, "token": self.token}
        self._database.write_together(
            lambda connection: self._written(connection, update, row), patience=DATABASE_RETRY_SECONDS
        )

    def _written(self, connection: sa.Connection, update: sa.Update, parameters: Mapping[str, Json]) -> int:
        """Writes with *update* if the job's row is still ours. Returns its content version."""
        content_version = connection.execute(update, parameters).scalar()
        if content_version is None:
            raise self._loss(self._found(connection))
        return int(content_version)

    def _found(self, connection: sa.Connection) -> Any:
        """The job's row, whoever has it now; None if it is gone."""
        asked = sa.select(jobs.c.status, jobs.c.claim_token.label("claim_token"), jobs.c.content_version)
        return connection.execute(asked.where(jobs.c.id == self.job_id)).first()

    def _loss(self, row: Any) -> GatewayError:
        """The reason why the job's *row* is no longer ours to write."""
        why = self.end(row)
        if why is None and row.status == Status.PROCESSING.value:
            return ContentChanged(f"the content of job {self.job_id} has grown")
        return why or Superseded(f"job {self.job_id} has ended already")


def end_of_job(moment: sa.ColumnElement[datetime]) -> sa.ColumnElement[datetime]:
    """*moment*, but never before the job's start: clocks are adjusted, and two machines have two clocks."""
    return sa.case((jobs.c.started > moment, jobs.c.started), else_=moment)


def _ours() -> sa.Update:
    """An update of the row that `claimed` names, if it is still the one of `token`."""
    claimed, token = sa.bindparam("claimed", type_=jobs.c.id.type), sa.bindparam("token", type_=jobs.c.claim_token.type)
    return sa.update(jobs).where(jobs.c.id == claimed, jobs.c.claim_token == token, jobs.c.status == Status.PROCESSING.value)


_RELEASED = {
    "claim_token": None,  # nosec B105  it is none
    "crashes_in_a_row": sa.case((jobs.c.crashes_in_a_row > 0, jobs.c.crashes_in_a_row - 1), else_=0),
}

# Built once: they run for every call or job, and building them takes longer than executing them.
_COUNT = (
    _ours()
    .values(
        version=jobs.c.version + 1,
        crashes_in_a_row=0,
        trouble=None,
        waiting_since=None,
        settled=sa.func.coalesce(sa.bindparam("new_settled", type_=jobs.c.settled.type), jobs.c.settled),
        **{name: jobs.c[name] + sa.bindparam(f"more_{name}", type_=jobs.c[name].type) for name in _COUNTED},
    )
    .returning(jobs.c.content_version)
)

PROGRESS = _ours().values(
    version=jobs.c.version + 1,
    coverage=sa.case(
        (jobs.c.result.is_(None), sa.func.coalesce(sa.bindparam("so_far", type_=jobs.c.coverage.type), jobs.c.coverage)),
        else_=jobs.c.coverage,
    ),
    **{name: sa.bindparam(f"new_{name}", type_=jobs.c[name].type) for name in ("phase", "done", "total", "text", "percent")},
)


def _ends(status: Status, **values: Any) -> sa.Update:
    """An update that ends the job at the moment `now`."""
    finished = end_of_job(sa.bindparam("now", type_=jobs.c.finished.type))
    ended = {
        "version": jobs.c.version + 1,
        "status": status.value,
        "finished": finished,
        "trouble": None,
        "waiting_since": None,
    }
    return _ours().values(**ended, **values)


def _new(name: str) -> sa.BindParameter[Any]:
    return sa.bindparam(f"new_{name}", type_=jobs.c[name].type)


_COMPLETE = (
    _ends(
        Status.COMPLETE,
        result=_new("result"),
        coverage=_new("coverage"),
        basis=_new("basis"),
        stale=None,
        text="",
        done=jobs.c.total,
        percent=100.0,
    )
    .where(jobs.c.content_version == sa.bindparam("known_version"))
    .returning(jobs.c.callback)
)
_FAIL = _ends(Status.ERROR, error=_new("error")).returning(jobs.c.callback)


def _replace(connection: sa.Connection, row: Mapping[str, Any]) -> bool:
    """Replaces a step's answer if the question was another one; returns whether it was."""
    another = (
        sa.update(calls)
        .where(calls.c.job_id == row["job_id"], calls.c.step == row["step"], calls.c.fingerprint != row["fingerprint"])
        .values(answer=row["answer"], created=row["created"], fingerprint=row["fingerprint"])
    )
    return connection.execute(another).rowcount > 0
