"""Queues that end with their test."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping

import pytest

from app.jobs import Jobs
from app.jobs.queue.consumer import QueueConsumer


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
