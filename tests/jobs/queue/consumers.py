"""Queues that take jobs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from app.jobs import Jobs
from app.jobs.queue.consumer import QueueConsumer


def started(jobs: Jobs, carry_out: Callable[[str], None], limits: Mapping[str, int]) -> QueueConsumer:
    """A queue over *jobs* that takes them; who asked for it stops it."""
    queue = QueueConsumer(jobs, carry_out, limits)
    assert queue.start(threading.Event())
    return queue
