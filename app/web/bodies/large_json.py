"""Reads a JSON text whose object holds texts of megabytes, these a piece at a time: `json.loads` takes one in a single step,
in which no other thread of the process runs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from uuid import uuid4

from app.large_texts import PIECE, joined

LARGE = 2 * PIECE  # bytes of a body, from which on this is worth its while


_QUOTE = b'"'
_INSIDE = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)


class _NotInPieces(ValueError):
    """A text that is to be read as any other."""


def loads(raw: bytes) -> Any:
    """What *raw* holds, which is UTF-8. Raises what `bytes.decode` and `json.loads` do: whatever is odd, they read."""
    if len(raw) >= LARGE:
        with suppress(ValueError, RecursionError):
            return _in_pieces(raw)
    return json.loads(raw.decode("utf-8-sig", "surrogatepass"))


def _in_pieces(raw: bytes) -> dict[str, Any]:
    """The object that *raw* is. Long texts in it are read apart, and the rest with a mark in place of each.

    Raises ValueError if it is no object, if one of them is no value of its own, or if anything is malformed."""
    rest: list[bytes] = []
    places: dict[str, tuple[int, int]] = {}
    mark, end = str(uuid4()), 0
    for first, last in _strings(raw):
        if last - first >= PIECE:
            places[f"{mark} {first}"] = first, last
            rest += (raw[end:first], f"{mark} {first}".encode())
            end = last
    found = json.loads(b"".join([*rest, raw[end:]]).decode("utf-8-sig", "surrogatepass"))
    if not isinstance(found, dict):
        raise _NotInPieces
    for name, value in found.items():
        if isinstance(value, str) and value in places:
            found[name] = joined(_pieces(raw, *places.pop(value)))
    if places:
        raise _NotInPieces
    return found


def _strings(raw: bytes) -> Iterator[tuple[int, int]]:
    """Where each string of *raw* begins and ends, without its quotes."""
    first = raw.find(_QUOTE) + 1
    while first:
        last = _end(raw, first)
        yield first, last
        first = raw.find(_QUOTE, last + 1) + 1


def _end(raw: bytes, place: int) -> int:
    """Where the string ends that *place* is in."""
    while found := _INSIDE.match(raw, place, place + PIECE):
        if found.end() == place and raw[place : place + 1] != _QUOTE:
            raise _NotInPieces  # it does not end
        place = found.end()
        if raw[place : place + 1] == _QUOTE:
            return place
    raise _NotInPieces


def _pieces(raw: bytes, first: int, last: int) -> Iterator[str]:
    """The string from *first* to *last*, cut before spaces: no character and no escape holds one."""
    while last - first > PIECE:
        cut = raw.rfind(b" ", first + 1, first + PIECE)
        if cut < 0:
            raise _NotInPieces
        yield _text(raw[first:cut])
        first = cut
    yield _text(raw[first:last])


def _text(inside: bytes) -> str:
    text: str = json.loads('"' + inside.decode("utf-8", "surrogatepass") + '"')
    return text
