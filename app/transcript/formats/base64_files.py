"""Files that stand in JSON as base64: where they are, and their bytes."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

_SHORTEST = 24  # characters
_SURE = 120  # characters that are base64 and no word
_DEEPEST = 4  # objects around a file
_PREFIX = re.compile(r"data:[\w/+.;=-]{0,100},")
_SIGNS = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_TELLING = ("transcript", "text", "content", "caption", "subtitle", "vtt", "srt", "file", "data", "body")


class File(NamedTuple):
    """The bytes of a file, and the *key* that they stand under. They are *sure* to be a file if no word could be meant."""

    key: str
    raw: bytes
    sure: bool


def files_in(given: Any, key: str = "", depth: int = _DEEPEST) -> list[File]:
    """The files in *given*; first those whose keys tell of a transcript, then the longest."""
    return sorted(_found(given, key, depth), key=lambda each: (_rank(each.key), -len(each.raw)))


def file_of(text: str, key: str = "") -> File | None:
    """The file that *text* is in base64; None if it is none."""
    if len(text) < _SHORTEST or " " in text.strip()[:_SURE]:
        return None
    prefix = _PREFIX.match(text)
    signs = "".join(text[prefix.end() if prefix else 0 :].split()).translate(str.maketrans("-_", "+/"))
    if len(signs) < _SHORTEST or not _SIGNS.fullmatch(signs) or " " in text.strip():
        return None
    try:
        raw = base64.b64decode(signs + "=" * (-len(signs) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
    sure = prefix is not None or len(signs) >= _SURE
    return File(key, raw, sure) if sure or _is_text(raw) else None


def _is_text(raw: bytes) -> bool:
    """Whether *raw*, which is short, is UTF-8: the bytes that a long word would stand for are hardly ever."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return False
    return all(each.isprintable() or each in "\t\r\n" for each in text)


def _found(given: Any, key: str, depth: int) -> Iterator[File]:
    if isinstance(given, str):
        file = file_of(given, key)
        if file is not None and (_rank(key) < len(_TELLING) or given.startswith("data:")):
            yield file
    elif isinstance(given, dict) and depth:
        for name, value in given.items():
            yield from _found(value, str(name), depth - 1)
    elif isinstance(given, list) and depth:
        for each in given:
            yield from _found(each, key, depth - 1)


def _rank(key: str) -> int:
    small = key.casefold()
    return next((place for place, word in enumerate(_TELLING) if word in small), len(_TELLING))
