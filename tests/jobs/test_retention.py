from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.errors import StoreError
from app.jobs import Jobs, Status
from app.jobs.queue.consumer import QueueConsumer
from app.jobs.retention import Sweeper
from app.storage.clock import DatabaseClock
from app.storage.database import sqlite_file
from app.storage.tables import calls, contents, orders
from app.storage.tables import jobs as jobs_table
from tests.jobs.orders import an_order

on_sqlite = pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # what is said in its own words

DAY = 86_400.0


def ended(jobs: Jobs, days_ago: float, **order: object) -> str:
    """A complete job with a call."""
    job = jobs.submit(an_order(**order))
    claim = jobs.claim(job.id)
    assert claim is not None
    claim.record("batch/0", {"text": "bonjour"})
    claim.finish("minutes", {})
    moment = datetime.now(UTC) - timedelta(days=days_ago)
    with jobs.database.engine.begin() as connection:
        connection.execute(sa.update(jobs_table).where(jobs_table.c.id == job.id).values(finished=moment))
    return job.id


def swept(jobs: Jobs, *, keep_seconds: float, most_bytes: int) -> int:
    """How many jobs go, once the clock was looked at twice."""
    sweeper = Sweeper(jobs, keep_seconds=keep_seconds, most_bytes=most_bytes)
    return sweeper.sweep() + sweeper.sweep()


def left(jobs: Jobs) -> dict[str, int]:
    """How many rows each table has."""
    engine = "workflow_status" if jobs.database.engine.dialect.name == "sqlite" else "dbos.workflow_status"
    tables = {**{table.name: table.name for table in (jobs_table, orders, contents, calls)}, "turns": engine}
    with jobs.database.reading() as connection:
        return {
            name: connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one() for name, table in tables.items()
        }


def ids(jobs: Jobs) -> set[str]:
    return {job.id for job in jobs.list().jobs}


def test_a_job_goes_with_all_that_belongs_to_it(jobs: Jobs) -> None:
    job_id = ended(jobs, 40)
    kept = ended(jobs, 20, text="another")

    gone = swept(jobs, keep_seconds=30 * DAY, most_bytes=0)

    assert (gone, ids(jobs)) == (1, {kept})
    assert job_id != kept
    assert left(jobs) == {"jobs": 1, "orders": 1, "contents": 1, "calls": 1, "turns": 1}


def test_every_turn_of_a_job_that_was_tried_again_goes(jobs: Jobs) -> None:
    job = jobs.submit(an_order())
    jobs.cancel(job.id)
    jobs.retry(job.id)
    jobs.cancel(job.id)

    swept(jobs, keep_seconds=0.001, most_bytes=0)

    assert left(jobs) == {"jobs": 0, "orders": 0, "contents": 0, "calls": 0, "turns": 0}


def test_a_job_that_was_added_to_leaves_no_earlier_text_behind(jobs: Jobs) -> None:
    job_id = ended(jobs, 40, text="Ada : bonjour")
    other = jobs.submit(an_order(text="Ada : bonjour\nBob : salut"))  # the same text as the job has in between
    for word in ("salut", "au revoir"):
        jobs.append(job_id, f"Bob : {word}")
    jobs.cancel(job_id)

    jobs.delete(job_id)

    assert left(jobs) == {"jobs": 1, "orders": 1, "contents": 1, "calls": 0, "turns": 1}
    assert jobs.order(other.id).content == "Ada : bonjour\nBob : salut"


def test_a_text_that_another_job_needs_stays(jobs: Jobs) -> None:
    ended(jobs, 40)
    kept = ended(jobs, 20)

    swept(jobs, keep_seconds=30 * DAY, most_bytes=0)

    assert jobs.order(kept).content == an_order().content


def test_a_job_that_has_not_ended_stays_however_old_and_large(jobs: Jobs) -> None:
    queued, running = jobs.submit(an_order()), jobs.submit(an_order())
    jobs.claim(running.id)
    with jobs.database.engine.begin() as connection:
        connection.execute(sa.update(jobs_table).values(created=datetime.now(UTC) - timedelta(days=400)))

    gone = swept(jobs, keep_seconds=1, most_bytes=1)

    assert (gone, ids(jobs)) == (0, {queued.id, running.id})


def test_nothing_goes_where_nothing_is_to_go(jobs: Jobs) -> None:
    ended(jobs, 4000)

    assert swept(jobs, keep_seconds=0, most_bytes=0) == 0


def test_the_oldest_go_first_where_there_are_too_many_bytes(jobs: Jobs) -> None:
    text = random.Random(1)
    accepted = [ended(jobs, 300 - n, text=text.randbytes(20_000).hex()) for n in range(120)]
    most = 3_500_000

    swept(jobs, keep_seconds=0, most_bytes=most)

    kept = ids(jobs) | {job.id for job in jobs.list(limit=500).jobs}
    assert 0 < len(kept) < 120
    assert kept == set(accepted[-len(kept) :])


