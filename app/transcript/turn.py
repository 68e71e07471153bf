"""A turn: what one speaker says before another begins."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace

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

    def between(self, first: int, stop: int) -> Turn:
        """The piece of this turn from character *first* to *stop*, with its own times as far as the marks tell them."""
        text = self.text[first:stop]
        if not self.marks:
            return replace(self, text=text)
        places = [place for place, _ in self.marks]
        before, behind = bisect_right(places, first) - 1, bisect_left(places, stop)
        return replace(
            self,
            text=text,
            start=self.marks[before][1] if before >= 0 else self.start,
            end=self.marks[behind][1] if behind < len(places) else self.end,
            marks=tuple((place - first, time) for place, time in self.marks[max(before, 0) + 1 : behind]),
        )


def whole(pieces: Iterable[Turn]) -> str:
    """The text that one turn had before `split` cut it into *pieces*, character for character."""
    return "".join(piece.glue + piece.text for piece in pieces)
