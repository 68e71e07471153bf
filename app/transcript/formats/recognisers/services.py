"""Recognisers whose words cannot be read from a plain list of segments."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from app.transcript.formats.recognisers.keys import Object, first_text
from app.transcript.formats.recognisers.segments import (
    FULL,
    best_alternative,
    is_interim,
    joined_words,
    letters_in,
    same_words,
    text_of,
    token_of,
    utterances_of,
)
from app.transcript.formats.recognisers.speakers import apart_by_channel, by_channel, names_by_id, speaker_of
from app.transcript.formats.recognisers.times import TICK, first_time, time_of, times_of
from app.transcript.formats.recognisers.tracks import runs_of
from app.transcript.turn import Utterance

_UNKNOWN = "UU"  # whom Speechmatics does not tell from others
_ENDS = frozenset(["resultendtime", "resultendoffset"])  # of a result of Google's; one without words has only that


def _deepgram(document: Object) -> list[Utterance] | None:
    results = document.get("results")
    if not isinstance(results, dict) or not isinstance(results.get("channels"), list):
        return None
    channels = [each for each in results["channels"] if isinstance(each, dict)]
    tracks = [_deepgram_track(channel, alone=len(channels) < 2) for channel in channels]
    whole = [utterance for track in tracks for utterance in track]
    listed = results.get("utterances")
    if isinstance(listed, list):
        said = [each for item in listed if isinstance(item, dict) for each in utterances_of(item, {})]
        if len(channels) > 1 and not any(each.speaker for each in said):
            said = by_channel([item for item in listed if isinstance(item, dict)], said)
        if letters_in(said) >= FULL * letters_in(whole):
            return said
    if len(channels) < 2:
        return whole
    named = [
        replace(each, speaker=f"Channel {number}" + (f", {each.speaker}" if each.speaker else ""))
        for number, track in enumerate(tracks)
        for each in track
    ]
    return sorted(named, key=lambda each: each.start or 0.0)


def _deepgram_track(channel: Object, *, alone: bool) -> list[Utterance]:
    """One channel: its paragraphs, its words, or its text, the first of these that holds everything."""
    best = best_alternative(channel)
    text = first_text(best, ("transcript",))
    outer = best.get("paragraphs")
    listed = outer.get("paragraphs") if isinstance(outer, dict) else None
    said = (
        [each for item in listed if isinstance(item, dict) for each in utterances_of(item, {})]
        if isinstance(listed, list)
        else []
    )
    if said and letters_in(said) >= FULL * len("".join(text.split())):
        return said
    words = best.get("words")
    words = [each for each in words if isinstance(each, dict)] if isinstance(words, list) else []
    said = joined_words(words, {}) if alone else runs_of(words, {})
    if said and letters_in(said) >= FULL * len("".join(text.split())):
        return said
    return [Utterance("", text)] if text else []


def _aws(document: Object) -> list[Utterance] | None:
    results = document.get("results")
    results = results if isinstance(results, dict) else document
    items = results.get("items")
    if not isinstance(items, list) or not isinstance(results.get("transcripts"), list):
        return None
    labels = results.get("speakerlabels")
    segments = labels.get("segments") if isinstance(labels, dict) else None
    who = {
        (item.get("starttime"), item.get("endtime")): item.get("speakerlabel")
        for segment in segments or ()
        if isinstance(segment, dict)
        for item in segment.get("items") or ()
        if isinstance(item, dict)
    }
    words = [
        {"speakerlabel": who.get((item.get("starttime"), item.get("endtime"))), **item}
        for item in items
        if isinstance(item, dict)
    ]
    said = joined_words(words, {})
    channels = results.get("channellabels")
    if not any(each.speaker for each in said) and isinstance(channels, dict):
        said = _aws_channels(channels) or said
    text = " ".join(first_text(each, ("transcript",)) for each in results["transcripts"] if isinstance(each, dict))
    return said if said or not text else [Utterance("", text)]


def _aws_channels(channels: Object) -> list[Utterance]:
    """The channels in the order of time, a channel a speaker, cut where another channel begins to speak."""
    words: list[Object] = []
    for channel in channels.get("channels") or ():
        label, last = str(channel.get("channellabel", "")), 0.0
        for item in channel.get("items") or ():
            start = times_of(item)[0]
            last = last if start is None else start
            words.append({"speakerlabel": label, **item, "at": last})
    return joined_words(sorted(words, key=lambda word: float(word["at"])), {})


def _google(document: Object) -> list[Utterance] | None:
    results = document.get("results")
    if (
        not isinstance(results, list)
        or not all(isinstance(each, dict) and ("alternatives" in each or _ENDS & each.keys()) for each in results)
        or not any("alternatives" in each for each in results)
    ):
        return None
    results = [each for each in results if "alternatives" in each]
    if any("type" in each or "speakerlabels" in document or "speaker" in each for each in results):
        return None  # Speechmatics, Watson, and what names the speaker of each result
    results = [each for each in results if not is_interim(each)] or results
    tagged = [_google_words(each) for each in results]
    last = best_alternative(results[-1])
    texts = [first_text(best_alternative(each), ("transcript",)) for each in results]
    everything = "".join("".join(text.split()) for text in texts[:-1])
    if (
        any(each.speaker for each in tagged[-1])
        and letters_in(tagged[-1]) >= FULL * max(len(everything), 1)
        and not texts[-1].strip()
    ):
        return tagged[-1]  # with diarisation the last result says everything again, with speakers
    if (
        len(results) > 1
        and any(each.speaker for each in tagged[-1])
        and same_words(everything + first_text(last, ("transcript",)), tagged[-1])
    ):
        return tagged[-1]
    return list(_of_results(results, tagged, texts))


def _of_results(results: Sequence[Object], tagged: Sequence[list[Utterance]], texts: Sequence[str]) -> Iterator[Utterance]:
    """What Google's *results* say, by their words with speakers if they have such, else by their texts and channels."""
    has_channels = _several(results, "channeltag")
    for result, words, text in zip(results, tagged, texts, strict=True):
        if any(each.speaker for each in words) or not text:
            yield from words
            continue
        channel = result.get("channeltag")
        end = words[-1].end if words else time_of(result.get("resultendtime", result.get("resultendoffset")))
        yield Utterance(f"Channel {channel}" if channel and has_channels else "", text, words[0].start if words else None, end)


