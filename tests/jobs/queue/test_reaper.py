from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.jobs import Jobs
from app.jobs.queue.reaper import TICKS_UNTIL_DEAD, Reaper
from app.storage.database import Database
from app.storage.tables import workers


class Grave:
    def __init__(self) -> None:
        self.buried: list[str] = []

    def __call__(self, worker: str) -> None:
        self.buried.append(worker)


@pytest.fixture
def database(jobs: Jobs) -> Database:
    return jobs.database


def a_reaper(database: Database, name: str) -> tuple[Reaper, Grave]:
    grave = Grave()
    return Reaper(database, name, grave), grave


def known(database: Database) -> set[str]:
    with database.reading() as connection:
        return set(connection.execute(sa.select(workers.c.id)).scalars())


def test_a_worker_that_stands_still_is_buried_once(database: Database) -> None:
    (mine, grave), (other, _) = a_reaper(database, "mine"), a_reaper(database, "other")
    other.tick()

    for _ in range(TICKS_UNTIL_DEAD + 1):
        mine.tick()
    before = list(grave.buried)
    mine.tick()

    assert before == grave.buried == ["other"]
    assert known(database) == {"mine"}


def test_a_worker_that_moves_is_left_alone_however_slowly(database: Database) -> None:
    (mine, grave), (other, _) = a_reaper(database, "mine"), a_reaper(database, "other")

    for _ in range(4):
        other.tick()
        for _ in range(TICKS_UNTIL_DEAD):
            mine.tick()

    assert grave.buried == []


def test_a_worker_that_was_frozen_is_known_again_when_it_goes_on(database: Database) -> None:
    (mine, _), (other, grave) = a_reaper(database, "mine"), a_reaper(database, "other")
    other.tick()
    for _ in range(TICKS_UNTIL_DEAD + 1):
        mine.tick()

    other.tick()

    assert known(database) == {"mine", "other"}
    assert grave.buried == []


def test_a_worker_that_ends_in_order_is_forgotten(database: Database) -> None:
    mine, _ = a_reaper(database, "mine")
    mine.start()

    mine.stop()

    assert known(database) == set()
