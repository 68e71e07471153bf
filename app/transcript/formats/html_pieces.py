"""The tags and the text of HTML, one behind the other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from app.errors import BadContent
from app.transcript.formats.base import broken, quoted
from app.transcript.formats.html_tags import SILENT, is_known, names_speaker

_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]{0,30}(?:[:-][\w:.-]{1,60})?)(?=[\s/>])")
_LONGEST_NAMING = 200  # characters of a tag that names a speaker


@dataclass(frozen=True)
class Piece:
    """A piece of a page: text, or a tag with its *name*; *closes* says which kind of tag."""

    text: str
    name: str = ""
    closes: bool = False


def audible(pieces: Iterator[Piece], left_out: Counter[str]) -> Iterator[Piece]:
    """The *pieces* without what a browser does not show as text."""
    for piece in pieces:
        if piece.name in SILENT and not piece.closes:
            left_out[f"<{piece.name}>"] += 1
            for _ in inside(piece.name, pieces):
                continue
            continue
        yield piece


def pieces_of(text: str) -> Iterator[Piece]:
    """Text and tags, one behind the other. What stands between angle brackets and is no tag is text."""
    place = begin = 0
    last = text.rfind(">")
    while 0 <= (place := text.find("<", place)) < last:
        found = _tag_at(text, place)
        if found is None:
            place += 1
            continue
        piece, stop = found
        if place > begin:
            yield Piece(text[begin:place])
        if piece.name:
            yield piece
        place = begin = stop
        if piece.name in ("script", "style") and not piece.closes:
            place = begin = _closing(text, piece.name, stop)
            yield Piece("", piece.name, closes=True)
    _refuse_open_tag(text, text.find("<", max(begin, last)))
    yield Piece(text[begin:])


def _refuse_open_tag(text: str, place: int) -> None:
    """Raises BadContent for a tag at *place* behind which nothing ends one."""
    found = _TAG.match(f"{text[place : place + 100]} ") if place >= 0 else None
    if found is not None and is_known(found[1].casefold()):
        raise _open_tag(text, place)


def _open_tag(text: str, place: int) -> BadContent:
    line, column = text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)
    return broken("an HTML page", f"the tag {quoted(text[place : place + 40])} does not end", line, column)


def _closing(text: str, name: str, place: int) -> int:
    """Where the element *name*, whose content is no HTML, closes."""
    found = re.compile(rf"</{name}(?=[\s/>])[^>]{{0,100}}>", re.IGNORECASE).search(text, place)
    return found.end() if found else len(text)


def _tag_at(text: str, place: int) -> tuple[Piece, int] | None:
    """The tag, comment or declaration that begins at *place*, and where it ends; None if this is text."""
    for opening, closing in (("<!--", "-->"), ("<!", ">"), ("<?", ">")):
        if text.startswith(opening, place):
            end = text.find(closing, place + len(opening))
            return Piece(""), len(text) if end < 0 else end + len(closing)
    found = _TAG.match(text, place)
    if found is None or not (is_known(found[1].casefold()) or _names_speaker(text, place)):
        return None
    end = _end_of_tag(text, found.end())
    if end < 0:
        raise _open_tag(text, place)
    return Piece(text[place:end], found[1].casefold(), closes=text[place + 1] == "/"), end


def _names_speaker(text: str, place: int) -> bool:
    """Whether an element at *place* names a speaker: `<v Ann>` does at the beginning of a line or of an element."""
    begins = text[max(0, place - 20) : place].rstrip()[-1:] in ("", ">")
    return (begins or text[place + 1] not in "vV") and names_speaker(text[place : place + _LONGEST_NAMING])


def _end_of_tag(text: str, place: int) -> int:
    """Where the tag ends whose name is read up to *place*, -1 if it does not; `>` in quotation marks does not end it."""
    quote = ""
    while place < len(text):
        sign = text[place]
        if quote:
            place = text.find(quote, place)
            if place < 0:
                return -1
            quote = ""
        elif sign == ">":
            return place + 1
        elif sign in "\"'" and text[place - 1] == "=":
            quote = sign
        place += 1
    return -1


def inside(name: str, pieces: Iterator[Piece]) -> Iterator[Piece]:
    """What comes before the tag that closes the element *name*."""
    depth = 1
    for piece in pieces:
        if piece.name == name:
            depth += -1 if piece.closes else 1
            if depth == 0:
                return
        yield piece
