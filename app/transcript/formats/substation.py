"""Captions of SubStation Alpha (ASS, SSA)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from app.transcript.formats.base import Passage, Reading, broken, seconds, without_speech

_SECTION = re.compile(r"\s*\[(Script Info|V4\+? Styles|Events)\]\s*$", re.IGNORECASE)
_FORMAT = ("layer", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect", "text")
_NOBODY = "NTP"  # what SubStation Alpha writes where nobody has given a name
_BRACES = re.compile(r"\{[^{}]*\}")
_DRAWING = re.compile(r"\\p(\d)")
_TIME = re.compile(r"\s*\d{1,4}:\d{1,2}:\d{1,2}[.:]\d{1,3}\s*")


def looks_like_ass(lines: Sequence[str]) -> bool:
    return any(_SECTION.match(line) for line in lines[:3]) or any(
        line.startswith("Dialogue:") and len(line.split(",")) >= len(_FORMAT) and _TIME.fullmatch(line.split(",")[1])
        for line in lines
    )


def ass(lines: Sequence[str]) -> Reading:
    """The dialogue of a SubStation file, in the order of its times. Raises BadContent."""
    columns: Sequence[str] = _FORMAT
    passages: list[Passage] = []
    left_out: Counter[str] = Counter()
    events = not any(_SECTION.match(line) for line in lines)
    for number, line in enumerate(lines, 1):
        section = line.strip().startswith("[") and line.strip().endswith("]")
        kind, colon, rest = line.partition(":")
        kind = kind.strip().casefold()
        if section:
            events = line.strip().casefold() == "[events]"
        elif events and colon and kind == "format":
            columns = [name.strip().casefold() for name in rest.split(",")]
        elif events and colon and kind == "comment":
            left_out["comments"] += 1
        elif events and colon and kind == "dialogue":
            passages.append(_dialogue(columns, rest, number, left_out))
    passages.sort(key=lambda each: each.start or 0.0)
    if not any(line.strip() for passage in passages for line in passage.lines):
        raise without_speech("an ASS file")
    return Reading("ass", tuple(passages), left_out=dict(left_out))


def _dialogue(columns: Sequence[str], rest: str, number: int, left_out: Counter[str]) -> Passage:
    values = rest.split(",", len(columns) - 1)
    event = dict(zip(columns, (value.strip() for value in values), strict=False))
    if len(values) < len(columns) or seconds(event.get("start", "")) is None:
        raise broken("an ASS file", f"a dialogue has {len(columns)} fields: {', '.join(columns)}", number, 1)
    speaker = event.get("name") or event.get("actor") or ""
    speaker = "" if speaker == _NOBODY else speaker
    text = _undrawn(event.get("text", ""), left_out).replace("\\N", "\n").replace("\\n", "\n").replace("\\h", " ")
    return Passage(tuple(text.split("\n")), speaker, seconds(event["start"]), seconds(event.get("end", "")))


def _undrawn(text: str, left_out: Counter[str]) -> str:
    """*text* without what stands in braces, and without drawings, which stand between `{\\p1}` and `{\\p0}`."""
    kept: list[str] = []
    drawing = False
    place = 0
    for braces in _BRACES.finditer(text):
        if not drawing:
            kept.append(text[place : braces.start()])
        for mode in _DRAWING.findall(braces[0]):
            drawing = mode != "0"
            left_out["drawings"] += drawing
        place = braces.end()
    return "".join(kept) + ("" if drawing else text[place:])
