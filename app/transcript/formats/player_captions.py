"""Captions of MPlayer (MPSub), which tell how long each one waits for the one before, and of SubViewer 1."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from app.transcript.formats.base import Passage, Reading, seconds, without_speech

_FORMAT = re.compile(r"\s*FORMAT=(?P<unit>TIME|\d{1,3}(?:\.\d{1,3})?)\s*", re.IGNORECASE)
_WAIT = re.compile(r"\s*(-?\d{1,9}(?:\.\d{1,6})?)\s+(\d{1,9}(?:\.\d{1,6})?)\s*")
_SCRIPT = re.compile(r"\s*\*+ START SCRIPT \*+\s*", re.IGNORECASE)
_TIME = re.compile(r"\s*\[(\d{1,3}:\d\d:\d\d)\]\s*")
_END = re.compile(r"\s*(?:\[end\]|\*+ END SCRIPT \*+)\s*", re.IGNORECASE)
_HEAD = "headers"


def looks_like_mpsub(lines: Sequence[str]) -> bool:
    """Whether a line of the head names the unit of the times, and the first caption follows."""
    place = next((number for number, line in enumerate(lines) if _FORMAT.fullmatch(line)), None)
    return place is not None and any(map(_WAIT.fullmatch, lines[place + 1 :]))


def mpsub(lines: Sequence[str]) -> Reading:
    """An MPSub file: a caption begins below two numbers, how long it waits and how long it stays. Raises BadContent."""
    unit = next(found["unit"] for line in lines if (found := _FORMAT.fullmatch(line)) is not None)
    rate = 1.0 if unit.casefold() == "time" else float(unit)
    if not rate:
        raise without_speech("an MPSub file", "it has no frames a second")
    passages: list[Passage] = []
    head, now, said = 0, 0.0, None
    for line, before in zip(lines, ["", *lines], strict=False):
        timed = _WAIT.fullmatch(line) if not before.strip() or said is None else None
        if timed is not None:
            start = now + float(timed[1]) / rate
            now = start + float(timed[2]) / rate
            said = (round(start, 3), round(now, 3))
            passages.append(Passage((), "", *said))
        elif said is None:
            head += bool(line.strip())
        elif line.strip():
            passages[-1] = Passage((*passages[-1].lines, line.strip()), "", *said)
    return _reading("mpsub", "an MPSub file", passages, head)


def looks_like_script(lines: Sequence[str]) -> bool:
    return any(map(_SCRIPT.fullmatch, lines))


def script(lines: Sequence[str]) -> Reading:
    """A file of SubViewer 1: what stands below a time is shown until the next one. Raises BadContent."""
    begin = next(number for number, line in enumerate(lines) if _SCRIPT.fullmatch(line))
    places = [number for number, line in enumerate(lines) if number > begin and _TIME.fullmatch(line)]
    passages = []
    for place, stop in pairwise([*places, len(lines)]):
        said = tuple(line for line in lines[place + 1 : stop] if line.strip() and not _END.fullmatch(line))
        shown = tuple(part.strip() for line in said for part in line.split("|") if part.strip())
        end = seconds(lines[stop].strip(" []\t")) if stop < len(lines) else None
        passages.append(Passage(shown, "", seconds(lines[place].strip(" []\t")), end))
    head = sum(1 for line in lines[: places[0] if places else begin] if line.strip())
    return _reading("subviewer", "a file of SubViewer 1", passages, head)


def _reading(form: str, file: str, passages: Sequence[Passage], head: int) -> Reading:
    spoken = tuple(passage for passage in passages if passage.lines)
    if not spoken:
        raise without_speech(file)
    return Reading(form, spoken, left_out={_HEAD: head} if head else {}, rolls=True)
