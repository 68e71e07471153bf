"""How much longer something takes for a text of twice the size."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

MOST = 2.6  # what takes time in proportion to the size stays below; its square would be 4
DOUBLINGS = 3  # one measure over three doublings: a machine's caches and pages weigh little, a square shows as 64 for 8
ROUNDS = 3
MOST_ROUNDS = 40  # on a machine that others slow down


def growth(
    read: Callable[[str], object], text: Callable[[int], str], size: int, *, noise: float = 0.0, floor: float = 1e-9
) -> float:
    """The factor by which *read* takes longer each time that *size* doubles, on average over DOUBLINGS.

    It is the best of ROUNDS, or of more until it is below MOST: noise only ever adds to a time, so the smallest is the
    nearest to the truth. The seconds of *noise* are taken off the longer one; the shorter one counts as *floor* at least.
    The garbage collector, which pauses at certain sizes, is off."""
    small, large = text(size), text(size << DOUBLINGS)
    shorter = longer = float("inf")
    gc.collect()
    gc.disable()
    try:
        for number in range(1, MOST_ROUNDS + 1):
            shorter, longer = min(shorter, seconds(read, small)), min(longer, seconds(read, large))
            factor = max(0.0, (longer - noise) / max(shorter, floor)) ** (1 / DOUBLINGS)
            if number >= ROUNDS and factor < MOST:
                break
    finally:
        gc.enable()
    return factor


def seconds(read: Callable[[str], object], text: str) -> float:
    """The processor time that this thread takes to *read* a text."""
    began = time.thread_time()
    read(text)
    return time.thread_time() - began
