"""A turn: what one speaker says before another begins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

UNKNOWN_SPEAKER = "(?)"


@dataclass(frozen=True)
class Utterance:
    """What a reader of one format found: who said what, and when. *speaker* is empty if nobody is named; *start* and *end*
    are seconds from the beginning of the recording, None if the file gives no times."""

    speaker: str
    text: str
    start: float | None = None
    end: float | None = None


@dataclass(frozen=True)
class Turn:
    """One speaker's words, on one line; *text* is never empty.

    *source* is the number of the turn in the transcript (from 0) that this one is or was cut from, and
    *part* its place among the pieces (0 for the first or only one). *glue* is what stood between the piece before and
    this one: a space, or nothing if the cut went through a word or between sentences that no space parts. *start* and *end*
    are seconds from the beginning of the recording, None if the transcript gives no times."""

    speaker: str
    text: str
    source: int = 0
    part: int = 0
    glue: str = ""
    start: float | None = None
    end: float | None = None

    def __str__(self) -> str:
        return f"{self.speaker} : {self.text}"


def whole(pieces: Iterable[Turn]) -> str:
    """The text that one turn had before `split` cut it into *pieces*, character for character."""
    return "".join(piece.glue + piece.text for piece in pieces)
