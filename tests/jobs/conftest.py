"""A prepared database in a folder of its own, and queues that end with their test."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from app.jobs import Jobs
from app.jobs.queue.consumer import QueueConsumer
from app.storage.database import sqlite_url
from app.storage.schema import prepare
from tests.fixtures.postgres import postgres, postgres_url

__all__ = ["postgres", "postgres_url"]


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database, made once because the migrations take their time."""
    file = tmp_path_factory.mktemp("prepared") / "results.sqlite"
    prepare(sqlite_url(file))
    return file


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.acceptance)])
def url(request: pytest.FixtureRequest, tmp_path: Path, prepared: Path) -> str:
    """A prepared database; what a test says must be true on each of both."""
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres_url"))
    return sqlite_url(shutil.copy(prepared, tmp_path))


@pytest.fixture
def jobs(url: str) -> Iterator[Jobs]:
    made = Jobs(url, pool=8)
    yield made
    made.close()


@pytest.fixture
def work(jobs: Jobs) -> Iterator[Callable[..., QueueConsumer]]:
    """Starts a queue over *jobs*; stops it at the end of the test."""
    started: list[QueueConsumer] = []

    def start(carry_out: Callable[[str], None], limits: Mapping[str, int]) -> QueueConsumer:
        queue = QueueConsumer(jobs, carry_out, limits)
        assert queue.start(threading.Event())
        started.append(queue)
        return queue

    yield start
    for queue in started:
        queue.stop(5)
