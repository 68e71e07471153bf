"""Recorders, aligners and annotation tools whose JSON has times or words in a way of its own."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Mapping
from typing import Any

from app.transcript.formats.base import finite, seconds
from app.transcript.formats.recognisers.keys import Object, first_text
from app.transcript.formats.recognisers.segments import joined_words, text_of
from app.transcript.formats.recognisers.speakers import names_by_id, person_name, speaker_of
from app.transcript.formats.recognisers.times import TICK, first_time, time_of, times_of
from app.transcript.turn import Utterance

_TOLERANCE = 0.01  # in whatever unit the times are: a word may begin as much before its speaker
_OTTER_RATE = 16_000  # Otter's offsets count samples
_SILENCE = re.compile(r"</?(?:s|sil|eps|null|segment)/?>")  # of Phonexia, in place of a word
_LINE_OF_TENCENT = re.compile(r"\[(\d+:\d\d?(?:\.\d+)?),(\d+:\d\d?(?:\.\d+)?)(?:,(\d{1,3}))?\]\s*(.*)")


def _otter(document: Object) -> list[Utterance] | None:
    """What Otter's own pages get: offsets count samples, and the words of a segment from its beginning."""
    listed = _objects(document.get("transcripts"))
    if not listed or not all("startoffset" in each and "transcript" in each for each in listed):
        return None
    called = names_by_id([document])
    rate = _OTTER_RATE if any({"alignment", "speakermodellabel"} & each.keys() for each in listed) else 1
    return [
        Utterance(_otter_speaker(each, called), first_text(each, ("transcript",)), *_divided(each, rate))
        for each in sorted(listed, key=lambda each: time_of(each["startoffset"]) or 0.0)
    ]


def _otter_speaker(segment: Object, called: Mapping[str, str]) -> str:
    name = person_name(segment.get("speakerid"), called) or first_text(segment, ("speakername", "label"))
    model = str(segment.get("speakermodellabel") or "")
    return name or (f"Speaker {model}" if model.isdigit() else model)


def _divided(segment: Object, rate: int) -> tuple[float | None, float | None]:
    start, end = (time_of(segment.get(key)) for key in ("startoffset", "endoffset"))
    return None if start is None else finite(start / rate), None if end is None else finite(end / rate)


def _jigasi(document: Object) -> list[Utterance] | None:
    """Jitsi's transcriber: what was heard in a speech, the likeliest first, and who came and left."""
    events = _objects(document.get("events"))
    if not any(each.get("event") == "SPEECH" and isinstance(each.get("transcript"), list) for each in events):
        return None
    return [
        Utterance(speaker_of(each, {}), first_text(heard[0], ("text",)), *times_of(each))
        for each in events
        if each.get("event") == "SPEECH" and (heard := _objects(each.get("transcript")))
    ]


def _phonexia(document: Object) -> list[Utterance] | None:
    """Phonexia: words with times in ticks, on channels."""
    best = document.get("onebestresult")
    words = _objects(best.get("segmentation")) if isinstance(best, dict) else []
    if not words:
        return None
    spoken = [each for each in words if not _SILENCE.fullmatch(str(each.get("word")))]
    channels = [str(each.get("channelid")) for each in spoken]
    named = len(set(channels)) > 1
    made = [
        {
            "word": each.get("word"),
            "start": first_time(each, ("start",), TICK),
            "end": first_time(each, ("end",), TICK),
            "speaker": f"Channel {channel}" if named else "",
        }
        for each, channel in zip(spoken, channels, strict=True)
    ]
    return joined_words(made, {})


def _voicebase(document: Object) -> list[Utterance] | None:
    """VoiceBase: words `w` with times `s` and `e` in milliseconds; a mark of a turn names who speaks from there."""
    words = _objects(document.get("words"))
    if not words or not all("w" in each and "s" in each for each in words):
        return None
    made: list[Object] = []
    speaker = ""
    for each in words:
        if each.get("m") == "turn":
            speaker = str(each["w"]).rstrip(": ")
            continue
        kind = "punct" if each.get("m") == "punc" else "word"
        made.append({"word": each["w"], "startms": each["s"], "endms": each.get("e"), "type": kind, "speaker": speaker})
    return joined_words(made, {})


