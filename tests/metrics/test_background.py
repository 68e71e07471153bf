from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from app.metrics.background import MOST, BackgroundQueue

NEVER = 3600.0


@pytest.fixture
def later() -> Iterator[BackgroundQueue]:
    """One whose thread does nothing by itself within a test."""
    made = BackgroundQueue(pause=NEVER)
    yield made
    made.close()


def test_what_it_is_given_is_done_soon_without_being_asked() -> None:
    done = threading.Event()
    later = BackgroundQueue(pause=0.01)

    later.submit(done.set)

    assert done.wait(20)
    later.close()


def test_deeds_are_done_in_the_order_in_which_they_came(later: BackgroundQueue) -> None:
    done: list[int] = []
    for number in range(100):
        later.submit(done.append, number)

    later.now()

    assert done == list(range(100))


def test_nothing_that_it_was_given_is_left_when_it_is_closed() -> None:
    done: list[str] = []
    later = BackgroundQueue(pause=NEVER)
    later.submit(done.append, "last")

    later.close()

    assert done == ["last"]


def test_no_more_than_so_many_wait(later: BackgroundQueue) -> None:
    done: list[int] = []

    for number in range(MOST + 1):
        later.submit(done.append, number)

    assert len(done) == MOST + 1


def test_threads_that_bring_and_do_at_once_lose_nothing(later: BackgroundQueue) -> None:
    done: list[int] = []

    def ensure_model() -> None:
        for number in range(500):
            later.submit(done.append, number)
            later.now()

    threads = [threading.Thread(target=ensure_model) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sorted(done) == sorted(4 * list(range(500)))
