"""Recordings of several tracks, a list for each channel or speaker: put together in the order of their times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from app.transcript.formats import corpora
from app.transcript.formats.recognisers.keys import DERIVED, LISTS, TEXT, WHOLE, WORDS, Object, plain_key, with_plain_keys
from app.transcript.formats.recognisers.segments import are_words, inner_items, joined_words, text_of, token_of, utterances_of
from app.transcript.formats.recognisers.speakers import channel_of, speaker_of
from app.transcript.formats.recognisers.times import times_of
from app.transcript.turn import Utterance

KEYS = frozenset(["channels", "transcripts", "tracks", "streams", "speakers", "participants"])  # of lists of tracks
_OF_CHANNELS = frozenset(["channels", "tracks", "streams"])
_WITHIN = ("transcript", "sentences", "phrases")  # lists of segments in a track that no segment has
_PAUSE = 1.0  # seconds without a word that end what a track says at a time
_SAME_START = 0.2  # the share of segments that may begin when one of another track does, as people who speak at once
_KNOWN = frozenset([*LISTS, *WHOLE, *WORDS, *TEXT, *DERIVED])


def said_on(key: str, items: Sequence[Object], called: Mapping[str, str]) -> list[Utterance] | None:
    """What the tracks *items*, which stand under *key*, say in the order of time; None if they are none: each has a list of its
    own, with times, and a speaker or a channel, and they are called channels or go on at the same time."""
    held = [(inner, _owner(item, place, called)) for place, item in enumerate(items) if (inner := _inner(item))]
    spans = [_span(inner) for inner, _ in held]
    if not held or None in spans or len({owner for _, owner in held}) < len(held):
        return None
    if not _at_once(filter(None, spans)) and key not in _OF_CHANNELS:
        return None
    if len(items) == 1:
        return _of_track(held[0][0], called)
    tracks = [_of_track(inner, called) for inner, _ in held]
    heard = [{each.speaker for each in track} for track in tracks]
    apart = not any(one & other for place, one in enumerate(heard) for other in heard[:place])
    named = [
        each if each.speaker and apart else replace(each, speaker=f"{owner}, {each.speaker}" if each.speaker else owner)
        for track, (_, owner) in zip(tracks, held, strict=True)
        for each in track
    ]
    return sorted(named, key=lambda each: each.start or 0.0)


def runs_of(words: Sequence[Object], called: Mapping[str, str]) -> list[Utterance]:
    """The *words* of one track as utterances, a new one behind a pause as well."""
    said: list[Utterance] = []
    run: list[Object] = []
    last: float | None = None
    for word in words:
        start, end = times_of(word) if token_of(word).strip() else (None, None)
        if run and start is not None and last is not None and start > last + _PAUSE:
            said += joined_words(run, called)
            run = []
        last = end if end is not None else start if start is not None else last
        run.append(word)
    return [*said, *joined_words(run, called)]


def as_segments(found: Any) -> Any:
    """One list of segments with speakers, if *found* has a list for each of several people: `{"Ann": [...], "Bob": [...]}`, or
    tiers; else *found* itself. Lists that begin at the same times say the same twice, as translations do."""
    if not isinstance(found, dict):
        return found
    if (on_tiers := _of_tiers(found.get("tiers"))) is not None:
        return on_tiers
    if len(found) < 2:
        return found
    lists = {name: _listed(value) for name, value in found.items() if plain_key(name) not in _KNOWN}
    tracks = {name: each for name, each in lists.items() if each}
    if len(tracks) < 2 or len(tracks) < len(found) - 1:
        return found
    starts = [{times_of(each)[0] for each in track} for track in tracks.values()]
    if any(len(one & other) > _SAME_START * min(len(one), len(other)) for one, other in pairwise(starts)):
        return found
    segments = [{**each, "speaker": name} for name, track in tracks.items() for each in track]
    return sorted(segments, key=lambda each: times_of(each)[0] or 0.0)


def _of_tiers(tiers: Any) -> list[dict[str, Any]] | None:
    """What is said on the tiers of an aligner, which writes as JSON what a TextGrid holds; None if these are none:
    `{"Ann - words": {"entries": [[0.1, 0.4, "hello"]]}}`."""
    listed = list(tiers.items()) if isinstance(tiers, dict) else tiers if isinstance(tiers, list) else []
    named = [each if isinstance(each, tuple) else (each.get("name"), each) for each in listed if isinstance(each, dict | tuple)]
    if not named or not all(isinstance(tier, dict) and isinstance(tier.get("entries"), list) for _, tier in named):
        return None
    said = corpora.said_on_tiers([(str(name), _intervals(tier["entries"])) for name, tier in named])
    return [{"speaker": each.speaker, "text": each.text, "start": each.start, "end": each.end} for each in said]


def _intervals(entries: Sequence[Any]) -> list[tuple[float, float, str]]:
    """The intervals `[start, end, text]` and points `[time, text]` of a tier."""
    rows = [each for each in entries if isinstance(each, list) and len(each) in (2, 3) and isinstance(each[-1], str)]
    return [(float(row[0]), float(row[-2]), row[-1]) for row in rows if all(isinstance(time, int | float) for time in row[:-1])]


def _listed(value: Any) -> list[dict[str, Any]]:
    """The segments of a track, with texts and times and without speakers; they may stand below a key of their own."""
    if isinstance(value, dict):
        held = [each for each in value.values() if isinstance(each, list)]
        value = held[0] if len(held) == 1 else None
    segments = with_plain_keys(value) if isinstance(value, list) and all(isinstance(each, dict) for each in value) else []
    fits = all(text_of(each) and times_of(each)[0] is not None and not speaker_of(each, {}) for each in segments)
    return segments if fits else []


def _inner(item: Object) -> list[Object]:
    within = next((item[key] for key in _WITHIN if isinstance(item.get(key), list)), None)
    if within and all(isinstance(each, dict) for each in within):
        return list(within)
    return inner_items(item)


def _owner(item: Object, place: int, called: Mapping[str, str]) -> str:
    return speaker_of(item, called) or channel_of(item) or f"Channel {place}"


def _span(inner: Sequence[Object]) -> tuple[float, float] | None:
    starts = [start for each in inner if (start := times_of(each)[0]) is not None]
    return (min(starts), max(starts)) if starts else None


def _at_once(spans: Iterator[tuple[float, float]]) -> bool:
    """Whether one track begins before another has come to its last segment."""
    return any(behind[0] < before[1] for before, behind in pairwise(sorted(spans)))


def _of_track(inner: Sequence[Object], called: Mapping[str, str]) -> list[Utterance]:
    if are_words(inner):
        return runs_of(inner, called)
    return [each for one in inner for each in utterances_of(one, called)]
