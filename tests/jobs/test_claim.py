from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from app.errors import Cancelled, Superseded
from app.jobs import Claim, Jobs, Status, index
from app.jobs import claim as claims
from app.jobs.store import MOST_CRASHES_IN_A_ROW
from tests.jobs.orders import an_order

ANSWER = {"text": "bonjour", "finish_reason": "stop", "prompt_tokens": 10, "completion_tokens": 4, "cached_tokens": 2}


@pytest.fixture
def job_id(jobs: Jobs) -> str:
    return jobs.submit(an_order()).id


def claimed(jobs: Jobs, job_id: str) -> Claim:
    claim = jobs.claim(job_id)
    assert claim is not None
    return claim


def test_a_claim_brings_the_order_and_starts_the_job(jobs: Jobs, job_id: str) -> None:
    claim = claimed(jobs, job_id)

    job = jobs.find(job_id)
    assert claim.order == an_order()
    assert (job.status, job.attempts) == (Status.PROCESSING, 1)
    assert job.started is not None


def test_a_second_attempt_keeps_the_time_of_the_first(jobs: Jobs, job_id: str) -> None:
    claimed(jobs, job_id)
    first = jobs.find(job_id)

    claimed(jobs, job_id)

    again = jobs.find(job_id)
    assert (again.started, again.attempts) == (first.started, 2)


def test_a_finished_call_is_there_for_the_next_worker(jobs: Jobs, job_id: str) -> None:
    claimed(jobs, job_id).record("batch/0", ANSWER)

    assert claimed(jobs, job_id).recall() == {"batch/0": (ANSWER, "")}


def test_a_claim_that_recorded_a_call_recalls_it_though_the_job_had_none_before(jobs: Jobs, job_id: str) -> None:
    claim = claimed(jobs, job_id)
    before = claim.recall()

    claim.record("batch/0", ANSWER)

    assert (before, claim.recall()) == ({}, {"batch/0": (ANSWER, "")})


def test_a_first_claim_looks_for_nothing_that_earlier_ones_left(jobs: Jobs, job_id: str) -> None:
    claim, asked = claimed(jobs, job_id), []
    sa.event.listen(jobs.database.engine, "before_cursor_execute", lambda _c, _cursor, statement, *_: asked.append(statement))

    claim.recall()
    claim.finish("minutes", {})

    assert asked
    assert [each for each in asked if each.startswith("SELECT") and ("calls" in each or "jobs.result" in each)] == []


def test_the_end_of_a_job_builds_no_statement(jobs: Jobs) -> None:
    """Building one takes longer than executing it, and every job ends."""
    content = '{"kind": "transcript"}\n{"speaker": "Ada", "text": "bonjour"}'
    claim = claimed(jobs, jobs.submit(an_order(text=content, options={"speakers": []})).id)
    executed: list[sa.Executable] = []
    sa.event.listen(jobs.database.engine, "before_execute", lambda _connection, each, *_: executed.append(each))

    claim.finish("minutes", {})

    assert len(executed) == 4  # the job's row, whether it is searchable, its former passages, its passages
    held = {id(each) for module in (claims, index) for each in vars(module).values()}
    assert {id(each) for each in executed} <= held


def test_a_claim_that_no_longer_holds_spoils_nothing_that_is_written_at_the_same_moment(jobs: Jobs) -> None:
    job_ids = [jobs.submit(an_order()).id for _ in range(16)]
    with ThreadPoolExecutor(16) as threads:
        claims = list(threads.map(lambda each: claimed(jobs, each), job_ids))
        for each in job_ids[::2]:
            jobs.cancel(each)

        ends = [threads.submit(claim.finish, claim.job_id, {}) for claim in claims]

    assert [type(end.exception()) for end in ends] == [Cancelled, type(None)] * 8
    assert [jobs.find(each).result for each in job_ids] == [None if n % 2 == 0 else each for n, each in enumerate(job_ids)]


def test_the_tokens_of_the_calls_add_up(jobs: Jobs, job_id: str) -> None:
    claim = claimed(jobs, job_id)

    claim.record("batch/0", ANSWER)
    claim.record("batch/1", ANSWER)

    job = jobs.find(job_id)
    assert (job.prompt_tokens, job.completion_tokens, job.cached_tokens) == (20, 8, 4)


def test_a_call_that_is_recorded_twice_counts_once_and_keeps_its_first_answer(jobs: Jobs, job_id: str) -> None:
    claim = claimed(jobs, job_id)

    claim.record("batch/0", ANSWER)
    claim.record("batch/0", {**ANSWER, "text": "another"})

    assert claim.recall() == {"batch/0": (ANSWER, "")}
    assert jobs.find(job_id).prompt_tokens == 10


def test_calls_are_recorded_from_many_threads(jobs: Jobs, job_id: str) -> None:
    claim = claimed(jobs, job_id)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: claim.record(f"batch/{n}", ANSWER), range(40)))

    assert len(claim.recall()) == 40
    assert jobs.find(job_id).prompt_tokens == 400


