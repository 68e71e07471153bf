"""The lines of a summary as sections and blocks: the Markdown that models write, read line by line.

A line is never joined to the one before it, as `Speaker : text` lines follow each other without an empty line. What looks like
markup and is none stays text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from app.documents.cleaning import clean
from app.documents.document import Block, Section, Span

DEEPEST = 4  # levels of lists; deeper entries stand on the last
INDENT = 2  # columns that make a level
MOST_COLUMNS = 20
_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
_BULLET = re.compile(r"^([-*+•‣–])\s+(\S.*)$")
_NUMBER = re.compile(r"^(\d{1,4})[.)]\s+(\S.*)$")
_RULE = re.compile(r"^([-*_=])(\s*\1){2,}$")
_FENCE = re.compile(r"^(```|~~~)")
_CELLS_RULE = re.compile(r"^\|?[\s:|-]*-[\s:|-]*\|?$")
_MARK = re.compile(r"(\*\*|__|\*|`)")
_SPEAKER = re.compile(r"^(\S.{0,79}?) ?: (?=\S)")


@dataclass(frozen=True)
class NotedLine:
    """A line with the *note* that stands at its end, 0 if none."""

    text: str
    note: int = 0


@dataclass
class _Reading:
    """What was read so far; *speakers* are the names that a line may begin with."""

    speakers: frozenset[str]
    sections: list[Section] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    heading: str = ""
    level: int = 1
    fenced: bool = False

    def close(self) -> None:
        """Ends the section; one without anything in it is left out, unless deeper ones follow it."""
        if self.blocks or self.heading:
            self.sections.append(Section(self.heading, tuple(_tables(self.blocks)), self.level))
        self.blocks = []


def sections_of(lines: Iterable[NotedLine], speakers: Iterable[str] = ()) -> tuple[Section, ...]:
    """The sections that *lines* make, none of them empty: a heading needs something below it."""
    reading = _Reading(frozenset(speakers))
    for line in lines:
        _read(reading, line)
    reading.close()
    return tuple(_without_empty(reading.sections))


def _read(reading: _Reading, line: NotedLine) -> None:
    depth = (
        len(line.text) - len(line.text.lstrip(" \t")) + 3 * line.text[: len(line.text) - len(line.text.lstrip())].count("\t")
    )
    text = clean(line.text)
    if _FENCE.match(text):
        reading.fenced = not reading.fenced
    elif reading.fenced:
        reading.blocks += [Block("paragraph", (Span(text, code=True),))] if text else []
    elif found := _HEADING.match(text):
        reading.close()
        reading.heading, reading.level = _plain(found[2]), len(found[1])
    elif text and not _RULE.match(text):
        reading.blocks.append(_block(text, depth, line.note, reading.speakers))


def _block(text: str, depth: int, note: int, speakers: frozenset[str]) -> Block:
    level = min(depth // INDENT, DEEPEST - 1)
    behind = (Span("", note=note),) if note else ()
    if found := _BULLET.match(text):
        return Block("bullet", (*_spans(found[2], speakers), *behind), level)
    if found := _NUMBER.match(text):
        return Block("number", (*_spans(found[2], speakers), *behind), level, int(found[1]))
    if text.startswith("|") and text.endswith("|") and len(text) > 2:
        return Block("table", behind, rows=(() if _CELLS_RULE.match(text) else _cells(text),))
    return Block("paragraph", (*_spans(text, speakers), *behind))


def _cells(text: str) -> tuple[str, ...]:
    return tuple(_plain(cell) for cell in text.strip("|").split("|", MOST_COLUMNS - 1))


def _tables(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks with neighbouring rows as one table, its rows of one length."""
    for kind, group in groupby(blocks, lambda block: block.kind):
        if kind != "table":
            yield from group
            continue
        found = list(group)
        rows = [row for block in found for row in block.rows if row]
        width = max(map(len, rows), default=0)
        if rows:
            yield Block("table", rows=tuple((*row, *[""] * (width - len(row))) for row in rows))
        notes = dict.fromkeys(span.note for block in found for span in block.spans)
        if notes:
            yield Block("paragraph", tuple(Span("", note=note) for note in notes))


def _spans(text: str, speakers: frozenset[str]) -> tuple[Span, ...]:
    found = _SPEAKER.match(text)
    if found and found[1] in speakers:
        return (Span(f"{found[1]}: ", bold=True), *_inline(text[found.end() :]))
    return tuple(_inline(text))


def _inline(text: str) -> Iterator[Span]:
    """The spans of a line. A mark without its partner is text; marks in code are, too."""
    parts = _MARK.split(text)
    left = {mark: parts[1::2].count(mark) for mark in ("**", "__", "*", "`")}
    looks = {"**": "bold", "__": "bold", "*": "italic", "`": "code"}
    opened: set[str] = set()
    span = Span("")
    for number, part in enumerate(parts):
        if number % 2 == 0:
            span = replace(span, text=span.text + part)
            continue
        left[part] -= 1
        closes = part in opened
        if ("`" in opened and part != "`") or not (closes or (left[part] and _opens(parts, number))):
            span = replace(span, text=span.text + part)
            continue
        if span.text:
            yield span
        (opened.discard if closes else opened.add)(part)
        span = Span("", **{looks[mark]: True for mark in opened})
    if span.text:
        yield replace(span)


def _opens(parts: Sequence[str], number: int) -> bool:
    """A mark opens if a letter follows it, and for `__` and `*` if none stands before it: `2 * 3` and `a_b` are text."""
    before, behind = parts[number - 1][-1:], parts[number + 1][:1]
    return bool(behind) and not behind.isspace() and (parts[number] in ("**", "`") or not before.isalnum())


def _plain(text: str) -> str:
    return "".join(span.text for span in _inline(text.strip()))


def _without_empty(sections: Sequence[Section]) -> Iterator[Section]:
    """The sections with something in them, or with deeper ones below that have."""
    kept: list[Section] = []
    deeper = 0  # level of the section that is kept below, 0 if none
    for section in reversed(sections):
        if section.blocks or (deeper and section.level < deeper):
            kept.append(section)
            deeper = section.level
    yield from reversed(kept)
