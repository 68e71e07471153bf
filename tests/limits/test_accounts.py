from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.errors import TokensSpent
from app.jobs import Jobs
from app.limits.accounts import LEASE, Accounts
from app.storage.database import Database
from app.storage.tables import reservations
from tests.jobs.orders import an_order

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
def accounts(database: Database, clock: Clock) -> Iterator[Accounts]:
    made = Accounts(database, clock=clock)
    yield made
    with database.reading() as connection:
        left = connection.scalars(sa.select(reservations.c.id)).all()
    for each in left:  # nothing renews them after the test
        made.settle(each, "alice", 0)


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


def test_requests_that_come_at_once_cannot_reserve_more_than_the_budget(database: Database, clock: Clock) -> None:
    reserved: list[str] = []

    def come() -> None:
        try:
            reserved.append(Accounts(database, clock=clock).reserve("alice", 30, 100))
        except TokensSpent:
            return

    threads = [threading.Thread(target=come) for _ in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(reserved) == 3


def test_what_a_request_did_not_need_is_given_back(accounts: Accounts) -> None:
    reservation = accounts.reserve("alice", 90, 100)

    accounts.settle(reservation, "alice", 10)

    assert (accounts.spent("alice"), accounts.reserved("alice")) == (10, 0)


def test_one_request_may_cost_more_than_is_left_if_nothing_else_is_under_way(accounts: Accounts) -> None:
    accounts.reserve("alice", 1000, 100)

    with pytest.raises(TokensSpent) as refused:
        accounts.reserve("alice", 1, 100)

    assert refused.value.retry_after < 60  # some of it may be given back soon


def test_the_reservation_of_a_killed_process_ends_with_its_lease(database: Database, accounts: Accounts, clock: Clock) -> None:
    killed = Accounts(database, clock=clock)
    kept, lost = accounts.reserve("alice", 10, 100), killed.reserve("alice", 20, 100)
    clock.pass_(LEASE.total_seconds() - 1)
    accounts.renew()

    clock.pass_(2)

    assert accounts.reserved("alice") == 10
    accounts.settle(kept, "alice", 0)
    killed.settle(lost, "alice", 0)


def test_a_request_that_is_over_is_not_renewed(accounts: Accounts, clock: Clock) -> None:
    over, open_still = accounts.reserve("alice", 10, 100), accounts.reserve("alice", 20, 100)
    accounts.settle(over, "alice", 7)
    clock.pass_(LEASE.total_seconds() - 1)

    accounts.renew()

    clock.pass_(2)
    assert (accounts.spent("alice"), accounts.reserved("alice"), bool(open_still)) == (7, 20, True)


def test_the_reservation_of_a_job_counts_less_what_it_spent_until_it_ends(url: str, accounts: Accounts, clock: Clock) -> None:
    jobs = Jobs(url)
    job = jobs.submit(an_order(holder="alice"))
    accounts.keep_for_job(accounts.reserve("alice", 50, 100), job.id)
    clock.pass_(2 * LEASE.total_seconds())
    waiting = accounts.reserved("alice")
    claim = jobs.claim(job.id)
    assert claim is not None
    claim.record("one", {"prompt_tokens": 20, "completion_tokens": 5})
    running = accounts.reserved("alice")

    claim.finish("done", {})

    assert (waiting, running, accounts.reserved("alice")) == (50, 25, 0)
    jobs.close()
