from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, cast

import pytest
import sqlalchemy as sa
from dbos._sys_db import SystemDatabase

from app.errors import StoreError
from app.jobs import Claim, Jobs, Status
from app.jobs.queue.client import queue_of
from app.jobs.queue.consumer import QueueConsumer
from app.jobs.queue.looks import ASK_SECONDS, RELOAD_SECONDS, Looks
from tests.acceptance.processes import eventually
from tests.jobs.orders import an_order

OURS = queue_of(an_order().backend)
THEIRS = "the engine's own"  # in which nothing is waited for


@contextmanager
def counted(jobs: Jobs) -> Iterator[list[str]]:
    """The statements that are executed meanwhile."""
    said: list[str] = []

    def note(_: Any, __: Any, statement: str, *rest: Any) -> None:
        said.append(statement)

    sa.event.listen(jobs.database.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        sa.event.remove(jobs.database.engine, "before_cursor_execute", note)


class Engine:
    """As many jobs of it *run* as is said."""

    def __init__(self, jobs: Jobs) -> None:
        self.running = 0
        self.now = 100.0
        self.looks = Looks(jobs.database, threading.Event(), lambda: self.now)
        made = SimpleNamespace(
            _active_workflows_set=SimpleNamespace(count_for_queue=lambda _: self.running),
            _sys_db=SimpleNamespace(get_queue=self._read),
        )
        self.queues: dict[str, object] = {}
        self.read: list[str] = []
        self.looks.govern(cast(Any, made))
        self.scopes: Callable[[str], list[str | None]] = made._sys_db.dequeue_scopes
        self.get_queue: Callable[..., Any] = made._sys_db.get_queue

    def _read(self, name: str, **_: Any) -> Any:
        self.read.append(name)
        return self.queues.get(name)


def test_a_queue_is_looked_into_only_if_a_job_waits(jobs: Jobs) -> None:
    engine = Engine(jobs)

    empty = engine.scopes(THEIRS)
    jobs.submit(an_order())

    assert empty == []
    assert engine.scopes(OURS) == [None]


def test_it_is_asked_at_once_after_the_end_of_a_job_and_else_now_and_then(jobs: Jobs) -> None:
    engine = Engine(jobs)
    asked = []

    with counted(jobs) as said:
        for running, seconds in ((0, 0.0), (0, 0.0), (2, 0.0), (1, 0.0), (1, 0.0), (1, ASK_SECONDS), (1, 0.0)):
            engine.running = running
            engine.now += seconds
            before = len(said)
            engine.scopes(THEIRS)
            asked.append(len(said) - before)

    assert asked == [1, 0, 0, 1, 0, 1, 0]


def test_the_limits_of_a_queue_are_read_once_a_second(jobs: Jobs) -> None:
    engine = Engine(jobs)
    engine.queues = {OURS: "2 at once"}

    first = [engine.get_queue(OURS) for _ in range(3)]
    engine.queues[OURS] = "3 at once"
    told = engine.get_queue(OURS, client_system_database=None)
    engine.now += RELOAD_SECONDS
    later = engine.get_queue(OURS)

    assert (first, told, later) == (["2 at once"] * 3, "3 at once", "3 at once")
    assert len(engine.read) == 3


def test_a_queue_that_is_not_there_is_read_each_time(jobs: Jobs) -> None:
    engine = Engine(jobs)

    gone = [engine.get_queue(OURS), engine.get_queue(OURS)]
    engine.queues = {OURS: "2 at once"}

    assert gone == [None, None]
    assert engine.get_queue(OURS) == "2 at once"


def test_a_worker_that_stops_takes_no_more(jobs: Jobs) -> None:
    stopping = threading.Event()
    looks = Looks(jobs.database, stopping)
    jobs.submit(an_order())

    stopping.set()

    assert looks.scopes(OURS) == []


def test_a_database_that_is_away_is_said_to_the_engine(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine(jobs)

    @contextmanager
    def away() -> Iterator[sa.Connection]:
        raise StoreError("away")
        yield

    monkeypatch.setattr(jobs.database, "reading", away)

    with pytest.raises(StoreError):
        engine.scopes(OURS)


def test_an_idle_worker_asks_and_does_not_look(
    jobs: Jobs, work: Callable[..., QueueConsumer], monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    look = SystemDatabase.start_queued_workflows

    def noted(self: SystemDatabase, queue: Any, *rest: Any, **named: Any) -> Any:
        looked.append(queue.name)
        return look(self, queue, *rest, **named)

    monkeypatch.setattr(SystemDatabase, "start_queued_workflows", noted)

    def carry_out(job_id: str) -> None:
        claim = jobs.claim(job_id)
        assert isinstance(claim, Claim)
        claim.finish("done", {})

    def asked() -> int:
        return len([each for each in said if each.startswith("SELECT 1 FROM")])

    with counted(jobs) as said:
        work(carry_out, {"vLLM": 1})
        eventually(lambda: asked() > 1)  # looks that began with the engine are over
        looked.clear()
        began, before = time.monotonic(), asked()
        eventually(lambda: asked() >= before + 10)
        questions = asked() - before
        most = 2 * (time.monotonic() - began) / ASK_SECONDS
    idle = list(looked)
    job = jobs.submit(an_order())
    eventually(lambda: jobs.find(job.id).status is Status.COMPLETE)

    assert idle == []
    assert 0 < questions <= most
    assert set(looked) == {OURS}


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_the_question_reads_an_index_alone(jobs: Jobs) -> None:
    engine = Engine(jobs)
    with counted(jobs) as said:
        engine.scopes(THEIRS)

    with jobs.database.reading() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {said[-1]}", ("any",)).fetchall()

    assert [row[3] for row in plan] == [
        "SEARCH workflow_status USING COVERING INDEX idx_workflow_status_in_flight_v2 (queue_name=? AND status=?)"
    ]
