"""JSON as people write it in a file: with comments, with commas that trail, and with a line for every key."""

from __future__ import annotations

import bisect
import json
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeAlias

from app import json_bounds
from app.errors import ManifestError, Place, Problem

Path: TypeAlias = tuple[str | int, ...]

# Each of these matches wherever it is tried, so that a text is gone through once, whatever is never closed in it. A string
# that is not closed ends with its line.
_STRING = r'"[^"\\\n]*(?:\\.[^"\\\n]*)*"?'
_PIECE = re.compile(rf'{_STRING}|(?P<line>//[^\n]*)|(?P<block>/\*)|(?P<comma>,)|(?P<closing>[}}\]])|[^\s",/}}\]]+|\S')
_TOKEN = re.compile(rf'{_STRING}|[{{}}\[\]:,]|[^\s{{}}\[\]:,"]+')
_SPACE = re.compile(r"\s*")
_NOT_LINE_END = re.compile(r"[^\n]")

MOST_PROBLEMS = 50  # of one file that are told; the one who mends these sees the next
LONGEST_NUMBER = 100  # characters of a message about a number: what Python says of thousands of digits is for programmers

CUT_OFF = "the file ends here, and the } or ] of its beginning is missing"
_REASONS = {
    "Expecting ',' delimiter": "a comma is missing after this",
    "Expecting ':' delimiter": "a colon is missing after this key",
    "Expecting property name enclosed in double quotes": "a key in double quotes is missing here",
    "Expecting value": "a value is missing here, or is no JSON: texts stand in double quotes",
    "Extra data": "there is more after the end of the manifest",
    "Unterminated string starting at": "the text that begins here is never closed",
    "Invalid control character at": "a text may not hold a line end or a tab: write \\n or \\t",
    "Invalid \\escape": "a backslash in a text is written twice",
}
_TYPOGRAPHIC = tuple("“”„«»‘’‚")  # that word processors make of straight quotes
_BEFORE = ("Expecting ',' delimiter", "Expecting ':' delimiter")  # the place to mend is the end of the token before


@dataclass(frozen=True)
class Source:
    """A JSON object read from a file: *raw* as it stands there, and line and column of each of its keys."""

    file: str
    raw: Any  # an object, or a list where one was allowed
    lines: dict[Path, int]
    columns: dict[Path, int] = field(default_factory=dict)

    @classmethod
    def read(cls, file: str, text: str, *, lists: bool = False) -> Source:
        """Reads JSON with `//` and `/* */` comments and trailing commas: an object, or (*lists*) a list; raises ManifestError.

        A key given twice is an error: which of the two counts is nothing that a reader of the file can see."""
        if not text.strip():
            raise _refusal(file, "the file is empty")
        plain = _plain(file, text)
        raw = _loaded(file, plain)
        if not isinstance(raw, dict) and not (lists and isinstance(raw, list)):
            raise _refusal(file, "must be a list [ … ]" if lists else "must be an object { … }")
        places, twice = _places(plain)
        told = (
            Problem(file, dotted(path), f"is given twice, on lines {places[path].line} and {at.line}", at.line, at.column)
            for path, at in twice
        )
        if wrong := refusal(file, told):
            raise wrong
        lines = {path: at.line for path, at in places.items()}
        return cls(file, raw, lines, {path: at.column for path, at in places.items()})

    def problem(self, path: Path, reason: str) -> Problem:
        """A problem with the value at *path*, on its line or on that of what should hold it."""
        known = next((path[:end] for end in range(len(path), 0, -1) if path[:end] in self.lines), None)
        if known is None:
            return Problem(self.file, dotted(path), reason)
        return Problem(self.file, dotted(path), reason, self.lines[known], self.columns.get(known))


def refusal(file: str, *found: Iterable[Problem]) -> ManifestError | None:
    """The error of a file in which all these problems were *found*, in the order of its lines; None if there are none.

    No more are looked for than are told: a file may hold a hundred thousand keys that nobody knows."""
    problems = {each for some in found for each in islice(some, MOST_PROBLEMS + 1)}
    told = sorted(problems, key=lambda each: (each.line or 0, each.key, each.reason))
    if len(told) > MOST_PROBLEMS:
        told = [*told[:MOST_PROBLEMS], Problem(file, "", f"has more problems than these {MOST_PROBLEMS}")]
    return ManifestError(told) if told else None


def dotted(path: Path) -> str:
    """`flavor.0.top_p`."""
    return ".".join(map(str, path))


def _refusal(file: str, reason: str, at: Place | None = None) -> ManifestError:
    return ManifestError([Problem(file, "", reason, at and at.line, at and at.column)])


