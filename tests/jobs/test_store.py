from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil
import pytest
import sqlalchemy as sa

from app.errors import ContentChanged, IdempotencyConflict, JobConflict, JobNotFound, StoreError
from app.jobs import Claim, Jobs, Status
from app.jobs.contents import LARGE
from app.large_texts import PackedText
from app.storage import blobs
from app.storage.database import sqlite_url
from app.storage.schema import prepare
from app.storage.tables import contents, orders
from app.storage.tables import jobs as jobs_table
from tests.jobs.orders import an_order

MIB = 2**20

on_sqlite = pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # what is said in its own words


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


@pytest.mark.parametrize(
    "content", ["é\u2028中 🎉 {x} %s \\", "\0 and \ud800 alone", "", "x" * 2_000_000, "é\ud83d \0中🎉" * 400_001]
)
def test_an_order_comes_back_to_the_last_character(jobs: Jobs, content: str) -> None:
    order = an_order(text=content, options={"speakers": ["Zoë", "\ud800"]})

    job = jobs.submit(order)

    assert jobs.order(job.id) == order


@pytest.mark.parametrize("size", [0, LARGE, LARGE + 1, 2 * LARGE + 7])
def test_a_text_of_any_length_is_stored_as_its_bytes(jobs: Jobs, size: int) -> None:
    job = jobs.submit(an_order(text="é" * size))

    with jobs.database.reading() as connection:
        assert connection.scalar(sa.select(sa.type_coerce(contents.c.body, sa.LargeBinary))) == ("é" * size).encode()
    assert jobs.order(job.id).content == "é" * size


