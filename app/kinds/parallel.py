"""Calls of one job that are made side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import TypeVar

MOST_SIDE_BY_SIDE = 32  # threads of one job; how many calls are really in flight is the backend's limit
T = TypeVar("T")
R = TypeVar("R")


def side_by_side(plan: Sequence[T], make: Callable[[int, T], R], name: str) -> list[R]:
    """What *make* makes of every entry of *plan* and its number, in the plan's order, in threads that *name* begins.

    The first failure ends it and is raised."""
    with ThreadPoolExecutor(max(1, min(MOST_SIDE_BY_SIDE, len(plan))), thread_name_prefix=name) as pool:
        futures = [pool.submit(make, number, entry) for number, entry in enumerate(plan)]
        wait(futures, return_when=FIRST_EXCEPTION)
        pool.shutdown(wait=True, cancel_futures=True)
    for future in futures:
        if not future.cancelled():
            future.result()
    return [future.result() for future in futures]
