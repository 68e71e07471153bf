"""Queries: one job, its order and its calls, and lists of many jobs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.errors import JobNotFound
from app.jobs import cursors
from app.jobs.contents import LARGE, long_text
from app.jobs.job import LONG, CallRecord, Job, Page, Status
from app.orders import Order
from app.storage.tables import Moment, calls, contents, jobs, orders

MOST = 500  # jobs of one page, and ids of one query
SHOWN = [jobs.c[name].label(name) for name in Job.__dataclass_fields__]
LISTED = [jobs.c[name].label(name) for name in Job.__dataclass_fields__ if name not in LONG]
# Built once: building a statement takes as long as executing it.
_FIND = sa.select(*SHOWN).where(jobs.c.id == sa.bindparam("job_id"))
_GLANCE = sa.select(*LISTED).where(jobs.c.id == sa.bindparam("job_id"))
_SHORT = sa.case((sa.func.length(contents.c.body) <= LARGE, contents.c.body)).label("body")
_CALLS = (
    sa.select(calls.c.step, calls.c.created, calls.c.answer)
    .where(calls.c.job_id == sa.bindparam("job_id"))
    .order_by(calls.c.created, calls.c.step)
)
_ORDER = sa.select(orders.c.record, orders.c.sha256, _SHORT).join(contents).where(orders.c.job_id == sa.bindparam("job_id"))


def job_of(row: Mapping[str, Any]) -> Job:
    return Job(**{**row, "status": Status(row["status"])})


def find(connection: sa.Connection, job_id: str, *, texts: bool = True) -> Job:
    """The job; without its *texts*, which may be megabytes, as a list shows it. Raises JobNotFound."""
    row = connection.execute(_FIND if texts else _GLANCE, {"job_id": job_id}).mappings().first()
    if row is None:
        raise JobNotFound(job_id)
    return job_of(dict(row))


def order_of(connection: sa.Connection, job_id: str, *, packed: bool = False) -> Order:
    """What the job was asked to do, a long text *packed* if it is to be kept. Raises JobNotFound."""
    row = connection.execute(_ORDER, {"job_id": job_id}).first()
    if row is None:
        raise JobNotFound(job_id)
    content = long_text(connection, row.sha256, packed=packed) if row.body is None else row.body
    if content is None:  # it was replaced by another one, or deleted with its job, since the first look
        return order_of(connection, job_id, packed=packed)
    return Order.recall(row.record, content)


def page(
    connection: sa.Connection,
    *,
    service: str | None,
    status: Status | None,
    after: datetime | None,
    before: datetime | None,
    cursor: str | None,
    limit: int,
    holder: str | None,
) -> Page:
    """At most *limit* jobs that were created from *after* to *before* (not included). Raises BadParameter for the cursor."""
    limit = max(1, min(limit, MOST))
    asked = sa.select(*LISTED).order_by(jobs.c.created.desc(), jobs.c.id.desc()).limit(limit + 1)
    if service is not None:
        asked = asked.where(jobs.c.service == service)
    if holder is not None:
        asked = asked.where(jobs.c.holder == holder)
    if status is not None:
        asked = asked.where(jobs.c.status == status.value)
    if after is not None:
        asked = asked.where(jobs.c.created >= after)
    if before is not None:
        asked = asked.where(jobs.c.created < before)
    if cursor:
        asked = asked.where(_past(cursor))
    found = [job_of(dict(row)) for row in connection.execute(asked).mappings()]
    return Page(tuple(found[:limit]), _cursor(found[limit - 1]) if len(found) > limit else None)


def _cursor(job: Job) -> str:
    """The position where a page ended: jobs that come or go later do not shift it."""
    return cursors.written(job.created, job.id)


def _past(cursor: str) -> sa.ColumnElement[bool]:
    moment, job_id = cursors.read(cursor, datetime, str)
    # a row value is searched for in an index; `a < x OR (a = x AND b < y)` reads all that came later
    return sa.tuple_(jobs.c.created, jobs.c.id) < sa.tuple_(sa.literal(moment, Moment), sa.literal(job_id))


def changed(connection: sa.Connection, seen: Mapping[str, int]) -> tuple[Job, ...]:
    """The jobs whose version differs from the one that was *seen*, with their texts."""
    ids = list(seen)
    moved: list[str] = []
    for first in range(0, len(ids), MOST):
        asked = sa.select(jobs.c.id, jobs.c.version).where(jobs.c.id.in_(ids[first : first + MOST]))
        moved.extend(row.id for row in connection.execute(asked) if row.version != seen[row.id])
    found: list[Job] = []
    for first in range(0, len(moved), MOST):
        whole = sa.select(*SHOWN).where(jobs.c.id.in_(moved[first : first + MOST]))
        found.extend(job_of(dict(row)) for row in connection.execute(whole).mappings())
    return tuple(found)


def stale_among(connection: sa.Connection, job_ids: Collection[str]) -> tuple[Job, ...]:
    """Those of up to MOST jobs whose result is stale, with their texts."""
    asked = sa.select(*SHOWN).where(jobs.c.id.in_(job_ids), jobs.c.stale.is_not(None))
    return tuple(job_of(dict(row)) for row in connection.execute(asked).mappings())


def calls_of(connection: sa.Connection, job_id: str) -> tuple[CallRecord, ...]:
    """The finished calls of a job in the order in which they ended."""
    return tuple(_call(row) for row in connection.execute(_CALLS, {"job_id": job_id}))


def _call(row: Any) -> CallRecord:
    answer = row.answer
    kept = {name: answer[name] for name in CallRecord.__dataclass_fields__ if answer.get(name) is not None}
    return CallRecord(**{**kept, "step": row.step, "created": row.created})
