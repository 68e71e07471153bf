from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from app.errors import JobConflict, StoreError
from app.jobs import Jobs
from app.storage.group_commit import GroupCommit
from app.storage.tables import workers


def together(commits: GroupCommit, transactions: list[Callable[[sa.Connection], Any]]) -> list[Any]:
    """What each of the transactions returned or raised, all of which wait while another one is committed."""
    done: list[Any] = [None] * len(transactions)
    begun, all_wait = threading.Event(), threading.Event()

    def occupy(_: sa.Connection) -> None:
        begun.set()
        assert all_wait.wait(60)

    def write(number: int) -> None:
        try:
            done[number] = commits.write(transactions[number])
        except JobConflict as error:
            done[number] = error

    first = threading.Thread(target=commits.write, args=(occupy,))
    threads = [threading.Thread(target=write, args=(number,)) for number in range(len(transactions))]
    first.start()
    assert begun.wait(60)
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 60
    while len(commits._waiting) < len(transactions):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    all_wait.set()
    for thread in (first, *threads):
        thread.join()
    return done


@pytest.fixture
def written(jobs: Jobs) -> list[int]:
    """One entry for each transaction of the database."""
    return []


@pytest.fixture
def commits(jobs: Jobs, written: list[int]) -> GroupCommit:
    def write(transaction: Callable[[sa.Connection], Any], *, patience: float = 0.0) -> Any:
        written.append(1)
        return jobs.database.write(transaction, patience=patience)

    return GroupCommit(write)


def adding(name: str) -> Callable[[sa.Connection], str]:
    def transaction(connection: sa.Connection) -> str:
        connection.execute(workers.insert().values(id=name, beats=0))
        return name

    return transaction


def refused(connection: sa.Connection) -> None:
    connection.execute(workers.insert().values(id="refused", beats=0))
    raise JobConflict("refused")


def names(jobs: Jobs) -> set[str]:
    with jobs.database.reading() as connection:
        return set(connection.execute(sa.select(workers.c.id)).scalars())


def test_what_many_threads_write_meanwhile_is_one_transaction(jobs: Jobs, commits: GroupCommit, written: list[int]) -> None:
    asked = [f"worker {number}" for number in range(8)]

    done = together(commits, [adding(name) for name in asked])

    assert (done, names(jobs), len(written)) == (asked, set(asked), 2)  # with the one that they waited for


def test_one_that_is_refused_undoes_only_itself(jobs: Jobs, commits: GroupCommit) -> None:
    first, error, last = together(commits, [adding("first"), refused, adding("last")])

    assert (first, last, names(jobs)) == ("first", "last", {"first", "last"})
    assert isinstance(error, JobConflict)


def test_one_whose_group_failed_is_tried_again_with_its_own_patience() -> None:
    heard = []

    def write(transaction: Callable[[sa.Connection], Any], *, patience: float = 0.0) -> Any:
        heard.append(patience)
        if not patience:
            raise StoreError("away")
        return transaction(None)  # type: ignore[arg-type]

    done = GroupCommit(write).write(lambda _: "done", patience=60)

    assert (done, heard) == ("done", [0, 60])


def test_a_thread_that_comes_after_a_failed_group_does_not_wait_for_it(jobs: Jobs, commits: GroupCommit) -> None:
    together(commits, [refused, refused])

    assert commits.write(adding("later")) == "later"
    assert names(jobs) == {"later"}


def test_every_write_of_many_threads_is_committed_once(jobs: Jobs, commits: GroupCommit) -> None:
    def write(thread: int) -> list[str]:
        return [commits.write(adding(f"{thread}/{number}")) for number in range(8)]

    with ThreadPoolExecutor(16) as threads:
        done = [name for each in threads.map(write, range(16)) for name in each]

    assert (len(done), names(jobs)) == (128, set(done))
