from __future__ import annotations

from collections import Counter

import pytest
import sqlalchemy as sa

from app.jobs import Jobs, Status
from app.jobs.retention import Sweeper
from app.jobs.stats import compact, stats
from app.storage.tables import job_counts
from tests.jobs.orders import an_order


def test_an_empty_database_has_nothing_to_tell(jobs: Jobs) -> None:
    found = stats(jobs.database)

    assert found.standings == ()
    assert found.counts == dict.fromkeys(Status, 0)
    assert (found.conversations, found.workers) == (0, 0)


def test_open_jobs_are_told_by_service_flavor_backend_and_status(jobs: Jobs) -> None:
    first = jobs.submit(an_order())
    jobs.submit(an_order())
    jobs.claim(first.id)

    found = stats(jobs.database)

    told = {(each.service, each.flavor, each.backend, each.status): each.number for each in found.standings}
    mark = (first.service, first.flavor, first.backend)
    assert told == {(*mark, Status.QUEUED): 1, (*mark, Status.PROCESSING): 1}
    assert all(0 <= each.oldest < 60 for each in found.standings)


def test_a_job_that_has_ended_is_counted_and_stands_nowhere(jobs: Jobs) -> None:
    jobs.cancel(jobs.submit(an_order()).id)

    found = stats(jobs.database)

    assert found.standings == ()
    assert found.counts[Status.CANCELLED] == 1


def counted(jobs: Jobs, holder: str | None = None) -> dict[Status, int]:
    """The numbers of jobs, one by one."""
    found = Counter(job.status for job in jobs.list(limit=500, holder=holder).jobs)
    return {status: found[status] for status in Status}


def test_counts_are_those_of_the_jobs_whatever_happens_to_them(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    accepted = [jobs.submit(an_order(holder=holder)).id for holder in ("ada", "bob", None) for _ in range(4)]
    for job_id in accepted[::4]:
        jobs.cancel(job_id)
    claim = jobs.claim(accepted[1])
    assert claim is not None
    claim.finish("minutes", {})
    jobs.retry(accepted[0])
    Sweeper(jobs, keep_seconds=0, most_bytes=1, settling=-60).sweep()

    assert jobs.counts() == counted(jobs)
    assert jobs.counts(holder="ada") == counted(jobs, "ada")
    monkeypatch.setattr("app.jobs.stats.MOST_ROWS", 5)
    compact(jobs.database)
    assert jobs.counts() == counted(jobs)
    assert jobs.counts(holder="bob") == counted(jobs, "bob")
    with jobs.database.reading() as connection:
        assert (connection.scalar(sa.select(sa.func.count()).select_from(job_counts)) or 0) <= 12
