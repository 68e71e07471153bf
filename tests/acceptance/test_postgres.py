"""Several workers on a real PostgreSQL: one dies for good, one freezes, the server is set up anew."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.engines.child import LAUNCHER
from app.jobs import Jobs, Status
from tests.acceptance.processes import eventually
from tests.fixtures.postgres import Postgres, postgres, postgres_url
from tests.jobs.orders import an_order

__all__ = ["postgres", "postgres_url"]

pytestmark = pytest.mark.acceptance

DIES_WITH_US = (sys.executable, "-IS", str(LAUNCHER), str(os.getpid()), sys.executable)
PROJECT = Path(__file__).parent.parent.parent
JOBS, CALLS, SECONDS = 6, 60, 0.3
TAKEOVER = 20.0  # seconds


@pytest.fixture
def jobs(postgres_url: str) -> Iterator[Jobs]:
    made = Jobs(postgres_url, pool=2)
    yield made
    made.close()


@pytest.fixture
def paid(tmp_path: Path) -> Path:
    """The file in which the models of all workers write down every call."""
    return tmp_path / "calls"


@contextmanager
def working(url: str, paid: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker in a process of its own, which is killed in the end."""
    process = subprocess.Popen([*DIES_WITH_US, "-m", "tests.jobs.working", url, str(paid), str(SECONDS)], cwd=PROJECT)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def calls(paid: Path) -> Counter[str]:
    return Counter(paid.read_text().splitlines()) if paid.exists() else Counter()


def submitted(jobs: Jobs) -> dict[str, str]:
    """Jobs of many calls, each with the result it must come to."""
    texts = ["\n".join(f"job {job} line {line}" for line in range(CALLS)) for job in range(JOBS)]
    return {jobs.submit(an_order(text=text)).id: text.upper() for text in texts}


Worker = subprocess.Popen[bytes]


def jobs_of(jobs: Jobs, worker: Worker) -> set[str]:
    """The jobs that *worker* took last."""
    return {job.id for job in jobs.list().jobs if str(job.worker).endswith(f"/{worker.pid}")}


def at_work(jobs: Jobs, paid: Path, workers: Sequence[Worker]) -> Worker:
    """The one of *workers* that has most jobs, once all jobs are under way."""
    eventually(lambda: calls(paid).total() >= 2 * JOBS, 60, what="the jobs are under way")
    return max(workers, key=lambda worker: len(jobs_of(jobs, worker)))


def all_complete(jobs: Jobs, expected: dict[str, str], seconds: float = 120.0) -> None:
    eventually(lambda: jobs.counts()[Status.COMPLETE] == len(expected), seconds, 0.1, "all jobs are complete")
    assert {job_id: jobs.find(job_id).result for job_id in expected} == expected


def test_a_worker_that_dies_for_good_is_taken_over_from_and_no_finished_call_is_made_again(
    jobs: Jobs, postgres_url: str, paid: Path
) -> None:
    with ExitStack() as stack:
        workers = [stack.enter_context(working(postgres_url, paid)) for _ in range(2)]
        expected = submitted(jobs)
        dying = at_work(jobs, paid, workers)

        dying.kill()
        died, orphans = time.monotonic(), len(jobs_of(jobs, dying))
        eventually(lambda: not jobs_of(jobs, dying), 60, what="the other worker has taken over")
        takeover = time.monotonic() - died
        all_complete(jobs, expected)

    repeated = calls(paid).total() - JOBS * CALLS
    print(f"takeover of {orphans} jobs after {takeover:.1f} s; {repeated} calls repeated")  # noqa: T201
    assert takeover < TAKEOVER
    assert repeated <= orphans  # those in flight when it died


def test_a_worker_that_freezes_and_comes_back_corrupts_nothing(jobs: Jobs, postgres_url: str, paid: Path) -> None:
    with ExitStack() as stack:
        workers = [stack.enter_context(working(postgres_url, paid)) for _ in range(2)]
        expected = submitted(jobs)
        frozen = at_work(jobs, paid, workers)

        os.kill(frozen.pid, signal.SIGSTOP)
        lost = len(jobs_of(jobs, frozen))
        # If it froze in the middle of a transaction, the server ends that after 60 s (`storage.postgres.ABANDONED`).
        eventually(lambda: not jobs_of(jobs, frozen), 100, what="the other worker has taken over")
        os.kill(frozen.pid, signal.SIGCONT)
        all_complete(jobs, expected)

    assert calls(paid).total() - JOBS * CALLS <= 2 * lost  # in flight when it froze, and when it learned that it was late
    assert all(jobs.find(job_id).prompt_tokens == 3 * CALLS for job_id in expected)


def test_a_server_that_is_set_up_anew_loses_no_job(jobs: Jobs, postgres: Postgres, postgres_url: str, paid: Path) -> None:
    with ExitStack() as stack:
        workers = [stack.enter_context(working(postgres_url, paid)) for _ in range(2)]
        expected = submitted(jobs)
        at_work(jobs, paid, workers)

        postgres.restart()
        all_complete(jobs, expected)

    assert calls(paid).total() - JOBS * CALLS <= 2 * JOBS


def test_many_processes_stay_under_the_connections_of_a_plain_server(postgres: Postgres, postgres_url: str, paid: Path) -> None:
    limit = int(postgres.run("SHOW max_connections")[0][0])
    with ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(working(postgres_url, paid))
        busy = Jobs(postgres_url, pool=2)
        stack.callback(busy.close)
        submitted(busy)
        name = sa.make_url(postgres_url).database
        most = 0
        while busy.counts()[Status.COMPLETE] < JOBS:
            seen = postgres.run(f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}'")[0][0]
            most = max(most, seen)
            time.sleep(0.2)

    print(f"3 workers and a web process: {most} connections")  # noqa: T201
    assert 0 < most <= 3 * 9 + 3
    assert limit - 10 > 6 * 9 + 6 * 3
