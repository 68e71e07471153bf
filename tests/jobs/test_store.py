from __future__ import annotations

import logging
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.errors import JobNotFound, StoreError
from app.jobs import Claim, Jobs, Status, prepare, sqlite_url
from app.jobs.tables import contents, orders
from app.jobs.tables import jobs as jobs_table
from tests.jobs.orders import an_order


def number_of(jobs: Jobs, table: sa.Table | str) -> int:
    asked = sa.select(sa.func.count()).select_from(sa.text(table) if isinstance(table, str) else table)
    with jobs.database.reading() as connection:
        return int(connection.execute(asked).scalar_one())


def test_a_submitted_job_is_found_as_it_was_accepted(jobs: Jobs) -> None:
    accepted = jobs.submit(an_order(priority=3))

    found = jobs.find(accepted.id)

    assert found == accepted
    assert (found.status, found.flavor, found.priority, found.percent) == (Status.QUEUED, "mixtral", 3, 0.0)


def test_an_id_is_a_random_uuid(jobs: Jobs) -> None:
    assert UUID(jobs.submit(an_order()).id).version == 4


@pytest.mark.parametrize("content", ["é\u2028中 🎉 {x} %s \\", "\0 and \ud800 alone", "", "x" * 2_000_000])
def test_an_order_comes_back_to_the_last_character(jobs: Jobs, content: str) -> None:
    order = an_order(content=content, options={"speakers": ["Zoë", "\ud800"]})

    job = jobs.submit(order)

    assert jobs.order(job.id) == order


def test_a_text_that_came_twice_is_stored_once(jobs: Jobs) -> None:
    jobs.submit(an_order())
    jobs.submit(an_order(service="cred"))

    assert number_of(jobs, contents) == 1
    assert number_of(jobs, jobs_table) == 2


def test_nothing_is_stored_of_a_job_that_cannot_be_put_into_the_line(jobs: Jobs) -> None:
    jobs.submit(an_order())
    with jobs.database.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TRIGGER full BEFORE INSERT ON workflow_status BEGIN SELECT RAISE(FAIL, 'no'); END")

    with pytest.raises(StoreError):
        jobs.submit(an_order(content="another"))

    assert [number_of(jobs, table) for table in (jobs_table, orders, contents, "workflow_status")] == [1, 1, 1, 1]


def test_a_full_disk_accepts_nothing_and_says_so(jobs: Jobs) -> None:
    jobs.submit(an_order())
    with jobs.database.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    sa.event.listen(jobs.database.engine, "checkout", lambda raw, *_: raw.execute(f"PRAGMA max_page_count={pages}"))

    with pytest.raises(StoreError, match="disk is full"):
        jobs.submit(an_order(content="y" * 1_000_000))

    assert jobs.counts()[Status.QUEUED] == 1


def test_a_read_only_database_accepts_nothing_and_says_so(jobs: Jobs) -> None:
    sa.event.listen(jobs.database.engine, "checkout", lambda raw, *_: raw.execute("PRAGMA query_only=ON"))

    with pytest.raises(StoreError, match="cannot be written"):
        jobs.submit(an_order())


def test_a_database_that_was_never_prepared_is_named(tmp_path: Path) -> None:
    jobs = Jobs(sqlite_url(tmp_path / "empty.sqlite"))

    with pytest.raises(StoreError, match=r"empty\.sqlite.*not prepared"):
        jobs.submit(an_order())

    jobs.close()


def test_an_unknown_id_is_not_found(jobs: Jobs) -> None:
    with pytest.raises(JobNotFound, match="nobody does not exist"):
        jobs.find("nobody")
    with pytest.raises(JobNotFound):
        jobs.order("nobody")


def test_counts_name_every_status(jobs: Jobs) -> None:
    first, second, third, _ = (jobs.submit(an_order()).id for _ in range(4))
    _claimed(jobs, first).finish("minutes", {})
    _claimed(jobs, second).fail("no model")
    jobs.cancel(third)

    assert jobs.counts() == {"queued": 1, "processing": 0, "complete": 1, "error": 1, "cancelled": 1}


def _claimed(jobs: Jobs, job_id: str) -> Claim:
    claim = jobs.claim(job_id)
    assert claim is not None
    return claim


def test_many_threads_submit_at_once(jobs: Jobs) -> None:
    with ThreadPoolExecutor(4) as threads:
        accepted = list(threads.map(lambda n: jobs.submit(an_order(content=f"text {n}")), range(30)))

    assert len({job.id for job in accepted}) == 30
    assert jobs.counts()[Status.QUEUED] == 30


def test_a_cancelled_job_is_cancelled_at_once_and_for_good(jobs: Jobs) -> None:
    job = jobs.submit(an_order())

    assert jobs.cancel(job.id).status is Status.CANCELLED

    assert jobs.claim(job.id) is None


def test_a_complete_job_cannot_be_cancelled(jobs: Jobs) -> None:
    job = jobs.submit(an_order())
    _claimed(jobs, job.id).finish("minutes", {})

    assert jobs.cancel(job.id).status is Status.COMPLETE


def test_a_store_made_before_a_fork_works_on_both_sides(jobs: Jobs) -> None:
    jobs.submit(an_order())

    child = os.fork()
    if child == 0:
        try:
            jobs.submit(an_order(content="from the child"))
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    jobs.submit(an_order(content="from the parent"))

    assert jobs.counts()[Status.QUEUED] == 3


def test_nothing_of_a_transcript_is_in_the_log_or_in_an_error(jobs: Jobs, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with jobs.database.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TRIGGER no BEFORE INSERT ON orders BEGIN SELECT RAISE(FAIL, 'no'); END")

    with pytest.raises(StoreError) as caught:
        jobs.submit(an_order(content="a secret word", templates={"cra": "a secret word"}))

    assert "secret" not in f"{caught.value} {caught.value.__cause__} {caplog.text}"


def test_the_line_holds_ids_and_json_and_no_pickle(jobs: Jobs) -> None:
    job = jobs.submit(an_order())

    with jobs.database.reading() as connection:
        inputs = connection.execute(sa.text("SELECT inputs FROM workflow_input")).scalar_one()
        kept = connection.execute(sa.text("SELECT serialization, name, application_version FROM workflow_status")).one()

    assert inputs == f'{{"args": ["{job.id}"], "kwargs": {{}}}}'
    assert tuple(kept) == ("gateway_json", "carry", "1")  # changing one of these strands every job that waits


def test_preparing_again_keeps_the_jobs(jobs: Jobs, url: str) -> None:
    job = jobs.submit(an_order())

    prepare(url)

    assert jobs.find(job.id) == job
