"""Queues that take jobs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from app.jobs import Jobs
from app.jobs.queue.consumer import QueueConsumer
from app.jobs.queue.engine_log import tame


def started(jobs: Jobs, carry_out: Callable[[str], None], limits: Mapping[str, int]) -> QueueConsumer:
    """A queue over *jobs* that takes them, put together as a worker's; who asked for it stops it."""
    queue = QueueConsumer(jobs, carry_out, limits)
    tame(jobs.database, queue.outage_over)
    assert queue.start(threading.Event())
    return queue
