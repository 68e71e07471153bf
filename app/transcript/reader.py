"""Reads `Speaker : text` lines as turns."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator

from app.transcript.plain import plain
from app.transcript.speakers import declared, heard, names
from app.transcript.turn import UNKNOWN_SPEAKER, Turn

_LINE_END = re.compile(r"\r\n|\r|\n")


def read(text: str, speakers: Iterable[str] = ()) -> list[Turn]:
    """The turns of a transcript. A label begins a turn, also where the speaker stays the same; what comes before the first
    is said by `UNKNOWN_SPEAKER`; a label behind which nothing is said makes no turn.

    *speakers* are names that are taken for speakers whatever they look like. Two looks are taken, so that a name in
    small letters is known when it comes again."""
    lines = list(_plain_lines(_lines(text)))
    return list(_turns(lines, names(lines, speakers)))


def stream(lines: Iterable[str], speakers: Iterable[str] = ()) -> Iterator[Turn]:
    """The turns of *lines*, which may be endless; holds one turn at a time. Lines may have their line ends or not.

    One look is taken, so names that do not look like one have to be handed in: `stream(lines, roster(lines))` is
    `read(text)`, and `stream(lines)` is the same wherever no name is known only by coming again."""
    return _turns(_plain_lines(lines), declared(speakers))


def roster(lines: Iterable[str], speakers: Iterable[str] = ()) -> frozenset[str]:
    """The names that a first look at *lines* finds, and the *speakers*: what `stream` needs to read as `read` does."""
    return names(_plain_lines(lines), speakers)


def _turns(lines: Iterable[str], known: frozenset[str]) -> Iterator[Turn]:
    speaker = UNKNOWN_SPEAKER
    said: list[str] = []
    number = 0
    for line in lines:
        named = heard(line, known)
        if named is not None and said:
            yield Turn(speaker, " ".join(said), source=number)
            number, said = number + 1, []
        speaker, words = named if named is not None else (speaker, line)
        if words:
            said.append(words)
    if said:
        yield Turn(speaker, " ".join(said), source=number)


def _lines(text: str) -> io.StringIO:
    """A file of *text*, whose lines end at \\\\n, \\\\r\\\\n and \\\\r and nowhere else."""
    return io.StringIO(text, newline=None)


def _plain_lines(lines: Iterable[str]) -> Iterator[str]:
    """The lines that hold something, `plain`; those with a line end in the middle cut there."""
    for line in lines:
        for part in _LINE_END.split(line):
            plained = plain(part)
            if plained:
                yield plained
