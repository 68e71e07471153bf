"""Batches: which turns go to the model together. Pure: what a prompt measures is handed in."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T")

GUESSES = 3  # measures led by the costs; after these the rest is halved, so that bad costs cannot make it slow


@dataclass(frozen=True)
class Batch(Generic[T]):
    """Neighbouring turns for one prompt; *first* is the place of the first one among all turns, from 0."""

    first: int
    turns: tuple[T, ...]

    @property
    def last(self) -> int:
        """The place of its last turn among all turns."""
        return self.first + len(self.turns) - 1


def take(
    turns: Sequence[T],
    first: int,
    *,
    most: int,
    room: int,
    costs: Sequence[int],
    measure: Callable[[Sequence[T]], int],
    fixed: int = 0,
) -> Batch[T]:
    """The longest head of *turns* from *first* on that *measure* finds to be at most *room* tokens, at most *most* turns.

    Always at least one turn, so that a caller that takes until nothing is left comes to an end: if even one turn is more
    than *room*, the batch holds that one, and the caller deals with it.

    `measure(head)` gives the exact tokens of the final messages with these turns in them and decides; it must not fall
    when a turn is added. `costs[i]` is about what `turns[i]` adds and *fixed* what the prompt has without turns; they
    only choose where to look first. So wrong ones change the number of measures, never the batch. With good ones it is
    one measure if *most* or the end of the turns binds, two if *room* binds, three if *fixed* was not known;
    with the worst ones GUESSES + log2(most) + 1."""
    head = min(max(most, 1), len(turns) - first)
    if head < 1:
        raise ValueError(f"no turn left at {first} of {len(turns)}")
    guessed = list(accumulate(costs[first : first + head], initial=fixed))
    fits, over, drift, tries = 1, head + 1, 0, 0
    while over - fits > 1:
        number = bisect_right(guessed, room - drift) - 1 if tries < GUESSES else (fits + over) // 2
        number = min(max(number, fits + 1), over - 1)
        tokens = measure(turns[first : first + number])
        fits, over = (number, over) if tokens <= room else (fits, number)
        drift, tries = tokens - guessed[number], tries + 1
    return Batch(first, tuple(turns[first : first + fits]))


def batches(
    turns: Sequence[T],
    *,
    most: int,
    room: int,
    costs: Sequence[int],
    measure: Callable[[Sequence[T]], int],
    fixed: int = 0,
) -> Iterator[Batch[T]]:
    """All of *turns* in order, each exactly once, in batches that stand on their own; see `take`."""
    first = 0
    while first < len(turns):
        batch = take(turns, first, most=most, room=room, costs=costs, measure=measure, fixed=fixed)
        yield batch
        first = batch.last + 1
