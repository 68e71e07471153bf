"""How much longer something takes for a text of twice the size."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

MOST = 2.6  # what takes time in proportion to the size stays below; its square would be 4
ROUNDS = 5
MOST_ROUNDS = 60  # on a machine that others slow down


def growth(
    read: Callable[[str], object], text: Callable[[int], str], size: int, *, noise: float = 0.0, floor: float = 1e-9
) -> float:
    """The factor by which *read* takes longer for the double *size*: the best of ROUNDS, or of more until it is below MOST.

    Noise only ever adds to a time, so the smallest is the nearest to the truth. The seconds of *noise* are taken off the
    longer one; the shorter one counts as *floor* at least. The garbage collector, which pauses at certain sizes, is off."""
    small, large = text(size), text(2 * size)
    shorter = longer = float("inf")
    gc.collect()
    gc.disable()
    try:
        for number in range(1, MOST_ROUNDS + 1):
            shorter, longer = min(shorter, _seconds(read, small)), min(longer, _seconds(read, large))
            factor = (longer - noise) / max(shorter, floor)
            if number >= ROUNDS and factor < MOST:
                break
    finally:
        gc.enable()
    return factor


def _seconds(read: Callable[[str], object], text: str) -> float:
    began = time.thread_time()
    read(text)
    return time.thread_time() - began
