from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from app.errors import JobConflict
from app.jobs import Jobs
from app.storage.group_commit import GroupCommit
from app.storage.tables import workers


def together(commits: GroupCommit, transactions: list[Callable[[sa.Connection], Any]]) -> list[Any]:
    """What each of the transactions returned or raised, all of which wait before the first group is committed."""
    done: list[Any] = [None] * len(transactions)

    def write(number: int) -> None:
        try:
            done[number] = commits.write(transactions[number])
        except JobConflict as error:
            done[number] = error

    threads = [threading.Thread(target=write, args=(number,)) for number in range(len(transactions))]
    with commits._committing:
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + 60
        while len(commits._waiting) < len(transactions):
            assert time.monotonic() < deadline
            time.sleep(0.01)
    for thread in threads:
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

    assert (done, names(jobs), len(written)) == (asked, set(asked), 1)


def test_one_that_is_refused_undoes_only_itself(jobs: Jobs, commits: GroupCommit) -> None:
    first, error, last = together(commits, [adding("first"), refused, adding("last")])

    assert (first, last, names(jobs)) == ("first", "last", {"first", "last"})
    assert isinstance(error, JobConflict)


def test_one_alone_is_written_at_once_and_keeps_its_patience() -> None:
    heard = []

    def write(transaction: Callable[[sa.Connection], Any], *, patience: float = 0.0) -> Any:
        heard.append(patience)
        return transaction(None)  # type: ignore[arg-type]

    done = GroupCommit(write).write(lambda _: "done", patience=60)

    assert (done, heard) == ("done", [60])
