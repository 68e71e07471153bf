"""Documents as Markdown, with footnotes as GitHub, Pandoc and Obsidian read them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.documents.cleaning import dated
from app.documents.document import Block, Document, Section, Span, SpokenTurn, clock

# What Markdown, or HTML in it, would take for markup. A full stop is none behind a word.
_MARKUP = re.compile(r"([\\`*_\[\]<>|~#&])")
_BEGINS = re.compile(r"^(\d+)([.)])(?=\s)|^([-+=])")


def made(document: Document) -> bytes:
    """The document; one block a paragraph."""
    return ("\n".join(_lines(document)).strip() + "\n").encode()


def _lines(document: Document) -> Iterator[str]:
    words = document.words
    yield f"# {escaped(document.title)}\n"
    if document.date:
        yield f"{words['date']}: {dated(document.date)}\n"
    if document.participants:
        names = document.between.join(document.participants)
        yield f"{words['participants']}: {escaped(names)}\n"
    for section in document.sections:
        yield from _section(section)
    yield f"## {words['about']}\n"
    yield from (f"- {escaped(line)}" for line in document.about)
    yield ""
    if document.transcript:
        yield f"## {words['transcript']}\n"
        yield from (f"{_turn(turn)}\n" for turn in document.transcript)
    yield from (f"[^{note.number}]: {escaped(note.text)}" for note in document.notes)


def _section(section: Section) -> Iterator[str]:
    if section.heading:
        yield f"{'#' * min(section.level + 1, 6)} {escaped(section.heading)}\n"
    listed = False
    for block in section.blocks:
        if listed and block.kind not in ("bullet", "number"):
            yield ""
        listed = block.kind in ("bullet", "number")
        yield from _block(block)
    if listed:
        yield ""


def _block(block: Block) -> Iterator[str]:
    text = _begun("".join(map(_span, block.spans)))
    match block.kind:
        case "bullet":
            yield f"{'    ' * block.level}- {text}"
        case "number":
            yield f"{'    ' * block.level}{block.number}. {text}"
        case "table":
            head, *rows = ("| " + " | ".join(map(escaped, row)) + " |" for row in block.rows)
            yield "\n".join([head, "|" + " --- |" * len(block.rows[0]), *rows]) + "\n"
        case _:
            yield f"{text}\n"


def _span(span: Span) -> str:
    text = escaped(span.text)
    bare = text.strip()
    mark = "**" if span.bold else "*" if span.italic else ""
    if mark and bare:  # a mark must touch its words
        text = text.replace(bare, f"{mark}{bare}{mark}", 1)
    return text + (f"[^{span.note}]" if span.note else "")


def _turn(turn: SpokenTurn) -> str:
    time = f" ({clock(turn.start)})" if turn.start is not None else ""
    return f"[{turn.number}] **{escaped(turn.speaker)}**{time}: {escaped(turn.text)}"


def escaped(text: str) -> str:
    """*text* with nothing in it that Markdown takes for markup."""
    return _MARKUP.sub(r"\\\1", text)


def _begun(text: str) -> str:
    """A text that does not begin as a list or a rule."""
    return _BEGINS.sub(lambda found: f"{found[1]}\\{found[2]}" if found[1] else f"\\{found[3]}", text)
