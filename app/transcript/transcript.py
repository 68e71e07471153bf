"""A transcript as it was accepted: its turns, what is to be told of it, and the form in which a job stores both."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice, takewhile
from typing import Any, TypeAlias

from app.large_texts import PackedText, gathered, joined
from app.transcript.pieces import lines_of
from app.transcript.text import read_text
from app.transcript.turn import UNKNOWN_SPEAKER, Turn, Utterance

MARK = '{"transcript": 1, '  # what the first line of a stored transcript begins with
STRUCK = "struck"  # at the end of a stored turn that is kept and not used
PLACE_OF_STRUCK = 5
MOST_SPEAKERS_TOLD = 200  # names in a report
Row: TypeAlias = list[Any]  # a turn as it is stored: speaker, text, start, end, marks, whether it is struck


@dataclass(frozen=True)
class Report:
    """What is to be told of a transcript beside its turns.

    *format* is what it was written in, and *labels* the form of label that named the speakers, empty if the format names
    them. *left_out* says what was not taken for speech, and how often. *encoding* is empty if the content came as text."""

    format: str = "text"
    left_out: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    labels: str = ""
    encoding: str = ""
    recogniser: str = ""

    def record(self) -> dict[str, Any]:
        told = {"labels": self.labels, "encoding": self.encoding, "recogniser": self.recogniser}
        return {
            "format": self.format,
            "left_out": dict(self.left_out),
            "warnings": list(self.warnings),
            **{name: value for name, value in told.items() if value},
        }

    @classmethod
    def recall(cls, record: Mapping[str, Any]) -> Report:
        """The report that `record` made; what a later release has added to it is left out."""
        known = {name: value for name, value in record.items() if name in cls.__dataclass_fields__}
        return cls(**{**known, "warnings": tuple(known.get("warnings", ()))})

    def joined(self, other: Report) -> Report:
        """The report of a transcript that grew by one with the report *other*."""
        formats = dict.fromkeys((*self.format.split(" + "), *other.format.split(" + ")))
        return replace(
            self,
            format=" + ".join(formats),
            left_out=dict(Counter(self.left_out) + Counter(other.left_out)),
            warnings=tuple(dict.fromkeys((*self.warnings, *other.warnings))),
            labels=self.labels or other.labels,
            recogniser=self.recogniser or other.recogniser,
        )


@dataclass(frozen=True)
class Transcript:
    """The turns of a meeting, numbered by their `source`, and the report on how they were read. Turns that somebody has
    *struck* are kept apart: no model sees them, and the numbers of the others stay."""

    turns: tuple[Turn, ...]
    report: Report = Report()
    struck: tuple[Turn, ...] = ()

    @classmethod
    def of(cls, turns: Sequence[Turn], struck: Container[int], report: Report) -> Transcript:
        """A transcript of *turns*, those whose numbers are in *struck* kept apart."""
        kept = tuple(turn for turn in turns if turn.source not in struck)
        return cls(kept, report, tuple(turn for turn in turns if turn.source in struck))

    @property
    def all_turns(self) -> tuple[Turn, ...]:
        """The turns, those that are struck among them, in order."""
        return tuple(sorted((*self.turns, *self.struck), key=lambda turn: turn.source)) if self.struck else self.turns

    @property
    def speakers(self) -> Mapping[str, int]:
        """How many turns each named speaker has, in the order in which they first speak."""
        return Counter(turn.speaker for turn in self.turns if turn.speaker != UNKNOWN_SPEAKER)

    def record(self) -> dict[str, Any]:
        """The report as JSON, for the coverage of a job."""
        return _told(self.report, self.speakers)

    def stored(self) -> str:
        """The transcript as a job keeps it: a line with the report, then a line of JSON a turn.

        Further transcripts may be added behind a line end: `restored` reads them all."""
        header = MARK + json.dumps(self.report.record(), ensure_ascii=False)[1:]
        struck = {turn.source for turn in self.struck}
        lines = (_line(turn, struck=turn.source in struck) for turn in self.all_turns)
        return joined(gathered(chain([header], lines)))

    @classmethod
    def restored(cls, content: str | PackedText, speakers: Iterable[str] = ()) -> Transcript:
        """The transcripts that `stored` made, as one. What stands before the first of them was stored by an earlier release as
        `Speaker : text` lines and is read as text; *speakers* are names in it."""
        turns: list[Turn] = []
        struck: set[int] = set()
        report: Report | None = None
        for found in _recalled(content, speakers):
            if isinstance(found, Report):
                report = found if report is None else report.joined(found)
                continue
            if _is_struck(found):
                struck.add(len(turns))
            turns.append(_turn(found, len(turns)))
        return cls.of(turns, struck, report or Report())


@dataclass(frozen=True)
class StoredTranscript:
    """A stored transcript of which no turn is kept: they are read again each time. *number* of them and *characters* in them
    are known, without those that somebody has struck; *length* is their number with these."""

    content: str | PackedText
    known: tuple[str, ...]  # names of speakers
    report: Report
    speakers: Mapping[str, int]
    number: int
    characters: int
    length: int

    @classmethod
    def of(cls, content: str | PackedText, speakers: Iterable[str] = ()) -> StoredTranscript:
        """*content* and *speakers* as in `Transcript.restored`."""
        known = tuple(speakers)
        report: Report | None = None
        spoken: Counter[str] = Counter()
        characters = length = 0
        for found in _recalled(content, known):
            if isinstance(found, Report):
                report = found if report is None else report.joined(found)
                continue
            length += 1
            if not _is_struck(found):
                spoken[found[0]] += 1
                characters += len(found[1])
        number = spoken.total()
        spoken.pop(UNKNOWN_SPEAKER, None)
        return cls(content, known, report or Report(), spoken, number, characters, length)

    def turns(self) -> Iterator[Turn]:
        """The turns in order, without those that are struck."""
        return turns_of(self.content, self.known)

    def record(self) -> dict[str, Any]:
        """The report as JSON, for the coverage of a job."""
        return _told(self.report, self.speakers)


def _told(report: Report, speakers: Mapping[str, int]) -> dict[str, Any]:
    return {**report.record(), "speakers": dict(islice(speakers.items(), MOST_SPEAKERS_TOLD))}


def turns_of(content: str | PackedText, speakers: Iterable[str] = ()) -> Iterator[Turn]:
    """The turns of `Transcript.restored`, one at a time."""
    rows = (found for found in _recalled(content, speakers) if not isinstance(found, Report))
    for number, row in enumerate(rows):
        if not _is_struck(row):
            yield _turn(row, number)


def characters(content: str) -> int:
    """How long a job's content is, as `Speaker : text` lines if it is a stored transcript."""
    return max(0, sum(len(str(turn)) + 1 for turn in turns_of(content)) - 1) if content.startswith(MARK) else len(content)


