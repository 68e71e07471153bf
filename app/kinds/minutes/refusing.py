"""Whether the person whom a model gives a task has refused it where it was given."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.kinds.languages import Pack
from app.kinds.meeting import Meeting
from app.kinds.minutes.cueing import ASKING, asks, declines, takes_on
from app.kinds.minutes.sentences import cleaned
from app.kinds.words import sentences_in
from app.transcript import Turn

LATER = 3  # turns behind a refusal in which the same person may take the task on after all
_BARE_NO = re.compile(r"^\W*(?:no|nah|nope|non|nein|nee|\u0646\u0647)\b", re.IGNORECASE)


def refuses(name: str, numbers: Sequence[int], meeting: Meeting) -> bool:
    """Whether *name* declines in the turns of these *numbers* or right behind one of them, and does not take it on later."""
    pack = meeting.heard
    own = [turn for turn in _around(numbers, meeting) if name in meeting.people.speaks_as(turn.speaker) or name == turn.speaker]
    refusal = next((turn for turn in reversed(own) if _declines(turn, meeting)), None)
    if refusal is None:
        return False
    behind = (meeting.turns.get(number) for number in range(refusal.source + 1, refusal.source + 1 + LATER))
    later = [turn for turn in (*own, *behind) if turn is not None and turn.source > refusal.source]
    return not any(turn.speaker == refusal.speaker and _takes_it(turn.text, pack) for turn in later)


def _around(numbers: Sequence[int], meeting: Meeting) -> Iterator[Turn]:
    """The turns of these *numbers* and those right behind them, in order."""
    for place in sorted({place for number in numbers for place in (number, number + 1)}):
        if place in meeting.turns:
            yield meeting.turns[place]


def _declines(turn: Turn, meeting: Meeting) -> bool:
    """Whether a *turn* declines a task. "No" alone only does behind a question or a request: it also contradicts."""
    pack = meeting.heard
    said = cleaned(turn.text, pack)
    if not declines(said, pack) or _takes_it(said, pack):
        return False
    before = meeting.turns.get(turn.source - 1)
    is_asked = before is not None and (
        before.text.rstrip().endswith(ASKING) or any(asks(meeting, each) for each in sentences_in(before.text))
    )
    return is_asked or not _BARE_NO.match(said)


def _takes_it(said: str, pack: Pack) -> bool:
    return any(takes_on(each, pack) and not declines(each, pack) for each in sentences_in(cleaned(said, pack)))
