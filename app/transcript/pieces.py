"""Looks through a long text a piece at a time, so that other threads of the process get their turn."""

from __future__ import annotations

from collections.abc import Iterator

from app.large_texts import PackedText

PIECE = 2**20  # characters; a search over them takes a few milliseconds, in which no other thread runs


def holds(text: str, characters: str) -> bool:
    """Whether *text* holds one of the *characters*. Each is looked for alone: that is several times faster than a pattern."""
    return any(character in piece for piece in pieces_of(text) for character in characters)


def pieces_of(text: str) -> Iterator[str]:
    """*text* in pieces of PIECE characters."""
    return (text[begin : begin + PIECE] for begin in range(0, len(text), PIECE))


def lines_of(text: str | PackedText) -> Iterator[str]:
    """The lines of *text*, one at a time."""
    begun = ""
    for piece in text.pieces() if isinstance(text, PackedText) else (text,):
        begin = 0
        while (end := piece.find("\n", begin)) >= 0:
            yield begun + piece[begin:end]
            begun, begin = "", end + 1
        begun += piece[begin:]
    yield begun


def with_line_feeds(text: str) -> str:
    """*text* with each `\\r\\n` and `\\r` made `\\n`; the same text, found at once, if it has none."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
