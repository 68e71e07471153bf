"""What every reader of a format gives back, how a time is read, and how a file that cannot be read is refused."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from app.errors import BadContent
from app.transcript.formats.base64_files import File
from app.transcript.turn import Utterance

READ = (
    "plain text with speaker labels, WebVTT, SRT, SBV, LRC, ASS, TTML, SAMI, RealText, MicroDVD, CSV and TSV tables, HTML, "
    ".docx, mailboxes, Praat TextGrid, CHAT, CTM, STM, Kaldi's text, and the JSON of speech recognisers"
)
TRANSLATIONS = "captions in other languages"
_TRANSLATED_SHARE = 0.8  # of the captions of a language are shown when those of another are
_LONGEST_QUOTE = 120  # characters of a file that a refusal repeats

_BEYOND = re.compile(r"&#\d{8,};?|&#[xX][0-9a-fA-F]{7,};?")  # a number that no character has; html would make an int of it
_CLOCK = re.compile(r"(?:(?:(\d{1,9}):)?(\d{1,9}):)?(\d{1,9})(?:[.,:](\d{1,12}))?")
_UNIT = re.compile(r"(\d{1,12}(?:\.\d{1,12})?)(h|m|s|ms)")
_PERIOD = re.compile(r"PT(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d{1,12})?)S)?")
_SECONDS_OF = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}


@dataclass(frozen=True)
class Passage:
    """Lines that were said at one time. *speaker* is empty if the format names nobody; the lines may then begin with labels."""

    lines: tuple[str, ...]
    speaker: str = ""
    start: float | None = None
    end: float | None = None


@dataclass(frozen=True)
class Reading:
    """What a file holds, before labels are looked for: *passages* of a format with times or speakers of its own, or a *text*
    with lines (a Word document, most HTML). *rolls* says that the format's captions may show each phrase again. One of *files*,
    which it holds, is the transcript."""

    format: str
    passages: tuple[Passage, ...] = ()
    text: str | None = None
    left_out: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    recogniser: str = ""
    rolls: bool = False
    files: tuple[File, ...] = ()


def spoken(utterances: Iterable[Utterance]) -> tuple[Passage, ...]:
    """*utterances* as passages; those without text are left out."""
    return tuple(
        Passage(tuple(each.text.split("\n")) if "\n" in each.text else (each.text,), each.speaker, each.start, each.end)
        for each in utterances
        if each.text.strip()
    )


def other_languages(shown: Iterable[tuple[str, float | None]]) -> tuple[frozenset[str], str]:
    """Which languages of captions (each caption's language, and when it is shown) translate those of another, and a warning.

    Those do that are shown at the times of the language with most captions; somebody who changes the language does not."""
    starts: dict[str, set[float | None]] = {}
    for language, start in shown:
        starts.setdefault(language, set()).add(start)
    starts.pop("", None)
    usual = max(starts, key=lambda each: len(starts[each]), default="")
    others = frozenset(
        each for each, times in starts.items() if each != usual and len(times & starts[usual]) >= _TRANSLATED_SHARE * len(times)
    )
    left = ", ".join(each for each in starts if each in others)
    return others, f"the captions are there in several languages: {usual} is read, {left} is left out" if others else ""


def refusal(what: str) -> BadContent:
    """The error for a file that is recognised and cannot be read: says *what* is wrong and which formats are read."""
    return BadContent(f"{what}; the formats that are read are {READ}")


def broken(name: str, reason: str, line: int, column: int) -> BadContent:
    """The error for a file that begins as the format *name* and does not go on as such; *line* and *column* count from 1."""
    return refusal(f"this is {name}, but line {line}, column {column} cannot be read: {reason}")


def without_speech(name: str, why: str = "") -> BadContent:
    """The error for a file of a known shape in which nobody says anything."""
    return refusal(f"this is {name}, but there is no speech in it{': ' if why else ''}{why}")


def quoted(text: str) -> str:
    """The beginning of *text* on one line, for a refusal that repeats it."""
    short = " ".join(text[: 2 * _LONGEST_QUOTE].split())
    return short if len(short) <= _LONGEST_QUOTE else f"{short[:_LONGEST_QUOTE]}…"


def seconds(clock: str) -> float | None:
    """The seconds that a time says: `1:02:03,5`, `00:44`, `12.5`, `12.5s`, `250ms`, `PT1M2.5S`; None if it is no time."""
    clock = clock.strip()
    found = _CLOCK.fullmatch(clock)
    if found:
        hours, minutes, whole, fraction = found.groups()
        return round(int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(whole) + float(f"0.{fraction or 0}"), 3)
    unit = _UNIT.fullmatch(clock)
    if unit:
        return round(float(unit[1]) * _SECONDS_OF[unit[2]], 3)
    period = _PERIOD.fullmatch(clock)
    if period and any(period.groups()):
        return round(int(period[1] or 0) * 3600 + int(period[2] or 0) * 60 + float(period[3] or 0), 3)
    return None


def unescaped(text: str) -> str:
    """*text* with the entities of HTML read."""
    return html.unescape(_BEYOND.sub("\ufffd", text)) if "&" in text else text


def finite(number: float) -> float | None:
    """*number* to the millisecond; None if it is no time of a recording."""
    return round(number, 3) if math.isfinite(number) and number >= 0 else None