def _several(items: Sequence[Object], key: str) -> bool:
    return len({str(each.get(key)) for each in items}) > 1


def _google_words(result: Object) -> list[Utterance]:
    words = best_alternative(result).get("words")
    listed = [each for each in words if isinstance(each, dict)] if isinstance(words, list) else []
    tags = [{**each, "speaker": each.get("speakertag") or _digit_name(each.get("speakerlabel"))} for each in listed]
    return joined_words(tags, {})


def _digit_name(label: Any) -> Any:
    return int(label) if isinstance(label, str) and label.isascii() and label.isdigit() and len(label) < 6 else label


def _speechmatics(document: Object) -> list[Utterance] | None:
    results = document.get("results")
    if not isinstance(results, list) or not results or not all(isinstance(each, dict) for each in results):
        return None
    if not any(each.get("type") in ("word", "punctuation", "entity") and "alternatives" in each for each in results):
        return None
    said = joined_words([each for each in results if each.get("type") != "speaker_change"], {})
    if not any(each.speaker for each in said) and _several(results, "channel"):
        said = joined_words([{"speaker": each.get("channel"), **each} for each in results], {})
    return [replace(each, speaker="") if each.speaker == _UNKNOWN else each for each in said]


def _azure(document: Object) -> list[Utterance] | None:
    phrases = document.get("recognizedphrases")
    if phrases is None and isinstance(document.get("audiofileresults"), list):
        phrases = [
            each for one in document["audiofileresults"] if isinstance(one, dict) for each in one.get("segmentresults") or ()
        ]
    if phrases is None and "recognitionstatus" in document:
        phrases = [document]
    if not isinstance(phrases, list):
        return None
    kept = [each for each in phrases if isinstance(each, dict)]
    said = [Utterance(speaker_of(each, {}), text_of(each), *_azure_times(each)) for each in kept]
    named = apart_by_channel(kept, said) if any(each.speaker for each in said) else by_channel(kept, said)
    return sorted(named, key=lambda each: each.start or 0.0)


