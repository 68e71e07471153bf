"""Texts of a wanted length that cost no thought: what minutes of the same length must beat."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

from app.transcript import Turn

SEED, DRAWS = 20261128, 20  # random turns are drawn so often, and their figures averaged


def random_turns(turns: Sequence[Turn], words: int, seed: int = SEED) -> str:
    """Turns drawn without replacement, in the transcript's order."""
    return _in_order(turns, drawn(len(turns), seed), words)


def drawn(count: int, seed: int) -> list[int]:
    """The numbers below *count*, shuffled."""
    numbers = list(range(count))
    random.Random(seed).shuffle(numbers)
    return numbers


def longest_turns(turns: Sequence[Turn], words: int) -> str:
    """The longest turns, in the transcript's order."""
    return _in_order(turns, sorted(range(len(turns)), key=lambda at: -len(turns[at].text)), words)


def thinned(lines: Sequence[str], words: int) -> str:
    """Evenly spaced *lines*, as many as there is room for."""
    count = len(lines)
    while count > 1 and sum(len(line.split()) for line in _spaced(lines, count)) > words:
        count -= 1
    return "\n".join(_spaced(lines, count))


def _spaced(lines: Sequence[str], count: int) -> list[str]:
    step = len(lines) / max(count, 1)
    return [lines[int((number + 0.5) * step)] for number in range(count)]


def _in_order(turns: Sequence[Turn], ranked: Iterable[int], words: int) -> str:
    """The first of *ranked* turns that have so many *words* with their speakers; the last one is cut to fit."""
    taken: dict[int, list[str]] = {}
    for at in ranked:
        if words <= 0:
            break
        taken[at] = str(turns[at]).split()[:words]
        words -= len(taken[at])
    return "\n".join(" ".join(taken[at]) for at in sorted(taken))