def of_text(text: str, speakers: Iterable[str] = ()) -> Transcript:
    """The transcript that a plain text with labels holds."""
    read = read_text(text, tuple(speakers))
    report = Report(labels=read.form, left_out=read.left_out, warnings=read.warnings)
    return Transcript(tuple(turn_of([each], number) for number, each in enumerate(read.utterances)), report)


def turn_of(said: Sequence[Utterance], source: int = 0) -> Turn:
    """One turn of neighbouring utterances of one speaker, whose texts are `plain` and not empty."""
    if len(said) == 1:
        (one,) = said
        return Turn(one.speaker or UNKNOWN_SPEAKER, one.text, source, 0, "", one.start, one.end)
    start = next((each.start for each in said if each.start is not None), None)
    end = next((each.end for each in reversed(said) if each.end is not None), None)
    marks: list[tuple[int, float]] = []
    place, last = 0, start
    for each in said:
        if each.start is not None and each.start != last:
            marks.append((place, each.start))
            last = each.start
        place += len(each.text) + 1
    return Turn(
        said[0].speaker or UNKNOWN_SPEAKER, " ".join(each.text for each in said), source, 0, "", start, end, tuple(marks)
    )


def _line(turn: Turn, *, struck: bool = False) -> str:
    return json.dumps(_row(turn, struck=struck), ensure_ascii=False)


def _row(turn: Turn, *, struck: bool = False) -> Row:
    marks = [number for mark in turn.marks for number in mark]
    row: list[Any] = [turn.speaker, turn.text, turn.start, turn.end, marks, STRUCK if struck else None]
    while row[-1] in (None, []):
        row.pop()
    return row


def _is_struck(row: Row) -> bool:
    return len(row) > PLACE_OF_STRUCK and row[PLACE_OF_STRUCK] == STRUCK


def _turn(row: Row, number: int) -> Turn:
    speaker, text, start, end, marks = [*row, None, None, None][:5]
    numbers = iter(marks or ())
    return Turn(speaker, text, number, start=start, end=end, marks=tuple(zip(numbers, numbers, strict=False)))


def _recalled(content: str | PackedText, speakers: Iterable[str]) -> Iterator[Report | Row]:
    """The report of each transcript in *content*, then its turns in order, as `_row` wrote them. What stands before the first
    report is read as text."""
    early = list(takewhile(lambda line: not line.startswith(MARK), lines_of(content)))
    if any(line.strip() for line in early):
        text = of_text("\n".join(early), speakers)
        yield text.report
        yield from map(_row, text.turns)
    for line in islice(lines_of(content), len(early), None):
        if line.startswith(MARK):
            yield Report.recall(json.loads("{" + line[len(MARK) :]))
        elif line and not line.isspace():
            row: Row = json.loads(line)
            yield row
