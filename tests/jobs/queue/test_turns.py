"""Jobs that go back into the line, and turns that are over."""

from __future__ import annotations

import threading

import pytest

from app.errors import Cancelled, Superseded
from app.jobs import Claim, Jobs, Status
from app.jobs.queue.turns import LOWEST_PRIORITY, over, postpone, put_back
from tests.jobs.orders import an_order
from tests.jobs.queue.consumers import started
from tests.jobs.queue.test_consumer import Hand, Start, until


class Killed(BaseException):
    """Leaves a turn as the end of its process leaves it."""


class StandingBack(Hand):
    """Puts *stubborn* back into the line, *levels* lower, until it is told to finish it."""

    def __init__(self, jobs: Jobs, levels: int = 0) -> None:
        super().__init__(jobs)
        self.stubborn = ""
        self.levels = levels
        self.done = threading.Event()

    def work(self, claim: Claim) -> None:
        self.go_on.wait(30)
        if claim.job_id == self.stubborn and not self.done.is_set():
            claim.wait("vLLM has no good answer")
            postpone(self.jobs, claim, self.levels)
            raise Superseded("it waits in the line again")
        claim.finish("done", {})


def claimed(jobs: Jobs, **changes: object) -> Claim:
    claim = jobs.claim(jobs.submit(an_order(**changes)).id)
    assert claim is not None
    return claim


def test_a_job_that_stands_back_lets_the_others_go_first_and_comes_again(jobs: Jobs, work: Start) -> None:
    hand = StandingBack(jobs)
    hand.go_on.clear()
    hand.stubborn = jobs.submit(an_order()).id
    others = [jobs.submit(an_order()).id for _ in range(3)]
    work(hand, {"vLLM": 1})

    hand.go_on.set()
    until(lambda: all(jobs.find(each).status is Status.COMPLETE for each in others))

    assert hand.began[:4] == [hand.stubborn, *others]
    waiting = jobs.find(hand.stubborn)
    assert (waiting.status, waiting.trouble) == (Status.PROCESSING, "vLLM has no good answer")
    hand.done.set()
    until(lambda: jobs.find(hand.stubborn).status is Status.COMPLETE)
    assert not jobs.queue.has_waiting("vLLM")


def test_a_job_of_high_priority_stands_back_behind_lower_ones(jobs: Jobs, work: Start) -> None:
    hand = StandingBack(jobs, levels=9)
    hand.go_on.clear()
    hand.stubborn = jobs.submit(an_order(priority=0)).id
    last = jobs.submit(an_order(priority=8)).id
    work(hand, {"vLLM": 1})

    hand.go_on.set()
    until(lambda: jobs.find(last).status is Status.COMPLETE)
    hand.done.set()
    until(lambda: jobs.find(hand.stubborn).status is Status.COMPLETE)

    assert hand.began[:2] == [hand.stubborn, last]


def test_there_is_a_lowest_priority(jobs: Jobs, work: Start) -> None:
    claim = claimed(jobs, priority=LOWEST_PRIORITY)

    postpone(jobs, claim, 5)

    work(Hand(jobs), {"vLLM": 1})
    until(lambda: jobs.find(claim.job_id).status is Status.COMPLETE)


def test_standing_back_is_no_crash_and_keeps_since_when_the_job_waits(jobs: Jobs) -> None:
    claim = claimed(jobs)
    for _ in range(12):  # more often than a worker may crash
        assert claim is not None
        claim.wait("vLLM has no good answer")
        postpone(jobs, claim)
        claim = jobs.claim(claim.job_id)

    assert claim is not None
    assert claim.wait("still none") > 0.0


def test_who_has_lost_a_job_cannot_put_it_back(jobs: Jobs) -> None:
    claim = claimed(jobs)
    other = jobs.claim(claim.job_id)
    assert other is not None

    with pytest.raises(Superseded):
        postpone(jobs, claim)
    jobs.cancel(claim.job_id)
    with pytest.raises(Cancelled):
        postpone(jobs, other)

    assert over(jobs, [claim.job_id]) == frozenset()


def test_a_job_that_stands_back_can_be_cancelled(jobs: Jobs, work: Start) -> None:
    claim = claimed(jobs)
    postpone(jobs, claim)

    jobs.cancel(claim.job_id)

    hand = Hand(jobs)
    work(hand, {"vLLM": 1})
    later = jobs.submit(an_order()).id
    until(lambda: jobs.find(later).status is Status.COMPLETE)
    assert hand.began == [later]


def test_a_turn_is_over_once_its_job_has_another(jobs: Jobs) -> None:
    claim = claimed(jobs)
    first = claim.job_id

    postpone(jobs, claim)

    assert over(jobs, [first, f"{first}.1", "gone"]) == {first}


def test_a_worker_that_is_killed_while_a_job_stands_back_leaves_one_turn_of_it(jobs: Jobs, url: str) -> None:
    def stand_back_and_die(job_id: str) -> None:
        claim = jobs.claim(job_id)
        assert claim is not None
        postpone(jobs, claim)
        queue._stopping.set()  # it takes no other turn
        raise Killed

    job = jobs.submit(an_order())
    queue = started(jobs, stand_back_and_die, {"vLLM": 1})
    until(lambda: over(jobs, [job.id]))
    queue.stop(5)
    later = Jobs(url, pool=8)
    hand = Hand(later)

    queue = started(later, hand, {"vLLM": 2})
    until(lambda: later.find(job.id).status is Status.COMPLETE)
    queue.stop(5)

    assert (hand.began, later.queue.taken_by(queue._name)) == ([job.id], {})
    later.close()


def test_of_interrupted_turns_those_that_are_over_end(jobs: Jobs, work: Start) -> None:
    claim = claimed(jobs)
    postpone(jobs, claim)

    put_back(jobs, {claim.job_id: "vLLM", f"{claim.job_id}.1": "vLLM"})

    hand = Hand(jobs)
    work(hand, {"vLLM": 2})
    until(lambda: jobs.find(claim.job_id).status is Status.COMPLETE)
    until(lambda: not jobs.queue.has_waiting("vLLM"))
    assert hand.began == [claim.job_id]
