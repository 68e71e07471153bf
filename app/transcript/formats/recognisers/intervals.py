"""Who speaks when, in a list of its own beside words or segments that name nobody."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from app.transcript.formats.recognisers.keys import LISTS, WORD_LISTS, Object
from app.transcript.formats.recognisers.segments import inner_items, text_of
from app.transcript.formats.recognisers.speakers import speaker_of
from app.transcript.formats.recognisers.times import times_of

DEEPEST = 4  # objects around a list of intervals
_TOLERANCE = 0.01  # in whatever unit the times are: a word may begin as much before its speaker
_MOST, _OTHERS = 0.5, 0.2  # the share of a segment that one speaker has at least, and the others at most


class _Interval(NamedTuple):
    start: float
    end: float
    speaker: str


def attribute(found: Any, documents: Sequence[Object]) -> None:
    """Gives words and segments that name no speaker the one whose interval they lie in, where a list of intervals stands beside
    them. A segment in which several speak stays without a name."""
    intervals = sorted(_with_ends(sorted(set(_intervals(found)), key=lambda each: each[0])))
    if len({each.speaker for each in intervals}) < 2:
        return
    begins = [each.start for each in intervals]
    for document in documents:
        for word in _nameless(document.get("words")):
            _attribute_word(word, intervals, begins)
        for key in LISTS:
            segments = _nameless(document.get(key)) if key not in WORD_LISTS else []
            if all(text_of(each) for each in segments):
                _attribute_segments(segments, intervals, begins)


def _nameless(listed: Any) -> list[dict[str, Any]]:
    """The objects in a list, if none names a speaker."""
    objects = listed if isinstance(listed, list) and all(isinstance(each, dict) for each in listed) else []
    return [] if any(speaker_of(each, {}) for each in objects) else objects


def _attribute_word(word: dict[str, Any], intervals: Sequence[_Interval], begins: Sequence[float]) -> None:
    start = times_of(word)[0]
    if start is not None:
        word["speaker"] = intervals[max(0, bisect_right(begins, start + _TOLERANCE) - 1)].speaker


def _attribute_segments(segments: Sequence[dict[str, Any]], intervals: Sequence[_Interval], begins: Sequence[float]) -> None:
    longest = max(each.end - each.start for each in intervals)
    for segment in segments:
        start, end = times_of(segment)
        if start is None or end is None or end <= start:
            continue
        spoken: Counter[str] = Counter()
        for each in intervals[bisect_right(begins, start - longest) : bisect_right(begins, end)]:
            spoken[each.speaker] += max(0.0, min(end, each.end) - max(start, each.start))  # type: ignore[assignment]
        (speaker, most), *others = spoken.most_common() or [("", 0)]
        if most > _MOST * (end - start) and sum(each for _, each in others) <= _OTHERS * most:
            segment["speaker"] = speaker


def _intervals(found: Any, depth: int = DEEPEST) -> Iterator[tuple[float, float | None, str]]:
    """When somebody speaks, from lists of objects with a speaker and a time, and no text."""
    if isinstance(found, list) and found and all(isinstance(each, dict) for each in found):
        for each in found:
            (start, end), speaker = times_of(each), "" if text_of(each) or inner_items(each) else speaker_of(each, {})
            if speaker and start is not None:
                yield start, end, speaker
    elif isinstance(found, dict) and depth:
        for name, value in found.items():
            if name != "words":
                yield from _intervals(value, depth - 1)


def _with_ends(intervals: Sequence[tuple[float, float | None, str]]) -> Iterator[_Interval]:
    """The *intervals*; one without an end lasts until the next begins."""
    for (start, end, speaker), (after, _, _) in pairwise([*intervals, (intervals[-1][0], None, "")] if intervals else ()):
        yield _Interval(start, after if end is None else end, speaker)
