"""Queues that end with their test."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pytest

from app.jobs import Jobs
from app.jobs.queue.consumer import QueueConsumer
from tests.jobs.queue.consumers import started


@pytest.fixture
def work(jobs: Jobs) -> Iterator[Callable[..., QueueConsumer]]:
    """Starts a queue over *jobs*; stops it at the end of the test."""
    queues: list[QueueConsumer] = []

    def start(carry_out: Callable[[str], None], limits: Mapping[str, int]) -> QueueConsumer:
        queues.append(started(jobs, carry_out, limits))
        return queues[-1]

    yield start
    for queue in queues:
        queue.stop(5)
