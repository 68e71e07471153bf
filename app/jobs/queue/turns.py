"""The turns of jobs in the line: a job that goes back into it gets another turn, and the one before is over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from app.jobs.claim import Claim
from app.jobs.job import job_of_workflow, workflow_id
from app.jobs.store import Jobs
from app.storage.tables import jobs as table

LOWEST_PRIORITY = 2**31 - 2  # the engine keeps priorities as 32 bits, and counts them from 1


def postpone(jobs: Jobs, claim: Claim, levels: int = 0) -> None:
    """Releases the job of *claim* unfinished and puts it back into the line behind the others that wait there, *levels* of
    priority lower than it was asked for. What it has told people, and since when it waits, stays.

    Raises Superseded or Cancelled if the claim no longer holds, and StoreError."""

    def transaction(connection: sa.Connection) -> None:
        number = claim.give_up(connection)
        priority = min(LOWEST_PRIORITY, claim.order.priority + levels)
        jobs.queue.enqueue(connection, claim.job_id, claim.order.backend, priority, number)

    jobs.queue.open(claim.order.backend)
    jobs.database.write(transaction)


def put_back(jobs: Jobs, turns: Mapping[str, str]) -> None:
    """Enqueues interrupted *turns* again, each for its backend; those that are over end. Raises StoreError."""
    ended = end_those_over(jobs, turns)
    jobs.queue.resume({turn: backend for turn, backend in turns.items() if turn not in ended})


def end_those_over(jobs: Jobs, turns: Iterable[str]) -> frozenset[str]:
    """Ends those of *turns* that are over, and returns them: two turns would run one job. Raises StoreError."""
    ended = over(jobs, turns)
    for turn in ended:
        jobs.queue.drop(turn)
    return ended


def over(jobs: Jobs, turns: Iterable[str]) -> frozenset[str]:
    """Those of *turns* after which their job was put into the line again. Raises StoreError."""
    ids = {turn: job_of_workflow(turn) for turn in turns}
    asked = sa.select(table.c.id, table.c.run_number.label("run_number")).where(table.c.id.in_(set(ids.values())))
    with jobs.database.reading() as connection:
        last = {row.id: workflow_id(row.id, row.run_number) for row in connection.execute(asked)}
    return frozenset(turn for turn, job_id in ids.items() if last.get(job_id, turn) != turn)