@on_sqlite
def test_the_file_shrinks(jobs: Jobs) -> None:
    file = sqlite_file(jobs.database.url)
    assert file is not None
    for n in range(30):
        ended(jobs, 300, text=random.Random(n).randbytes(100_000).hex())
    _checkpoint(jobs)
    before = file.stat().st_size

    swept(jobs, keep_seconds=DAY, most_bytes=0)

    _checkpoint(jobs)
    assert before > 6_000_000
    assert file.stat().st_size < before / 4


def _checkpoint(jobs: Jobs) -> None:
    with jobs.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


@on_sqlite
def test_many_small_jobs_stay_under_a_cap_and_nobody_meets_a_lock(jobs: Jobs, work: Callable[..., QueueConsumer]) -> None:
    most, number, troubles = 4_000_000, 400, []

    def carry_out(job_id: str) -> None:
        claim = jobs.claim(job_id)
        assert claim is not None
        claim.finish("minutes", {})

    def write(first: int) -> None:
        for n in range(first, number, 8):
            try:
                job = jobs.submit(an_order(text=random.Random(n).randbytes(4_000).hex()))
                while not all(seen.status.final for seen in jobs.changes({job.id: -1})):  # it may be deleted already
                    time.sleep(0.02)
            except StoreError as error:
                troubles.append(error)

    work(carry_out, {"vLLM": 8})
    sweeper = _Impatient(jobs, most)
    sweeper.start()
    writers = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for writer in writers:
        writer.start()
    largest = _largest_while(writers, jobs)
    sweeper.stop()

    assert troubles == []
    assert largest < most


def _largest_while(writers: list[threading.Thread], jobs: Jobs) -> int:
    """The largest size that the file has while somebody writes, or jobs are still under way."""
    file, largest = sqlite_file(jobs.database.url), 0
    assert file is not None
    while any(writer.is_alive() for writer in writers) or jobs.counts()[Status.QUEUED]:
        largest = max(largest, Path(file).stat().st_size)
        time.sleep(0.05)
    return largest


class _Impatient(Sweeper):
    """Looks more often, and takes a job for settled at once."""

    def __init__(self, jobs: Jobs, most_bytes: int) -> None:
        super().__init__(jobs, keep_seconds=0, most_bytes=most_bytes, settling=1.0, look_seconds=0.2)


class Clocks:
    """The database's clock and the time that really passes."""

    def __init__(self) -> None:
        self.now, self.passed = time.time(), 0.0

    def pass_(self, seconds: float) -> None:
        self.now += seconds
        self.passed += seconds


def sweeper_by(jobs: Jobs, clocks: Clocks, keep_seconds: float) -> Sweeper:
    clock = DatabaseClock(jobs.database, keep_seconds, read=lambda: clocks.now, monotonic=lambda: clocks.passed)
    return Sweeper(jobs, keep_seconds=keep_seconds, most_bytes=0, clock=clock)


@pytest.mark.parametrize("jump", [DAY, 365 * DAY, -DAY])
def test_a_clock_that_jumps_deletes_no_result_before_its_time(
    jobs: Jobs, jump: float, caplog: pytest.LogCaptureFixture
) -> None:
    ended(jobs, 0)
    clocks = Clocks()
    sweeper = sweeper_by(jobs, clocks, 3600)
    sweeper.sweep()

    clocks.pass_(2)
    clocks.now += jump
    gone = sweeper.sweep()
    for _ in range(10):
        clocks.pass_(350)
        gone += sweeper.sweep()

    assert gone == 0
    assert caplog.text.count("clock jumped") == 1


def test_a_clock_that_jumped_is_trusted_again_once_every_result_was_kept_long_enough(jobs: Jobs) -> None:
    ended(jobs, 0)
    clocks = Clocks()
    sweeper = sweeper_by(jobs, clocks, 3600)
    sweeper.sweep()
    clocks.now += DAY
    sweeper.sweep()

    clocks.pass_(3601)

    assert sweeper.sweep() == 1


def test_the_database_has_a_clock_of_its_own(jobs: Jobs) -> None:
    clock = DatabaseClock(jobs.database, 60)
    first = clock.look()

    second = clock.look()

    assert first is None
    assert second is not None
    assert abs((second - datetime.now(UTC)).total_seconds()) < 60


@pytest.mark.parametrize("cancelled", [False, True])
def test_a_job_never_ends_before_its_start(jobs: Jobs, cancelled: bool) -> None:
    job = jobs.submit(an_order())
    claim = jobs.claim(job.id)
    assert claim is not None
    future = datetime.now(UTC) + timedelta(days=1)
    with jobs.database.engine.begin() as connection:  # as if the clock was a day ahead when it started
        connection.execute(sa.update(jobs_table).where(jobs_table.c.id == job.id).values(started=future))

    if cancelled:
        jobs.cancel(job.id)
    else:
        claim.finish("minutes", {})

    seen = jobs.find(job.id)
    assert seen.started is not None
    assert seen.finished is not None
    assert seen.finished >= seen.started
