"""Captions: WebVTT, SubRip (SRT), SubViewer (SBV) and song lyrics (LRC)."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from app.transcript.formats.base import Passage, Reading, broken, seconds, unescaped, without_speech
from app.transcript.names import NUMBERED

_VTT = re.compile(r"WEBVTT(?=[ \t]|$)", re.IGNORECASE)
_TIME = r"(?:\d{1,9}:)?\d{1,9}:\d{1,2}(?:[.,:]\d{1,9})?"
_TIMING = re.compile(rf"\s*({_TIME})\s*(?:--?>|[–—]>|→)\s*({_TIME})(?!\S)(.*)", re.DOTALL)
_BLANKS = (": ", " :", ", ", " ,", ". ", " .")
_SPACED = re.compile(r"(?<=\d)\s*([:,.])\s*(?=\d)")  # within a time
_ALMOST_TIMING = re.compile(r"\s*\d{1,9}:\d{1,9}(?::[\d.,:]{1,20})?\s*-->")
_SETTING = re.compile(r"(?:align|line|position|size|vertical|region|[XY][12]):\S+")
_BLOCK = re.compile(r"\ufeff?(NOTE|STYLE|REGION|WEBVTT)(?=[ \t]|$)")  # the last one where files were put behind each other
_NUMBERED_NAME = re.compile(r"\d{1,9}(?: ?[-–:.])? (?:\"(?P<quoted>[^\"]+)\"|(?P<name>\S.*?))(?: \(\d+\))?")
_NUMBER = re.compile(r"\s*\d{1,9}\s*")
_HEX = r"[0-9a-f]"
_GUID = re.compile(
    rf"\{{?{_HEX}{{8}}-(?:{_HEX}{{4}}-){{3}}{_HEX}{{12}}\}}?(?:[/_-].*)?|{_HEX}{{16,}}", re.IGNORECASE | re.DOTALL
)

_VOICE = re.compile(r"<v(?:\.[^\s<>]{0,100})?\s([^<>]{0,400})>")
_TAGS = "i|b|u|s|c|v|em|strong|font|span|lang|ruby|rt|rp|p|div"
_KNOWN_TAG = re.compile(rf"</?(?:{_TAGS})(?:[\s.][^<>]{{0,400}})?/?>|<\d[\d:.]{{0,20}}>", re.IGNORECASE)
_BREAK = re.compile(r"<br[^<>]{0,20}>", re.IGNORECASE)
_PLACED = re.compile(r"\{\\[^{}]{0,400}\}")
_FOUR = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&nbsp;": "\u00a0"}
_FOUR_OF = re.compile("|".join(_FOUR))

_BEGINS = ("WEBVTT", "\ufeffWEBVTT")  # a file, also where no blank line parts it from the one before
_OF_A_TIMING = frozenset("0123456789:.,-> ")
_CUT_WITHIN = 8  # lines at the end of a file
_LATE = 15.0  # seconds that a caption may stand too late in a file
_SBV = re.compile(rf"\s*({_TIME})\s*,\s*({_TIME})\s*")
_SUBVIEWER = re.compile(r"\s*\[[A-Z ]{3,20}\]")  # in the header of SubViewer 2
_LRC_TIME = re.compile(r"\[(\d{1,4}:\d{1,2}(?:[.:]\d{1,3})?)\]")
_LRC_LINE = re.compile(r"\s*\[\d{1,4}:\d{2}\.\d{2,3}\]")
_LRC_TAG = re.compile(r"\s*\[(?:ar|al|ti|au|by|re|ve|la|length|offset|tool|#):?[^\]]*\]\s*$", re.IGNORECASE)
_LRC_WORD = re.compile(r"<\d{1,4}:\d{2}(?:[.:]\d{1,3})?>")


@dataclass(frozen=True)
class Cue:
    """A caption as it stands in the file; *mark* is the line before its timing, or *number* if that is one."""

    start: float | None
    end: float | None
    lines: tuple[str, ...]
    mark: str = ""
    number: int | None = None


# Which captions


def looks_like_vtt(lines: Sequence[str]) -> bool:
    return bool(lines) and _VTT.match(lines[0].strip("\ufeff \t")) is not None


def looks_like_srt(lines: Sequence[str]) -> bool:
    return any(_settings_only(_closed_up(line)) for line in lines)


def looks_like_sbv(lines: Sequence[str]) -> bool:
    headed = bool(lines) and _SUBVIEWER.match(lines[0]) is not None
    return any(_SBV.fullmatch(line) for line in (lines if headed else lines[:2]))


def looks_like_lrc(lines: Sequence[str]) -> bool:
    filled = [line for line in lines if line.strip()]
    timed = sum(1 for line in filled if _LRC_LINE.match(line))
    tagged = sum(1 for line in filled if _LRC_TAG.match(line))
    return timed > 0 and timed + tagged >= 0.75 * len(filled)


def _settings_only(line: str) -> bool:
    found = _TIMING.match(line)
    return found is not None and _are_settings(found[3])


def _are_settings(rest: str) -> bool:
    """Whether all that stands behind a timing says where the caption is shown."""
    return all(map(_SETTING.fullmatch, rest.split()))


# WebVTT and SRT


def vtt(lines: Sequence[str]) -> Reading:
    """A WebVTT file. Raises BadContent."""
    return _read("vtt", "a WebVTT file", lines)


def srt(lines: Sequence[str]) -> Reading:
    """An SRT file, however loosely it is written. Raises BadContent."""
    return _read("srt", "an SRT file", [_closed_up(line) for line in lines])


def _closed_up(line: str) -> str:
    """*line* without the blanks that translating programs put into times: `00: 00: 05,000 --> 00: 00: 06, 000`."""
    if "-->" not in line or not any(blank in line for blank in _BLANKS):
        return line
    closed = _SPACED.sub(r"\1", line)
    return closed if _TIMING.match(closed) else line


def _read(form: str, name: str, lines: Sequence[str]) -> Reading:
    left_out: Counter[str] = Counter()
    whole = _without_a_cut_end(lines, left_out)
    cues, warnings = _in_order(list(_cues(form, name, whole, left_out)), several=left_out["headers"] > 0)
    quoted = {_without_number(cue.mark) for cue in cues if '"' in cue.mark} if form == "vtt" else set()
    cues = [replace(cue, mark=_without_number(cue.mark)) for cue in cues]
    speakers = _speaking_marks([cue.mark for cue in cues]) | quoted
    passages: list[Passage] = []
    for cue in cues:
        speaker = cue.mark if cue.mark in speakers else ""
        if cue.mark and not speaker and form == "vtt":
            left_out["cue identifiers"] += 1
        elif cue.mark and not speaker:
            passages.append(Passage((_bare(cue.mark, form),)))  # a line of speech that no empty line parts from the next timing
        passages += _voiced(cue, speaker, form)
    if not any(line.strip() for passage in passages for line in passage.lines):
        raise without_speech(name)
    return Reading(form, tuple(passages), left_out=+left_out, warnings=warnings, rolls=True)


def _without_a_cut_end(lines: Sequence[str], left_out: Counter[str]) -> Sequence[str]:
    """The lines without the number of the next caption and the beginning of its timing, with which a file that was cut ends."""
    place = next((place for place in range(len(lines) - 1, -1, -1) if _TIMING.match(lines[place])), 0)
    if not place or not _NUMBER.fullmatch(lines[place - 1]):
        return lines
    following = str(int(lines[place - 1]) + 1)
    for number in range(max(place + 1, len(lines) - _CUT_WITHIN), len(lines)):
        if lines[number].strip() == following and not lines[number - 1].strip():
            begun = "".join(lines[number + 1 :]).strip()
            if _OF_A_TIMING.issuperset(begun):
                left_out["timings that were cut"] += 1
                return lines[:number]
    return lines


def _in_order(cues: list[Cue], *, several: bool) -> tuple[list[Cue], tuple[str, ...]]:
    """The captions in the order of their times, if their numbers say the same order or none comes much too late, and a warning.

    Others are left as they stand: times that begin anew are those of *several* recordings behind each other."""
    starts = [cue.start for cue in cues if cue.start is not None]
    late = [before - after for before, after in pairwise(starts) if after < before]
    if not late:
        return cues, ()
    ordered = sorted(cues, key=lambda cue: cue.start or 0.0)
    numbers = [cue.number for cue in ordered if cue.number is not None]
    counted = len(numbers) == len(cues) and all(before < after for before, after in pairwise(numbers))
    several = several or (len(numbers) == len(cues) and len(set(numbers)) < len(numbers))
    if counted or (max(late) <= _LATE and not several):
        return ordered, ("the captions do not stand in the order of their times: they are read in that order",)
    return cues, ("the times of the captions go back: they are read as they stand",)


def _cues(form: str, name: str, lines: Sequence[str], left_out: Counter[str]) -> Iterator[Cue]:
    """The captions; each runs from its timing line to the next one, blank lines inside it and all."""
    timed = [number for number, line in enumerate(lines) if _TIMING.match(line)]
    _refuse_broken_timings(name, lines)
    begin = _header(lines) if form == "vtt" else 0
    last = 0
    before = _held(form, lines[begin : timed[0]] if timed else lines[begin:], left_out)
    before, mark, last = _mark_off(before, last, 1)
    counted: int | None = last or None
    if form == "vtt":
        left_out["lines without a time"] += sum(1 for line in before if line.strip())
        before = []  # what a header says beside WEBVTT is no speech
    if any(line.strip() for line in before):
        yield Cue(None, None, tuple(before))
    for ordinal, (number, stop) in enumerate(zip(timed, [*timed[1:], len(lines)], strict=False), 2):
        found = _TIMING.match(lines[number])
        start, end, rest = found.groups() if found else ("", "", "")
        spoken = [] if _are_settings(rest) else [rest]
        held = _held(form, [*spoken, *lines[number + 1 : stop]], left_out)
        next_mark = ""
        filled = len(held)
        if stop < len(lines):
            held, next_mark, last = _mark_off(held, last, ordinal)
        yield Cue(seconds(start), _not_before(seconds(start), seconds(end)), tuple(held), mark, counted)
        mark = next_mark
        counted = last if len(held) < filled and not next_mark else None


def _not_before(start: float | None, end: float | None) -> float | None:
    """*end*, if it is one: files that were cut have times that are not whole."""
    return None if start is not None and end is not None and end < start else end


def _header(lines: Sequence[str]) -> int:
    """The number of the first line behind the header of a WebVTT file."""
    return next((number for number, line in enumerate(lines) if number and not line.strip()), min(1, len(lines)))


def _refuse_broken_timings(name: str, lines: Sequence[str]) -> None:
    for number, line in enumerate(lines, 1):
        if "-->" in line and _ALMOST_TIMING.match(line) and not _TIMING.match(line):
            raise broken(name, "this is no time such as 00:01:02.500 --> 00:01:04.000", number, line.index("-->") + 4)


def _held(form: str, lines: Sequence[str], left_out: Counter[str]) -> list[str]:
    """The lines without the blocks of a WebVTT file that are no speech."""
    if form != "vtt":
        return [line for line in lines if not _VTT.fullmatch(line.strip("\ufeff \t"))]
    kept: list[str] = []
    inside = False
    blank = True
    for line in lines:
        block = _BLOCK.match(line) if blank or line.startswith(_BEGINS) else None
        if block is not None:
            inside = True
            left_out[{"NOTE": "notes", "WEBVTT": "headers"}.get(block[1], "styles and regions")] += 1
        blank = not line.strip()
        inside = inside and not blank
        if not inside:
            kept.append(line)
    return kept


def _mark_off(lines: list[str], last: int, ordinal: int) -> tuple[list[str], str, int]:
    """*lines* without the line that counts or names the next cue, the *ordinal*-th; that name; and the number of the last cue
    that has one.

    An empty line stands before such a line, unless it comes first in the file or goes on counting."""
    filled = len(lines)
    while filled and not lines[filled - 1].strip():
        filled -= 1
    if not filled:
        return lines, "", last
    mark = lines[filled - 1].strip()
    counts = _NUMBER.fullmatch(mark) is not None
    if filled < len(lines) and not counts:
        return lines, "", last
    first = ordinal == 1
    parted = not lines[filled - 2].strip() if filled > 1 else first
    if counts and (int(mark) in (last + 1, ordinal) or (parted and (first or filled == len(lines)))):
        return lines[: filled - 1], "", int(mark)
    return (lines[: filled - 1], mark, last) if parted and not counts else (lines, "", last)


def _without_number(mark: str) -> str:
    """The name in a cue id that counts as well: `1 "Ann Lee" (123)`, `2 - Bob`."""
    found = _NUMBERED_NAME.fullmatch(mark) if mark[:1].isdigit() else None
    return (found["quoted"] or found["name"]) if found and not _GUID.fullmatch(mark) else mark


def _speaking_marks(marks: Sequence[str]) -> set[str]:
    """The marks that name speakers: those that return and are no identifiers, and `Speaker 1`, `Speaker 2`. If they name the
    speakers of half the cues, all do."""
    times = Counter(mark for mark in marks if mark and not _GUID.fullmatch(mark) and any(map(str.isalpha, mark)))
    naming = {mark for mark, number in times.items() if number > 1 or NUMBERED.fullmatch(mark)}
    return set(times) if 2 * sum(times[mark] for mark in naming) >= len(marks) else naming


def _voiced(cue: Cue, speaker: str, form: str) -> Iterator[Passage]:
    """The cue cut at its voice tags."""
    data = _data(cue.lines)
    if data is not None:
        yield Passage((str(data["spokenText"]),), str(data.get("speakerName") or speaker), cue.start, cue.end)
        return
    text = _BREAK.sub("\n", "\n".join(cue.lines))
    parts = _VOICE.split(text)
    plain = Passage(_lines(parts[0], form), speaker, cue.start, cue.end)
    if any(line.strip() for line in plain.lines):
        yield plain
    for who, said in zip(parts[1::2], parts[2::2], strict=True):
        yield replace(plain, lines=_lines(said, form), speaker=" ".join(_unescaped(who, form).split()) or speaker)


def _data(lines: Sequence[str]) -> dict[str, object] | None:
    """The object that a caption is, where a meeting's record writes one instead of the words."""
    text = "".join(lines).strip()
    if not text.startswith("{") or '"spokenText"' not in text:
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and isinstance(found.get("spokenText"), str) else None


