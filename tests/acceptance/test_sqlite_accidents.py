"""What happens to a SQLite file while the gateway runs: deleted, replaced, locked, full, read-only."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from http.client import HTTPException
from pathlib import Path

import pytest

from app.storage.sqlite_file import LOOK_SECONDS
from tests.acceptance.processes import Fake, Gateway, House, ask, eventually, transcript

pytestmark = pytest.mark.acceptance

MISCONFIGURED = 78  # EX_CONFIG of sysexits.h
BY_FAR = 30.0  # seconds; the promise is 5, and this machine may be busy
OWN_MOUNTS = ("unshare", "--mount") if os.geteuid() == 0 else ("unshare", "--mount", "--map-root-user")


@pytest.fixture
def fake(house: House) -> Fake:
    return house.fake()


@pytest.fixture
def gateway(house: House, services: Path, fake: Fake) -> Gateway:
    made = house.gateway(services, fake=fake)
    made.start()
    return made


def between_looks(start: float) -> None:
    """Waits until the processes that began at *start* have just looked at their file, and look again half a second later."""
    time.sleep((start + LOOK_SECONDS / 2 - time.monotonic()) % LOOK_SECONDS)


def submit(gateway: Gateway, number: int) -> tuple[int, str]:
    """The status of one request, and the id of its job; status 0 if there was no answer."""
    body = {"content": transcript(2, f"point {number}"), "flavor": "f"}
    with suppress(OSError, HTTPException):
        reply = ask(gateway.port, "POST", "/services/mapped/generate", body, timeout=BY_FAR)
        return reply.status, str((reply.body or {}).get("jobId", ""))
    return 0, ""


def submit_until_accepted(gateway: Gateway, seconds: float = 60.0) -> tuple[set[int], str]:
    """The statuses on the way, and the first job that was accepted."""
    statuses: set[int] = set()

    def accepted() -> str:
        status, job = submit(gateway, len(statuses))
        statuses.add(status)
        return job if status == 200 else ""

    return statuses, eventually(accepted, seconds, 0.1, "a job is accepted")


def damage(file: Path) -> list[str]:
    """What SQLite finds wrong with *file*."""
    with closing(sqlite3.connect(file)) as connection:
        return [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]


def test_a_deleted_file_is_refused_and_a_new_one_used_after_a_restart_of_its_users(gateway: Gateway) -> None:
    start = time.monotonic()
    before = gateway.submit("mapped", transcript(2))
    gateway.end_of(before)

    between_looks(start)  # or they are restarted before they are asked
    gateway.database.unlink()
    began = time.monotonic()
    with ThreadPoolExecutor(2) as clients:  # both are asked at once, before anybody has restarted
        asked, submitted = clients.submit(gateway.ask, "GET", "/health"), clients.submit(submit, gateway, 1)
        health, first = asked.result(), submitted.result()
    statuses, job = submit_until_accepted(gateway)
    took = time.monotonic() - began

    print(f"accepted again {took:.1f} s after the file was deleted")  # noqa: T201
    assert first[0] == 503
    assert health.status == 503
    assert "deleted or replaced while the gateway was running" in health.body["database"]["detail"]
    assert statuses <= {503, 200}
    assert gateway.end_of(job)["status"] == "complete"
    assert gateway.result(before)["status"] == "nojob"
    assert gateway.lives_of("worker") == 2
    assert damage(gateway.database) == []


def test_no_job_is_lost_that_was_accepted_after_its_file_was_replaced(gateway: Gateway, house: House) -> None:
    saved, lost = (gateway.submit("mapped", transcript(2, topic)) for topic in ("what is saved", "what is lost"))
    gateway.end_of(saved)
    gateway.end_of(lost)
    backup = house.folder / "backup.sqlite"
    with closing(sqlite3.connect(gateway.database)) as source, closing(sqlite3.connect(backup)) as target:
        source.backup(target)
        target.execute("DELETE FROM jobs WHERE id = ?", (lost,))
        target.commit()

    os.replace(backup, gateway.database)
    answers = [submit(gateway, number) for number in range(5)]
    eventually(lambda: gateway.lives_of("worker") == 2, 60, what="the worker is restarted")
    statuses, job = submit_until_accepted(gateway)
    accepted = [job, *(job for status, job in answers if status == 200)]

    assert {status for status, _ in answers} | statuses <= {503, 200}
    assert [gateway.end_of(each)["status"] for each in accepted] == ["complete"] * len(accepted)
    assert (gateway.result(saved)["status"], gateway.result(lost)["status"]) == ("complete", "nojob")
    assert damage(gateway.database) == []


def test_a_file_that_another_program_locks_is_read_and_writers_are_refused_in_time(gateway: Gateway, fake: Fake) -> None:
    fake.script(default={"text": "Fine.", "latency": 0.5})
    done = gateway.submit("mapped", transcript(2))
    gateway.end_of(done)
    running = gateway.submit("mapped", transcript(12, "what is running"))
    fake.wait_for_calls(2)

    with closing(sqlite3.connect(gateway.database, isolation_level=None, timeout=60)) as other:
        other.execute("BEGIN EXCLUSIVE")
        began = time.monotonic()
        refused = submit(gateway, 1)[0]
        waited = time.monotonic() - began
        read = [gateway.ask("GET", path).status for path in (f"/results/{done}", "/jobs")]
        health = gateway.ask("GET", "/health")
        other.execute("ROLLBACK")

    print(f"refused after {waited:.1f} s")  # noqa: T201
    assert (refused, read, health.status) == (503, [200, 200], 200)
    assert (health.body["status"], health.body["database"]["ok"]) == ("degraded", False)
    assert "another program keeps the file locked" in health.body["database"]["detail"]
    assert waited < BY_FAR
    assert gateway.end_of(running)["status"] == "complete"
    assert gateway.end_of(submit_until_accepted(gateway)[1])["status"] == "complete"
    eventually(lambda: gateway.ask("GET", "/health").body["database"]["ok"], what="the database is well again")


@pytest.fixture
def mount(house: House) -> Path:
    """A folder that a wrapped process sees as a small disk of its own."""
    folder = house.folder / "disk"
    folder.mkdir()
    tried = subprocess.run([*in_a_small_disk(folder), "true"], capture_output=True, text=True, check=False)
    if tried.returncode:
        pytest.skip(f"this user may not mount a disk for a process of its own: {tried.stderr.strip()}")
    return folder


def in_a_small_disk(folder: Path, *also: str) -> tuple[str, ...]:
    mounting = " && ".join((f"mount -t tmpfs -o size=24m tmpfs '{folder}'", *also, 'exec "$@"'))
    return (*OWN_MOUNTS, "sh", "-c", mounting, "sh")


def seen_by(gateway: Gateway, folder: Path) -> Path:
    """*folder* as the gateway's processes see it."""
    return Path(f"/proc/{gateway.process.pid}/root{folder}")


