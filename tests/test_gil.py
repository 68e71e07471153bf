from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from app import gil
from tests.acceptance.processes import eventually


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


def test_the_lock_goes_to_the_thread_that_has_waited_longest() -> None:
    lock = gil.FairLock()
    order: list[int] = []

    def wait(number: int) -> None:
        assert lock.acquire(60)
        order.append(number)
        lock.release()

    assert lock.acquire(1)
    threads = [threading.Thread(target=wait, args=(number,)) for number in range(8)]
    for number, thread in enumerate(threads):
        thread.start()
        eventually(lambda number=number: len(lock._line) > number, pause=0.001)
    lock.release()
    for thread in threads:
        thread.join()

    assert order == list(range(8))
    assert not lock.locked()


def test_a_thread_that_stops_waiting_loses_no_lock_and_keeps_none() -> None:
    lock = gil.FairLock()
    holders, most, taken = 0, 0, 0
    counting = threading.Lock()

    def come_and_go(patience: float) -> None:
        nonlocal holders, most, taken
        for _ in range(400):
            if lock.acquire(patience):
                with counting:
                    holders, taken = holders + 1, taken + 1
                    most = max(most, holders)
                time.sleep(0.00005)
                with counting:
                    holders -= 1
                lock.release()

    threads = [threading.Thread(target=come_and_go, args=(number * 0.0001,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (most, holders, lock.locked(), len(lock._line)) == (1, 0, False, 0)
    assert taken
