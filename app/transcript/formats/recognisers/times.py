"""When something in the JSON of a recogniser was said: seconds, whatever the keys and units are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from app.transcript.formats.base import finite, seconds
from app.transcript.formats.recognisers.keys import (
    END,
    END_MS,
    END_NS,
    END_US,
    LENGTH,
    LENGTH_MS,
    START,
    START_MS,
    START_NS,
    START_US,
    Object,
)
from app.transcript.formats.units import thousandth

TICK = 1e-7  # seconds
_UNITS = (  # the keys of times that stand in units of their own, and that unit in seconds
    (START_MS, END_MS, LENGTH_MS, 0.001),
    (START_US, END_US, (), 1e-6),
    (START_NS, END_NS, (), 1e-9),
    (("offsetinticks", "startticks"), (), ("durationinticks",), TICK),
)
_HOLDING = ("data", "attrs", "attributes")  # objects in a segment that say when
_PAIRS = ("timestamp", "timestamps", "time", "offsets", "timespan", "dur")  # of start and end
_DATED = re.compile(r"\d{4}-\d\d-\d\d[T ](\d\d:\d\d:\d\d(?:\.\d{1,9})?)(?:Z|[+-]\d\d:?\d\d)?")
_OF_DAY = frozenset(["starttime", "endtime"])
_LATEST = 1e20  # no time, in whichever unit, is later
_OWN_STARTS = frozenset([*START, *START_MS]) - {*_PAIRS}
_LONGEST = 40  # characters of a time


def times_of(item: Object) -> tuple[float | None, float | None]:
    """Start and end of an item in seconds, as far as it gives any."""
    pair = next((item[key] for key in _PAIRS if isinstance(item.get(key), list | dict)), None)
    if isinstance(pair, list) and pair and _OWN_STARTS.isdisjoint(item):
        return _of_a_list(pair)
    if isinstance(pair, dict) and ("from" in pair or "start" in pair):
        return time_of(pair.get("from", pair.get("start"))), time_of(pair.get("to", pair.get("end")))
    if "endoffset" in item and "case" in item:  # of Gentle, whose offsets are places in the text
        item = {key: value for key, value in item.items() if not key.endswith("offset")}
    within = item.get("instances")
    if isinstance(within, list) and within and isinstance(within[0], dict):
        return times_of(within[0])
    if "secondsfromstart" in item:  # beside it stand times of day
        return time_of(item["secondsfromstart"]), None
    if "timeoffset" in item or ("offsetmillisecond" in item and "starttime" in item):  # the same
        item = {key: value for key, value in item.items() if key not in _OF_DAY}
    start, end, length = (first_time(item, keys, 1.0) for keys in (START, END, LENGTH))
    for starts, ends, lengths, unit in _UNITS:
        start = first_time(item, starts, unit) if start is None else start
        end = first_time(item, ends, unit) if end is None else end
        length = first_time(item, lengths, unit) if length is None else length
    if end is None and start is not None and length is not None:
        end = round(start + length, 3)
    if start is None and end is None:
        held = next((item[key] for key in _HOLDING if isinstance(item.get(key), dict)), None)
        return times_of({key: value for key, value in held.items() if key not in _HOLDING}) if held else (None, None)
    return start, end


def _of_a_list(times: Sequence[Any]) -> tuple[float | None, float | None]:
    """Start and end of a segment by a list of them, or by the times of its words, each alone or with its own end."""
    first, last = times[0], times[-1]
    if isinstance(first, list) and isinstance(last, list):
        return (time_of(first[0]), time_of(last[-1])) if first and last else (None, None)
    return time_of(first), time_of(last) if len(times) > 1 else None


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
    return _time_in_object(value) if isinstance(value, dict) else None


def _time_in_object(time: Object) -> float | None:
    if "milliseconds" in time:
        return thousandth(time_of(time["milliseconds"]))
    if "nanos" in time or "seconds" in time:
        return (time_of(time.get("seconds")) or 0.0) + (time_of(time.get("nanos")) or 0.0) / 1e9
    return time_of(time.get("relative"))


def _time_in(text: str) -> float | None:
    """The time that *text* says; a long number is one that counts from 1970."""
    if len(text) >= 10 and text.isascii() and text.replace(".", "", 1).isdigit():
        return time_of(float(text))
    dated = _DATED.fullmatch(text)
    return seconds(dated[1] if dated else text)
