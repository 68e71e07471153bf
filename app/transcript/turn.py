"""A turn: what one speaker says before another begins."""

from __future__ import annotations

from dataclasses import dataclass

UNKNOWN_SPEAKER = "(?)"


@dataclass(frozen=True)
class Turn:
    """One speaker's words, on one line; *text* is never empty.

    *source* is the number of the turn in the transcript (from 0) that this one is or was cut from, and
    *part* its place among the pieces (0 for the first or only one)."""

    speaker: str
    text: str
    source: int = 0
    part: int = 0

    def __str__(self) -> str:
        return f"{self.speaker} : {self.text}"
