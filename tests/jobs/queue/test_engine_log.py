from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest
from dbos._error import DBOSAwaitedWorkflowCancelledError
from sqlalchemy import exc

from app.errors import StoreError
from app.jobs import Jobs
from app.jobs.queue.engine_log import AGAIN_SECONDS, QUIET_LOOKS, EngineLog, tame
from tests.acceptance.processes import eventually

OURS = "app.jobs.queue.engine_log"
AWAY = exc.OperationalError("SELECT", {}, sqlite3.OperationalError("unable to open database file"))


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Server:
    """A database that can be away."""

    def __init__(self) -> None:
        self.away = False

    def reach(self) -> None:
        if self.away:
            raise StoreError("away")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def filtered(server: Server, clock: Clock) -> EngineLog:
    """One whose own thread does not look during a test."""
    return EngineLog(server.reach, str, clock=clock, look_seconds=600)


@pytest.fixture
def engine(filtered: EngineLog) -> Iterator[logging.Logger]:
    """A logger as DBOS has one."""
    made = logging.getLogger("tests.engine")
    made.addFilter(filtered)
    yield made
    made.removeFilter(filtered)


def said(caplog: pytest.LogCaptureFixture, source: str) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == source]


def raising(error: Exception, log: Callable[[], None]) -> None:
    """Logs as DBOS does, while it handles *error*."""
    try:
        raise error
    except type(error):
        log()


def test_a_cancelled_workflow_leaves_no_line(engine: logging.Logger, caplog: pytest.LogCaptureFixture) -> None:
    raising(DBOSAwaitedWorkflowCancelledError("w"), lambda: engine.exception("Exception encountered"))

    assert said(caplog, "tests.engine") == []


@pytest.mark.parametrize(
    "error", [AWAY, exc.TimeoutError("QueuePool limit"), exc.InterfaceError("", {}, Exception("closed")), StoreError("away")]
)
def test_an_outage_is_one_line_however_often_and_in_whatever_words_it_is_said(
    engine: logging.Logger, filtered: EngineLog, clock: Clock, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    for _ in range(5):
        raising(error, lambda: engine.warning("Exception in queue thread: %s", error))
        raising(error, lambda: engine.exception("Exception encountered in background workflow"))
    clock.now += 7
    for _ in range(QUIET_LOOKS + 1):
        filtered.look()

    assert said(caplog, "tests.engine") == []
    assert said(caplog, OURS) == [
        f"the job engine waits for its database: {error}",
        "the job engine has its database again, after 7 s",
    ]


def test_an_outage_is_not_over_while_the_database_fails(
    engine: logging.Logger, filtered: EngineLog, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    raising(AWAY, lambda: engine.warning("away"))
    server.away = True
    for _ in range(2 * QUIET_LOOKS):
        filtered.look()
    server.away = False
    for _ in range(2 * QUIET_LOOKS):  # it can be reached, but not by DBOS
        raising(AWAY, lambda: engine.warning("away"))
        filtered.look()

    assert len(said(caplog, OURS)) == 1


def test_a_second_outage_is_said_again(engine: logging.Logger, filtered: EngineLog, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(2):
        raising(AWAY, lambda: engine.warning("away"))
        for _ in range(QUIET_LOOKS + 1):
            filtered.look()

    assert len(said(caplog, OURS)) == 4


def test_an_unknown_error_keeps_its_traceback_each_time(engine: logging.Logger, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(3):
        raising(KeyError("bug"), lambda: engine.exception("Exception encountered"))

    assert [record.exc_info is not None for record in caplog.records] == [True] * 3


def test_a_warning_that_is_repeated_is_said_once_a_minute_with_its_number(
    engine: logging.Logger, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(240):
        if number == 239:
            clock.now += AGAIN_SECONDS
        engine.warning(f"{number} workflows exceed 1.5, the last is {UUID(int=number)}")

    assert said(caplog, "tests.engine") == [
        f"0 workflows exceed 1.5, the last is {UUID(int=0)}",
        f"239 workflows exceed 1.5, the last is {UUID(int=239)} (and 238 lines like it since the last one)",
    ]


def test_ever_new_warnings_are_not_remembered_for_ever(engine: logging.Logger, filtered: EngineLog) -> None:
    for number in range(1000):
        engine.warning("about %s", "x" * number)

    assert len(filtered._logged) <= 100


def test_different_warnings_do_not_hide_each_other(engine: logging.Logger, caplog: pytest.LogCaptureFixture) -> None:
    engine.warning("one")
    engine.warning("another")

    assert said(caplog, "tests.engine") == ["one", "another"]


def test_the_thread_notices_the_end_by_itself(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    engine = logging.getLogger("tests.engine.thread")
    engine.addFilter(EngineLog(server.reach, str, look_seconds=0.01))

    raising(AWAY, lambda: engine.warning("away"))

    eventually(lambda: len(said(caplog, OURS)) == 2, what="the end is logged")


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_the_log_of_the_engine_has_one_filter_however_often_it_is_tamed(jobs: Jobs, caplog: pytest.LogCaptureFixture) -> None:
    engine = logging.getLogger("dbos")
    tame(jobs.database)
    tame(jobs.database)

    raising(AWAY, lambda: engine.warning("away"))
    warned = said(caplog, OURS)

    [filtered] = [each for each in engine.filters if isinstance(each, EngineLog)]
    for _ in range(QUIET_LOOKS):
        filtered.look()  # or its thread would say so during another test
    assert warned == [
        f"the job engine waits for its database: {jobs.database.file and jobs.database.file.path}: the file cannot be opened; "
        "does its folder exist, and may this user write there? (unable to open database file)"
    ]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_database_that_can_only_be_read_is_still_away(jobs: Jobs, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    filtered = EngineLog(jobs.database.try_to_write, str, look_seconds=600)
    engine = logging.getLogger("tests.engine.locked")
    engine.addFilter(filtered)
    with closing(sqlite3.connect(tmp_path / "results.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        raising(AWAY, lambda: engine.warning("away"))
        for _ in range(QUIET_LOOKS):
            filtered.look()
        while_locked = len(said(caplog, OURS))
        other.execute("ROLLBACK")

    for _ in range(QUIET_LOOKS):
        filtered.look()

    assert (while_locked, len(said(caplog, OURS))) == (1, 2)
