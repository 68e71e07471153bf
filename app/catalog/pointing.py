"""Shows where a problem stands: the line of its file, and a caret below; without secrets, and cut around the caret."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app import text_files
from app.errors import Place, Problem
from app.text_files import NotText

LARGEST = 2**20  # bytes of a file
WIDEST = 100  # characters of a line that are shown
CUT, HIDDEN = "…", "…"
BACKENDS = "backends.json"
_TOKEN = re.compile(r'"[^"\\\n]*(?:\\.[^"\\\n]*)*"?|[^\s",:{}\[\]%]+|\S')
_OPENED = re.compile(r"\{\{|\{%|\{#")
_USES = re.compile(r"^uses ([A-Za-z_]\w*)")
_QUOTED = re.compile(r"[\"'`]([A-Za-z_]\w*)[\"'`]|\b(?:filter |uses |tag |there is no \.)([A-Za-z_]\w*)")
# The value of a key, and what of a key says that its value is a secret.
_PAIR = re.compile(r'("[^"\\]*(?:\\.[^"\\]*)*"\s*:\s*)("[^"\\]*(?:\\.[^"\\]*)*"?|[^\s,{}\[\]]+)')
_SECRET_KEY = re.compile(r'(?i)secret|passw|authori[sz]ation|credential|api.?key|[_-]token"|"token"|"[a-z]*Token"')
_SECRET = re.compile(r'(?i)\bbearer\s+[^\s"]+|\bsk-[\w-]{6,}|\bgh[opsu]_\w{10,}|\bAIza[\w-]{10,}')
_HARMLESS = frozenset({*"{}[]:,", "true", "false", "null"})


@dataclass(frozen=True)
class Excerpt:
    """The *line* of a file with a mark of *width* columns from *offset* (from 0) on; no text if the line cannot be shown."""

    line: int
    column: int
    text: str = ""
    offset: int = 0
    width: int = 1

    def drawn(self, place: str) -> list[str]:
        """Three lines for a terminal, or only the place."""
        arrow = f"  --> {place}:{self.line}:{self.column}"
        if not self.text:
            return [arrow]
        number = str(self.line)
        return [arrow, f" {number} | {self.text}", f" {' ' * len(number)} | {' ' * self.offset}{'^' * self.width}"]


def excerpt(folder: Path, problem: Problem) -> Excerpt:
    """Where *problem* stands; at the beginning of its file if that is not known."""
    try:
        text = text_files.read(folder / problem.file, LARGEST)
    except (OSError, NotText):
        return Excerpt(problem.line or 1, problem.column or 1)
    place = _place(text, problem)
    lines = text.split("\n")
    if place is None or place.line > len(lines):
        return Excerpt(problem.line or 1, problem.column or 1)
    line = lines[place.line - 1].rstrip("\r")
    shown, offset, width = _shown(line, place.column - 1, masked=problem.file == BACKENDS)
    return Excerpt(place.line, place.column, shown, offset, width)


def _place(text: str, problem: Problem) -> Place | None:
    """The place that *problem* says, or that its reason lets one find; None if neither."""
    if problem.line is None:
        used = None if problem.file.endswith(".json") else _USES.search(problem.reason)
        found = used and re.search(rf"\{{[{{%][^}}]*?(?<![.\w])({re.escape(used[1])})\b", text)
        return Place.at(text, found.start(1)) if found else None
    if problem.column is not None:
        return Place(problem.line, problem.column)
    line = text.split("\n")[problem.line - 1 : problem.line]
    return Place(problem.line, _guessed(line[0], problem.reason)) if line else None


def _guessed(text: str, reason: str) -> int:
    """The column that a reason without one is about: a word that it quotes, or else the first mark of Jinja."""
    for found in _QUOTED.finditer(reason):
        if at := re.search(rf"\b{re.escape(found[1] or found[2])}\b", text):
            return at.start() + 1
    opened = _OPENED.search(text)
    return (opened.start() if opened else len(text) - len(text.lstrip())) + 1


def _shown(text: str, at: int, *, masked: bool) -> tuple[str, int, int]:
    """*text* without secrets and cut around *at*; the offset and the width of the mark, in columns of a terminal."""
    safe, at = _without(text, sorted(_secrets(text, masked=masked)), at)
    safe = _printable(safe)
    token = _TOKEN.match(safe, at)
    end = min(token.end() if token else at + 1, at + WIDEST // 2)
    first = max(0, min(at - (WIDEST - (end - at)) // 2, len(safe) - WIDEST))
    shown = safe[first : first + WIDEST]
    before, after = CUT if first else "", CUT if first + WIDEST < len(safe) else ""
    return before + shown + after, len(before) + _columns(safe[first:at]), max(_columns(safe[at:end]), 1)


def _secrets(text: str, *, masked: bool) -> Iterator[tuple[int, int]]:
    """Where in *text* something stands that may be a secret; *masked*: any text that is no key."""
    yield from (found.span() for found in _SECRET.finditer(text))
    yield from (found.span(2) for found in _PAIR.finditer(text) if _SECRET_KEY.search(found[1]))
    for token in _TOKEN.finditer(text) if masked else ():
        is_key = token[0].startswith('"') and text[token.end() :].lstrip().startswith(":")
        if not is_key and token[0] not in _HARMLESS and not token[0].isdigit():
            yield token.span()


def _without(text: str, spans: Sequence[tuple[int, int]], at: int) -> tuple[str, int]:
    """*text* with a mark instead of each of *spans*, and where the character *at* is now."""
    shown, done, moved = "", 0, -1
    for start, end in spans:
        if end <= done:
            continue
        kept = text[done : max(start, done)]
        if moved < 0 and at < end:
            moved = len(shown) + min(at - done, len(kept))
        shown += kept + HIDDEN
        done = end
    return shown + text[done:], moved if moved >= 0 else len(shown) + at - done


def _printable(text: str) -> str:
    """*text* on one line, without what would move a terminal's cursor or change its colours."""
    return "".join(each if each.isprintable() else " " if each.isspace() else "?" for each in text)


def _columns(text: str) -> int:
    """The columns that a terminal gives to *text*."""
    wide = sum(unicodedata.east_asian_width(each) in "WF" for each in text)
    return len(text) + wide - sum(bool(unicodedata.combining(each)) for each in text)
