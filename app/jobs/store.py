"""Jobs: accepts orders, finds jobs, counts them, and hands them to workers."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import sqlalchemy as sa

from app.errors import GatewayError, JobConflict
from app.jobs import contents, index
from app.jobs.admission import accepted_before, added_before, refuse_when_full
from app.jobs.basis import note_addition
from app.jobs.claim import PROGRESS, Claim, end_of_job
from app.jobs.contents import address, keep
from app.jobs.job import OPEN, CallRecord, Job, Page, Status, workflow_id
from app.jobs.listing import calls_of, changed, find, job_of, order_of, page
from app.jobs.outbox import enqueue_webhook
from app.jobs.pace import Pace, pace
from app.jobs.stats import counts
from app.orders import Order
from app.storage.database import REQUEST_SECONDS, Database, insert_new
from app.storage.tables import jobs, orders
from app.transcript import StoredTranscript

if TYPE_CHECKING:
    from app.jobs.queue.client import JobQueue

MOST_CRASHES_IN_A_ROW = 10  # a job that ends its worker so often without finishing one call would do so for ever
NEXT = jobs.c.version + 1


class Jobs:
    """The jobs of one database (`prepare` it first), for web and worker alike.

    Connects when first used, so it may be made before a fork. *slots* says how many jobs of a backend may run at once
    until a worker says otherwise; no more than *most_queued* may wait (0: any number). *check_callback* raises BadParameter
    for an address that must not be called, *trace* gives the trace that a new job belongs to."""

    def __init__(
        self,
        url: str,
        *,
        pool: int = 2,
        limit: float = REQUEST_SECONDS,
        slots: Callable[[str], int] = lambda _backend: 8,
        most_queued: int = 0,
        check_callback: Callable[[str], None] = lambda _url: None,
        trace: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        self.database = Database(url, pool=pool, limit=limit)
        self._slots = slots
        self._most_queued = most_queued
        self._check_callback = check_callback
        self._trace = trace
        self._closing = threading.Event()

    @cached_property
    def queue(self) -> JobQueue:
        from app.jobs.queue.client import JobQueue

        return JobQueue(self.database, slots=self._slots)

    def submit(
        self, order: Order, *, key: str | None = None, fingerprint: str | None = None, callback: str | None = None
    ) -> Job:
        """Accepts *order*: once this returns, the job survives any crash. Its end is sent to *callback*.

        A request that was accepted under *key* before, with the same *fingerprint*, is that job; with another one it raises
        IdempotencyConflict. Raises BadParameter (callback), QueueFull, StoreError; then nothing is stored."""
        if callback:
            self._check_callback(callback)
        row = {**_new_row(order), "key": key, "fingerprint": fingerprint, "callback": callback}
        row["trace"] = dict(self._trace()) or None
        turns = index.turn_rows(row["id"], order) if index.is_meeting(order) else None

        def transaction(connection: sa.Connection) -> Job:
            before = accepted_before(connection, key, fingerprint) if key else None
            if before is not None:
                return before
            refuse_when_full(connection, self._most_queued)
            sha256 = keep(connection, order.content)
            if not insert_new(connection, jobs, row):  # somebody else was accepted under the key at the same moment
                return accepted_before(connection, str(key), fingerprint) or _vanished(str(key))
            connection.execute(_ORDERED, {"job_id": row["id"], "record": order.record(), "sha256": sha256})
            if turns is not None:
                index.add_meeting(connection, row["id"], order, row["created"], turns)
            self.queue.enqueue(connection, row["id"], order.backend, order.priority)
            return _job(row)

        self.queue.open(order.backend)
        return self.database.write(transaction)

    def find(self, job_id: str, *, texts: bool = True) -> Job:
        """The job; without its *texts*, which may be megabytes, as a list shows it. Raises JobNotFound, StoreError."""
        with self.database.reading() as connection:
            return find(connection, job_id, texts=texts)

    def order(self, job_id: str, *, packed: bool = False) -> Order:
        """What the job was asked to do, a long text *packed* if it is to be kept. Raises JobNotFound, StoreError."""
        with self.database.reading() as connection:
            return order_of(connection, job_id, packed=packed)

    def trace(self, job_id: str) -> Mapping[str, str]:
        """The trace that the job belongs to, as headers; empty where there is none. Raises StoreError."""
        with self.database.reading() as connection:
            return connection.scalar(sa.select(jobs.c.trace).where(jobs.c.id == job_id)) or {}

    def calls(self, job_id: str) -> tuple[CallRecord, ...]:
        """The job's finished model calls. Raises JobNotFound, StoreError."""
        with self.database.reading() as connection:
            find(connection, job_id, texts=False)
            return calls_of(connection, job_id)

    def list(
        self,
        *,
        service: str | None = None,
        status: Status | None = None,
        after: datetime | None = None,
        before: datetime | None = None,
        cursor: str | None = None,
        limit: int = 50,
        holder: str | None = None,
    ) -> Page:
        """The newest jobs first, created from *after* to *before*, page by page. Raises BadParameter, StoreError."""
        with self.database.reading() as connection:
            return page(
                connection,
                service=service,
                status=status,
                after=after,
                before=before,
                cursor=cursor,
                limit=limit,
                holder=holder,
            )

    def changes(self, seen: Mapping[str, int]) -> tuple[Job, ...]:
        """The jobs among *seen* (version by id; -1 for never) that have changed since, as they are now.

        One query however many jobs, and a second one where there is news. A job that was deleted is no news. Raises
        StoreError."""
        with self.database.reading() as connection:
            return changed(connection, seen)

    def counts(self, *, holder: str | None = None) -> Mapping[Status, int]:
        """The number of jobs by status; every status is present."""
        with self.database.reading() as connection:
            return counts(connection, holder)

    def pace(self, service: str, flavor: str) -> Pace | None:
        """How fast the latest complete jobs of that flavor were; None if there are none. Raises StoreError."""
        with self.database.reading() as connection:
            return pace(connection, service, flavor)

    def cancel(self, job_id: str) -> Job:
        """Cancels the job: at once for all readers, and within a second for the worker that runs it.

        A job that is final already stays as it is. Raises JobNotFound, StoreError."""
        finished = end_of_job(sa.literal(datetime.now(UTC), jobs.c.finished.type))
        cancelled = (
            sa.update(jobs)
            .where(jobs.c.id == job_id, jobs.c.status.in_(OPEN))
            .values(
                status=Status.CANCELLED.value,
                finished=finished,
                trouble=None,
                waiting_since=None,
                version=NEXT,
            )
        )

        def transaction(connection: sa.Connection) -> tuple[Job, str]:
            if connection.execute(cancelled).rowcount:
                enqueue_webhook(connection, job_id)
            return find(connection, job_id), _turn(connection, job_id)

        job, turn = self.database.write(transaction)
        if job.status is Status.CANCELLED:
            self.queue.drop(turn)
        return job

    def delete(self, job_id: str) -> None:
        """Deletes a job that has ended, with its texts. Raises JobNotFound, JobConflict, StoreError."""
        from app.jobs.retention import delete  # which is about stores, and so imports this module

        job = self.find(job_id, texts=False)
        if not delete(self, [job_id]):
            raise JobConflict(
                f"{job_id} is {job.status}: only a job that has ended can be deleted; cancel it first, by DELETE /jobs/{job_id}"
            )

    def retry(self, job_id: str) -> Job:
        """Queues a failed or cancelled job again, or one whose transcript was corrected since. Finished calls
        that would be the same are not made again.

        Raises JobNotFound, JobConflict, StoreError."""

        def transaction(connection: sa.Connection) -> Job:
            job = find(connection, job_id)
            ended = (Status.ERROR, Status.CANCELLED, *((Status.COMPLETE,) if job.stale else ()))
            if not self._again(connection, job_id, ended):
                raise JobConflict(
                    f"{job_id} is {job.status}: only a failed or cancelled job can be tried again, or a corrected one; "
                    f"POST /jobs/{job_id}/replay runs another again"
                )
            return find(connection, job_id)

        return self._with_open_queue(job_id, transaction)

    def append(self, job_id: str, text: str, *, key: str | None = None) -> Job:
        """Adds lines to the job's content; a job that has ended starts again, with its finished calls. What was added
        under the same *key* before is not added again; another text under it raises IdempotencyConflict.

        Raises JobNotFound, JobConflict (it was cancelled), StoreError."""

        def transaction(connection: sa.Connection) -> Job:
            if key and added_before(connection, find(connection, job_id).id, key, address(text)):
                return find(connection, job_id)
            # first, to lock the row until the end of the transaction: two appends run one after the other
            grown = sa.update(jobs).where(jobs.c.id == job_id).values(content_version=jobs.c.content_version + 1, version=NEXT)
            connection.execute(grown)
            job = find(connection, job_id)
            if job.status is Status.CANCELLED:
                raise JobConflict(f"{job_id} is cancelled: try it again before you add to it")
            self._grow(connection, job, text)
            self._again(connection, job_id, (Status.COMPLETE, Status.ERROR))
            return find(connection, job_id)

        return self._with_open_queue(job_id, transaction)

    def claim(self, job_id: str) -> Claim | None:
        """Claims the job, and ends every earlier claim to it. None if there is nothing left to do."""
        token = str(uuid4())
        row = self.database.write_together(lambda connection: _take(connection, job_id, token))
        if row is None:
            return None
        claim = Claim(
            self.database,
            self.order(job_id, packed=True),
            job_id=job_id,
            token=token,
            settled=row["settled"],
            content_version=row["content_version"],
            flavor=row["flavor"],
            first=row["attempts"] == 1,
            has_result=row["result_length"] is not None,
            closing=self._closing,
        )
        if row["crashes_in_a_row"] > MOST_CRASHES_IN_A_ROW:
            claim.fail(f"given up: its worker ended {MOST_CRASHES_IN_A_ROW} times before a call was finished")
            return None
        return claim

    def lost(self, claims: Collection[Claim]) -> Mapping[Claim, GatewayError]:
        """The *claims* that no longer hold, each with the reason: Cancelled or Superseded. Raises StoreError."""
        with self.database.reading() as connection:
            held = {tuple(row) for row in connection.execute(_HELD, {"taker": _taker()})}
            doubtful = [claim for claim in claims if (claim.job_id, claim.token) not in held]
            if not doubtful:
                return {}
            found = {row.id: row for row in connection.execute(_ENDS.where(jobs.c.id.in_([c.job_id for c in doubtful])))}
        whys = {claim: claim.end(found.get(claim.job_id)) for claim in doubtful}
        return {claim: why for claim, why in whys.items() if why is not None}

    def write_progress(self, reports: Mapping[Claim, Mapping[str, Any]]) -> None:
        """Publishes the progress of many jobs, as `Claim.progress` does that of one; a claim that no longer holds writes
        nothing. Raises StoreError."""
        rows = [claim.progress_row(**report) for claim, report in reports.items()]
        self.database.write_together(lambda connection: connection.execute(PROGRESS, rows))

    def hand_back(self) -> None:
        """From now on every claim of this process ends with Superseded before its next call."""
        self._closing.set()

    def close(self) -> None:
        """Closes this process's connections."""
        self.database.close()

    def _with_open_queue(self, job_id: str, transaction: Any) -> Job:
        self.queue.open(self.order(job_id).backend)
        done: Job = self.database.write(transaction)
        return done

    def _again(self, connection: sa.Connection, job_id: str, ended: tuple[Status, ...]) -> bool:
        """Queues a job again if its status is one of *ended*; returns whether it was."""
        queued = (
            sa.update(jobs)
            .where(jobs.c.id == job_id, jobs.c.status.in_(ended))
            .values(
                status=Status.QUEUED.value,
                run_number=jobs.c.run_number + 1,
                version=NEXT,
                claim_token=None,
                finished=None,
                error=None,
                crashes_in_a_row=0,
                done=0,
                percent=0.0,
            )
            .returning(jobs.c.run_number.label("run_number"), jobs.c.priority)
        )
        row = connection.execute(queued).first()
        if row is not None:
            backend = connection.execute(sa.select(orders.c.record).where(orders.c.job_id == job_id)).scalar_one()["backend"]
            self.queue.enqueue(connection, job_id, backend, row.priority, row.run_number)
        return row is not None

    def _grow(self, connection: sa.Connection, job: Job, text: str) -> None:
        job_id, order = job.id, order_of(connection, job.id)
        before = StoredTranscript.of(order.content, order.options.get("speakers", ()))
        note_addition(connection, job_id, job.content_version, before.length)
        grown = replace(order, text="\n".join((order.content.rstrip("\n"), text)))
        contents.replace(connection, job_id, grown.content)
        if index.is_known(connection, job_id):
            index.add_turns(connection, job_id, grown)


