"""Values as Python prints them and JavaScript writes them: `[Word(start=1.0)]`, `{'text': "…", 'end': None}`, `{end: 2,}`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any, NamedTuple

from app.json_bounds import TRANSCRIPT

_TOKEN = re.compile(
    r"(?P<skipped>\s++|//[^\n]*+|/\*(?:[^*]|\*(?!/))*+\*/)"
    r"|[bruBRU]{0,2}(?P<text>\"(?:[^\"\\]|\\.)*+\"|'(?:[^'\\]|\\.)*+')"
    r"|(?P<number>[-+]?(?:\d[\d_]*+(?:\.\d*+)?|\.\d++)(?:[eE][-+]?\d++)?)(?![\w.])"
    r"|(?P<word>-?[^\W\d][\w.$]*+)"
    r"|(?P<mark>[\[\](){},:=])",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}
_WORDS = {"None": None, "null": None, "undefined": None, "True": True, "true": True, "False": False, "false": False}
_NUMBERS = {"nan", "NaN", "inf", "-inf", "Infinity", "-Infinity"}
_CLOSING = {"[": "]", "(": ")", "{": "}"}
_LONGEST_NUMBER = 40  # digits


class NotLoose(ValueError):
    """The text holds no such values; *place* is where reading ended."""

    def __init__(self, reason: str, place: int) -> None:
        super().__init__(reason)
        self.reason, self.place = reason, place


class _Token(NamedTuple):
    kind: str  # `text`, `number`, `word`, or `mark`; empty at the end
    text: str
    place: int


def read(text: str) -> list[Any]:
    """The values that stand in *text* behind each other. What is called with named values (`Word(start=1)`) is an object with
    these, with one alone (`float64(1.0)`) that one. Raises NotLoose."""
    reader = _Reader(text)
    found = []
    while reader.ahead.kind:
        found.append(reader.value(0))
        reader.skip(",")
    return found


class _Reader:
    """Reads values, one token ahead."""

    def __init__(self, text: str) -> None:
        self._tokens = chain(_tokens(text), iter(lambda: _Token("", "", len(text)), None))
        self._values = 0
        self.ahead = next(self._tokens)

    def value(self, depth: int) -> Any:
        self._values += 1
        if depth > TRANSCRIPT.depth or self._values > TRANSCRIPT.values:
            raise NotLoose("it is nested too deeply, or holds too many values", self.ahead.place)
        token = self._take()
        if token.kind == "text":
            return self._texts(token)
        if token.kind == "number":
            return _number(token)
        if token.text in ("[", "("):
            return self._rows(_CLOSING[token.text], depth)
        if token.text == "{":
            return self._pairs("}", ":", depth)
        if token.kind != "word":
            raise NotLoose("here a value must stand", token.place)
        return self._worded(token, depth)

    def skip(self, mark: str) -> bool:
        """Takes the next token if it is *mark*."""
        found = self.ahead.kind == "mark" and self.ahead.text == mark
        if found:
            self._take()
        return found

    def _worded(self, token: _Token, depth: int) -> Any:
        """A value that begins with a word, which may be the name of what stands in brackets behind it."""
        if self.skip("("):
            return self._called(depth)
        if token.text in _WORDS:
            return _WORDS[token.text]
        if token.text in _NUMBERS:
            return float("nan")
        if "." not in token.text:
            raise NotLoose("here a value must stand", token.place)
        return token.text  # a name such as `datetime.timezone.utc`

    def _take(self) -> _Token:
        token, self.ahead = self.ahead, next(self._tokens)
        return token

    def _texts(self, first: _Token) -> str:
        """A text, which may stand in pieces behind each other."""
        parts = [_unescaped(first.text[1:-1])]
        while self.ahead.kind == "text":
            parts.append(_unescaped(self._take().text[1:-1]))
        return "".join(parts)

    def _rows(self, closing: str, depth: int) -> list[Any]:
        found = []
        while not self.skip(closing):
            found.append(self.value(depth + 1))
            self._end_of_one(closing)
        return found

    def _pairs(self, closing: str, between: str, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not self.skip(closing):
            key = self._take()
            if key.kind not in ("text", "word", "number") or not self.skip(between):
                raise NotLoose(f"here a name and {between!r} must stand", key.place)
            found[_unescaped(key.text[1:-1]) if key.kind == "text" else key.text] = self.value(depth + 1)
            self._end_of_one(closing)
        return found

    def _called(self, depth: int) -> Any:
        """What stands between the brackets behind a name."""
        found: dict[str, Any] = {}
        rows: list[Any] = []
        while not self.skip(")"):
            name = self._take() if self.ahead.kind == "word" else None
            if name is not None and self.skip("="):
                found[name.text] = self.value(depth + 1)
            else:
                rows.append(self.value(depth + 1) if name is None else self._worded(name, depth + 1))
            self._end_of_one(")")
        return found or (rows[0] if len(rows) == 1 else rows)

    def _end_of_one(self, closing: str) -> None:
        if not self.skip(",") and self.ahead.text != closing:
            raise NotLoose(f"here ',' or {closing!r} must stand", self.ahead.place)


def _tokens(text: str) -> Iterator[_Token]:
    place = 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise NotLoose("here a value must stand", place)
        kind = found.lastgroup or ""
        if kind != "skipped":
            yield _Token(kind, found[kind], place)
        place = found.end()


def _number(token: _Token) -> float:
    if len(token.text) > _LONGEST_NUMBER:
        raise NotLoose("this number is too long", token.place)
    digits = token.text.replace("_", "")
    return int(digits) if digits.lstrip("+-").isdigit() else float(digits)


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(escape: re.Match[str]) -> str:
    number = escape[1] or escape[2] or escape[3]
    if number is None:
        return _ESCAPED.get(escape[4], escape[4])
    return chr(int(number, 16)) if int(number, 16) <= 0x10FFFF else "\ufffd"
