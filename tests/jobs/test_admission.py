from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.errors import IdempotencyConflict, QueueFull
from app.jobs import Jobs
from app.storage.tables import jobs as jobs_table
from tests.jobs.orders import an_order


def test_the_same_request_under_the_same_key_is_one_job(jobs: Jobs) -> None:
    first = jobs.submit(an_order(), key="k", fingerprint="f")

    again = jobs.submit(an_order(), key="k", fingerprint="f")

    assert again.id == first.id
    assert len(jobs.list().jobs) == 1


def test_another_request_under_the_same_key_is_refused_and_not_stored(jobs: Jobs) -> None:
    jobs.submit(an_order(), key="k", fingerprint="f")

    with pytest.raises(IdempotencyConflict, match="'k'"):
        jobs.submit(an_order(text="another"), key="k", fingerprint="g")

    assert len(jobs.list().jobs) == 1


def test_requests_without_a_key_are_jobs_of_their_own(jobs: Jobs) -> None:
    assert jobs.submit(an_order()).id != jobs.submit(an_order()).id


def test_a_key_that_many_send_at_once_is_one_job(jobs: Jobs) -> None:
    with ThreadPoolExecutor(8) as threads:
        accepted = {job.id for job in threads.map(lambda _: jobs.submit(an_order(), key="k", fingerprint="f"), range(16))}

    assert len(accepted) == 1


def test_a_full_queue_accepts_nothing_more_until_a_job_leaves_it(jobs: Jobs, url: str) -> None:
    full = Jobs(url, most_queued=2)
    waiting = [full.submit(an_order()).id for _ in range(2)]

    with pytest.raises(QueueFull, match="2 jobs wait"):
        full.submit(an_order())

    full.claim(waiting[0])
    full.submit(an_order())
    full.close()


def test_a_request_that_was_accepted_before_is_told_so_even_when_the_queue_is_full(url: str) -> None:
    full = Jobs(url, most_queued=1)
    first = full.submit(an_order(), key="k", fingerprint="f")

    again = full.submit(an_order(), key="k", fingerprint="f")

    full.close()
    assert again.id == first.id


def test_when_to_come_back_follows_the_pace_of_the_last_minutes(url: str) -> None:
    full = Jobs(url, most_queued=1)
    for _ in range(3):
        claim = full.claim(full.submit(an_order()).id)
        assert claim is not None
        claim.finish("minutes", {})
    with full.database.engine.begin() as connection:  # as if the first of three had begun a minute ago
        connection.execute(sa.update(jobs_table).values(started=datetime.now(UTC) - timedelta(minutes=1)))
    full.submit(an_order())

    with pytest.raises(QueueFull) as caught:
        full.submit(an_order())

    full.close()
    assert 20 <= caught.value.retry_after <= 25
