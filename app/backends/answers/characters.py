"""Text that comes from outside and is no whole Unicode: surrogate pairs that were cut in two, and lone halves.

JSON can spell half a character (`"\\ud83c"`). Such a text cannot be encoded, so it can neither be stored nor sent on."""

from __future__ import annotations

import re
from typing import Any

_HALF = re.compile("[\ud800-\udfff]")
_FIRST_HALF = ("\ud800", "\udbff")


def mended(text: str) -> str:
    """*text* with the two halves of a pair joined; a lone half is U+FFFD."""
    if text.isascii() or not _HALF.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def mended_everywhere(value: Any) -> Any:
    """A JSON *value* with every text in it mended, names of fields included."""
    match value:
        case str():
            return mended(value)
        case dict():
            return {mended_everywhere(name): mended_everywhere(each) for name, each in value.items()}
        case list():
            return [mended_everywhere(each) for each in value]
        case _:
            return value


class MendedStream:
    """Mends a text that arrives in pieces: a first half at the end of a piece waits for the second half."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, piece: str) -> str:
        """What is certain once *piece* has come."""
        text, self._held = self._held + piece, ""
        if text and _FIRST_HALF[0] <= text[-1] <= _FIRST_HALF[1]:
            text, self._held = text[:-1], text[-1]
        return mended(text)

    def end(self) -> str:
        """What stands for a half whose other half never came."""
        held, self._held = self._held, ""
        return mended(held)
