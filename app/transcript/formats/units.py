"""Times of utterances whose unit nobody says: seconds, milliseconds, or a count from 1970."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.transcript.turn import Utterance

_EPOCH = 1e9  # seconds from 1970 to 2001; a number above counts from 1970, and no recording is as long
_SLOW, _SLOWEST = 2, 20  # seconds for each letter, of times that are whole and of others


def in_seconds(said: Sequence[Utterance]) -> Sequence[Utterance]:
    """*said* with its times in seconds: they are milliseconds if nobody speaks as slowly as they would say."""
    if any(each.start is not None and each.start >= _EPOCH for each in said):
        said = [replace(each, start=_of_a_day(each.start), end=_of_a_day(each.end)) for each in said]
    timed = [(each.start, each.end, len(each.text)) for each in said if each.start is not None and each.end is not None]
    spent = sum(end - start for start, end, _ in timed)
    whole = all(time == int(time) for start, end, _ in timed for time in (start, end))
    slowly = sum(length for _, _, length in timed) <= spent / (_SLOW if whole else _SLOWEST)
    if not timed or spent < 100 * len(timed) or not slowly:
        return said
    return [replace(each, start=thousandth(each.start), end=thousandth(each.end)) for each in said]


def _of_a_day(time: float | None) -> float | None:
    """The seconds from midnight (UTC) to a time that counts from 1970, in seconds, milliseconds or smaller units."""
    if time is None or time < _EPOCH:
        return time
    while time >= 100 * _EPOCH:
        time /= 1000
    return round(time % 86_400, 3)


def thousandth(time: float | None) -> float | None:
    return None if time is None else round(time / 1000, 3)
