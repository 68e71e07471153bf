"""Corrections of a transcript: a turn gets another text or speaker, or is struck. Its number stays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from app.transcript.transcript import Transcript
from app.transcript.turn import Turn


@dataclass(frozen=True)
class TurnChange:
    """What is to become of the turn *number*; None leaves a thing as it is."""

    number: int
    text: str | None = None
    speaker: str | None = None
    struck: bool | None = None


def corrected(transcript: Transcript, changes: Iterable[TurnChange]) -> Transcript:
    """*transcript* after *changes*. A struck turn keeps its place, and is in no prompt."""
    by_number = {change.number: change for change in changes}
    struck = {turn.source for turn in transcript.struck}
    made: list[Turn] = []
    gone: set[int] = set()
    for turn in transcript.all_turns:
        change = by_number.get(turn.source, TurnChange(turn.source))
        made.append(_changed(turn, change))
        if (turn.source in struck) if change.struck is None else change.struck:
            gone.add(turn.source)
    return Transcript.of(made, gone, transcript.report)


def changed_turns(before: Transcript, after: Transcript) -> frozenset[int]:
    """The numbers of the turns that a model would see differently."""
    old, new = shown_turns(before), shown_turns(after)
    return frozenset(number for number in old.keys() | new.keys() if old.get(number) != new.get(number))


def shown_turns(transcript: Transcript) -> Mapping[int, str]:
    """The turns as a model sees them, by number."""
    return {turn.source: str(turn) for turn in transcript.turns}


def _changed(turn: Turn, change: TurnChange) -> Turn:
    if change.text is not None and change.text != turn.text:
        turn = replace(turn, text=change.text, marks=())  # the places of the marks are those of the former text
    return turn if change.speaker is None else replace(turn, speaker=change.speaker)