def test_a_full_disk_and_one_that_is_read_only_are_said_and_read_from(
    house: House, services: Path, fake: Fake, mount: Path
) -> None:
    gateway = house.gateway(services, "--db_path", str(mount / "r.sqlite"), fake=fake, wrapper=in_a_small_disk(mount))
    gateway.start()
    done = gateway.submit("mapped", transcript(2))
    gateway.end_of(done)
    filler = seen_by(gateway, mount) / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"x" * 4096):
            pass

    body = {"content": transcript(20_000), "flavor": "f"}
    refused = ask(gateway.port, "POST", "/services/mapped/generate", body, timeout=BY_FAR)
    health = gateway.ask("GET", "/health")
    read = [gateway.ask("GET", path).status for path in (f"/results/{done}", "/jobs")]
    filler.unlink()
    job = submit_until_accepted(gateway)[1]

    assert (refused.status, refused.body["error"]["type"]) == (503, "store_unavailable")
    assert "the disk is full" in refused.body["message"]
    assert (health.status, health.body["status"], read) == (200, "degraded", [200, 200])
    assert "full" in health.body["database"]["detail"]
    assert gateway.end_of(job)["status"] == "complete"
    eventually(lambda: gateway.ask("GET", "/health").body["database"]["ok"], what="the disk is well again")

    inside = ("nsenter", "--mount", "--target", str(gateway.process.pid), *(("--user",) if os.geteuid() else ()))
    subprocess.run([*inside, "mount", "--bind", str(mount), str(mount)], check=True)  # the other has open files
    subprocess.run([*inside, "mount", "-o", "remount,ro,bind", str(mount)], check=True)

    eventually(lambda: "its folder cannot be written" in _degraded(gateway), what="the gateway says so")


def test_a_file_that_cannot_be_written_is_refused_at_the_start(house: House, services: Path, mount: Path) -> None:
    file = mount / "r.sqlite"
    read_only = in_a_small_disk(mount, f"touch '{file}'", f"mount -o remount,ro,bind '{mount}'")
    gateway = house.gateway(services, "--db_path", str(file), wrapper=read_only)

    gateway.process.begin()

    assert gateway.process.wait(60) == MISCONFIGURED
    assert re.search(
        rf"RESULT_DB_PATH: {re.escape(str(file))}: its folder cannot be written; give this user", gateway.process.said
    )


def _degraded(gateway: Gateway) -> str:
    health = gateway.ask("GET", "/health")
    assert health.status == 200
    return "" if health.body["database"]["ok"] else str(health.body["database"]["detail"])
