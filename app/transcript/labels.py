"""Which beginnings of lines are labels of speakers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.transcript.speakers import heard, names


@dataclass(frozen=True)
class Label:
    """Who speaks on a line, and the *rest* of the line."""

    speaker: str
    rest: str
    start: float | None = None
    end: float | None = None


@dataclass(frozen=True)
class Election:
    """The form of label that some lines have, and the names in it."""

    known: frozenset[str]
    form: str = "colon"
    warnings: tuple[str, ...] = ()

    def label(self, line: str) -> Label | None:
        """The label that *line* begins with, None if it has none."""
        found = heard(line, self.known)
        return None if found is None else Label(*found)


def elect(lines: Sequence[str], speakers: Sequence[str] = ()) -> Election:
    """The form of label of *lines*; *speakers* are names whatever they look like."""
    return Election(names(lines, speakers))
