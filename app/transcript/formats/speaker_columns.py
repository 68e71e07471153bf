"""Tables with a column for each speaker, whose words stand in it row by row."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from app.transcript.formats import tables
from app.transcript.formats.base import Reading, broken, spoken
from app.transcript.formats.units import in_seconds
from app.transcript.names import Likeness, likeness
from app.transcript.turn import Utterance

_LEAST_SPEAKERS = 2
_MOST_COLUMNS = 64
_NEARLY_ALL = 0.9  # of the rows
_LEAST_ROWS, _LEAST_UNTIMED = 2, 3  # that say something, of a table with times and of one without
_ALONE, _ALONE_UNTIMED = 0.6, 0.9  # the share of these in which only one speaker does
_ASIDES = frozenset(["notes", "note", "comments", "comment", "remarks", "topic", "topics", "id", "no", "nr", "#", "language"])
_LOOKED_AT = 50  # rows


@dataclass(frozen=True)
class SpeakerColumns:
    """Which columns of a table are whose, where its times are, and which columns nobody says."""

    speakers: Mapping[int, str]
    times: tables.Columns
    asides: Sequence[int] = ()

    def said(self, rows: Iterable[Sequence[str]]) -> list[Utterance]:
        """What the *rows* say, each from left to right."""
        return [
            Utterance(name, row[column], when.start, when.end)
            for row in rows
            for when in (self.times.utterance(row),)
            for column, name in self.speakers.items()
            if column < len(row) and row[column].strip()
        ]


def of_rows(rows: Sequence[Sequence[str]]) -> SpeakerColumns | None:
    """The columns of a table whose header is the first of *rows*; None if they are not those of speakers."""
    header = [cell.strip() for cell in rows[0]] if rows else []
    if not _LEAST_SPEAKERS <= len(header) <= _MOST_COLUMNS or len(set(header)) < len(header):
        return None
    times = tables.times_in(header)
    asides = [place for place, name in enumerate(header) if name.casefold() in _ASIDES]
    taken = {times.start, times.end, times.length, *asides}
    names = {place: name for place, name in enumerate(header) if place not in taken}
    if len(names) < _LEAST_SPEAKERS or any(likeness(name) < Likeness.NAME for name in names.values()):
        return None
    columns = SpeakerColumns(names, times, asides)
    return columns if _fits(columns, rows[1 : _LOOKED_AT + 1]) else None


def _fits(columns: SpeakerColumns, rows: Sequence[Sequence[str]]) -> bool:
    """Whether in most *rows* one speaker says something, several do in all of them, and times are times."""
    start = columns.times.start
    spoken_in = [[place for place in columns.speakers if place < len(row) and row[place].strip()] for row in rows]
    told = [places for places in spoken_in if places]
    alone = sum(len(places) == 1 for places in told)
    words = [row[place] for row, places in zip(rows, spoken_in, strict=True) for place in places]
    if len(told) < (_LEAST_UNTIMED if start is None else _LEAST_ROWS) or len(set(chain.from_iterable(told))) < _LEAST_SPEAKERS:
        return False
    if start is not None and any(tables.time_of(row[start]) is None for row in rows if len(row) > start and row[start].strip()):
        return False
    numbers = sum(tables.time_of(each) is not None for each in words)
    return (
        alone >= (_ALONE_UNTIMED if start is None else _ALONE) * len(told)
        and any(" " in each.strip() for each in words)
        and 2 * numbers < len(words)
    )


def recognised(lines: Sequence[str]) -> str | None:
    """The sign that parts the columns of the table with a column for each speaker that *lines* begin; None if none does."""
    filled = [line.strip("\ufeff") for line in lines if line.strip("\ufeff \t")]
    for delimiter in tables.DELIMITERS:
        if sum(delimiter in line for line in filled) > _LEAST_ROWS and delimiter in filled[0]:
            rows = _rows_of(filled, delimiter)
            if rows and _have_columns(rows) and of_rows(rows) is not None:
                return delimiter
    return None


def _have_columns(rows: Sequence[Sequence[str]]) -> bool:
    """Whether nearly all *rows* have several cells, none more than the header, and none says what the header does: a name
    that holds the sign, `Ann | Acme`, stands above other lines as well."""
    header, *others = rows
    parted = sum(len(row) > 1 for row in others)
    return (
        not any(row[len(header) :] for row in others)
        and parted >= _NEARLY_ALL * sum(map(any, others))
        and not any(row == header for row in others)
    )


def _rows_of(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    csv.field_size_limit(tables.LARGEST_CELL)
    try:
        return list(csv.reader((f"{line}\n" for line in lines), delimiter=delimiter))
    except csv.Error:
        return []


def read(text: str, delimiter: str) -> Reading:
    """The rows of a file with a column for each speaker. Raises BadContent, with line and column, for a row that is wider."""
    name = "tsv" if delimiter == "\t" else "csv"
    numbered = list(tables.rows_of_file(text, delimiter, f"a {name.upper()} table"))
    header = numbered[0][1]
    for line, row in numbered:
        if any(map(str.strip, row[len(header) :])):
            reason = f"the header has {len(header)} columns and this row {len(row)}"
            raise broken("a table", reason, line, sum(len(cell) + 1 for cell in islice(row, len(header))))
    rows = [row for _, row in numbered]
    columns = of_rows(rows)
    if columns is None:  # the header was recognised in lines that are not empty
        raise broken(f"a {name.upper()} table", "its header goes on over several lines", numbered[0][0], 1)
    asides = sum(bool(row[place].strip()) for row in rows[1:] for place in columns.asides if place < len(row))
    left_out = {"cells that nobody says": asides} if asides else {}
    return Reading(name, spoken(in_seconds(columns.said(rows[1:]))), left_out=left_out, rolls=True)
