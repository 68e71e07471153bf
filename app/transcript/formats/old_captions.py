"""Captions of older players: MicroDVD, MPL2 and SAMI."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from app.transcript.formats.base import Passage, Reading, unescaped, without_speech

_MICRODVD = re.compile(r"\s*\{(\d{1,9})\}\{(\d{0,9})\}(.*)")
_MPL2 = re.compile(r"\s*\[(\d{1,9})\]\[(\d{0,9})\](?! )(.*)")  # with a blank they are references
_RATE = re.compile(r"\d{1,3}(?:[.,]\d{1,3})?")
_CODE = re.compile(r"\{[^{}]*\}")
_SAMI = re.compile(r"\s*<SAMI\b", re.IGNORECASE)
_SYNC = re.compile(r"<SYNC\b[^<>]*?\bStart\s*=\s*[\"']?(\d{1,12})[^<>]*>", re.IGNORECASE)
_BREAK = re.compile(r"<br\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<!--.*?-->|</?(?:p|span|div|b|i|u|s|em|strong|font|center|body|sami)\b[^<>]*>", re.IGNORECASE | re.DOTALL)
_NO_RATE = "the file does not say how many frames a second has: its captions have no times"


def looks_like_frames(lines: Sequence[str]) -> bool:
    """Whether lines of MicroDVD or MPL2 begin a file."""
    forms = [form for form in (_MICRODVD, _MPL2) if len(lines) > 1 and form.match(lines[0])]
    return any(sum(form.match(line) is not None for line in lines) >= 0.6 * len(lines) for form in forms)


def frames(lines: Sequence[str]) -> Reading:
    """A MicroDVD file, whose times are frames, or an MPL2 file, whose times are tenths of a second. A line without numbers
    goes on from the one before. Raises BadContent."""
    micro = next(filter(str.strip, lines)).lstrip().startswith("{")
    cues: list[tuple[str, str, str]] = []
    for line in filter(str.strip, lines):
        found = (_MICRODVD if micro else _MPL2).match(line)
        if found is None:
            start, end, said = cues.pop()
            cues.append((start, end, f"{said}|{line}"))
        else:
            cues.append((found[1], found[2], found[3]))
    rate = 0.0 if micro else 10.0
    if micro and _RATE.fullmatch(cues[0][2].strip()):
        rate = float(cues.pop(0)[2].replace(",", "."))
    passages = tuple(Passage(_shown(said), "", _second(start, rate), _second(end, rate)) for start, end, said in cues)
    if not any(line.strip() for passage in passages for line in passage.lines):
        raise without_speech("a MicroDVD file" if micro else "an MPL2 file")
    return Reading("microdvd" if micro else "mpl2", passages, warnings=() if rate else (_NO_RATE,), rolls=True)


def _shown(said: str) -> tuple[str, ...]:
    return tuple(_CODE.sub("", line).removeprefix("/") for line in said.split("|"))


def _second(number: str, rate: float) -> float | None:
    return round(int(number) / rate, 3) if number and rate else None


def looks_like_sami(head: str) -> bool:
    return _SAMI.match(head) is not None


def sami(text: str) -> Reading:
    """A SAMI file: what stands behind each SYNC is shown until the next. Raises BadContent."""
    passages = tuple(passage for passage in _synchronised(text) if any(map(str.strip, passage.lines)))
    if not passages:
        raise without_speech("a SAMI file")
    return Reading("sami", passages, rolls=True)


def _synchronised(text: str) -> Iterator[Passage]:
    parts = _SYNC.split(text)
    starts = [int(each) / 1000 for each in parts[1::2]]
    for (start, end), said in zip(pairwise([*starts, None]), parts[2::2], strict=True):
        lines = _BREAK.sub("\n", " ".join(said.split()))
        yield Passage(tuple(unescaped(_TAG.sub("", line)) for line in lines.split("\n")), "", start, end)
