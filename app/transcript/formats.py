"""What a transcript is written in: lines, WebVTT, SubRip, JSON of speech recognisers, or a Word document; all become lines."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from app import json_bounds
from app.errors import BadContent
from app.transcript.docx import is_docx, paragraphs
from app.transcript.encoding import decode
from app.transcript.plain import plain
from app.transcript.speakers import heard, names
from app.transcript.turn import UNKNOWN_SPEAKER

LONGEST_NAME = 64  # characters; longer ones are no names to the reader

_VTT = re.compile(r"\ufeff?WEBVTT(?=[ \t\r\n]|$)")
_TIMING = re.compile(r"^\s*(?:\d{1,4}:)?\d{1,2}:\d{2}[.,]\d{1,3}\s*-->\s*(?:\d{1,4}:)?\d{1,2}:\d{2}[.,]\d{1,3}")
_SRT = re.compile(r"\ufeff?\s*\d+[^\S\n]*\n\s*\d{1,4}:\d{2}:\d{2}[.,]\d{1,3}\s*-->")  # one way to match blanks: linear
_VOICE = re.compile(r"<v(?:\.[^\s<>]{0,100})?\s([^<>]{0,200})>")
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|<\d[\d:.]*>|\{\\[^{}]*\}")
_BEYOND = re.compile(r"&#\d{20,};?")  # a number that no character has; html would make an int of it, which has a limit

_LISTS = ("segments", "utterances", "turns", "text", "transcript", "results")
_WORDS = ("text", "body", "segment", "raw_segment", "utterance", "transcript")
_WHO = ("speaker", "speaker_name", "speaker_id", "spk_id", "name")


@dataclass(frozen=True)
class Written:
    """A transcript as lines of `Speaker : text`; *speakers* are names in it that are speakers whatever they look like."""

    text: str
    speakers: tuple[str, ...] = ()


def written(given: bytes | str) -> Written:
    """The transcript that a file or a text holds, whatever it is written in. Raises BadContent, with reason and remedy."""
    if isinstance(given, bytes) and is_docx(given):
        return Written("\n".join(paragraphs(given)))
    text = decode(given) if isinstance(given, bytes) else given
    if _VTT.match(text) or _SRT.match(text):
        return _lines(_spoken(list(_cues(text))))
    if text.lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
        segments = _segments(text)
        if segments is not None:
            return _lines(segments)
    return Written(text)


def _lines(said: Iterable[tuple[str, str]]) -> Written:
    """Who *said* what as lines, one for what one speaker says before another does."""
    named = ((_name(speaker), plain(text)) for speaker, text in said)
    runs = groupby((each for each in named if each[1]), key=lambda each: each[0])
    lines = [(speaker, " ".join(text for _, text in run)) for speaker, run in runs]
    speakers = dict.fromkeys(speaker for speaker, _ in lines if speaker != UNKNOWN_SPEAKER)
    return Written("\n".join(f"{speaker} : {text}" for speaker, text in lines), tuple(speakers))


def _name(speaker: str) -> str:
    """*speaker* as a label may have it: no colon ends it early."""
    return plain(re.sub(r"[:：]", " ", speaker))[:LONGEST_NAME].strip() or UNKNOWN_SPEAKER


def _cues(text: str) -> Iterator[list[str]]:
    """The lines of each cue; numbers, notes and styles are none."""
    for block in re.split(r"\n[ \t]*\n", re.sub(r"\r\n?", "\n", text)):
        lines = block.split("\n")
        timed = next((number for number, line in enumerate(lines) if _TIMING.match(line)), None)
        if timed is not None and timed <= 2:  # behind a mark of the file, an empty line or an identifier
            yield lines[timed + 1 :]


def _spoken(cues: list[list[str]]) -> Iterator[tuple[str, str]]:
    """Who says what: by voice tags, or by labels such as `Ann:` at the beginning of a line."""
    known = names(plain(_bare(line)) for cue in cues for line in cue)
    speaker = UNKNOWN_SPEAKER
    for cue in cues:
        voiced = _VOICE.split("\n".join(cue))
        for line in voiced[0].split("\n"):
            label = heard(plain(_bare(line)), known)
            speaker, said = label if label is not None else (speaker, _bare(line))
            yield speaker, said
        for who, said in zip(voiced[1::2], voiced[2::2], strict=True):
            speaker = _unescaped(who)
            yield speaker, _bare(said)


def _bare(text: str) -> str:
    return _unescaped(_MARKUP.sub("", text))


def _unescaped(text: str) -> str:
    return html.unescape(_BEYOND.sub("\ufffd", text))


_BEGINNING = 1_000  # characters that tell JSON from a text with brackets
_LONGEST_TOKEN = 30  # characters of a number that was cut


def _segments(text: str) -> Iterator[tuple[str, str]] | None:
    """Who says what by JSON; None where it is none, as of a line that begins with a time in brackets. Raises BadContent."""
    try:
        json_bounds.check(text, json_bounds.TRANSCRIPT)
        found: Any = json.loads(text.lstrip("\ufeff"))
    except json_bounds.OutOfBounds as exc:
        if not _begins_as_json(text):
            return None
        raise BadContent(f"the JSON of this transcript {exc}") from exc
    except RecursionError as exc:
        raise BadContent("the JSON is nested too deeply to be a transcript") from exc
    except ValueError:
        return None
    listed = found if isinstance(found, list) else _first(found, _LISTS, list) if isinstance(found, dict) else None
    said = [each for each in listed or () if isinstance(each, dict) and _first(each, _WORDS, str)]
    if not said:
        raise BadContent('this is JSON, but no transcript that we read: send {"segments": [{"speaker": "Ann", "text": "…"}]}')
    called = _called(found if isinstance(found, dict) else {})
    return ((_who(each, called), str(_first(each, _WORDS, str))) for each in said)


def _begins_as_json(text: str) -> bool:
    """True if the first thousand characters may be the beginning of JSON; `[00:01] Ann: hello` is not."""
    try:
        json.loads(text.lstrip("\ufeff")[:_BEGINNING])
    except json.JSONDecodeError as exc:
        return exc.msg.startswith("Unterminated string") or exc.pos >= min(len(text), _BEGINNING) - _LONGEST_TOKEN
    except RecursionError:
        return True
    return True


def _called(found: Mapping[str, Any]) -> dict[str, str]:
    """The names behind ids, where a list of speakers gives them."""
    speakers = found.get("speakers")
    listed = [each for each in speakers if isinstance(each, dict)] if isinstance(speakers, list) else []
    pairs = ((each.get("speaker_id", each.get("id")), each.get("speaker_name", each.get("name"))) for each in listed)
    return {str(number): str(name) for number, name in pairs if number is not None and name}


def _who(segment: Mapping[str, Any], called: Mapping[str, str]) -> str:
    who = _first(segment, _WHO, str | int)
    return UNKNOWN_SPEAKER if who is None else called.get(str(who), str(who))


def _first(holder: Mapping[str, Any], keys: Iterable[str], kind: Any) -> Any:
    """The first value of that kind that is not empty; a number is never empty."""
    return next((value for key in keys if isinstance(value := holder.get(key), kind) and (value or value == 0)), None)