def _named_words(document: Object) -> list[Utterance] | None:
    """Speechmatics' first version, and Trint: a word is the `name` of what has a time, and so is who speaks from a time on."""
    words, turns = _objects(document.get("words")), _objects(document.get("speakers"))
    if not words or not all(isinstance(each.get("name"), str) and "time" in each and not text_of(each) for each in words):
        return None
    spoken = sorted((start, str(each.get("name") or "")) for each in turns if (start := time_of(each.get("time"))) is not None)
    begins = [start for start, _ in spoken]
    made: list[Object] = []
    for each in words:
        start, end = times_of(each)
        place = bisect_right(begins, (start or 0.0) + _TOLERANCE)
        speaker = spoken[max(0, place - 1)][1] if spoken else ""
        made.append({"word": each["name"], "start": start, "end": end, "speaker": speaker})
    return joined_words(made, {})


def _label_studio(document: Object) -> list[Utterance] | None:
    """Label Studio: the regions of a recording, of which one result says what was said and another by whom."""
    annotations = _objects(document.get("annotations", document.get("completions")))
    results = [each for annotation in annotations[:1] for each in _objects(annotation.get("result"))]
    regions: dict[str, tuple[Object, str, str]] = {}
    for each in results:
        value = each.get("value")
        if isinstance(value, dict) and "start" in value:
            before = regions.get(str(each.get("id")), ({}, "", ""))
            text = _in_one(value.get("text")) or before[1]
            regions[str(each.get("id"))] = (value, text, _in_one(value.get("labels")) or before[2])
    if not any(text for _, text, _ in regions.values()):
        return None
    said = [Utterance(speaker, text, *times_of(value)) for value, text, speaker in regions.values()]
    return sorted(said, key=lambda each: each.start or 0.0)


def _iflytek(document: Object) -> list[Utterance] | None:
    """iFlytek: a lattice whose sentences `st` hold words `w` of their own; `rl` numbers who speaks."""
    lattice = _objects(document.get("lattice"))
    if not lattice or not all("json1best" in each for each in lattice):
        return None
    sentences = [_sentence(each["json1best"]) for each in lattice]
    return [
        Utterance(
            f"Speaker {who}" if (who := str(each.get("rl") or "0")) != "0" else "",
            "".join(
                str(guesses[0].get("w", ""))
                for part in _objects(each.get("rt"))
                for word in _objects(part.get("ws"))
                if (guesses := _objects(word.get("cw")))
            ),
            *times_of(each),
        )
        for each in sentences
    ]


def _sentence(best: Any) -> Object:
    """The sentence in the best result of a part, which may be JSON in a text."""
    if isinstance(best, str):
        try:
            best = json.loads(best)
        except (ValueError, RecursionError):
            return {}
    held = best.get("st") if isinstance(best, dict) else None
    return held if isinstance(held, dict) else {}


def _in_one(value: Any) -> str:
    parts = value if isinstance(value, list) else [value]
    return " ".join(each for each in parts if isinstance(each, str))


def _tencent(document: Object) -> list[Utterance] | None:
    """Tencent: `[0:1.000,0:3.000,0]  Good morning.` a line, if no details were asked for."""
    text = document.get("result")
    lines = [line for line in text.split("\n") if line.strip()] if isinstance(text, str) and text[:1] == "[" else []
    found = [_LINE_OF_TENCENT.fullmatch(line.strip()) for line in lines]
    if not found or None in found or _objects(document.get("resultdetail")):
        return None
    rows = [each.groups(default="") for each in found if each is not None]
    return [Utterance(f"Speaker {who}" if who else "", said, seconds(start), seconds(end)) for start, end, who, said in rows]


def _objects(value: Any) -> list[Object]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


READERS: tuple[tuple[str, Callable[[Object], list[Utterance] | None]], ...] = (
    ("Otter", _otter),
    ("Jitsi", _jigasi),
    ("Phonexia", _phonexia),
    ("VoiceBase", _voicebase),
    ("", _named_words),
    ("Label Studio", _label_studio),
    ("Tencent Cloud", _tencent),
    ("iFlytek", _iflytek),
)