def _plain(file: str, text: str) -> str:
    """*text* as JSON: comments and trailing commas blank; every line keeps its number."""
    parts: list[str] = []
    done, at, comma = 0, 0, -1  # comma: where in *parts* the last comma stands, if nothing but comments came after it
    while found := _PIECE.search(text, at):
        at = found.end()
        if found["line"] is not None or found["block"] is not None:
            at = _end_of_comment(file, text, found)
            parts += (text[done : found.start()], _NOT_LINE_END.sub(" ", text[found.start() : at]))
            done = at
        elif found["comma"] is not None:
            parts += (text[done : found.start()], ",")
            done, comma = at, len(parts) - 1
        else:
            if found["closing"] is not None and comma >= 0:
                parts[comma] = " "
            comma = -1
    return "".join((*parts, text[done:]))


def _end_of_comment(file: str, text: str, found: re.Match[str]) -> int:
    if found["line"] is not None:
        return found.end()
    end = text.find("*/", found.end())
    if end < 0:
        raise _refusal(file, "the comment that begins here is never closed", Place.at(text, found.start()))
    return end + 2


def holds_list(text: str) -> bool:
    """True if the first thing in *text*, after comments, is a `[`: also if the rest is no JSON."""
    at = 0
    while True:
        at = _SPACE.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing, too
        if text.startswith("//", at):
            at = text.find("\n", at)
        elif text.startswith("/*", at):
            end = text.find("*/", at + 2)
            at = end + 2 if end >= 0 else -1
        else:
            return text.startswith("[", at)
        if at < 0:
            return False


def _loaded(file: str, plain: str) -> Any:
    try:
        json_bounds.check(plain, json_bounds.FILE)
        raw = json.loads(plain, parse_constant=_no_constant, parse_float=_finite)
        json.dumps(raw, ensure_ascii=False).encode()
    except json_bounds.TooDeep as exc:
        raise _refusal(file, "is nested too deeply") from exc
    except json_bounds.TooMany as exc:
        raise _refusal(file, str(exc)) from exc
    except json.JSONDecodeError as exc:
        at = len(plain[: exc.pos].rstrip()) if exc.msg in _BEFORE else exc.pos
        reason = CUT_OFF if exc.msg in _BEFORE and not plain[exc.pos :].strip() else _REASONS.get(exc.msg, exc.msg)
        if (mark := plain[exc.pos : exc.pos + 1]) in _TYPOGRAPHIC:
            reason = f'{mark} is a mark of print: texts and keys stand between straight quotes, as in "name"'
        raise _refusal(file, reason, Place.at(plain, at)) from exc
    except UnicodeEncodeError as exc:
        raise _refusal(file, f"holds half a character: \\u{ord(exc.object[exc.start]):04x} without its other half") from exc
    except _NoNumber as exc:
        raise _refusal(file, str(exc), _place_of(exc.spelled, plain)) from exc
    except ValueError as exc:
        raise _refusal(file, str(exc) if len(str(exc)) < LONGEST_NUMBER else "a number has too many digits") from exc
    return raw


class _NoNumber(ValueError):
    """What is *spelled* so is no number of JSON."""

    def __init__(self, spelled: str, reason: str) -> None:
        super().__init__(f"{spelled} {reason}")
        self.spelled = spelled


def _place_of(spelled: str, plain: str) -> Place | None:
    """Where *spelled* first stands outside a text."""
    found = re.finditer(r'"[^"\\]*(?:\\.[^"\\]*)*"|' + re.escape(spelled), plain)
    at = next((each.start() for each in found if not each[0].startswith('"')), None)
    return None if at is None else Place.at(plain, at)


def _no_constant(name: str) -> Any:
    raise _NoNumber(name, "is no JSON number")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise _NoNumber(digits, "is too large a number") if len(digits) < LONGEST_NUMBER else ValueError(digits)
    return number


def _places(plain: str) -> tuple[dict[Path, Place], list[tuple[Path, Place]]]:
    """The place of every key and entry of a JSON text, and the keys that come a second time with theirs."""
    ends = [-1, *(end.start() for end in re.finditer("\n", plain))]
    places: dict[Path, Place] = {}
    twice: list[tuple[Path, Place]] = []
    path: list[str | int | None] = []  # None: in an object, before its next key
    for token in _TOKEN.finditer(plain):
        line = bisect.bisect_left(ends, token.start())
        place = Place(line, token.start() - ends[line - 1])
        mark = token[0][0]
        if path and isinstance(path[-1], int) and mark not in ",]":
            places.setdefault(_named(path), place)
        if mark in "{[":
            path.append(None if mark == "{" else 0)
        elif mark in "}]":
            path.pop()
        elif mark == ",":
            path[-1] = path[-1] + 1 if isinstance(path[-1], int) else None
        elif mark == '"' and path and path[-1] is None:
            path[-1] = json.loads(token[0])
            if _named(path) in places:
                twice.append((_named(path), place))
            places.setdefault(_named(path), place)
    return places, twice


def _named(path: list[str | int | None]) -> Path:
    return tuple(step for step in path if step is not None)