def azure_events(found: Any) -> list[Utterance] | None:
    """The events of a recognition as it goes on, each an object of its own."""
    if (
        not isinstance(found, list)
        or not found
        or not all(isinstance(each, dict) and "recognitionstatus" in each for each in found)
    ):
        return None
    return _azure({"recognizedphrases": found})


def _azure_times(phrase: Object) -> tuple[float | None, float | None]:
    if isinstance(phrase.get("offset"), int | float) and "recognitionstatus" in phrase and "offsetinticks" not in phrase:
        start = first_time(phrase, ("offset",), TICK)
        length = first_time(phrase, ("duration",), TICK)
        return start, round(start + length, 3) if start is not None and length is not None else None
    return times_of(phrase)


def _rev(document: Object) -> list[Utterance] | None:
    monologues = document.get("monologues")
    if not isinstance(monologues, list):
        return None
    called = names_by_id([document])
    said = []
    for each in (monologue for monologue in monologues if isinstance(monologue, dict)):
        elements = [element for element in each.get("elements") or () if isinstance(element, dict)]
        text = "".join(token_of(element) for element in elements)
        times = [_rev_time(element) for element in elements]
        starts, ends = [start for start, _ in times if start is not None], [end for _, end in times if end is not None]
        said.append(Utterance(speaker_of(each, called), text, starts[0] if starts else None, ends[-1] if ends else None))
    return said


def _rev_time(element: Object) -> tuple[float | None, float | None]:
    return time_of(element.get("ts", element.get("timestamp"))), time_of(element.get("endts", element.get("endtimestamp")))


def _watson(document: Object) -> list[Utterance] | None:
    """Words as lists of word, start and end; who spoke them stands apart."""
    results = document.get("results")
    if not isinstance(results, list) or not any(
        "timestamps" in best_alternative(each) for each in results if isinstance(each, dict)
    ):
        return None
    labels = document.get("speakerlabels")
    who = {each.get("from"): each.get("speaker") for each in labels or () if isinstance(each, dict)}
    said: list[Utterance] = []
    for each in results:
        best = best_alternative(each) if isinstance(each, dict) else {}
        stamps = best.get("timestamps")
        words = [
            {"word": row[0], "start": row[1], "end": row[2], "speaker": who.get(row[1])}
            for row in stamps or ()
            if isinstance(row, list) and len(row) >= 3
        ]
        runs = joined_words(words, {})
        text = first_text(best, ("transcript",))
        said += (
            runs
            if any(run.speaker for run in runs) or not text
            else [Utterance("", text, runs[0].start if runs else None, runs[-1].end if runs else None)]
        )
    return said


def _youtube(document: Object) -> list[Utterance] | None:
    events = document.get("events")
    if not isinstance(events, list) or not any(isinstance(each, dict) and "segs" in each for each in events):
        return None
    said = []
    for each in events:
        if not isinstance(each, dict) or each.get("aappend"):
            continue
        text = "".join(token_of(part) for part in each.get("segs") or () if isinstance(part, dict))
        start, end = times_of({key: value for key, value in each.items() if key in ("tstartms", "ddurationms")})
        said.append(Utterance("", text, start, end))
    return said


READERS: tuple[tuple[str, Callable[[Object], list[Utterance] | None]], ...] = (
    ("Deepgram", _deepgram),
    ("AWS Transcribe", _aws),
    ("Watson", _watson),
    ("Google Speech-to-Text", _google),
    ("Speechmatics", _speechmatics),
    ("Azure Speech", _azure),
    ("Rev", _rev),
    ("YouTube", _youtube),
)
