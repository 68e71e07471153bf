from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from dbos._sys_db import SystemDatabase
from sqlalchemy import exc

from app.errors import StoreError
from app.jobs import Claim, Jobs, Status
from app.jobs.queue import consumer
from app.jobs.queue.consumer import QueueConsumer, run_worker
from app.jobs.queue.engine_log import EngineLog
from tests.jobs.orders import an_order
from tests.jobs.queue.consumers import started

on_sqlite = pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # what is said in its own words


Start = Callable[..., QueueConsumer]


def until(true: Callable[[], object], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


class Hand:
    """Carries jobs out by writing down that it did."""

    def __init__(self, jobs: Jobs) -> None:
        self.jobs = jobs
        self.began: list[str] = []
        self.jobs_in_flight = 0
        self.most = 0
        self.go_on = threading.Event()
        self.go_on.set()
        self._lock = threading.Lock()

    def __call__(self, job_id: str) -> None:
        claim = self.jobs.claim(job_id)
        if claim is None:
            return
        with self._at_work(job_id):
            self.work(claim)

    def work(self, claim: Claim) -> None:
        self.go_on.wait(30)
        claim.finish("done", {})

    @contextmanager
    def _at_work(self, job_id: str) -> Iterator[None]:
        with self._lock:
            self.began.append(job_id)
            self.jobs_in_flight += 1
            self.most = max(self.most, self.jobs_in_flight)
        try:
            yield
        finally:
            with self._lock:
                self.jobs_in_flight -= 1


class CallContext(Hand):
    """Makes two calls for each job, the second one only when told."""

    def work(self, claim: Claim) -> None:
        if "first" not in claim.recall():
            claim.record("first", {"text": "bonjour"})
        claim.check()
        self.go_on.wait(30)
        claim.record("second", {"text": "salut"})
        claim.finish(" ".join(kept.answer["text"] for kept in claim.recall().values()), {})


def test_every_job_is_carried_out_once_whoever_submits_it(jobs: Jobs, work: Start) -> None:
    hand = Hand(jobs)
    work(hand, {"vLLM": 8})

    with ThreadPoolExecutor(4) as threads:
        accepted = [job.id for job in threads.map(lambda n: jobs.submit(an_order(text=f"text {n}")), range(30))]

    until(lambda: jobs.counts()[Status.COMPLETE] == 30)
    assert sorted(hand.began) == sorted(accepted)


def test_no_more_jobs_of_a_backend_run_than_it_takes(jobs: Jobs, work: Start) -> None:
    hand = Hand(jobs)
    hand.go_on.clear()
    for _ in range(6):
        jobs.submit(an_order())

    work(hand, {"vLLM": 2})
    until(lambda: hand.jobs_in_flight == 2)
    time.sleep(0.5)
    hand.go_on.set()

    until(lambda: jobs.counts()[Status.COMPLETE] == 6)
    assert hand.most == 2


def test_a_lower_priority_number_goes_first_and_equals_in_order(jobs: Jobs, work: Start) -> None:
    hand = Hand(jobs)
    submitted = []
    for priority in (9, 5, 0, 0):
        submitted.append(jobs.submit(an_order(priority=priority)).id)
        time.sleep(0.005)  # who came first is known to the millisecond
    last, third, first, second = submitted

    work(hand, {"vLLM": 1})

    until(lambda: jobs.counts()[Status.COMPLETE] == 4)
    assert hand.began == [first, second, third, last]


def test_a_busy_backend_does_not_hold_up_another(jobs: Jobs, work: Start) -> None:
    slow, hand = Hand(jobs), Hand(jobs)
    slow.go_on.clear()
    stuck = jobs.submit(an_order(backend="slow"))
    work(lambda job_id: (slow if job_id == stuck.id else hand)(job_id), {"slow": 1, "vLLM": 1})

    job = jobs.submit(an_order())

    until(lambda: jobs.find(job.id).status is Status.COMPLETE)
    assert jobs.find(stuck.id).status is not Status.COMPLETE
    slow.go_on.set()


def test_a_backend_that_the_worker_never_heard_of_is_served(jobs: Jobs, work: Start) -> None:
    work(Hand(jobs), {"vLLM": 1})

    job = jobs.submit(an_order(backend="new in backends.json"))

    until(lambda: jobs.find(job.id).status is Status.COMPLETE)


def test_a_limit_can_change_while_jobs_run(jobs: Jobs, work: Start) -> None:
    hand = Hand(jobs)
    hand.go_on.clear()
    work(hand, {"vLLM": 1})
    for _ in range(3):
        jobs.submit(an_order())
    until(lambda: hand.jobs_in_flight == 1)

    jobs.queue.limit("vLLM", 3)

    until(lambda: hand.jobs_in_flight == 3)
    hand.go_on.set()


def test_a_job_waits_for_a_database_that_is_away_and_says_so_once(
    jobs: Jobs, work: Start, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(consumer, "LONGEST_PAUSE", 0.0)
    hand, failures = Hand(jobs), [StoreError("the disk is full") for _ in range(3)]

    def carry_out(job_id: str) -> None:
        if failures:
            raise failures.pop()
        hand(job_id)

    work(carry_out, {"vLLM": 1})

    job = jobs.submit(an_order())

    until(lambda: jobs.find(job.id).status is Status.COMPLETE)
    assert caplog.text.count(f"job {job.id} waits for the database: the disk is full") == 1


def test_jobs_that_were_taken_while_the_answer_of_the_database_was_lost_go_on(
    jobs: Jobs, work: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    take, lost = SystemDatabase.start_queued_workflows, list[object]()

    def take_unheard(*given: object, **named: object) -> object:
        found = take(*given, **named)  # type: ignore[arg-type]
        if found[0] and not lost:
            lost.append(found)
            raise exc.OperationalError("COMMIT", {}, Exception("connection timeout expired"))
        return found

    monkeypatch.setattr(SystemDatabase, "start_queued_workflows", take_unheard)
    hand = Hand(jobs)
    submitted = [jobs.submit(an_order()).id for _ in range(2)]

    work(hand, {"vLLM": 2})
    until(lambda: jobs.counts()[Status.COMPLETE] == 2, 60)

    assert lost
    assert sorted(hand.began) == sorted(submitted)


def test_a_cancelled_job_leaves_the_line_and_its_place_to_the_next(jobs: Jobs, work: Start) -> None:
    hand = CallContext(jobs)
    hand.go_on.clear()
    work(hand, {"vLLM": 1})
    running, waiting, last = (jobs.submit(an_order()).id for _ in range(3))
    until(lambda: hand.began == [running] and jobs.find(running).status is Status.PROCESSING)

    jobs.cancel(running)
    jobs.cancel(waiting)
    hand.go_on.set()

    until(lambda: jobs.find(last).status is Status.COMPLETE)
    assert hand.began == [running, last]
    assert jobs.find(running).status is Status.CANCELLED


def test_an_unfinished_job_goes_on_with_the_next_worker(jobs: Jobs, url: str) -> None:
    job = jobs.submit(an_order())
    first = CallContext(jobs)
    first.go_on.clear()
    queue = started(jobs, first, {"vLLM": 1})
    until(lambda: first.began)
    threading.Timer(0.3, first.go_on.set).start()  # the call in flight ends while the worker stops

    idle = queue.stop(10)

    assert idle
    assert jobs.find(job.id).status is Status.PROCESSING
    later = Jobs(url, pool=8)
    second = CallContext(later)
    queue = started(later, second, {"vLLM": 1})
    until(lambda: later.find(job.id).status is Status.COMPLETE)
    queue.stop(5)
    later.close()
    assert jobs.find(job.id).result == "bonjour salut"


def test_jobs_that_an_outage_took_are_looked_for_although_the_queue_is_opened_later(jobs: Jobs, work: Start) -> None:
    queue = work(Hand(jobs), {"vLLM": 1})
    assert jobs.queue is not None

    filters = [each for each in logging.getLogger("dbos").filters if isinstance(each, EngineLog)]

    assert [each._over for each in filters] == [queue._strays.look_for]


def test_stopping_does_not_wait_for_ever_and_tells_that_a_call_is_in_flight(jobs: Jobs) -> None:
    hand = Hand(jobs)
    hand.go_on.clear()
    jobs.submit(an_order())
    queue = QueueConsumer(jobs, hand, {"vLLM": 1})
    queue.start(threading.Event())
    until(lambda: hand.began)

    idle = queue.stop(0.1)

    hand.go_on.set()
    assert not idle


@on_sqlite
def test_a_standby_takes_over_when_the_worker_ends(jobs: Jobs, url: str) -> None:
    first, stop_first = QueueConsumer(jobs, Hand(jobs), {"vLLM": 1}), threading.Event()
    others, stop = Jobs(url, pool=8), threading.Event()
    standby = QueueConsumer(others, Hand(others), {"vLLM": 1})
    working = threading.Thread(target=run_worker, args=(first, stop_first, 1.0))
    working.start()
    done = jobs.submit(an_order())
    until(lambda: jobs.find(done.id).status is Status.COMPLETE)
    waiting = threading.Thread(target=run_worker, args=(standby, stop, 1.0))
    waiting.start()

    stop_first.set()
    working.join()
    later = others.submit(an_order())

    until(lambda: others.find(later.id).status is Status.COMPLETE)
    stop.set()
    waiting.join()
    others.close()


@on_sqlite
def test_a_standby_that_is_told_to_stop_ends(jobs: Jobs, work: Start) -> None:
    work(Hand(jobs), {"vLLM": 1})
    stop = threading.Event()
    stop.set()

    assert run_worker(QueueConsumer(jobs, Hand(jobs), {"vLLM": 1}), stop, 1.0)


def test_the_engine_is_quiet_and_tells_nothing_of_a_transcript(
    jobs: Jobs, work: Start, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.INFO)
    work(Hand(jobs), {"vLLM": 1})

    job = jobs.submit(an_order(text="a secret word"))

    until(lambda: jobs.find(job.id).status is Status.COMPLETE)
    assert caplog.text == ""
    assert capfd.readouterr() == ("", "")
