"""From a job's result to a document."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.documents.cleaning import RIGHT_TO_LEFT, clean, dated, direction
from app.documents.days import in_words
from app.documents.document import Block, Document, Entry, Note, Section, Span, SpokenTurn, clock, spanned
from app.documents.lines import NotedLine, sections_of
from app.documents.quoting import Quotation, Quoting
from app.documents.sources import Source
from app.documents.wording import guessed, words_of
from app.kinds.languages import PACKS
from app.transcript import UNKNOWN_SPEAKER

SECTIONS = ("decision", "action", "question", "topic")  # kinds of items in the order in which the minutes have them
_CODE = re.compile("[a-z]{2,3}")  # an ISO 639 code
LINE = "line"  # the kind of an entry of a summary
MOST_WARNINGS = 20
MOST_PARTICIPANTS = 500
MOST_HEARD = 100  # turns that tell the language of a summary that is too short to tell it


@dataclass(frozen=True)
class Wishes:
    """What a request says of the document that it wants. *lang* is empty for the language of the minutes."""

    lang: str = ""
    footnotes: bool = True
    appendix: bool = False


def document_of(source: Source, wishes: Wishes) -> Document:
    """The document that *source* makes."""
    language = _language(source)
    words = words_of(wishes.lang or language)
    turns = {turn.source: turn for turn in source.transcript.turns}
    notes = _Notes(Quoting(turns, _spoken(source, language)), words, on=wishes.footnotes)
    entries = tuple(_items(source, words) if source.minutes else _lines(source))
    sections = tuple(_minutes(source, entries, notes) if source.minutes else _summary(source, entries, notes))
    title, sections = _titled(source, sections, words)
    return Document(
        title=title,
        date=clean(source.minutes.get("date", "") or source.order.options.get("date", "")),
        language=wishes.lang or language,
        direction=_direction(language, sections),
        participants=_participants(source),
        sections=sections or (Section(words["topic"], (Block("paragraph", (Span(words["none"]),)),)),),
        notes=tuple(notes.made),
        about=tuple(_about(source, words, wishes.lang or language)),
        entries=entries,
        transcript=tuple(_spoken_turns(source)) if wishes.appendix else (),
        words=words,
        job=source.job.id,
        service=source.job.service,
        made=(source.job.finished or source.job.created).date().isoformat(),
    )


def _spoken_turns(source: Source) -> Iterator[SpokenTurn]:
    """The turns of the transcript."""
    for turn in source.transcript.turns:
        yield SpokenTurn(turn.source, clean(turn.speaker), clean(turn.text), turn.start, turn.end)


@dataclass
class _Notes:
    """Makes the footnotes in the order in which the document asks for them."""

    quoting: Quoting
    words: Mapping[str, str]
    on: bool
    made: list[Note] = field(default_factory=list)

    def to(self, turns: Sequence[int], *, text: str = "") -> int:
        """The number of a new footnote to *turns*, 0 if there are none or no footnotes are wanted. It quotes what they say of
        *text*, if any is given."""
        known = [number for number in turns if number in self.quoting.turns]
        if not (self.on and known):
            return 0
        quoted = self.quoting.of(text, known) if text else None
        heard = [quoted.turn] if quoted else [self.quoting.turns[number] for number in known]
        seconds = next((turn.start for turn in heard if turn.start is not None), None)
        name = self.words["turn" if len(known) == 1 else "turns"]
        parts = [f"{name} {spanned(known)}", clock(seconds), *([self._quoted(quoted)] if quoted else ())]
        self.made.append(Note(len(self.made) + 1, " · ".join(filter(None, parts)), tuple(known), seconds))
        return len(self.made)

    def _quoted(self, quoted: Quotation) -> str:
        speaker = "" if quoted.turn.speaker == UNKNOWN_SPEAKER else f"{clean(quoted.turn.speaker)}: "
        return f"{speaker}{self.words['opens']}{quoted.text}{self.words['closes']}"


def _items(source: Source, words: Mapping[str, str]) -> Iterator[Entry]:
    """The items of minutes, section by section."""
    items: list[dict[str, Any]] = source.minutes.get("items", [])
    turns = {turn.source: turn for turn in source.transcript.turns}
    for kind in SECTIONS:
        for item in items:
            if item.get("kind") != kind:
                continue
            numbers = tuple(item.get("turns", ()))
            yield Entry(
                id=item.get("id", 0),
                kind=kind,
                section=words[kind],
                text=clean(item.get("text", "")),
                turns=numbers,
                owner=clean(item.get("owner") or ""),
                due=clean(item.get("due") or ""),
                due_date=clean(item.get("due_date") or ""),
                seconds=next((turns[each].start for each in numbers if each in turns and turns[each].start is not None), None),
                speakers=tuple(map(clean, item.get("speakers", ()))),
                unsupported=tuple(map(clean, item.get("unsupported", ()))),
                stale=item.get("id", 0) in _stale(source, "items"),
            )


def _minutes(source: Source, entries: Sequence[Entry], notes: _Notes) -> Iterator[Section]:
    """The sections of minutes that have something in them."""
    quoted = source.job.coverage.get("mode") == "extractive"
    spans = tuple(_sentences(source.minutes.get("summary", []), notes, _stale(source, "sentences")))
    if spans:
        yield Section(notes.words["summary"], (Block("paragraph", spans),))
    for kind in SECTIONS:
        of_kind = [entry for entry in entries if entry.kind == kind]
        if of_kind:
            blocks = tuple(Block("bullet", tuple(_item(entry, notes, quoted=quoted))) for entry in of_kind)
            yield Section(of_kind[0].section, blocks)


def _stale(source: Source, part: str) -> frozenset[int]:
    """The numbers of the items, sentences or lines that rest on turns which were corrected since."""
    return frozenset((source.job.stale or {}).get(part, ()))


def _sentences(summary: Sequence[Mapping[str, Any]], notes: _Notes, stale: Container[int]) -> Iterator[Span]:
    for number, sentence in enumerate(summary):
        yield Span((" " if number else "") + clean(sentence.get("text", "")))
        yield from _marks(sentence.get("text", ""), sentence.get("turns", ()), notes)
        yield from _doubts(sentence.get("unsupported", ()), notes.words, stale=number in stale)


def _item(entry: Entry, notes: _Notes, *, quoted: bool) -> Iterator[Span]:
    """*quoted* texts are the words of a speaker, who is then named, and say until when by themselves."""
    if entry.owner:
        yield Span(f"{entry.owner}: ", bold=True)
    elif quoted and len(entry.speakers) == 1:
        yield Span(f"{entry.speakers[0]}: ")
    yield Span(entry.text)
    comma = f"{notes.words['comma']} "
    until = comma.join(dict.fromkeys(each for each in (entry.due, dated(entry.due_date)) if each))
    if until and not quoted:
        yield Span(f" ({notes.words['due']}: {until})")
    yield from _marks(f"{entry.text} {entry.due}", entry.turns, notes)
    yield from _doubts(entry.unsupported, notes.words, stale=entry.stale)


def _marks(text: str, turns: Sequence[int], notes: _Notes) -> Iterator[Span]:
    """The footnote of a text."""
    if note := notes.to(turns, text=text):
        yield Span("", note=note)


def _doubts(unsupported: Sequence[str], words: Mapping[str, str], *, stale: bool) -> Iterator[Span]:
    """What of a text its turns do not say, and whether one of them was corrected since."""
    if unsupported:
        comma = f"{words['comma']} "
        yield Span(f" ({words['unsupported']}: {comma.join(map(clean, unsupported))})", italic=True)
    if stale:
        yield Span(f" ({words['corrected']})", italic=True)


def _lines(source: Source) -> Iterator[Entry]:
    """The lines of a summary; without turns if the text is no longer that of the report."""
    lines, stale = list(source.job.coverage.get("lines", [])), _stale(source, "lines")
    if "".join("".join(line["line"] for line in lines).split()) != "".join(source.text.split()):
        lines, stale = [{"line": line} for line in source.text.split("\n") if line.strip()], frozenset()
    for number, line in enumerate(lines):
        first, last = line.get("turns") or (0, -1)
        told = {"seconds": line.get("start"), "stale": number in stale}
        yield Entry(number, LINE, "", line["line"], range(first, last + 1), **told)


def _summary(source: Source, entries: Sequence[Entry], notes: _Notes) -> Iterator[Section]:
    """The sections of a summary. Neighbouring lines of the same turns share one footnote, behind the last of them."""
    following: list[Sequence[int] | None] = [*(entry.turns for entry in entries[1:]), None]
    noted = [
        NotedLine(*(_last_of(entry, notes) if entry.turns != after else (entry.text, 0)))
        for entry, after in zip(entries, following, strict=False)  # of no entries, None is left
    ]
    yield from sections_of(noted, (*source.transcript.speakers, UNKNOWN_SPEAKER))


def _last_of(entry: Entry, notes: _Notes) -> tuple[str, int]:
    """The last line of some turns, which says so if one of them was corrected since, and its footnote."""
    marked = f"{entry.text} *({notes.words['corrected']})*" if entry.stale else entry.text
    return marked, notes.to(entry.turns)


def _titled(source: Source, sections: tuple[Section, ...], words: Mapping[str, str]) -> tuple[str, tuple[Section, ...]]:
    """The title, and the sections without the one that only holds it."""
    given = clean(source.minutes.get("title", "") or source.order.options.get("title", ""))
    first = sections[0] if sections else None
    if not source.minutes and first is not None and first.heading and first.level == 1:
        only = sum(section.level == 1 for section in sections) == 1
        if only and not given:
            rest = (Section("", first.blocks),) if first.blocks else ()
            below = (replace(section, level=max(section.level - 1, 1)) for section in sections[1:])
            return first.heading, (*rest, *below)
    return given or words["minutes"], sections


def _participants(source: Source) -> tuple[str, ...]:
    named = [each.get("name", "") for each in source.minutes.get("participants", ())] or source.transcript.speakers
    return tuple(dict.fromkeys(filter(None, map(clean, named))))[:MOST_PARTICIPANTS]


def _language(source: Source) -> str:
    """The language of the result, as far as it is known without reading it closely."""
    given = clean(source.minutes.get("language", "") or source.order.options.get("language", "")).lower().partition("-")[0]
    if _CODE.fullmatch(given):
        return given
    return guessed(source.text) or _heard(source) or "en"


def _heard(source: Source) -> str:
    """The language of the first turns, as far as it can be guessed."""
    return guessed(" ".join(turn.text for turn in source.transcript.turns[:MOST_HEARD]))


def _spoken(source: Source, language: str) -> str:
    """The language of the transcript. It is not guessed for minutes in a language whose words we do not know."""
    return _heard(source) or language if language in PACKS else language


def _direction(language: str, sections: Sequence[Section]) -> str:
    if language in RIGHT_TO_LEFT:
        return "rtl"
    return direction("".join(block.text for section in sections for block in section.blocks))


def _about(source: Source, words: Mapping[str, str], language: str) -> Iterator[str]:
    """How the document came about, and what it does not cover."""
    coverage = source.job.coverage
    told = {
        "service": f"{source.job.service} ({source.job.flavor})",
        "made": in_words((source.job.finished or source.job.created).date().isoformat(), language),
        "turns_read": len(source.transcript.turns),
        "turns_cited": coverage.get("turns_cited"),
        "turns_sent": coverage.get("turns_sent"),
        "doubtful": coverage.get("unsupported") or None,
    }
    for name, value in told.items():
        if value is not None:
            yield f"{words[name]}: {clean(value)}"
    if source.job.stale:
        yield f"{words['warning']}: {words['stale']}: {spanned(source.job.stale['turns'])}"
    for warning in list(coverage.get("warnings", ()))[:MOST_WARNINGS]:
        yield f"{words['warning']}: {clean(warning)}"
