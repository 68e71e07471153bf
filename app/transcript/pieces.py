"""Looks through a long text a piece at a time, so that other threads of the process get their turn."""

from __future__ import annotations

import re
from collections.abc import Iterator

PIECE = 2**20  # characters; a search over them takes a few milliseconds, in which no other thread runs


def holds(text: str, character: re.Pattern[str]) -> bool:
    """Whether *text* holds what the pattern *character* matches, which is one character long."""
    return any(character.search(text, begin, begin + PIECE) for begin in range(0, len(text), PIECE))


def lines_of(text: str) -> Iterator[str]:
    """The lines of *text*, one at a time."""
    begin = 0
    while (end := text.find("\n", begin)) >= 0:
        yield text[begin:end]
        begin = end + 1
    yield text[begin:]


def with_line_feeds(text: str) -> str:
    """*text* with each `\\r\\n` and `\\r` made `\\n`; the same text, found at once, if it has none."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
