from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from app import gil


@pytest.fixture(autouse=True)
def nobody() -> Iterator[None]:
    yield
    gil.release()
    assert gil._lock.acquire(timeout=5), "somebody kept the turn"
    gil._lock.release()


def another_takes_it(has_it: Callable[[], None]) -> threading.Thread:
    """A thread that waits for its turn, says when it has it, and leaves."""

    def wait_for_it() -> None:
        gil.acquire()
        has_it()
        gil.release()

    thread = threading.Thread(target=wait_for_it)
    thread.start()
    return thread


def test_threads_take_turns() -> None:
    order: list[str] = []

    gil.acquire()
    waiting = another_takes_it(lambda: order.append("other"))
    time.sleep(gil.ACQUIRE_TIMEOUT / 5)
    order.append("me")
    gil.release()
    waiting.join()

    assert order == ["me", "other"]


def test_who_is_stuck_holds_up_nobody_for_long() -> None:
    went_on = threading.Event()

    gil.acquire()
    waiting = another_takes_it(went_on.set)

    assert went_on.wait(20)
    waiting.join()


def test_whoever_is_away_leaves_the_turn_to_others_and_takes_it_again() -> None:
    had = threading.Event()

    gil.acquire()
    with gil.Released():
        waiting = another_takes_it(had.set)
        assert had.wait(20)
        waiting.join()

    assert gil._local.have


def test_a_turn_that_is_taken_twice_is_left_once() -> None:
    gil.acquire()
    gil.acquire()

    assert gil._local.have
    gil.release()
    assert not gil._lock.locked()


def test_whoever_has_no_turn_takes_none_by_being_away() -> None:
    with gil.Released():
        pass

    gil.acquire()
    gil.release()
    gil.release()
    assert not gil._local.have
