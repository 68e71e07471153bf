"""A rolling upgrade on PostgreSQL: today's release and tomorrow's side by side, on a database that tomorrow's has migrated.

Tomorrow's is a copy of today's with a migration, a field of orders and a key of flavors more."""

from __future__ import annotations

import os
import shutil
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.jobs import Job, Jobs
from tests.acceptance.processes import ROOT, Fake, Gateway, House, eventually, transcript
from tests.fixtures.postgres import postgres, postgres_url

__all__ = ["postgres", "postgres_url"]

pytestmark = pytest.mark.acceptance

TURNS = 24  # of a transcript: 12 calls
LATENCY = 0.25
MOST_JOBS = 50  # a worker has room for 16
MIGRATION = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{before}"


def upgrade() -> None:
    op.add_column("jobs", sa.Column("tomorrow", sa.Text, server_default="new"))
    op.create_table("tomorrows", sa.Column("id", sa.Integer, primary_key=True))
"""


@pytest.fixture(scope="module")
def tomorrow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("tomorrow")
    shutil.copytree(ROOT / "app", root / "app", ignore=shutil.ignore_patterns("__pycache__"))
    (root / "document").symlink_to(ROOT / "document")
    versions = root / "app" / "storage" / "migrations" / "versions"
    before = max(versions.glob("[0-9]*.py")).stem.partition("_")[0]
    (versions / "9999_tomorrow.py").write_text(MIGRATION.format(before=before), encoding="utf-8")
    insert(root / "app" / "orders.py", "    holder: str | None", '    tomorrow: str = "new"')
    insert(root / "app" / "manifests" / "model.py", "    priority: Annotated[int", "    tomorrow: bool = False")
    return root


def insert(file: Path, after: str, line: str) -> None:
    """Puts *line* behind the first one that begins with *after*."""
    lines = file.read_text(encoding="utf-8").splitlines()
    at = next(number for number, each in enumerate(lines) if each.startswith(after))
    file.write_text("\n".join([*lines[: at + 1], line, *lines[at + 1 :], ""]), encoding="utf-8")


@pytest.fixture
def jobs(postgres_url: str) -> Iterator[Jobs]:
    made = Jobs(postgres_url, pool=2)
    yield made
    made.close()


def worker(house: House, services: Path, fake: Fake, url: str, root: Path = ROOT) -> Gateway:
    return house.gateway(services, fake=fake, command="worker", root=root, DATABASE_URL=url, DRAIN_TIMEOUT="5")


def begin(made: Gateway, times: int = 1) -> None:
    made.process.begin()
    eventually(lambda: made.process.said.count("worker ready") >= times, 60, what="the worker is ready")


def web(house: House, services: Path, fake: Fake, url: str, root: Path = ROOT) -> Gateway:
    made = house.gateway(services, fake=fake, command="web", root=root, DATABASE_URL=url)
    made.start()
    return made


def taken_by(jobs: Jobs, made: Gateway) -> list[Job]:
    return [job for job in jobs.list(limit=MOST_JOBS).jobs if str(job.worker).endswith(f"/{made.process.pid}")]


def wait_until_taken(jobs: Jobs, accepted: list[str], *workers: Gateway) -> None:
    """Returns when the workers have all jobs, or each has one."""

    def is_so() -> bool:
        taken = [len(taken_by(jobs, each)) for each in workers]
        return all(taken) or sum(taken) == len(accepted)

    assert len(accepted) < MOST_JOBS
    eventually(is_so, 60, what="the jobs are taken")


def test_no_job_is_lost_while_today_and_tomorrow_work_side_by_side(
    house: House, services: Path, jobs: Jobs, postgres_url: str, tomorrow: Path
) -> None:
    fake = house.fake(latency=LATENCY)
    old_web, old = web(house, services, fake, postgres_url), worker(house, services, fake, postgres_url)
    begin(old)
    accepted = [old_web.submit("rolling", transcript(TURNS, f"old {n}")) for n in range(4)]
    fake.wait_for_calls(4)

    new = worker(house, services, fake, postgres_url, tomorrow)
    begin(new)
    new_web = web(house, services, fake, postgres_url, tomorrow)
    for number in range(4):
        accepted += [old_web.submit("rolling", transcript(TURNS, f"beside {number}"))]
        accepted += [new_web.submit("rolling", transcript(TURNS, f"new {number}"))]
    wait_until_taken(jobs, accepted, old, new)
    while not (taken_by(jobs, old) and taken_by(jobs, new)):  # one worker had room for all of them
        accepted += [new_web.submit("rolling", transcript(TURNS, f"more {len(accepted)}"))]
        wait_until_taken(jobs, accepted, old, new)
    os.kill(old.process.pid, signal.SIGKILL)
    old.process.wait()
    begin(old, 2)  # the release before can be started again on the database as it is now
    assert new.stop() == 0  # the upgrade is rolled back: what it has goes to today's
    eventually(lambda: taken_by(jobs, old), 60, what="today's works again")
    begin(new, 2)  # and forth again
    assert old.stop() == 0
    assert old_web.stop() == 0
    results = [new_web.end_of(job_id, 120) for job_id in accepted]

    assert [result["status"] for result in results] == ["complete"] * len(accepted)
    paid = Counter(call.prompt for call in fake.calls if call.outcome == "ok")
    assert len(paid) == sum(len(jobs.calls(job_id)) for job_id in accepted)
    repeated = paid.total() - len(paid)
    print(f"{repeated} of {paid.total()} calls were made again")  # noqa: T201
    assert repeated <= 16  # those in flight when it was killed
