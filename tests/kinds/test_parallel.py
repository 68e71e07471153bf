"""What is made side by side comes in the plan's order, and a plan is read only a little ahead."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Lock

import pytest

from app.kinds.parallel import MOST_AHEAD, side_by_side


class Plan:
    """A plan that notes how much of it was read."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.read = 0

    def __iter__(self) -> Iterator[int]:
        for number in range(self.size):
            self.read += 1
            yield number


def test_results_come_in_the_order_of_the_plan() -> None:
    made = side_by_side(iter("abcdefg"), lambda number, entry: f"{number}{entry}", "test")

    assert made == ["0a", "1b", "2c", "3d", "4e", "5f", "6g"]


def test_a_plan_is_read_a_few_entries_ahead_of_what_is_made() -> None:
    plan, lock = Plan(1000), Lock()
    ended: list[int] = []
    ahead: list[int] = []

    def make(number: int, _entry: int) -> None:
        with lock:
            ahead.append(plan.read - len(ended))
            ended.append(number)

    side_by_side(plan, make, "test")

    assert max(ahead) <= MOST_AHEAD + 1


def test_a_failure_ends_a_plan_that_has_no_end_in_sight() -> None:
    plan = Plan(10**6)

    def fail(number: int, _entry: int) -> None:
        if number == 5:
            raise ValueError("the fifth")

    with pytest.raises(ValueError, match="the fifth"):
        side_by_side(plan, fail, "test")

    assert plan.read < 10**6


def test_a_plan_that_cannot_be_made_further_raises_its_reason() -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise ValueError("no further")

    with pytest.raises(ValueError, match="no further"):
        side_by_side(broken(), lambda _number, entry: entry, "test")
