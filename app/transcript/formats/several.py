"""Several documents that stand one behind the other in one text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, pairwise

from app.transcript.formats.base import Reading

_ROOT = re.compile(r"(?:<\?[^>]{0,200}\?>|<!--.{0,2000}?-->|\s)*<(?P<name>[A-Za-z_][\w.:-]{0,60})(?=[\s>])", re.DOTALL)
_CAPTIONS = re.compile(r"^WEBVTT(?=[ \t\n]|$)", re.MULTILINE)
_MOST = 1000  # documents


def parts_of(text: str) -> list[str]:
    """The documents in *text*, which begins with one of WebVTT or XML; *text* alone if there are no others."""
    start = text.lstrip("\ufeff \t\n")
    if start.startswith("WEBVTT"):
        parts = _cut(text, [found.start() for found in _CAPTIONS.finditer(text)])
        return parts if all("-->" in part for part in parts) else [text]
    if not start.startswith("<?xml"):
        return [text]
    root = _ROOT.match(start)
    if root is None:
        return [text]
    begins = re.compile(rf"(?<=</{re.escape(root['name'])}>)\s*(?=<(?:\?xml\s|{re.escape(root['name'])}[\s>]))")
    return _cut(text, [0, *(found.end() for found in begins.finditer(text))])


def _cut(text: str, places: Sequence[int]) -> list[str]:
    if not 1 < len(places) <= _MOST:
        return [text]
    return [text[begin:end] for begin, end in pairwise([0, *places[1:], len(text)])]


def joined(readings: Sequence[Reading]) -> Reading:
    """What several documents hold, one behind the other; times that begin anew are those of each recording."""
    passages = tuple(chain.from_iterable(reading.passages for reading in readings))
    warning = f"{len(readings)} documents stand one behind the other and are read in this order"
    if not all(before <= after for before, after in pairwise(_starts(readings))):
        warning += "; their times begin anew with each"
    left_out = sum((Counter(reading.left_out) for reading in readings), Counter())
    told = dict.fromkeys([warning, *(each for reading in readings for each in reading.warnings)])
    rolls = all(reading.rolls for reading in readings)
    return replace(readings[0], passages=passages, left_out=dict(left_out), warnings=tuple(told), rolls=rolls)


def _starts(readings: Sequence[Reading]) -> list[float]:
    """When the first words of each of the *readings* are said, and the last."""
    held = ([each.start for each in reading.passages if each.start is not None] for reading in readings)
    return [time for starts in held if starts for time in (min(starts), max(starts))]
