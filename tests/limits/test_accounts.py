from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from app.limits.accounts import Accounts
from app.storage.database import Database

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    made = Database(url, pool=4)
    yield made
    made.close()


@pytest.fixture
def accounts(database: Database, clock: Clock) -> Accounts:
    return Accounts(database, clock=clock)


def test_as_many_visits_as_are_allowed_and_no_more(accounts: Accounts) -> None:
    waits = [accounts.visit("alice", 3, 60) for _ in range(5)]

    assert waits[:3] == [0, 0, 0]
    assert all(wait > 0 for wait in waits[3:])


def test_a_visitor_who_waits_as_told_is_let_in_and_not_a_second_earlier(accounts: Accounts, clock: Clock) -> None:
    for _ in range(3):
        accounts.visit("alice", 3, 60)
    wait = accounts.visit("alice", 3, 60)

    clock.pass_(wait - 1)
    early = accounts.visit("alice", 3, 60)
    clock.pass_(1.001)

    assert early > 0
    assert accounts.visit("alice", 3, 60) == 0


def test_a_turn_of_the_window_gives_nobody_twice_as_much(accounts: Accounts, clock: Clock) -> None:
    clock.pass_(59)
    before = [accounts.visit("alice", 10, 60) for _ in range(10)]
    clock.pass_(2)

    after = [accounts.visit("alice", 10, 60) for _ in range(10)]

    assert before == [0] * 10
    assert after.count(0) == 0


def test_visitors_do_not_count_for_each_other(accounts: Accounts) -> None:
    accounts.visit("alice", 1, 60)

    assert accounts.visit("bob", 1, 60) == 0


def test_processes_that_share_the_database_share_the_limit(database: Database, clock: Clock) -> None:
    allowed: list[bool] = []

    def come() -> None:
        accounts = Accounts(database, clock=clock)
        allowed.extend(accounts.visit("alice", 10, 60) == 0 for _ in range(10))

    threads = [threading.Thread(target=come) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert allowed.count(True) == 10


def test_what_is_spent_adds_up_until_the_day_ends(accounts: Accounts, clock: Clock) -> None:
    accounts.spend("alice", 100)
    accounts.spend("alice", 20)
    accounts.spend("bob", 7)

    today = accounts.spent("alice")
    clock.pass_(12 * 3600)

    assert today == 120
    assert accounts.spent("alice") == 0


def test_it_is_known_when_the_day_ends(accounts: Accounts) -> None:
    assert accounts.until_tomorrow() == 12 * 3600
