from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest

from app.errors import BadParameter, JobNotFound
from app.jobs import Claim, Jobs, Status
from tests.jobs.orders import an_order

ANSWER = {
    "text": "bonjour",
    "finish_reason": "stop",
    "prompt_tokens": 10,
    "completion_tokens": 4,
    "seconds": 0.5,
    "attempts": 2,
}


def written(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


def claimed(jobs: Jobs, job_id: str) -> Claim:
    claim = jobs.claim(job_id)
    assert claim is not None
    return claim


def test_pages_hold_every_job_once_the_newest_first(jobs: Jobs) -> None:
    accepted = [jobs.submit(an_order()).id for _ in range(5)]

    first = jobs.list(limit=2)
    second = jobs.list(limit=2, cursor=first.next_cursor)
    last = jobs.list(limit=2, cursor=second.next_cursor)

    assert [job.id for page in (first, second, last) for job in page.jobs] == accepted[::-1]
    assert last.next_cursor is None


def test_jobs_that_come_meanwhile_move_no_page(jobs: Jobs) -> None:
    accepted = [jobs.submit(an_order()).id for _ in range(3)]
    first = jobs.list(limit=2)

    jobs.submit(an_order())

    assert [job.id for job in jobs.list(limit=2, cursor=first.next_cursor).jobs] == accepted[:1]


def test_a_list_can_be_narrowed(jobs: Jobs) -> None:
    cra, cred = jobs.submit(an_order()), jobs.submit(an_order(service="cred"))
    jobs.cancel(cred.id)
    now, hour = datetime.now(UTC), timedelta(hours=1)

    assert [job.id for job in jobs.list(service="cra").jobs] == [cra.id]
    assert [job.id for job in jobs.list(status=Status.CANCELLED).jobs] == [cred.id]
    assert jobs.list(after=now + hour).jobs == jobs.list(before=now - hour).jobs == ()
    assert len(jobs.list(after=now - hour, before=now + hour).jobs) == 2


def test_a_list_holds_no_texts(jobs: Jobs) -> None:
    job = jobs.submit(an_order())
    claimed(jobs, job.id).finish("minutes", {"turns": 2})

    (listed,) = jobs.list().jobs

    assert (listed.status, listed.result, listed.coverage) == (Status.COMPLETE, None, {})


@pytest.mark.parametrize(
    "cursor",
    [
        "nonsense",
        "W10",
        "bnVsbA",
        "é",
        written("[" * 4000),
        written('{"2026-01-01T00:00:00+00:00": 1, "x": 2}'),
        written('["0001-01-01", "x"]'),
        written('["2026-01-01T00:00:00+00:00", "\\ud800"]'),
        written('["2026-01-01T00:00:00+00:00", "\\u0000"]'),
    ],
)
def test_a_cursor_that_is_none_of_ours_is_refused(jobs: Jobs, cursor: str) -> None:
    with pytest.raises(BadParameter, match="cursor"):
        jobs.list(cursor=cursor)


def test_the_finished_calls_of_a_job_are_told_without_their_texts(jobs: Jobs) -> None:
    job = jobs.submit(an_order())
    claimed(jobs, job.id).record("batch/0", ANSWER)

    (call,) = jobs.calls(job.id)

    assert (call.step, call.prompt_tokens, call.completion_tokens, call.seconds, call.attempts) == ("batch/0", 10, 4, 0.5, 2)
    assert "bonjour" not in str(call)
    with pytest.raises(JobNotFound):
        jobs.calls("nobody")


def test_every_change_that_others_can_see_is_told_once(jobs: Jobs) -> None:
    job, other = jobs.submit(an_order()), jobs.submit(an_order())
    seen = {job.id: -1, other.id: other.version, "nobody": 3}
    changes = []

    def look() -> None:
        for changed in jobs.changes(seen):
            seen[changed.id] = changed.version
            changes.append((changed.id == job.id, changed.status, changed.done))

    look()
    claim = claimed(jobs, job.id)
    look()
    look()
    claim.progress("summary", 1, 2, "so far", 50.0)
    look()
    claim.finish("minutes", {})
    look()

    assert changes == [
        (True, Status.QUEUED, 0),
        (True, Status.PROCESSING, 0),
        (True, Status.PROCESSING, 1),
        (True, Status.COMPLETE, 2),
    ]


def test_versions_only_grow(jobs: Jobs) -> None:
    job = jobs.submit(an_order())
    versions = [job.version]

    claim = claimed(jobs, job.id)
    versions.append(jobs.find(job.id).version)
    claim.record("batch/0", ANSWER)
    versions.append(jobs.find(job.id).version)
    versions.extend([jobs.cancel(job.id).version, jobs.retry(job.id).version])

    assert versions == sorted(set(versions))