def test_a_claim_keeps_a_long_text_packed(jobs: Jobs) -> None:
    text = "Zoé : 中🎉\ud83d \0\n" * (LARGE // 10)
    short, long = (_claimed(jobs, jobs.submit(an_order(text=each)).id).order for each in ("Zoé : bonjour", text))

    assert (short.text, long.content) == ("Zoé : bonjour", text)
    assert isinstance(long.text, PackedText)


@on_sqlite
def test_a_long_text_that_is_deleted_between_two_looks_is_gone(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    job = jobs.submit(an_order(text="x" * 2 * LARGE))
    read = blobs.read

    def deleted_first(*asked: Any) -> Iterator[bytes]:
        with sqlite3.connect(str(jobs.database.file and jobs.database.file.path)) as other:
            other.execute("DELETE FROM orders")
            other.execute("DELETE FROM contents")
        return read(*asked)

    monkeypatch.setattr(blobs, "read", deleted_first)

    with pytest.raises(JobNotFound):
        jobs.order(job.id)


def test_a_long_text_that_came_twice_is_stored_once(jobs: Jobs) -> None:
    first, second = (jobs.submit(an_order(text="x" * 2 * LARGE)) for _ in range(2))

    assert number_of(jobs, contents) == 1
    assert jobs.order(first.id) == jobs.order(second.id)


def test_a_text_that_came_twice_is_stored_once(jobs: Jobs) -> None:
    jobs.submit(an_order())
    jobs.submit(an_order(service="cred"))

    assert number_of(jobs, contents) == 1
    assert number_of(jobs, jobs_table) == 2


@on_sqlite
def test_nothing_is_stored_of_a_job_that_cannot_be_put_into_the_line(jobs: Jobs) -> None:
    jobs.submit(an_order())
    with jobs.database.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TRIGGER full BEFORE INSERT ON workflow_status BEGIN SELECT RAISE(FAIL, 'no'); END")

    with pytest.raises(StoreError):
        jobs.submit(an_order(text="another"))

    assert [number_of(jobs, table) for table in (jobs_table, orders, contents, "workflow_status")] == [1, 1, 1, 1]


@on_sqlite
def test_a_full_disk_accepts_nothing_and_says_so(jobs: Jobs) -> None:
    jobs.submit(an_order())
    with jobs.database.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    sa.event.listen(jobs.database.engine, "checkout", lambda raw, *_: raw.execute(f"PRAGMA max_page_count={pages}"))

    with pytest.raises(StoreError, match="disk is full"):
        jobs.submit(an_order(text="y" * 1_000_000))

    assert jobs.counts()[Status.QUEUED] == 1


@on_sqlite
def test_a_read_only_database_accepts_nothing_and_says_so(jobs: Jobs) -> None:
    sa.event.listen(jobs.database.engine, "checkout", lambda raw, *_: raw.execute("PRAGMA query_only=ON"))

    with pytest.raises(StoreError, match="cannot be written"):
        jobs.submit(an_order())


def test_a_database_that_was_never_prepared_is_named(tmp_path: Path) -> None:
    jobs = Jobs(sqlite_url(tmp_path / "empty.sqlite"))

    with pytest.raises(StoreError, match=r"not prepared"):
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
        accepted = list(threads.map(lambda n: jobs.submit(an_order(text=f"text {n}")), range(30)))

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
            jobs.submit(an_order(text="from the child"))
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    jobs.submit(an_order(text="from the parent"))

    assert jobs.counts()[Status.QUEUED] == 3


@on_sqlite
def test_nothing_of_a_transcript_is_in_the_log_or_in_an_error(jobs: Jobs, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with jobs.database.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TRIGGER no BEFORE INSERT ON orders BEGIN SELECT RAISE(FAIL, 'no'); END")

    with pytest.raises(StoreError) as caught:
        jobs.submit(an_order(text="a secret word", templates={"cra": "a secret word"}))

    assert "secret" not in f"{caught.value} {caught.value.__cause__} {caplog.text}"


@on_sqlite
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


def test_a_failed_job_is_tried_again_from_its_last_finished_call(jobs: Jobs) -> None:
    job = jobs.submit(an_order())
    claim = _claimed(jobs, job.id)
    claim.record("batch/0", {"text": "bonjour"})
    claim.fail("no model")

    again = jobs.retry(job.id)

    assert (again.status, again.error, again.finished) == (Status.QUEUED, None, None)
    assert _claimed(jobs, job.id).recall()["batch/0"].answer == {"text": "bonjour"}


@on_sqlite
def test_a_cancelled_job_is_tried_again_and_can_be_cancelled_again(jobs: Jobs) -> None:
    job = jobs.submit(an_order())
    jobs.cancel(job.id)

    jobs.retry(job.id)
    cancelled = jobs.cancel(job.id)

    assert cancelled.status is Status.CANCELLED
    with jobs.database.reading() as connection:
        states = connection.execute(sa.text("SELECT workflow_uuid, status FROM workflow_status ORDER BY 1")).all()
    assert [tuple(state) for state in states] == [(job.id, "CANCELLED"), (f"{job.id}.1", "CANCELLED")]


@pytest.mark.parametrize("finished", [True, False])
def test_a_job_that_has_not_failed_is_not_tried_again(jobs: Jobs, finished: bool) -> None:
    job = jobs.submit(an_order())
    if finished:
        _claimed(jobs, job.id).finish("minutes", {})

    with pytest.raises(JobConflict, match="only a failed or cancelled job"):
        jobs.retry(job.id)


def test_a_job_that_does_not_exist_is_neither_tried_again_nor_added_to(jobs: Jobs) -> None:
    with pytest.raises(JobNotFound):
        jobs.retry("nobody")
    with pytest.raises(JobNotFound):
        jobs.append("nobody", "Ada : salut")


def test_what_is_added_to_a_waiting_job_is_worked_on_with_the_rest(jobs: Jobs) -> None:
    job = jobs.submit(an_order(text="Ada : bonjour\n"))

    grown = jobs.append(job.id, "Bob : salut")

    assert grown.status is Status.QUEUED
    assert jobs.order(job.id).content == "Ada : bonjour\nBob : salut"


def test_a_complete_job_that_is_added_to_begins_again(jobs: Jobs) -> None:
    job = jobs.submit(an_order(text="Ada : bonjour"))
    _claimed(jobs, job.id).finish("minutes", {})

    grown = jobs.append(job.id, "Bob : salut")

    assert (grown.status, grown.result) == (Status.QUEUED, "minutes")
    assert _claimed(jobs, job.id).order.content == "Ada : bonjour\nBob : salut"


def test_a_running_job_that_is_added_to_cannot_end_without_it(jobs: Jobs) -> None:
    job = jobs.submit(an_order(text="Ada : bonjour"))
    claim = _claimed(jobs, job.id)
    jobs.append(job.id, "Bob : salut")

    with pytest.raises(ContentChanged):
        claim.finish("minutes", {})

    assert jobs.find(job.id).status is Status.PROCESSING


def test_a_running_job_hears_after_its_next_call_that_it_was_added_to_and_keeps_the_call(jobs: Jobs) -> None:
    job = jobs.submit(an_order(text="Ada : bonjour"))
    claim = _claimed(jobs, job.id)
    jobs.append(job.id, "Bob : salut")

    with pytest.raises(ContentChanged):
        claim.record("batch/0", {"text": "bonjour", "prompt_tokens": 5})

    assert (list(_claimed(jobs, job.id).recall()), jobs.find(job.id).prompt_tokens) == (["batch/0"], 5)


def test_a_cancelled_job_is_not_added_to(jobs: Jobs) -> None:
    job = jobs.submit(an_order(text="Ada : bonjour"))
    jobs.cancel(job.id)

    with pytest.raises(JobConflict, match="cancelled"):
        jobs.append(job.id, "Bob : salut")

    assert jobs.order(job.id).content == "Ada : bonjour"


def test_texts_that_are_added_at_once_are_all_there(jobs: Jobs) -> None:
    job = jobs.submit(an_order(text="Ada : bonjour"))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda n: jobs.append(job.id, f"Bob : {n}"), range(8)))

    assert sorted(jobs.order(job.id).content.split("\n")[1:]) == [f"Bob : {n}" for n in range(8)]


def test_what_is_added_twice_under_one_key_is_there_once(jobs: Jobs) -> None:
    job = jobs.submit(an_order(text="Ada : bonjour"))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: jobs.append(job.id, "Bob : salut", key="k1"), range(8)))
    jobs.append(job.id, "Bob : salut", key="k2")

    assert jobs.order(job.id).content == "Ada : bonjour\nBob : salut\nBob : salut"


