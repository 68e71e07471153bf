"""When something in the JSON of a recogniser was said: seconds, whatever the keys and units are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from app.transcript.formats.base import finite, seconds
from app.transcript.formats.recognisers.keys import END, END_MS, LENGTH, LENGTH_MS, START, START_MS, Object
from app.transcript.turn import Utterance

TICK = 1e-7  # seconds
_DATED = re.compile(r"\d{4}-\d\d-\d\d[T ](\d\d:\d\d:\d\d(?:\.\d{1,9})?)(?:Z|[+-]\d\d:?\d\d)?")
_OF_DAY = frozenset(["starttime", "endtime"])
_LATEST = 1e20  # no time, in whichever unit, is later
_LONGEST = 40  # characters of a time
_EPOCH = 1e9  # seconds from 1970 to 2001; a number above counts from 1970, and no recording is as long


def times_of(item: Object) -> tuple[float | None, float | None]:
    """Start and end of an item in seconds, as far as it gives any."""
    pair = next(
        (item[key] for key in ("timestamp", "timestamps", "time", "offsets") if isinstance(item.get(key), list | dict)), None
    )
    if isinstance(pair, list) and 0 < len(pair) < 3:
        return time_of(pair[0]), time_of(pair[-1]) if len(pair) == 2 else None
    if isinstance(pair, dict) and ("from" in pair or "start" in pair):
        return time_of(pair.get("from", pair.get("start"))), time_of(pair.get("to", pair.get("end")))
    within = item.get("instances")
    if isinstance(within, list) and within and isinstance(within[0], dict):
        return times_of(within[0])
    if "secondsfromstart" in item:  # beside it stand times of day
        return time_of(item["secondsfromstart"]), None
    if "timeoffset" in item or ("offsetmillisecond" in item and "starttime" in item):  # the same
        item = {key: value for key, value in item.items() if key not in _OF_DAY}
    start = first_time(
        item, START, 1.0, first_time(item, START_MS, 0.001, first_time(item, ("offsetinticks", "startticks"), TICK))
    )
    end = first_time(item, END, 1.0, first_time(item, END_MS, 0.001))
    length = first_time(item, LENGTH, 1.0, first_time(item, LENGTH_MS, 0.001, first_time(item, ("durationinticks",), TICK)))
    if end is None and start is not None and length is not None:
        end = round(start + length, 3)
    return start, end


def first_time(item: Object, keys: Iterable[str], unit: float, otherwise: float | None = None) -> float | None:
    for key in keys:
        number = time_of(item.get(key))
        if number is not None:
            return finite(number * unit)
    return otherwise


def time_of(value: Any) -> float | None:
    """The seconds, or whatever unit it is, that a number, a text or an object says; None if it is no time.

    A time with a date is one of day, as it is beside labels."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return finite(value) if value < _LATEST else None
    if isinstance(value, str):
        return _time_in(value) if len(value) < _LONGEST else None
    if isinstance(value, dict):
        if "nanos" in value or "seconds" in value:
            return (time_of(value.get("seconds")) or 0.0) + (time_of(value.get("nanos")) or 0.0) / 1e9
        return time_of(value.get("relative"))
    return None


def _time_in(text: str) -> float | None:
    """The time that *text* says; a long number is one that counts from 1970."""
    if len(text) >= 10 and text.isascii() and text.replace(".", "", 1).isdigit():
        return time_of(float(text))
    dated = _DATED.fullmatch(text)
    return seconds(dated[1] if dated else text)


def in_seconds(said: Sequence[Utterance]) -> Sequence[Utterance]:
    """*said* with its times in seconds: they are milliseconds if they are whole and nobody speaks that slowly."""
    if any(each.start is not None and each.start >= _EPOCH for each in said):
        said = [replace(each, start=_of_a_day(each.start), end=_of_a_day(each.end)) for each in said]
    timed = [(each.start, each.end, len(each.text)) for each in said if each.start is not None and each.end is not None]
    spent = sum(end - start for start, end, _ in timed)
    whole = all(time == int(time) for start, end, _ in timed for time in (start, end))
    if not timed or not whole or spent < 100 * len(timed) or sum(length for _, _, length in timed) > spent / 2:
        return said
    return [replace(each, start=_thousandth(each.start), end=_thousandth(each.end)) for each in said]


def _of_a_day(time: float | None) -> float | None:
    """The seconds from midnight (UTC) to a time that counts from 1970, in seconds, milliseconds or smaller units."""
    if time is None or time < _EPOCH:
        return time
    while time >= 100 * _EPOCH:
        time /= 1000
    return round(time % 86_400, 3)


def _thousandth(time: float | None) -> float | None:
    return None if time is None else round(time / 1000, 3)
