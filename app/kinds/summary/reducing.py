"""The final reduce: the summary is summarised, in several levels if it does not fit one call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.backends.answers.void import Void
from app.errors import ContextExceeded, NoRoom
from app.kinds.base import Phase
from app.kinds.summary.asking import Asking
from app.kinds.summary.checking import is_about_nothing, says_nothing
from app.kinds.summary.lines import Line
from app.kinds.summary.prompt import Prompt, Room
from app.kinds.summary.strategies import planned, side_by_side
from app.kinds.tally import REDUCE
from app.transcript import Turn, split

DEEPEST = 8  # levels; each must be shorter than the one before, so no sane model comes this far


def reduced(started: Asking, phase: Phase, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """What the model makes of the whole summary in one call, or of what it made of its parts.

    A level that does not get shorter ends it: its lines are given back as they were, and the tally says so."""
    prompt, tally = started.prompt, started.tally
    for level in range(DEEPEST):
        try:
            room = prompt.room(sorted({line.speaker for line in lines}))
        except NoRoom:
            if not prompt.learned.tokens:
                raise
            break  # the server's context turned out to be too small to reduce anything
        asking = replace(started, room=room)
        groups = list(planned(prompt, _fitting(prompt, asking.room, lines), most=len(lines) * 1000))
        reducing = _Level(asking, level)
        total = sum(map(len, groups))
        shorter = side_by_side(prompt.work, phase, groups, total, reducing.lines_for)
        if len(groups) == 1 and not reducing.was_halved:
            return shorter
        if sum(prompt.costs(shorter)) >= sum(prompt.costs(lines)):
            break
        lines = shorter
    tally.add("unreduced")
    return lines


class _Level:
    """One level of the reduce: each group of lines becomes a shorter one. What cannot be reduced is kept as it was."""

    def __init__(self, asking: Asking, level: int) -> None:
        self._asking = asking
        self._level = level
        self.was_halved = False

    def lines_for(self, number: int, group: Sequence[Line]) -> tuple[Line, ...]:
        return self._lines(f"{REDUCE}{self._level}/{number}", group)

    def _lines(self, step: str, group: Sequence[Line]) -> tuple[Line, ...]:
        call = self._asking.prompt.call((), group)
        try:
            text = self._asking.whole(step, call, self._asking.said(step, call))
        except ContextExceeded as refused:
            return self._in_halves(step, group, refused)
        lines = self._asking.checked(step, call, text, group) if text else ()
        is_void = says_nothing(lines) or (self._asking.checker is not None and is_about_nothing(lines, group))
        if text and is_void:
            self._asking.tally.said_nothing(step, Void.EMPTY)
        return tuple(group) if is_void else lines

    def _in_halves(self, step: str, group: Sequence[Line], refused: ContextExceeded) -> tuple[Line, ...]:
        """The server refused the prompt, as it is longer than the model's context."""
        self._asking.prompt.learned.note(refused.limit)
        if len(group) == 1:
            self._asking.tally.add("unreduced")
            return tuple(group)
        self.was_halved = True
        self._asking.tally.add("halved")
        middle = len(group) // 2
        return self._lines(f"{step}/a", group[:middle]) + self._lines(f"{step}/b", group[middle:])


def _fitting(prompt: Prompt, room: Room, lines: Sequence[Line]) -> list[Line]:
    """The lines, one that is longer than a prompt holds being cut in pieces."""
    longest = room.limit - room.bare - room.label
    cut: list[Line] = []
    for line in lines:
        pieces = split([Turn(line.speaker, line.text)], longest, prompt.work.count)
        cut.extend(replace(line, text=piece.text, gap=line.gap and piece.part == 0) for piece in pieces)
    return cut