def _turn(connection: sa.Connection, job_id: str) -> str:
    """The id of the job's last DBOS workflow."""
    return workflow_id(job_id, connection.scalar(sa.select(jobs.c.run_number).where(jobs.c.id == job_id)) or 0)


def _take(connection: sa.Connection, job_id: str, token: str) -> Mapping[str, Any] | None:
    """Writes *token* into the row of an open job, and returns what the claim needs of it, or None."""
    values = {"token": token, "now": datetime.now(UTC), "taker": _taker()}
    row = connection.execute(_TAKE, {"job_id": job_id, **values}).mappings().first()
    return None if row is None else dict(row)


def _taker() -> str:
    """The name of this process in the rows of the jobs that it takes."""
    return f"{socket.gethostname()}/{os.getpid()}"


# Built once: building them takes as long as executing them. A list of ids would be built anew for each look at the claims.
_ORDERED = orders.insert()
_ENDS = sa.select(jobs.c.id, jobs.c.claim_token.label("claim_token"), jobs.c.status)
_HELD = sa.select(jobs.c.id, jobs.c.claim_token).where(
    jobs.c.status == Status.PROCESSING.value, jobs.c.worker == sa.bindparam("taker")
)
_TAKE = (
    sa.update(jobs)
    .where(jobs.c.id == sa.bindparam("job_id"), sa.or_(*(jobs.c.status == each.value for each in OPEN)))
    .values(
        status=Status.PROCESSING.value,
        claim_token=sa.bindparam("token", type_=jobs.c.claim_token.type),
        worker=sa.bindparam("taker", type_=jobs.c.worker.type),
        attempts=jobs.c.attempts + 1,
        crashes_in_a_row=jobs.c.crashes_in_a_row + 1,
        version=NEXT,
        started=sa.func.coalesce(jobs.c.started, sa.bindparam("now", type_=jobs.c.started.type)),
    )
    .returning(
        jobs.c.crashes_in_a_row.label("crashes_in_a_row"),
        jobs.c.settled,
        jobs.c.content_version.label("content_version"),
        jobs.c.flavor,
        jobs.c.attempts,
        sa.func.length(jobs.c.result).label("result_length"),  # some SQLite say that no column IS NULL in RETURNING
    )
)


def _new_row(order: Order) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "service": order.service,
        "flavor": order.flavor_name,
        "kind": order.kind,
        "backend": order.backend,
        "status": Status.QUEUED.value,
        "generation": order.generation,
        "priority": order.priority,
        "holder": order.holder,
        "replay_of": order.replay_of or None,
        "created": datetime.now(UTC),
    }


def _job(row: Mapping[str, Any]) -> Job:
    return job_of({name: value for name, value in row.items() if name in Job.__dataclass_fields__})


def _vanished(key: str) -> Job:
    raise JobConflict(f"the job of Idempotency-Key {key!r} was deleted a moment ago: send the request again")
