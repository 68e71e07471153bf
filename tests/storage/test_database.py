from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import exc

from app.errors import StoreError
from app.jobs import Jobs, Status
from app.storage.database import display_url, sqlite_url, store_error
from tests.jobs.orders import an_order

on_sqlite = pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # what is said in its own words


@on_sqlite
def test_a_file_that_another_program_locks_is_waited_for(jobs: Jobs, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "results.sqlite", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(0.5, lambda: other.execute("COMMIT")).start()
    began = time.monotonic()

    jobs.submit(an_order())

    waited = time.monotonic() - began
    other.close()
    assert jobs.counts()[Status.QUEUED] == 1
    assert waited > 0.3


@on_sqlite
def test_the_time_that_the_job_engine_lets_sqlite_write_is_known_to_each_release_of_it(jobs: Jobs) -> None:
    before = time.time() * 1000

    with jobs.database.engine.begin() as connection:
        # as the engine's tables have it with Python 3.12 and later; SQLite before 3.42 made NULL of it
        connection.execute(sa.text("CREATE TEMP TABLE timed (at INTEGER NOT NULL DEFAULT (unixepoch('subsec') * 1000))"))
        connection.execute(sa.text("INSERT INTO timed DEFAULT VALUES"))
        at = connection.execute(sa.text("SELECT at FROM timed")).scalar_one()

    assert before - 1 <= at <= time.time() * 1000 + 1


def test_a_database_that_comes_back_in_time_is_no_error(jobs: Jobs) -> None:
    failures = [exc.OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))] * 2

    def deed(connection: sa.Connection) -> str:
        if failures:
            raise failures.pop()
        return "stored"

    assert jobs.database.write(deed, patience=30) == "stored"


def test_what_cannot_get_better_is_not_tried_again(jobs: Jobs) -> None:
    tries: list[int] = []

    def deed(connection: sa.Connection) -> None:
        tries.append(1)
        connection.execute(sa.text("INSERT INTO jobs (id) VALUES ('a')"))

    with pytest.raises(StoreError):
        jobs.database.write(deed, patience=30)

    assert len(tries) == 1


@pytest.mark.parametrize(
    ("url", "told"),
    [
        (sqlite_url("/data/results.sqlite"), "/data/results.sqlite"),
        (sqlite_url("results.sqlite"), "results.sqlite"),
        ("postgresql+psycopg://ada:secret@db/gateway?password=secret", "postgresql+psycopg://db/gateway"),
    ],
)
def test_a_person_reads_where_the_database_is_and_no_password(url: str, told: str) -> None:
    assert display_url(url) == told


def test_a_process_that_has_too_many_files_open_says_so(tmp_path: Path) -> None:
    script = """
import os, resource, sys
from app.errors import StoreError
from app.storage.database import Database, sqlite_url
import sqlalchemy as sa
database = Database(sqlite_url(sys.argv[1]), pool=1)
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
try:
    while True:
        os.dup(2)
except OSError:
    pass
try:
    with database.reading() as connection:
        connection.execute(sa.text("SELECT 1"))
except StoreError as error:
    print(error)
"""
    command = [sys.executable, "-c", script, str(tmp_path / "results.sqlite")]

    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)

    assert "too many files open" in said.stdout


SOCKET = 'connection failed: connection to server on socket "/run/.s.PGSQL.5432" failed: '


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "failed to resolve host 'postgres': [Errno -2] Name or service not known",
            "the name of the database server is not known",
        ),
        ('could not translate host name "postgres" to address: Name or service not known', "database server is not known"),
        ('connection to server at "10.0.0.9", port 5432 failed: Connection timed out', "does not answer in time"),
        ("SSL connection has been closed unexpectedly", "the database server ended the connection"),
        ("consuming input failed: SSL SYSCALL error: EOF detected", "the database server ended the connection"),
        ("could not receive data from server: Connection reset by peer", "the database server ended the connection"),
        ('connection to server at "10.0.0.9", port 5432 failed: No route to host', "the database server cannot be reached"),
        (f"{SOCKET}No such file or directory", "the database server does not answer"),
        (f"{SOCKET}FATAL:  the database system is starting up", "the database server is starting"),
        (f"{SOCKET}FATAL:  the database system is not yet accepting connections", "the database server is starting"),
        (f"{SOCKET}FATAL:  the database system is in recovery mode", "the database server is starting"),
        ("FATAL:  the database system is shutting down", "the database server is being stopped"),
        ("terminating connection due to administrator command", "the database server ended the connection"),
        ("consuming input failed: server closed the connection unexpectedly", "the database server ended the connection"),
        ("FATAL:  sorry, too many clients already", "the database server takes no more connections"),
        ("FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute", "takes no more connections"),
        (f'{SOCKET}FATAL:  no pg_hba.conf entry for host "10.0.0.3", user "g"', "lets nobody in from here"),
    ],
)
def test_a_server_that_is_away_is_told_in_words_that_help(said: str, told: str) -> None:
    error = store_error(exc.OperationalError("SELECT 1", {}, Exception(said)), "postgresql+psycopg://g@postgres/gateway")

    assert told in str(error)
    assert said in error.located


def test_of_several_addresses_of_a_server_the_one_that_answers_is_told() -> None:
    """psycopg's own words of an attempt at each, the last of them first."""
    refused = 'connection to server at "::1", port 5432 failed: Connection refused'
    full = 'connection to server at "127.0.0.1", port 5432 failed: FATAL:  sorry, too many clients already'
    several = f"{refused}\nMultiple connection attempts failed. All failures were:\n- host: '1': {full}\n- host: '2': {refused}"

    error = store_error(exc.OperationalError("SELECT 1", {}, Exception(several)), "postgresql+psycopg://g@postgres/gateway")

    assert "takes no more connections" in str(error)
    assert refused in error.located
    assert full in error.located
    assert "\n" not in error.located
