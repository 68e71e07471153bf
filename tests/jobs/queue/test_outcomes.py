from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from dbos._dbos import _get_dbos_instance
from dbos._sys_db import SystemDatabase

from app.errors import StoreError
from app.jobs import Claim, Jobs, Status
from app.jobs.job import workflow_id
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


def test_the_statements_of_an_end_are_built_once(jobs: Jobs, work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    build, built = SystemDatabase._update_workflow_outcome_in_transaction, list[str]()

    def noted(*args: Any, **named: Any) -> bool:
        built.append("an end")
        return build(*args, **named)

    monkeypatch.setattr(SystemDatabase, "_update_workflow_outcome_in_transaction", noted)
    carried_out(jobs, work, 1)
    for each in range(5):
        jobs.submit(an_order(text=f"more {each}"))
    eventually(lambda: jobs.counts()[Status.COMPLETE] == 6 and not jobs.queue.taken_by("local"))

    assert built == ["an end"]


@pytest.mark.parametrize(
    ("held", "asking", "ended"),
    [
        (("PENDING", "me"), "me", True),
        (("PENDING", "me"), None, True),
        (("PENDING", "another"), "me", False),
        (("CANCELLED", "me"), "me", False),
        (("SUCCESS", "me"), None, False),
    ],
)
def test_only_the_owner_of_a_running_workflow_ends_it(
    jobs: Jobs, work: Work, held: tuple[str, str], asking: str | None, ended: bool
) -> None:
    """As the engine has it; what is refused leaves no output behind."""
    work(lambda _: None, {})
    turn = workflow_id("one", 0)
    jobs.database.write(lambda connection: jobs.queue.enqueue(connection, "one", "none", 0))  # a queue that nobody looks into
    status, owner = held
    with jobs.database.engine.begin() as connection:
        hold = sa.text("UPDATE workflow_status SET status = :status, owner_xid = :owner WHERE workflow_uuid = :turn")
        connection.execute(hold, {"turn": turn, "status": status, "owner": owner})

    done = _get_dbos_instance()._sys_db.update_workflow_outcome(turn, "SUCCESS", output="'it'", owner_xid=asking)

    with jobs.database.reading() as connection:
        asked = sa.text("SELECT status FROM workflow_status WHERE workflow_uuid = :turn")
        found = connection.scalar(asked, {"turn": turn})
        outputs = connection.scalars(sa.text("SELECT output FROM workflow_output")).all()
    assert (done, found, outputs) == ((True, "SUCCESS", ["'it'"]) if ended else (False, status, []))
