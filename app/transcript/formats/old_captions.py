"""Captions of older players and of editing programs: MicroDVD, MPL2, TMPlayer, SAMI, RealText, and texts with time codes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from app.transcript.formats.base import TRANSLATIONS, Passage, Reading, other_languages, seconds, unescaped, without_speech

_MICRODVD = re.compile(r"\s*\{(\d{1,9})\}\{(\d{0,9})\}(.*)")
_MPL2 = re.compile(r"\s*\[(\d{1,9})\]\[(\d{0,9})\](?! )(.*)")  # with a blank they are references
_TMPLAYER = re.compile(r"\s*(\d{1,2}:\d\d:\d\d)(?:,\d)?[:=](?=\S)(.*)")
_FEWEST = 2  # lines
_WITH_FRAMES = re.compile(r"\s*\d{1,2}:\d\d:\d\d:\d\d ")  # before what a person says, in a text
_CODE_OF_TIME = r"\d\d[:;]\d\d[:;]\d\d[:;]\d\d"
_CODES = re.compile(rf"\s*\[?({_CODE_OF_TIME})\s*[-–,]?\s*({_CODE_OF_TIME})\]?(?:\s*,\s*(?P<said>.*))?\s*")
_NO_SPEECH_BEFORE = re.compile(r"\s*(?:@|//|\$|<|$)")  # comments and settings of Avid and Spruce
_RATE = re.compile(r"\d{1,3}(?:[.,]\d{1,3})?")
_CODE = re.compile(r"\{[^{}]*\}")
_SCC = re.compile(r"Scenarist_SCC", re.IGNORECASE)
_SAMI = re.compile(r"\s*<SAMI\b[^<>]*>\s*(?:<|$)", re.IGNORECASE)  # and not `<Sami> hello` in a chat
_PARAGRAPH = re.compile(r"<P\b([^<>]*)>", re.IGNORECASE)
_CLASS = re.compile(r"\bclass\s*=\s*[\"']?([\w-]{1,64})", re.IGNORECASE)
_SOURCE = re.compile(r"\bid\s*=\s*[\"']?source\b", re.IGNORECASE)
_SYNC = re.compile(r"<SYNC\b[^<>]*?\bStart\s*=\s*[\"']?(\d{1,12})[^<>]*>", re.IGNORECASE)
_REAL_TEXT = re.compile(r"\s*(?:<\?xml[^<>]{0,200}>\s*)?<window\b", re.IGNORECASE)
_REAL_TIME = re.compile(r"<time\b([^<>]*)>", re.IGNORECASE)
_REAL_BOUND = re.compile(r"\b(begin|end)\s*=\s*[\"']?([\d:.]{1,20})", re.IGNORECASE)
_REAL_BREAK = re.compile(r"</?(?:br|p|clear)\b[^<>]*>", re.IGNORECASE)
_REAL_TAG = re.compile(r"</?(?:window|required|pos|font|center|b|i|u|s|a|ol|ul|li|tu|tl|hr)\b[^<>]*>", re.IGNORECASE)
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


def looks_like_tmplayer(lines: Sequence[str]) -> bool:
    """Whether nearly each line begins with a time, without a blank behind it."""
    if len(lines) < _FEWEST or all(map(_WITH_FRAMES.match, lines)):
        return False
    return sum(_TMPLAYER.match(line) is not None for line in lines) >= 0.9 * len(lines)


def tmplayer(lines: Sequence[str]) -> Reading:
    """A TMPlayer file: each line is shown from its time on."""
    passages: list[Passage] = []
    for line in filter(str.strip, lines):
        found = _TMPLAYER.match(line)
        if found is not None:
            passages.append(Passage(_shown(found[2]), "", seconds(found[1])))
        else:
            passages.append(Passage(_shown(line)))
    return Reading("tmplayer", tuple(passages), rolls=True)


def looks_like_time_codes(lines: Sequence[str]) -> bool:
    """Whether lines with two time codes, which count frames, are among the first, as editing programs write captions."""
    codes = [number for number, line in enumerate(lines) if _CODES.fullmatch(line)]
    return len(codes) > 1 and (codes[0] == 0 or all(_NO_SPEECH_BEFORE.match(line) for line in lines[: codes[0]]))


def time_codes(lines: Sequence[str]) -> Reading:
    """Captions below or behind two time codes; frames are left out of the times. The first line names the speaker if the first
    lines of the captions come again. Raises BadContent."""
    places = [number for number, line in enumerate(lines) if _CODES.fullmatch(line)]
    cues: list[tuple[float | None, float | None, list[str]]] = []
    for number, stop in zip(places, [*places[1:], len(lines)], strict=False):
        found = _CODES.fullmatch(lines[number])
        said = [*_shown(found["said"] or ""), *lines[number + 1 : stop]] if found else []
        start, end = (_whole_seconds(found[place]) if found else None for place in (1, 2))
        cues.append((start, end, [line for line in said if line.strip() and not line.startswith(("<end", "<begin"))]))
    first = [said[0].strip() for _, _, said in cues if len(said) > 1]
    named = len(first) > 1 and len(first) == sum(1 for _, _, said in cues if said) and len(set(first)) < len(first)
    passages = tuple(
        Passage(tuple(said[named:]), said[0].strip() if named else "", start, end) for start, end, said in cues if said
    )
    if not passages:
        raise without_speech("a file of captions with time codes")
    head = sum(1 for line in lines[: places[0]] if line.strip())
    return Reading("timecodes", passages, left_out={"headers": head} if head else {}, rolls=True)


def _whole_seconds(code: str) -> float | None:
    return seconds(code[:8].replace(";", ":"))


def looks_like_scc(lines: Sequence[str]) -> bool:
    return bool(lines) and _SCC.match(lines[0].lstrip("\ufeff")) is not None


def _shown(said: str) -> tuple[str, ...]:
    return tuple(_CODE.sub("", line).removeprefix("/") for line in said.split("|"))


def _second(number: str, rate: float) -> float | None:
    return round(int(number) / rate, 3) if number and rate else None


def looks_like_sami(head: str) -> bool:
    return _SAMI.match(head) is not None


def sami(text: str) -> Reading:
    """A SAMI file: what stands behind each SYNC is shown until the next. Captions that translate others are left out. Raises
    BadContent."""
    shown = [caption for caption in _synchronised(text) if any(map(str.strip, caption[1].lines))]
    if not shown:
        raise without_speech("a SAMI file")
    others, warning = other_languages((language, passage.start) for language, passage in shown)
    passages = tuple(passage for language, passage in shown if language not in others)
    left_out = {TRANSLATIONS: len(shown) - len(passages)} if others else {}
    return Reading("sami", passages, left_out=left_out, warnings=tuple(filter(None, [warning])), rolls=True)


def _synchronised(text: str) -> Iterator[tuple[str, Passage]]:
    """The captions with the class of each, which stands for a language."""
    parts = _SYNC.split(text)
    starts = [int(each) / 1000 for each in parts[1::2]]
    for (start, end), said in zip(pairwise([*starts, None]), parts[2::2], strict=True):
        before, *paragraphs = _PARAGRAPH.split(said)
        given = [("", before), *zip(paragraphs[::2], paragraphs[1::2], strict=True)]
        speaker = " ".join("".join(_words(words)).strip() for about, words in given if _SOURCE.search(about)).strip(" :")
        classes: dict[str, list[str]] = {}
        last = ""
        for about, words in given:
            if not _SOURCE.search(about):
                found = _CLASS.search(about)
                last = found[1] if found else last
                classes.setdefault(last, []).extend(_words(words))
        yield from ((language, Passage(tuple(lines), speaker, start, end)) for language, lines in classes.items())


def _words(said: str) -> list[str]:
    lines = _BREAK.sub("\n", " ".join(said.split()))
    return [unescaped(_TAG.sub("", line)) for line in lines.split("\n")]


def looks_like_real_text(head: str) -> bool:
    return _REAL_TEXT.match(head) is not None and _REAL_TIME.search(head) is not None


def real_text(text: str) -> Reading:
    """A RealText file: what stands behind each `<time>` is shown from then on. Raises BadContent."""
    before, *parts = _REAL_TIME.split(text)
    bounds: list[dict[str, str]] = [{}, *(dict(_REAL_BOUND.findall(given.casefold())) for given in parts[::2])]
    passages = []
    for bound, said in zip(bounds, [before, *parts[1::2]], strict=True):
        words = _REAL_TAG.sub("", _REAL_BREAK.sub("\n", " ".join(said.split())))
        lines = tuple(unescaped(line) for line in words.split("\n") if line.strip())
        passages += [Passage(lines, "", seconds(bound.get("begin", "")), seconds(bound.get("end", "")))] if lines else []
    if not passages:
        raise without_speech("a RealText file")
    return Reading("realtext", tuple(passages), rolls=True)
