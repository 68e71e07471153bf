"""The final reduce: the summary is summarised, in several levels where it does not fit one call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.kinds.base import Phase
from app.kinds.summary.asking import Asking, Tally
from app.kinds.summary.lines import Line, lines_of
from app.kinds.summary.prompt import Prompt, Room
from app.kinds.summary.strategies import planned, side_by_side
from app.transcript import Turn, split

DEEPEST = 8  # levels; each must be shorter than the one before, so no sane model comes this far


def reduced(prompt: Prompt, tally: Tally, phase: Phase, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """What the model makes of the whole summary in one call, or of what it made of its parts.

    A level that does not get shorter ends it: its lines are given back as they were, and the tally says so."""
    asking = Asking(prompt, prompt.room(sorted({line.speaker for line in lines})), tally)
    for level in range(DEEPEST):
        groups = planned(prompt, _fitting(prompt, asking.room, lines), most=len(lines) * 1000)
        shorter = _level(asking, phase, level, groups)
        if len(groups) == 1:
            return shorter
        if sum(prompt.costs(shorter)) >= sum(prompt.costs(lines)):
            break
        lines = shorter
    tally.add("unreduced")
    return lines


def _level(asking: Asking, phase: Phase, level: int, groups: Sequence[Sequence[Line]]) -> tuple[Line, ...]:
    def lines_for(number: int, group: Sequence[Line]) -> tuple[Line, ...]:
        step = f"reduce/{level}/{number}"
        call = asking.prompt.call((), group)
        text = asking.whole(step, call, asking.said(step, call))
        return lines_of(text, group, step) if text else tuple(group)  # what could not be reduced is kept as it was

    return side_by_side(asking.prompt.work, phase, groups, lines_for)


def _fitting(prompt: Prompt, room: Room, lines: Sequence[Line]) -> list[Line]:
    """The lines, one that is longer than a prompt holds being cut in pieces."""
    longest = room.limit - room.bare - room.label
    cut: list[Line] = []
    for line in lines:
        pieces = split([Turn(line.speaker, line.text)], longest, prompt.work.count)
        cut.extend(replace(line, text=piece.text, gap=line.gap and piece.part == 0) for piece in pieces)
    return cut
