"""Tables without a header: what each column holds is told from its cells."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from typing import Literal, Protocol

from app.transcript.formats.base import Reading, broken, spoken
from app.transcript.formats.tables import DELIMITERS, LARGEST_CELL, Columns, time_of
from app.transcript.formats.units import in_seconds
from app.transcript.names import LONGEST, Likeness, likeness
from app.transcript.turn import Utterance

_LEAST_ROWS = 3
_MOST_COLUMNS = 32
_LONGEST_NAME = 40
_LOOKED_AT = 50  # lines


class _Rows(Protocol):
    """What `csv.reader` gives."""

    @property
    def line_num(self) -> int: ...

    def __iter__(self) -> Iterator[list[str]]: ...


@dataclass(frozen=True)
class Unheaded:
    """How a table without a header is written, and which of its *width* columns hold what."""

    delimiter: str
    quoting: bool
    columns: Columns
    width: int


def recognised(lines: Sequence[str]) -> Unheaded | None:
    """The table that *lines*, the first of a file that are not empty, begin; None if they are none for sure."""
    tables = (_table(lines, delimiter) for delimiter in DELIMITERS if sum(delimiter in line for line in lines) >= _LEAST_ROWS)
    return next((table for table in tables if table is not None), None)


def read(text: str, table: Unheaded) -> Reading:
    """The rows of a file, each a turn; a row of one cell goes on from the row before. Raises BadContent."""
    name = "tsv" if table.delimiter == "\t" else "csv"
    said: list[Utterance] = []
    reader = _reader(text.strip("\ufeff").split("\n"), table.delimiter, quoting=table.quoting)
    try:
        for row in reader:
            cells = _squeezed(row, table.width, table.delimiter)
            if len(cells) == table.width:
                said.append(table.columns.utterance(cells))
            elif len(cells) == 1 and said:
                said[-1] = replace(said[-1], text=f"{said[-1].text} {cells[0]}")
            elif any(cells):
                raise broken(f"a {name.upper()} table", f"its rows have {table.width} columns", reader.line_num, 1)
    except csv.Error as exc:
        reason = f"{exc}; a quotation mark inside quotation marks is doubled"
        raise broken(f"a {name.upper()} table", reason, reader.line_num, 1) from exc
    used = {table.columns.text, table.columns.speaker, table.columns.start, table.columns.end} - {None}
    unused = table.width - len(used)
    return Reading(name, spoken(in_seconds(said)), left_out={"columns without speech": unused} if unused else {}, rolls=True)


def _table(lines: Sequence[str], delimiter: str) -> Unheaded | None:
    quoting = delimiter != "\t" or any(line.startswith('"') or '\t"' in line for line in lines)
    rows = _first_rows(lines, delimiter, quoting=quoting)
    if len(rows) < _LEAST_ROWS:
        return None
    columns = _columns([list(cells) for cells in zip(*rows, strict=True)])
    if columns is None:
        return None
    as_in_sentences = any(f"{delimiter} " in line.partition('"')[0] for line in lines)
    return None if columns.start is None and as_in_sentences else Unheaded(delimiter, quoting, columns, len(rows[0]))


def _first_rows(lines: Sequence[str], delimiter: str, *, quoting: bool) -> list[list[str]]:
    """The rows of *lines*, all of one width; none if they are of several. The last may go on below *lines*."""
    rows: list[list[str]] = []
    reader = _reader(lines, delimiter, quoting=quoting)
    try:
        rows += reader
    except csv.Error:
        if reader.line_num < len(lines):
            return []
    width = min(map(len, rows), default=0)
    return [_squeezed(row, width, delimiter) for row in rows] if 1 < width <= _MOST_COLUMNS else []


def _reader(lines: Sequence[str], delimiter: str, *, quoting: bool) -> _Rows:
    csv.field_size_limit(LARGEST_CELL)
    how: Literal[0, 3] = csv.QUOTE_MINIMAL if quoting else csv.QUOTE_NONE
    spaced = any(f'{delimiter} "' in line for line in islice(lines, _LOOKED_AT))
    return csv.reader((f"{line}\n" for line in lines), delimiter=delimiter, strict=True, skipinitialspace=spaced, quoting=how)


def _squeezed(row: Sequence[str], width: int, delimiter: str) -> list[str]:
    """The cells of *row*; a text with delimiters in it, which nobody quoted, is the last one."""
    cells = [cell.strip() for cell in row]
    return cells if len(cells) <= width else [*cells[: width - 1], delimiter.join(row[width - 1 :]).strip()]


def _columns(cells: Sequence[Sequence[str]]) -> Columns | None:
    """What columns with these *cells* hold: the longest are the text, clocks that do not fall are times, names come again.

    None if another column holds words, which would be lost."""
    numbers = [number for number, column in enumerate(cells) if all(time_of(cell) is not None for cell in column)]
    words = [number for number, column in enumerate(cells) if number not in numbers and any(column)]
    if not words:
        return None
    candidates = [number for number in words if not _are_long_names(cells[number])]
    text = max(candidates, key=lambda number: sum(map(len, cells[number])), default=None)
    if text is None:
        return None
    words.remove(text)
    start, end = _times(cells, numbers)
    ids = [number for number in numbers if number not in (start, end) and not _rises(cells[number])]
    speaker = _speaker(
        cells, words or [number for number in ids if all(map(str.isdigit, cells[number]))], timed=start is not None
    )
    if speaker is None or not any(" " in cell for cell in cells[text]):
        return None
    return Columns(text, speaker, start, end)


def _times(cells: Sequence[Sequence[str]], numbers: Sequence[int]) -> tuple[int | None, int | None]:
    """The columns that say when rows begin and end."""
    rising = [number for number in numbers if _rises(cells[number]) and not _counts(cells[number])]
    rising.sort(key=lambda number: all(map(str.isdigit, cells[number])))  # whole numbers may be of something else
    if not rising:
        return None, None
    first, *later = rising
    for other in later:
        pairs = [(time_of(one) or 0.0, time_of(two) or 0.0) for one, two in zip(cells[first], cells[other], strict=True)]
        if all(one <= two for one, two in pairs):
            return first, other
        if all(two <= one for one, two in pairs):
            return other, first
    return first, None


def _rises(cells: Sequence[str]) -> bool:
    times = [time_of(cell) or 0.0 for cell in cells]
    return all(before <= after for before, after in pairwise(times)) and times[0] < times[-1]


def _counts(cells: Sequence[str]) -> bool:
    """Whether *cells* number the rows."""
    return all(map(str.isdigit, cells)) and all(int(after) == int(before) + 1 for before, after in pairwise(cells))


def _speaker(cells: Sequence[Sequence[str]], candidates: Sequence[int], *, timed: bool) -> int | None:
    """The one column of names among *candidates*. Columns that say the same in all rows, such as a language, are none if
    another says something else; of an id and a name that go together, the name is taken."""
    differing = [number for number in candidates if len(set(cells[number])) > 1]
    same = [number for number in candidates if number not in differing]
    if any(" " in cells[number][0] for number in same if differing):
        return None
    found = differing or same
    together = {len(set(zip(*(cells[number] for number in found), strict=True)))} | {
        len(set(cells[number])) for number in found
    }
    if not found or len(together) > 1 or (same and not differing and len(same) > 1):
        return None
    best = max(found, key=lambda number: sum(map(len, set(cells[number]))))
    return best if _are_names(cells[best], timed=timed) else None


def _are_long_names(cells: Sequence[str]) -> bool:
    """Whether the *cells* are names with offices, which may be longer than what is said."""
    return any(len(cell) > _LONGEST_NAME for cell in cells) and _are_names(cells, timed=False)


def _are_names(cells: Sequence[str], *, timed: bool) -> bool:
    """Whether the *cells* are names that come again; without times beside them they must look like names as well."""
    least = Likeness.RETURNING if timed else Likeness.NAME
    like = {cell: likeness(cell) >= least or (timed and cell.isalnum()) for cell in set(cells) if cell}
    short = all(len(cell) <= (LONGEST if likeness(cell) is Likeness.FULL_NAME else _LONGEST_NAME) for cell in like)
    return short and all(like.values()) and 0 < len(like) <= (len(cells) - 1 if timed else len(cells) // 2 + 1)
