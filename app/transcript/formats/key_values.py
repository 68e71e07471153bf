"""Lines of a log: pairs such as `start=0.0 end=2.1 speaker=A` before what is said, or `text="…"` among them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from app.transcript.formats import tables
from app.transcript.formats.base import Passage, Reading, spoken, without_speech
from app.transcript.names import NUMBERED

_PAIR = re.compile(
    r"[\[(]?(?P<key>[A-Za-z_]\w{0,30}) ?= ?(?:\"(?P<double>(?:[^\"\\]|\\.)*)\"|'(?P<single>(?:[^'\\]|\\.)*)'"
    r"|(?P<bare>[^\s,;\])]*))"
    r"[,;]?[\])]?(?:\s+|$)"
)
_LABEL = re.compile(r"(?:speaker|spk)_\w+(?=\s+\w+=)", re.IGNORECASE)
_ESCAPED = re.compile(r"\\(.)")
_FEWEST = 2
_REST = "text"  # what the words behind the pairs are called


def looks_like_pairs(lines: Sequence[str]) -> bool:
    """Whether all lines begin with pairs of which one is a time or a speaker, and say something."""
    return len(lines) >= _FEWEST and all("=" in line[:40] and _columns(_cells(line)) is not None for line in lines)


def read(lines: Sequence[str]) -> Reading:
    """The lines of a log; one without pairs goes on from the one before. Raises BadContent."""
    passages: list[Passage] = []
    for line in filter(str.strip, lines):
        cells = _cells(line)
        columns = _columns(cells)
        if columns is not None:
            passages += spoken([columns.utterance([value for _, value in cells])])
        elif passages:
            passages[-1] = Passage((*passages[-1].lines, line), passages[-1].speaker, passages[-1].start, passages[-1].end)
    if all(NUMBERED.match(passage.lines[0]) and " " not in passage.lines[0].strip() for passage in passages):
        raise without_speech("a log", "it says who speaks when and holds no words")
    return Reading("log", tuple(passages))


def _cells(line: str) -> list[tuple[str, str]]:
    """The pairs at the beginning of a line, and what stands behind them; a text that nobody quoted goes on to the end."""
    line = line.strip()
    cells: list[tuple[str, str]] = []
    place = 0
    while True:
        found = _PAIR.match(line, place)
        label = _LABEL.match(line, place) if found is None and cells else None
        if label is not None:  # `start=0.2s stop=1.5s speaker_A text="…"`
            cells.append(("speaker", label[0]))
            place = label.end() + 1
            continue
        if found is None:
            break
        if found["bare"] is not None and found["key"].casefold() in tables.TEXTS:
            return [*cells, (found["key"], line[found.start("bare") :])]
        value = found["bare"] if found["bare"] is not None else _ESCAPED.sub(r"\1", found["double"] or found["single"] or "")
        cells.append((found["key"], value))
        place = found.end()
    return [*cells, (_REST, line[place:])] if cells and place < len(line) else cells


def _columns(cells: Sequence[tuple[str, str]]) -> tables.Columns | None:
    names = [key for key, _ in cells]
    columns = tables.columns_of(names, whole=True) if len(cells) > 1 else None
    return columns and replace(columns, in_milliseconds=any(name.casefold().endswith("ms") for name in names))
