"""JSON as people write it in a file: with comments, with commas that trail, and with a line for every key."""

from __future__ import annotations

import bisect
import json
import math
import re
from dataclasses import dataclass
from typing import Any, TypeAlias

from app.errors import ManifestError, Problem

Path: TypeAlias = tuple[str | int, ...]

_STRING = r'"(?:[^"\\\n]|\\.)*"'
_COMMENT = re.compile(rf"{_STRING}|(//[^\n]*|/\*.*?\*/)", re.DOTALL)
_UNCLOSED = re.compile(rf"{_STRING}|(/\*)")
_TRAILING = re.compile(rf"{_STRING}|(,)(?=\s*[}}\]])")
_TOKEN = re.compile(rf'{_STRING}|[{{}}\[\]:,]|[^\s{{}}\[\]:,"]+')

LONGEST_NUMBER = 100  # characters of a message about a number: what Python says of thousands of digits is for programmers

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
_BEFORE = ("Expecting ',' delimiter", "Expecting ':' delimiter")  # where the place to mend is the end of the token before


@dataclass(frozen=True)
class Source:
    """A JSON object read from a file: *raw* as it stands there, and the line of each of its keys."""

    file: str
    raw: Any  # an object, or a list where one was allowed
    lines: dict[Path, int]

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
        lines, twice = _places(plain)
        if twice:
            raise ManifestError(
                Problem(file, dotted(path), f"is given twice, on lines {lines[path]} and {line}", line) for path, line in twice
            )
        return cls(file, raw, lines)

    def problem(self, path: Path, reason: str) -> Problem:
        """A problem with the value at *path*, on its line or on that of what should hold it."""
        known = next((path[:end] for end in range(len(path), 0, -1) if path[:end] in self.lines), None)
        return Problem(self.file, dotted(path), reason, None if known is None else self.lines[known])


def dotted(path: Path) -> str:
    """`flavor.0.top_p`."""
    return ".".join(map(str, path))


def _refusal(file: str, reason: str, line: int | None = None) -> ManifestError:
    return ManifestError([Problem(file, "", reason, line)])


def _plain(file: str, text: str) -> str:
    """*text* as JSON: comments and trailing commas blank."""
    uncommented = _blanked(_COMMENT, text)
    for found in _UNCLOSED.finditer(uncommented):
        if found[1]:
            raise _refusal(file, "the comment that begins here is never closed", uncommented.count("\n", 0, found.start()) + 1)
    return _blanked(_TRAILING, uncommented)


def _blanked(pattern: re.Pattern[str], text: str) -> str:
    """*text* with what group 1 of *pattern* finds made blank; every line keeps its number."""
    return pattern.sub(lambda found: found[0] if found[1] is None else re.sub(r"[^\n]", " ", found[0]), text)


def _loaded(file: str, plain: str) -> Any:
    try:
        raw = json.loads(plain, parse_constant=_no_constant, parse_float=_finite)
        json.dumps(raw, ensure_ascii=False).encode()
    except json.JSONDecodeError as exc:
        at = len(plain[: exc.pos].rstrip()) if exc.msg in _BEFORE else exc.pos
        raise _refusal(file, _REASONS.get(exc.msg, exc.msg), plain.count("\n", 0, at) + 1) from exc
    except UnicodeEncodeError as exc:
        raise _refusal(file, f"holds half a character: \\u{ord(exc.object[exc.start]):04x} without its other half") from exc
    except ValueError as exc:
        raise _refusal(file, str(exc) if len(str(exc)) < LONGEST_NUMBER else "a number has too many digits") from exc
    except RecursionError as exc:
        raise _refusal(file, "is nested too deeply") from exc
    return raw


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"{digits} is too large a number")
    return number


def _places(plain: str) -> tuple[dict[Path, int], list[tuple[Path, int]]]:
    """The line of every key and entry of a JSON text, and the keys that come a second time with theirs."""
    ends = [end.start() for end in re.finditer("\n", plain)]
    lines: dict[Path, int] = {}
    twice: list[tuple[Path, int]] = []
    path: list[str | int | None] = []  # None: in an object, before its next key
    for token in _TOKEN.finditer(plain):
        line = bisect.bisect_left(ends, token.start()) + 1
        mark = token[0][0]
        if path and isinstance(path[-1], int) and mark not in ",]":
            lines.setdefault(_named(path), line)
        if mark in "{[":
            path.append(None if mark == "{" else 0)
        elif mark in "}]":
            path.pop()
        elif mark == ",":
            path[-1] = path[-1] + 1 if isinstance(path[-1], int) else None
        elif mark == '"' and path and path[-1] is None:
            path[-1] = json.loads(token[0])
            if _named(path) in lines:
                twice.append((_named(path), line))
            lines.setdefault(_named(path), line)
    return lines, twice


def _named(path: list[str | int | None]) -> Path:
    return tuple(step for step in path if step is not None)
