from __future__ import annotations

from collections.abc import Collection

import pytest

from app.jobs import Jobs
from app.jobs.queue.client import POLL_SECONDS, SHORT_POLL_SECONDS
from app.jobs.queue.poll_pace import HURRY_SECONDS, TICKS, PollPace
from tests.jobs.orders import an_order

AT_ONCE = 16


class Queues:
    """The intervals that were set, oldest first; a job's backend is the part of its id before the stroke."""

    def __init__(self) -> None:
        self.set: list[tuple[str, float]] = []
        self.now = 100.0
        self.pace = PollPace(AT_ONCE, self._backends_of, lambda *each: self.set.append(each), lambda: self.now)

    def _backends_of(self, job_ids: Collection[str]) -> set[str]:
        return {each.partition("/")[0] for each in job_ids}

    def tick(self, *, ended: int, backend: str = "vLLM") -> None:
        for number in range(ended):
            self.pace.ended(f"{backend}/{number}")
        self.pace.tick()


@pytest.fixture
def queues() -> Queues:
    return Queues()


def test_short_jobs_have_their_queue_looked_into_more_often(queues: Queues) -> None:
    for _ in range(5):
        queues.tick(ended=AT_ONCE)

    assert queues.set == [("vLLM", SHORT_POLL_SECONDS)]


def test_long_jobs_do_not(queues: Queues) -> None:
    for _ in range(3 * TICKS):
        queues.tick(ended=0)
        queues.tick(ended=1)

    assert queues.set == []


def test_short_jobs_that_end_in_waves_are_short_all_the_same(queues: Queues) -> None:
    for wave in range(20):
        queues.now += HURRY_SECONDS / 4
        queues.tick(ended=0 if wave % 3 else AT_ONCE)

    assert queues.set == [("vLLM", SHORT_POLL_SECONDS)]


def test_a_while_after_the_last_short_job_the_queue_is_looked_into_as_usual(queues: Queues) -> None:
    queues.tick(ended=AT_ONCE)
    queues.now += HURRY_SECONDS - 0.1
    queues.tick(ended=0)
    early = list(queues.set)
    queues.now += 0.1

    queues.tick(ended=0)

    assert early == [("vLLM", SHORT_POLL_SECONDS)]
    assert queues.set == [("vLLM", SHORT_POLL_SECONDS), ("vLLM", POLL_SECONDS)]


def test_only_the_queues_of_backends_with_short_jobs_are_looked_into_more_often(queues: Queues) -> None:
    queues.tick(ended=AT_ONCE, backend="Gemini")

    assert queues.set == [("Gemini", SHORT_POLL_SECONDS)]


def test_the_store_names_the_backends_of_jobs(jobs: Jobs) -> None:
    job_id = jobs.submit(an_order()).id

    assert jobs.backends_of([job_id, "gone"]) == {an_order().backend}
