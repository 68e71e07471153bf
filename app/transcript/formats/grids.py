"""Tables of documents, whose cells may span several rows or columns, read as who says what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from app.transcript.formats import speaker_columns, tables
from app.transcript.turn import Utterance

_MOST_ACROSS = 100  # columns that a cell spans


class TableContent(NamedTuple):
    """What a table says: its rows as *lines*, and as *utterances* if its header, which is no line then, tells whose column or
    which time is which; whether it *names* speakers."""

    lines: list[str]
    utterances: list[Utterance] | None = None
    names: bool = False


@dataclass
class Grid:
    """The rows of a table. A cell that spans rows stands in each of them, unless it holds what is said, which is said once."""

    _rows: list[list[str]] = field(default_factory=list)
    _below: dict[int, int] = field(default_factory=dict)  # how many more rows the last cell of a column spans
    _repeated: set[tuple[int, int]] = field(default_factory=set)
    _column: int = 0  # of the cell that is open

    @property
    def has_cell(self) -> bool:
        return bool(self._rows) and bool(self._rows[-1])

    @property
    def has_row(self) -> bool:
        return bool(self._rows)

    @property
    def names_speakers(self) -> bool:
        """Whether the header of the table says which column names who speaks."""
        columns = tables.columns_of(self._rows[0], whole=True) if self._rows else None
        return columns is not None and columns.speaker is not None

    def open_row(self) -> None:
        self._rows.append([])

    def open_cell(self, down: int = 1, across: int = 1) -> None:
        self._repeat_spanning()
        row = self._rows[-1]
        self._column = len(row)
        row.append("")
        self._below[self._column] = down - 1
        self.widen(across)

    def widen(self, across: int) -> None:
        """Says that the cell that is open spans *across* columns."""
        more = min(max(across, 1), _MOST_ACROSS) - 1
        self._below |= {len(self._rows[-1]) + place: self._below[self._column] for place in range(more)}
        self._rows[-1] += [""] * more

    def close_row(self) -> None:
        if self._rows:
            self._repeat_spanning()

    def write(self, line: str) -> None:
        """Adds a line to the cell that is open."""
        row = self._rows[-1]
        row[self._column] = f"{row[self._column]}\n{line}" if row[self._column] else line

    def go_on_from_above(self) -> None:
        """Says that the cell that is open goes on from the one above it."""
        if len(self._rows) > 1 and self._column < len(self._rows[-2]):
            self._repeat(self._column)

    def read(self) -> TableContent:
        columns = tables.columns_of(self._rows[0], whole=True) if self._rows else None
        if columns is not None:
            rows = self._said_once(columns.text)[1:]
            return TableContent(self._lines(rows), [columns.utterance(row) for row in rows], columns.speaker is not None)
        parted = speaker_columns.of_rows(self._rows)
        if parted is not None:
            rows = self._said_once(*parted.speakers)[1:]
            return TableContent(self._lines(rows), parted.said(rows), names=True)
        return TableContent(self._lines(self._said_once(max(map(len, self._rows), default=0) - 1)))

    def _lines(self, rows: Sequence[Sequence[str]]) -> list[str]:
        return [line for row in rows if (line := tables.row_as_line(row))]

    def _said_once(self, *texts: int) -> list[list[str]]:
        return [
            ["" if column in texts and (number, column) in self._repeated else cell for column, cell in enumerate(row)]
            for number, row in enumerate(self._rows)
        ]

    def _repeat_spanning(self) -> None:
        while len(self._rows) > 1 and self._below.get(column := len(self._rows[-1]), 0) > 0:
            self._below[column] -= 1
            self._rows[-1].append("")
            if column < len(self._rows[-2]):
                self._repeat(column)

    def _repeat(self, column: int) -> None:
        self._rows[-1][column] = self._rows[-2][column]
        self._repeated.add((len(self._rows) - 1, column))
