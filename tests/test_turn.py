from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from app import turn


@pytest.fixture(autouse=True)
def nobody() -> Iterator[None]:
    yield
    turn.leave()
    assert turn._turn.acquire(timeout=5), "somebody kept the turn"
    turn._turn.release()


def another_takes_it(has_it: Callable[[], None]) -> threading.Thread:
    """A thread that waits for its turn, says when it has it, and leaves."""

    def wait_for_it() -> None:
        turn.take()
        has_it()
        turn.leave()

    thread = threading.Thread(target=wait_for_it)
    thread.start()
    return thread


def test_threads_take_turns() -> None:
    order: list[str] = []

    turn.take()
    waiting = another_takes_it(lambda: order.append("other"))
    time.sleep(turn.PATIENCE / 5)
    order.append("me")
    turn.leave()
    waiting.join()

    assert order == ["me", "other"]


def test_who_is_stuck_holds_up_nobody_for_long() -> None:
    went_on = threading.Event()

    turn.take()
    waiting = another_takes_it(went_on.set)

    assert went_on.wait(20)
    waiting.join()


def test_whoever_is_away_leaves_the_turn_to_others_and_takes_it_again() -> None:
    had = threading.Event()

    turn.take()
    with turn.Away():
        waiting = another_takes_it(had.set)
        assert had.wait(20)
        waiting.join()

    assert turn._mine.have


def test_a_turn_that_is_taken_twice_is_left_once() -> None:
    turn.take()
    turn.take()

    assert turn._mine.have
    turn.leave()
    assert not turn._turn.locked()


def test_whoever_has_no_turn_takes_none_by_being_away() -> None:
    with turn.Away():
        pass

    turn.take()
    turn.leave()
    turn.leave()
    assert not turn._mine.have
