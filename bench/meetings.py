"""Meetings with references that people wrote: `transcripts/NAME.txt` and `references/NAME.json` (or `.txt`) of a folder.

Three shapes of reference are read: QMSum's (`general` and `specific` answers, with spans of turns), FREDSum's (a list of parts,
each with several abstracts, one by each annotator), and any other JSON, whose texts are taken together."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.kinds.languages import detected
from app.transcript import Turn, plain, read

PACE = 150  # words a minute, if the transcript has no times
# Keys whose values are no text of a reference.
NO_TEXT = frozenset({"query", "topic", "topics", "part", "timestamp", "meeting", "relevant_text_span"})


@dataclass(frozen=True)
class Meeting:
    """A transcript with its *references*, each the whole of what one person wrote; *spans* are turns that answers rest on."""

    name: str
    content: str
    turns: tuple[Turn, ...]
    references: tuple[str, ...]
    spans: tuple[frozenset[int], ...]
    language: str

    @property
    def words(self) -> int:
        return sum(len(turn.text.split()) for turn in self.turns)

    @property
    def hours(self) -> float:
        ends = [turn.end for turn in self.turns if turn.end is not None]
        return max(ends) / 3600 if ends else self.words / PACE / 60


def meetings(folder: Path, wanted: Sequence[str] = ()) -> list[Meeting]:
    """The meetings of *folder* that have a reference, the shortest first; only those whose name has one of *wanted* in it."""
    found = [made for file in sorted((folder / "transcripts").iterdir()) if (made := _meeting(folder, file)) is not None]
    kept = [each for each in found if not wanted or any(part in each.name for part in wanted)]
    return sorted(kept, key=lambda each: each.words)


def _meeting(folder: Path, file: Path) -> Meeting | None:
    reference = next(iter(sorted((folder / "references").glob(f"{file.stem}.*"))), None)
    if reference is None:
        return None
    text = file.read_text(encoding="utf-8")
    told = reference.read_text(encoding="utf-8")
    given = json.loads(told) if reference.suffix == ".json" else told
    turns = tuple(read(text))
    places = numbered(text.splitlines(), turns)
    spans = tuple(each for span in spans_of(given) if (each := frozenset(places[line] for line in span if line in places)))
    return Meeting(file.stem, text, turns, references(given), spans, detected(" ".join(turn.text for turn in turns)))


def references(given: Any) -> tuple[str, ...]:
    """What each person wrote, as one text."""
    if isinstance(given, list) and given and all(isinstance(part, dict) for part in given):
        writers = sorted({key for part in given for key in part if key.startswith("abstractive")})
        if writers:
            return tuple(" ".join(str(part.get(writer, "")) for part in given) for writer in writers)
    return (" ".join(_texts(given)),)


def _texts(given: Any) -> Iterator[str]:
    if isinstance(given, str):
        yield given
    elif isinstance(given, list):
        for each in given:
            yield from _texts(each)
    elif isinstance(given, dict):
        for key, value in given.items():
            if key not in NO_TEXT:
                yield from _texts(value)


def spans_of(given: Any) -> Iterator[range]:
    """The lines of the transcript that an answer of QMSum rests on; the topics' are left out, which cover the whole meeting."""
    for each in given.get("specific", ()) if isinstance(given, dict) else ():
        for first, last in each.get("relevant_text_span", ()):
            yield range(int(first), int(last) + 1)


def numbered(lines: Iterable[str], turns: Sequence[Turn]) -> dict[int, int]:
    """The turn that begins on each line; a line without words has none."""
    places: dict[int, int] = {}
    at = 0
    for number, line in enumerate(lines):
        if at < len(turns) and _bare(turns[at].text)[:40] in _bare(plain(line)) and _bare(turns[at].speaker) in _bare(line):
            places[number] = turns[at].source
            at += 1
    return places


def _bare(text: str) -> str:
    return re.sub(r"\W+", "", text.casefold())