def _lines(text: str, form: str) -> tuple[str, ...]:
    return tuple(_bare(line, form) for line in text.split("\n"))


def _bare(text: str, form: str) -> str:
    return _unescaped(_PLACED.sub("", _KNOWN_TAG.sub("", text)), form)


def _unescaped(text: str, form: str) -> str:
    """*text* with its entities read; SRT has four, WebVTT those of HTML."""
    return unescaped(text) if form == "vtt" else _FOUR_OF.sub(lambda found: _FOUR[found[0]], text)


# SBV, LRC


def sbv(lines: Sequence[str]) -> Reading:
    """A SubViewer file as YouTube writes it. Raises BadContent."""
    timed = [number for number, line in enumerate(lines) if _SBV.fullmatch(line)]
    passages = []
    for number, stop in zip(timed, [*timed[1:], len(lines)], strict=False):
        start, end = lines[number].split(",", 1)
        said = "\n".join(lines[number + 1 : stop]).replace("[br]", "\n").split("\n")
        passages.append(Passage(tuple(said), "", seconds(start), seconds(end)))
    head = lines[: timed[0]] if timed else []
    before = tuple(line for line in head if not _SUBVIEWER.match(line))
    if any(map(str.strip, before)):
        passages.insert(0, Passage(before))
    if not any(line.strip() for passage in passages for line in passage.lines):
        raise without_speech("an SBV file")
    headers = len(head) - len(before)
    return Reading("sbv", tuple(passages), left_out={"headers": headers} if headers else {}, rolls=True)


def lrc(lines: Sequence[str]) -> Reading:
    """Lines with times in front, in the order of the times. Raises BadContent."""
    said: list[tuple[float | None, str]] = []
    tags = 0
    for line in lines:
        if _LRC_TAG.match(line):
            tags += 1
            continue
        times, words = _leading_times(line)
        if words.strip():
            said += [(time, _LRC_WORD.sub("", words)) for time in times or [said[-1][0] if said else None]]
    if not said:
        raise without_speech("an LRC file")
    ordered = sorted(said, key=lambda each: each[0] if each[0] is not None else 0.0)
    passages = tuple(Passage((words,), "", time) for time, words in ordered)
    return Reading("lrc", passages, left_out={"tags": tags} if tags else {})


def _leading_times(line: str) -> tuple[list[float | None], str]:
    """The times before a line's words, and the words."""
    line = line.lstrip()
    times: list[float | None] = []
    place = 0
    while found := _LRC_TIME.match(line, place):
        times.append(seconds(found[1]))
        place = found.end()
    return times, line[place:]
