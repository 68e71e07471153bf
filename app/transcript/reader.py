"""Reads plain text as turns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from app.transcript.labels import Election, elect
from app.transcript.plain import plain
from app.transcript.stamps import NO_STAMP
from app.transcript.text import read_text, split_lines, utterances
from app.transcript.turn import UNKNOWN_SPEAKER, Turn, Utterance

HEAD = 256  # lines of a stream that are looked at to find its form of label


def read(text: str, speakers: Iterable[str] = ()) -> list[Turn]:
    """The turns of a transcript. A label begins a turn, also if the speaker stays the same; what comes before the first
    is said by `UNKNOWN_SPEAKER`; a label behind which nothing is said makes no turn.

    *speakers* are names that are taken for speakers whatever they look like."""
    return list(_turns(read_text(text, speakers).utterances))


def stream(lines: Iterable[str], speakers: Iterable[str] | Election = ()) -> Iterator[Turn]:
    """The turns of *lines*, which may be endless; holds one turn and the first HEAD lines. Lines may have their ends or not.

    The form of label is found in the first lines. `stream(lines, roster(lines))` reads by the form and names of all lines."""
    plained = _plain_lines(lines)
    if isinstance(speakers, Election):
        election = speakers
    else:
        head = list(islice(plained, HEAD))
        election, plained = elect(head, speakers), chain(head, plained)
    return _turns(utterances(((NO_STAMP, line) for line in plained), election))


def roster(lines: Iterable[str], speakers: Iterable[str] = ()) -> Election:
    """The form of label and the names of *lines*: what `stream` needs to read as `read` does."""
    return elect(list(_plain_lines(lines)), speakers)


def _turns(spoken: Iterable[Utterance]) -> Iterator[Turn]:
    """A turn for each utterance; neighbours that nobody is named for are one."""
    number = 0
    held: list[Utterance] = []
    for each in spoken:
        if held and (each.speaker or held[-1].speaker):
            yield _turn(held, number)
            number, held = number + 1, []
        held.append(each)
    if held:
        yield _turn(held, number)


def _turn(spoken: list[Utterance], number: int) -> Turn:
    text = " ".join(each.text for each in spoken)
    return Turn(spoken[0].speaker or UNKNOWN_SPEAKER, text, source=number, start=spoken[0].start, end=spoken[-1].end)


def _plain_lines(lines: Iterable[str]) -> Iterator[str]:
    """The lines, `plain`; those with a line end in the middle cut there."""
    for line in lines:
        ended = line.removesuffix("\n").removesuffix("\r") if line.endswith("\n") else line
        yield from map(plain, split_lines(ended))
