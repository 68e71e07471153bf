"""A document before it has a format: its sections, footnotes and transcript as values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, TypeAlias

from app.documents.cleaning import clean, dated
from app.documents.days import in_words

BlockKind: TypeAlias = Literal["paragraph", "bullet", "number", "table"]
Cells: TypeAlias = tuple[str, ...]
_SEMICOLONS: Mapping[str, str] = {",": ";", "،": "؛"}  # by the comma of a language


@dataclass(frozen=True)
class Span:
    """Some text with one look. *note* is the number of the footnote behind it, 0 if none."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    note: int = 0


@dataclass(frozen=True)
class Block:
    """One paragraph, list entry or table. *level* is how deep a list entry stands, from 0; *number* is that of a numbered
    entry; *rows* are those of a table."""

    kind: BlockKind
    spans: tuple[Span, ...] = ()
    level: int = 0
    number: int = 0
    rows: tuple[Cells, ...] = ()

    @property
    def text(self) -> str:
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True)
class Section:
    """A heading (empty for what stands before the first) of a *level* from 1, and what is below it."""

    heading: str
    blocks: tuple[Block, ...]
    level: int = 1


@dataclass(frozen=True)
class Note:
    """A footnote: where something was said. *turns* are the numbers of turns, *seconds* is when the first begins."""

    number: int
    text: str
    turns: tuple[int, ...]
    seconds: float | None = None


@dataclass(frozen=True)
class Entry:
    """One item of minutes, or one line of a summary. *kind* is a word of the API, *section* its heading. It rests on a turn
    that was corrected since if it is *stale*."""

    id: int
    kind: str
    section: str
    text: str
    turns: Sequence[int]
    owner: str = ""
    due: str = ""
    due_date: str = ""
    seconds: float | None = None
    speakers: tuple[str, ...] = ()
    unsupported: tuple[str, ...] = ()
    stale: bool = False

    def record(self) -> dict[str, Any]:
        """The entry with its turns and its time as people read them."""
        told = {"turns": spanned(self.turns), "time": clock(self.seconds), "text": clean(self.text)}
        return {**vars(self), **told, "speakers": list(self.speakers), "unsupported": list(self.unsupported)}


@dataclass(frozen=True)
class SpokenTurn:
    """A turn of the transcript, or a piece of one. *start* and *end* are seconds, None if the transcript has no times."""

    number: int
    speaker: str
    text: str
    start: float | None = None
    end: float | None = None


@dataclass(frozen=True)
class Document:
    """What a document says. All texts are free of control characters and line ends.

    *direction* is `ltr` or `rtl`. *about* tells how the document came about, a sentence each. *transcript* is there if it was
    asked for. *words* are the headings in the document's language."""

    title: str
    date: str
    language: str
    direction: str
    participants: tuple[str, ...]
    sections: tuple[Section, ...]
    notes: tuple[Note, ...]
    about: tuple[str, ...]
    entries: tuple[Entry, ...]
    transcript: tuple[SpokenTurn, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    job: str = ""
    service: str = ""
    made: str = ""

    @property
    def day(self) -> str:
        """The date in words."""
        return in_words(self.date, self.language)

    @property
    def between(self) -> str:
        """What stands between two participants: no comma if one of them has a comma, as "Ann Berg, chair" has."""
        comma = self.words.get("comma", ",")
        mark = _SEMICOLONS[comma] if any(each in name for each in _SEMICOLONS for name in self.participants) else comma
        return f"{mark} "

    def record(self) -> dict[str, Any]:
        """The document as JSON can hold it."""
        bare = replace(self, entries=(), transcript=(), words={})
        return {
            **asdict(bare),
            "date": dated(self.date),
            "day": self.day,
            "between": self.between,
            "entries": [entry.record() for entry in self.entries],
            "transcript": [{**vars(turn), "time": clock(turn.start)} for turn in self.transcript],
            "words": dict(self.words),
        }

    def texts(self) -> Iterator[str]:
        """Every text in it, to be counted."""
        yield from (self.title, *self.participants, *self.about)
        for section in self.sections:
            yield section.heading
            for block in section.blocks:
                yield block.text
                yield from (cell for row in block.rows for cell in row)
        yield from (note.text for note in self.notes)
        yield from (turn.text for turn in self.transcript)


def clock(seconds: float | None) -> str:
    """`00:12:04`, empty without a time."""
    if seconds is None:
        return ""
    whole = max(int(seconds), 0)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"


def spanned(turns: Sequence[int]) -> str:
    """`3, 17–19` of 3, 17, 18, 19."""
    if isinstance(turns, range):  # may be of many thousands, for each line of a summary
        return "" if not turns else str(turns[0]) if len(turns) == 1 else f"{turns[0]}–{turns[-1]}"
    runs: list[list[int]] = []
    for number in sorted(set(turns)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
