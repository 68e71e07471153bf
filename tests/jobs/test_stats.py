from __future__ import annotations

from app.jobs import Jobs, Status
from app.jobs.stats import stats
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
