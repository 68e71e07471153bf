"""A periodic thread ticks until it is stopped or needed no more, whatever one tick meets."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from app.errors import StoreError
from app.periodic import Periodic


def within(seconds: float, true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.005)
    return true()


def alive(name: str) -> bool:
    return name in {thread.name for thread in threading.enumerate()}


def test_it_ticks_until_it_is_stopped() -> None:
    ticks: list[int] = []
    periodic = Periodic("ticking", 0.01, lambda: ticks.append(1))
    periodic.start()
    ticked = within(10, lambda: len(ticks) > 2)

    periodic.stop()
    stopped_at = len(ticks)
    time.sleep(0.1)

    assert (ticked, len(ticks), alive("ticking")) == (True, stopped_at, False)


def test_it_can_be_started_again() -> None:
    ticks: list[int] = []
    periodic = Periodic("again", 0.01, lambda: ticks.append(1))
    periodic.start()
    periodic.stop()
    before = len(ticks)

    periodic.start()
    ticked = within(10, lambda: len(ticks) > before)
    periodic.stop()

    assert ticked


def test_a_second_start_makes_no_second_thread() -> None:
    periodic = Periodic("only", 60, lambda: None)
    periodic.start()

    periodic.start()
    threads = [thread for thread in threading.enumerate() if thread.name == "only"]
    periodic.stop()

    assert len(threads) == 1


def test_to_wake_it_ends_a_long_pause() -> None:
    ticked = threading.Event()
    periodic = Periodic("sleeper", 600, ticked.set)
    periodic.start()

    periodic.wake()
    woken = ticked.wait(10)
    periodic.stop()

    assert woken


def test_what_a_tick_meets_does_not_end_the_next_ones(caplog: pytest.LogCaptureFixture) -> None:
    met: list[Exception] = [StoreError("the database is away"), RuntimeError("text of a user")]
    over = threading.Event()

    def tick() -> None:
        if met:
            raise met.pop()
        over.set()

    periodic = Periodic("patient", 0.01, tick, retry_seconds=0.01)
    periodic.start()
    went_on = over.wait(10)
    periodic.stop()

    assert went_on
    assert "patient: the database is away" in caplog.text
    assert "patient: bug: RuntimeError at " in caplog.text
    assert "text of a user" not in caplog.text


def test_a_database_that_stays_away_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    ticks: list[int] = []

    def tick() -> None:
        ticks.append(1)
        raise StoreError("the database is away")

    periodic = Periodic("waiting", 0.01, tick, retry_seconds=0.01)
    periodic.start()
    ticked = within(10, lambda: len(ticks) > 3)
    periodic.stop()

    assert ticked
    assert caplog.text.count("waiting: the database is away") == 1


def test_it_ends_when_it_is_needed_no_more_and_begins_anew_when_it_is() -> None:
    open_work = {"one"}
    ticks: list[int] = []
    periodic = Periodic("needed", 0.01, lambda: ticks.append(1), needed=lambda: bool(open_work))
    periodic.start()
    ticked = within(10, lambda: len(ticks) > 0)
    open_work.clear()
    ended = within(10, lambda: not alive("needed"))
    before = len(ticks)

    open_work.add("two")
    periodic.start()
    ticked_again = within(10, lambda: len(ticks) > before)
    periodic.stop()

    assert (ticked, ended, ticked_again) == (True, True, True)


def test_a_tick_may_stop_its_own_thread() -> None:
    ticks: list[int] = []

    def tick() -> None:
        ticks.append(1)
        periodic.stop()

    periodic = Periodic("once", 0.01, tick)
    periodic.start()

    assert within(10, lambda: bool(ticks) and not alive("once"))
    assert len(ticks) == 1