def test_another_text_under_the_same_key_is_refused(jobs: Jobs) -> None:
    job = jobs.submit(an_order(text="Ada : bonjour"))
    jobs.append(job.id, "Bob : salut", key="k1")

    with pytest.raises(IdempotencyConflict):
        jobs.append(job.id, "Bob : bonsoir", key="k1")

    assert jobs.order(job.id).content == "Ada : bonjour\nBob : salut"


def test_a_key_is_one_job_s(jobs: Jobs) -> None:
    for service in ("cra", "cred"):
        job = jobs.submit(an_order(text="Ada : bonjour", service=service))

        jobs.append(job.id, "Bob : salut", key="k1")

        assert jobs.order(job.id).content == "Ada : bonjour\nBob : salut"


def test_what_could_not_be_added_may_be_sent_again_under_its_key(jobs: Jobs) -> None:
    job = jobs.submit(an_order(text="Ada : bonjour"))
    jobs.cancel(job.id)
    with pytest.raises(JobConflict):
        jobs.append(job.id, "Bob : salut", key="k1")
    jobs.retry(job.id)

    jobs.append(job.id, "Bob : salut", key="k1")

    assert jobs.order(job.id).content == "Ada : bonjour\nBob : salut"


@on_sqlite
def test_a_long_text_does_not_stay_in_memory(jobs: Jobs) -> None:
    jobs.submit(an_order(text="short"))
    before = resident()

    jobs.submit(an_order(text=64 * MIB * "x"))

    assert resident() - before < 32 * MIB


def resident() -> int:
    """The memory of this process, in bytes."""
    return psutil.Process().memory_info().rss
