"""A turn: what one speaker says before another begins."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

UNKNOWN_SPEAKER = "(?)"


@dataclass(frozen=True, slots=True)
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
    are seconds from the beginning of the recording, None if the transcript gives no times. *marks* are the places in *text*
    at which the recogniser gave a time, each with its seconds, in order; `between` needs them."""

    speaker: str
    text: str
    source: int = 0
    part: int = 0
    glue: str = ""
    start: float | None = None
    end: float | None = None
    marks: tuple[tuple[int, float], ...] = ()

    def __str__(self) -> str:
        return f"{self.speaker} : {self.text}"

    def between(self, first: int, stop: int, part: int = 0, glue: str = "") -> Turn:
        """The piece of this turn from character *first* to *stop*, with its own times as far as the marks tell them."""
        start, end, marks = self.start, self.end, self.marks
        if marks:
            places = [place for place, _ in marks]
            before, behind = bisect_right(places, first) - 1, bisect_left(places, stop)
            start = marks[before][1] if before >= 0 else start
            end = marks[behind][1] if behind < len(places) else end
            marks = tuple((place - first, time) for place, time in marks[max(before, 0) + 1 : behind])
        return Turn(self.speaker, self.text[first:stop], self.source, part, glue, start, end, marks)


def whole(pieces: Iterable[Turn]) -> str:
    """The text that one turn had before `split` cut it into *pieces*, character for character."""
    return "".join(piece.glue + piece.text for piece in pieces)