@pytest.mark.parametrize(
    "write",
    [
        lambda claim: claim.record("batch/0", ANSWER),
        lambda claim: claim.progress("summary", 1, 2, "so far", 50.0),
        lambda claim: claim.finish("minutes", {}),
        lambda claim: claim.fail("no model"),
    ],
    ids=["record", "progress", "finish", "fail"],
)
class TestFence:
    def test_an_old_claim_writes_nothing(self, jobs: Jobs, job_id: str, write) -> None:
        old = claimed(jobs, job_id)
        new = claimed(jobs, job_id)
        before = jobs.find(job_id)

        with pytest.raises(Superseded):
            write(old)

        assert jobs.find(job_id) == before
        assert new.recall() == {}

    def test_a_cancelled_job_takes_nothing_more(self, jobs: Jobs, job_id: str, write) -> None:
        claim = claimed(jobs, job_id)
        cancelled = jobs.cancel(job_id)

        with pytest.raises(Cancelled):
            write(claim)

        assert jobs.find(job_id) == cancelled


def test_progress_is_seen_by_others(jobs: Jobs, job_id: str) -> None:
    claimed(jobs, job_id).progress("summary", 3, 8, "Ada : bonjour", 37.5)

    job = jobs.find(job_id)
    assert (job.phase, job.done, job.total, job.percent, job.text) == ("summary", 3, 8, 37.5, "Ada : bonjour")


def test_a_finished_job_has_its_result_and_report(jobs: Jobs, job_id: str) -> None:
    claimed(jobs, job_id).finish("Ada : bonjour\0", {"turns": 2})

    job = jobs.find(job_id)
    assert (job.status, job.result, job.coverage, job.percent) == (Status.COMPLETE, "Ada : bonjour", {"turns": 2}, 100.0)
    assert job.finished is not None
    assert jobs.claim(job_id) is None


def test_finishing_again_after_a_lost_answer_is_no_error(jobs: Jobs, job_id: str) -> None:
    claim = claimed(jobs, job_id)
    claim.finish("minutes", {})

    claim.finish("minutes", {})

    assert jobs.find(job_id).result == "minutes"


def test_a_failed_job_says_why(jobs: Jobs, job_id: str) -> None:
    claimed(jobs, job_id).fail("the model server refused: no such model")

    job = jobs.find(job_id)
    assert (job.status, job.error) == (Status.ERROR, "the model server refused: no such model")


def test_what_is_settled_before_a_finished_call_stays_settled_for_every_later_worker(jobs: Jobs, job_id: str) -> None:
    first = claimed(jobs, job_id)
    first.settle("tokenizer", lambda: "package:mistral-v1")
    first.record("batch/0", ANSWER)
    first.settle("context", lambda: "4096")
    first.record("batch/1", ANSWER)
    second = claimed(jobs, job_id)
    second.record("batch/2", ANSWER)

    later = claimed(jobs, job_id)

    assert later.settle("tokenizer", lambda: "estimate") == "package:mistral-v1"
    assert later.settle("context", lambda: "0") == "4096"


def test_what_is_settled_before_any_call_is_finished_is_settled_anew_by_the_next_worker(jobs: Jobs, job_id: str) -> None:
    claimed(jobs, job_id).settle("context", lambda: "0")  # its server was away

    assert claimed(jobs, job_id).settle("context", lambda: "4096") == "4096"


def test_settling_happens_once_among_threads(jobs: Jobs, job_id: str) -> None:
    claim = claimed(jobs, job_id)
    made: list[str] = []

    def make() -> str:
        made.append(threading.current_thread().name)
        return made[-1]

    with ThreadPoolExecutor(8) as threads:
        told = list(threads.map(lambda _: claim.settle("tokenizer", make), range(16)))

    assert len(made) == 1
    assert set(told) == set(made)


def test_a_job_that_ends_its_worker_time_and_again_is_given_up(jobs: Jobs, job_id: str) -> None:
    for _ in range(MOST_CRASHES_IN_A_ROW):
        claimed(jobs, job_id)

    assert jobs.claim(job_id) is None

    assert "given up" in str(jobs.find(job_id).error)


def test_a_finished_call_or_a_release_forgives_earlier_ends(jobs: Jobs, job_id: str) -> None:
    for _ in range(MOST_CRASHES_IN_A_ROW - 1):
        claimed(jobs, job_id)
    claimed(jobs, job_id).record("batch/0", ANSWER)
    for _ in range(3 * MOST_CRASHES_IN_A_ROW):
        claimed(jobs, job_id).release()

    assert jobs.claim(job_id) is not None


def test_a_call_that_finishes_while_the_process_stops_is_kept_and_the_last(jobs: Jobs, job_id: str) -> None:
    claim = claimed(jobs, job_id)
    jobs.hand_back()

    with pytest.raises(Superseded):
        claim.record("batch/0", ANSWER)
    with pytest.raises(Superseded):
        claim.check()

    assert claim.recall() == {"batch/0": (ANSWER, "")}


def test_a_report_of_progress_shows_what_is_found_so_far(jobs: Jobs, job_id: str) -> None:
    claim = claimed(jobs, job_id)

    claim.progress("extract", 1, 2, "", 45.0, coverage={"minutes": {"items": [1]}})
    claim.progress("extract", 2, 2, "", 90.0)

    assert jobs.find(job_id).coverage == {"minutes": {"items": [1]}}


def test_a_result_keeps_its_report_while_the_job_runs_again(jobs: Jobs, job_id: str) -> None:
    claimed(jobs, job_id).finish("minutes", {"minutes": {"items": [1, 2]}})
    jobs.append(job_id, "Ada : one more thing")

    claimed(jobs, job_id).progress("extract", 1, 2, "", 45.0, coverage={"minutes": {"items": [1]}})

    assert jobs.find(job_id).coverage == {"minutes": {"items": [1, 2]}}
