"""How deep a JSON text is nested and how many values it holds, found out before anything is made of it.

A tree takes up to 30 times the memory of its text: `[],` is 3 bytes long, and an empty list takes 64 and more."""

from __future__ import annotations

import re
from dataclasses import dataclass

PIECE = 2**16  # bytes

_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*("?)|[\[{]|[\]}]|,', re.DOTALL)
_REST_OF_TEXT = re.compile(rb'[^"\\]*(?:\\.[^"\\]*)*("?)', re.DOTALL)


@dataclass(frozen=True)
class Bounds:
    """The most levels of lists and objects in each other, and the most values in all of them together."""

    depth: int
    values: int


REQUEST = Bounds(depth=102, values=100_000)  # the object of the request itself, and 101 levels in it
FILE = Bounds(depth=100, values=100_000)  # that people edit
TRANSCRIPT = Bounds(depth=100, values=2_000_000)  # ten hours of words, each with its times and its confidence
MODEL = Bounds(depth=100, values=4_000_000)  # the metadata of a checkpoint: vocabulary and merges of a tokenizer


class OutOfBounds(ValueError):
    """A JSON text is nested too deeply, or holds too many values; the message says which, and continues "the JSON …"."""


class TooDeep(OutOfBounds):
    """It is nested too deeply."""


class TooMany(OutOfBounds):
    """It holds too many values."""


class Gauge:
    """Measures a JSON text that comes in pieces. A text that is no JSON is measured as far as a parser would read it.

    Brackets and commas are counted first, those within texts included. Only if there are more of them than values may be, the
    text is gone through token by token."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._opened = 0  # brackets so far, those in texts included
        self._marks = 0  # and commas
        self._held: list[bytes] | None = []  # what was counted only; None once tokens are gone through
        self._depth = 0
        self._values = 0
        self._in_text = False
        self._escaped = False  # a backslash in a text was the last byte

    def feed(self, piece: bytes) -> None:
        """Takes the next *piece*. Raises OutOfBounds as soon as it can be known."""
        if self._held is None:
            return self._go_through(piece)
        opened = piece.count(b"[") + piece.count(b"{")
        self._opened += opened
        self._marks += opened + piece.count(b",")
        self._held.append(piece)
        if self._opened > self._bounds.depth or self._marks > self._bounds.values:
            held, self._held = self._held, None
            for each in held:
                self._go_through(each)
        return None

    def _go_through(self, piece: bytes) -> None:
        at = self._end_of_text(piece) if self._in_text else 0
        for token in _TOKEN.finditer(piece, at):
            match token[0][:1]:
                case b'"':
                    self._in_text = not token[1]
                    self._escaped = self._in_text and token.end() < len(piece)
                    if self._in_text:
                        return
                case b"[" | b"{":
                    self._depth += 1
                    self._values += 1
                case b",":
                    self._values += 1
                case _:
                    self._depth -= 1
            if self._depth > self._bounds.depth:
                raise TooDeep(f"is nested more than {self._bounds.depth} levels deep")
            if self._values > self._bounds.values:
                raise TooMany(f"holds more than {self._bounds.values} values")

    def _end_of_text(self, piece: bytes) -> int:
        """Where the text ends that began in an earlier piece, or the end of *piece*."""
        start = 1 if self._escaped and piece else 0
        found = _REST_OF_TEXT.match(piece, start)
        assert found is not None  # noqa: S101 - it matches nothing, too
        self._in_text = not found[1]
        if self._in_text:
            self._escaped = found.end() < len(piece) or (self._escaped and not piece)
            return len(piece)
        return found.end()


def check(text: str | bytes, bounds: Bounds) -> None:
    """Raises OutOfBounds if *text*, as JSON, is nested too deeply or holds too much."""
    gauge = Gauge(bounds)
    whole = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    for start in range(0, len(whole), PIECE):
        gauge.feed(whole[start : start + PIECE])
