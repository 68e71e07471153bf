"""Calls of one job that are made side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from typing import TypeVar

MOST_SIDE_BY_SIDE = 32  # threads of one job; how many calls are really in flight is the backend's limit
MOST_AHEAD = 2 * MOST_SIDE_BY_SIDE  # entries that wait or are made
T = TypeVar("T")
R = TypeVar("R")


def side_by_side(plan: Iterable[T], make: Callable[[int, T], R], name: str) -> list[R]:
    """What *make* makes of every entry of *plan* and its number, in the plan's order, in threads that *name* begins.

    A plan that is made as it is read runs a few entries ahead of what is made. The first failure ends it and is raised."""
    futures: list[Future[R]] = []
    pool = ThreadPoolExecutor(MOST_SIDE_BY_SIDE, thread_name_prefix=name)
    try:
        running: set[Future[R]] = set()
        for number, entry in enumerate(plan):
            futures.append(pool.submit(make, number, entry))
            running.add(futures[-1])
            if len(running) >= MOST_AHEAD:
                ended, running = wait(running, return_when=FIRST_COMPLETED)
                if any(future.exception() for future in ended):
                    break
        wait(running, return_when=FIRST_EXCEPTION)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    for future in futures:
        if not future.cancelled():
            future.result()
    return [future.result() for future in futures]
