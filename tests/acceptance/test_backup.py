"""A backup in the middle of the work, and its restoration, by the commands of document/operations.md."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.jobs import Jobs
from app.storage.database import sqlite_url
from tests.acceptance.processes import ROOT, Fake, Gateway, House, transcript
from tests.fixtures.postgres import Postgres, postgres

__all__ = ["postgres"]

pytestmark = pytest.mark.acceptance

DATABASE = "gateway"  # its name in the document
LATENCY = 0.2
CALLS_BEFORE_THE_BACKUP = 12


@pytest.fixture
def server(postgres: Postgres) -> Iterator[str]:
    """The URL of the database that the document speaks of."""
    yield postgres.create(DATABASE)
    postgres.run(f"DROP DATABASE {DATABASE} WITH (FORCE)")


def told(beginning: str) -> str:
    """The command of the document that begins so."""
    document = (ROOT / "document" / "operations.md").read_text(encoding="utf-8")
    return str(re.findall(rf"^ *({re.escape(beginning)}.*)$", document, re.MULTILINE)[0])


def carry_out(command: str, folder: Path, url: str, postgres: Postgres | None = None) -> None:
    variables = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    if postgres is not None:
        at = sa.make_url(url)
        variables = {"PATH": f"{postgres.programs}:{os.environ['PATH']}", "PGUSER": at.username or "", "PGDATABASE": "postgres"}
        variables |= {"PGHOST": str(at.host or at.query["host"])}
    done = subprocess.run(command, shell=True, cwd=folder, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def upgrade(url: str) -> None:
    """What a later release adds to the database."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE tomorrows (id INTEGER PRIMARY KEY, job VARCHAR(36) REFERENCES jobs (id))")
        connection.exec_driver_sql("UPDATE gateway_version SET version_num = '9999'")
        connection.exec_driver_sql("UPDATE gateway_ready SET mark = '9999_tomorrow'")
    engine.dispose()


def goes_on(gateway: Gateway, fake: Fake, url: str, commands: tuple[str, str], postgres: Postgres | None = None) -> None:
    """Jobs of the backup end as they did the first time, with only those calls made again that the backup has not. The
    *commands* make the backup and restore it."""
    backup, restore = commands
    gateway.start()
    over = gateway.submit("rolling", transcript(4, "the past"))
    before = gateway.end_of(over)
    accepted = [gateway.submit("rolling", transcript(30)), gateway.submit("mapped", transcript(60, "the roof"))]
    accepted += [gateway.submit("mapped", transcript(60, f"waiting {number}")) for number in range(4)]
    fake.wait_for_calls(CALLS_BEFORE_THE_BACKUP)
    carry_out(backup, gateway.folder, url, postgres)
    later = gateway.submit("rolling", transcript(4, "what comes later"))
    first = [gateway.end_of(job) for job in (*accepted, later)][:-1]
    assert gateway.stop() == 0
    upgrade(url)
    made = fake.calls

    carry_out(restore, gateway.folder, url, postgres)
    jobs = Jobs(url, pool=1)
    kept = sum(len(jobs.calls(job)) for job in (over, *accepted))
    jobs.close()
    gateway.start()
    second = [gateway.end_of(job) for job in accepted]
    again = Counter(call.prompt for call in fake.calls[len(made) :])

    assert Counter(result["status"] for result in second) == {"complete": len(accepted)}
    assert second == first
    assert gateway.result(over) == before
    assert gateway.ask("GET", f"/results/{later}").status == 404
    assert max(again.values()) == 1
    assert len(again) == len({call.prompt for call in made if "comes later" not in call.prompt}) - kept
    counted = gateway.ask("GET", "/health").body["jobs"]
    assert (counted["complete"], counted["processing"]) == (len(accepted) + 1, 0)
    assert gateway.stop() == 0


def test_a_file_is_restored_and_its_jobs_go_on(house: House, services: Path) -> None:
    fake = house.fake(latency=LATENCY)
    gateway = house.gateway(services, fake=fake)

    goes_on(gateway, fake, sqlite_url(gateway.database), (told("python3 -c"), told("rm -f results.sqlite-wal")))


def test_a_database_of_a_server_is_restored_and_its_jobs_go_on(
    house: House, services: Path, server: str, postgres: Postgres
) -> None:
    fake = house.fake(latency=LATENCY)
    gateway = house.gateway(services, fake=fake, DATABASE_URL=server)

    goes_on(gateway, fake, server, (told("pg_dump"), told("dropdb")), postgres)
