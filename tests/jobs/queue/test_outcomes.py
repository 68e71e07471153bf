from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from app.errors import StoreError
from app.jobs import Claim, Jobs, Status
from app.jobs.queue.consumer import QueueConsumer
from tests.acceptance.processes import eventually
from tests.jobs.orders import an_order

pytestmark = pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # a server takes an end as one statement

Work = Callable[..., QueueConsumer]


def carried_out(jobs: Jobs, work: Work, number: int) -> None:
    """Runs so many jobs until the engine, too, knows that they have ended."""

    def carry_out(job_id: str) -> None:
        claim = jobs.claim(job_id)
        assert isinstance(claim, Claim)
        claim.finish("done", {})

    for each in range(number):
        jobs.submit(an_order(text=f"text {each}"))
    work(carry_out, {"vLLM": 4})
    eventually(lambda: jobs.counts()[Status.COMPLETE] == number and not jobs.queue.taken_by("local"))


def test_the_engine_ends_jobs_in_shared_transactions(jobs: Jobs, work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    together, here = jobs.database.write_together, threading.local()
    shared: list[bool] = []

    def noted(transaction: Callable[[sa.Connection], Any], **named: Any) -> Any:
        def within(connection: sa.Connection) -> Any:
            here.shared = True
            try:
                return transaction(connection)
            finally:
                here.shared = False

        return together(within, **named)

    def note(*args: Any) -> None:
        if "workflow_output" in args[2]:
            shared.append(getattr(here, "shared", False))

    monkeypatch.setattr(jobs.database, "write_together", noted)
    sa.event.listen(jobs.database.engine, "before_cursor_execute", note)
    carried_out(jobs, work, 6)

    assert shared == [True] * 6


def test_an_end_that_cannot_be_written_is_tried_again(jobs: Jobs, work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    together, failed = jobs.database.write_together, list[str]()

    def away_once(transaction: Callable[[sa.Connection], Any], **named: Any) -> Any:
        if "share_transactions" in transaction.__qualname__ and not failed:
            failed.append("another program keeps the file locked")
            raise StoreError(failed[0])
        return together(transaction, **named)

    monkeypatch.setattr(jobs.database, "write_together", away_once)
    carried_out(jobs, work, 2)

    assert len(failed) == 1
