"""Times as recorders and chats write them beside a label: `[00:01:02]`, `0:02 - 0:05`, `12/03/2024, 10:15 AM`."""

from __future__ import annotations

import re
from typing import NamedTuple

# "0:02 Am Anfang" and "0:02 am Ende" begin with a time and a German word, so a spaced "am" is one only behind a label.
_CLOCK = (
    r"(?:\d{1,3}:\d{2}(?::\d{2}){0,2}(?:[.,]\d{1,6})?(?:[ap]\.?m\b\.?|(?<!\b0:\d\d) ?[AP]\.?M\b\.?| [ap](?:m$|\.m\.))?"
    r"|\d{1,2}:\d{1,2}:\d{1,2}\.\d{1,6})"
)
_SPELLED = r"(?:\d{1,2}h ?)?\d{1,2}m ?\d{1,2}s\b"
_DATE = (
    r"(?:\d{1,4}[./-]\d{1,2}[./-]\d{2,4}\.?|\d{1,2}[-/. ][^\W\d_]{3,9}\.?[-/. ]\d{2,4}"
    r"|[^\W\d_]{3,9}\.? \d{1,2}, \d{4}|[Tt]oday|[Yy]esterday)"
)
_STAMP = rf"(?:{_DATE}(?:, ?| at |T| )?)?(?:{_CLOCK}|{_SPELLED})"
_SPAN = rf"{_STAMP}(?: ?(?:-->|->|[-–—~]) ?{_STAMP})?"
_WRAPPED = rf"\[ ?{_SPAN} ?\]|\( ?{_SPAN} ?\)"
_FRONT = re.compile(rf"(?:{_WRAPPED}|{_SPAN}(?=$|[ |]))(?: ?[-–—|•:](?= )| ?\|)? ?")
_BEHIND = re.compile(rf"(?:(?: ?[-–—|•·,@])? ?(?:{_WRAPPED})|(?: ?[-–—|•·,@] ?| ){_SPAN})$")
_BEHIND_SURELY = re.compile(rf"(?:(?: ?[-–—|•·,@])? ?(?:{_WRAPPED})| \d{{1,2}}:\d{{2}}:\d{{2}}(?:[.,]\d{{1,6}})?)$")
_ONE = re.compile(rf"(?P<date>{_DATE})?[T, at]{{0,4}}(?P<clock>{_CLOCK}|{_SPELLED})")
_NUMBERS = re.compile(r"\d+(?:[.,]\d+)?")
_LONGEST = 64  # characters of a span of time with its brackets


class Stamp(NamedTuple):
    """Seconds that a label's time says. A time of day counts from midnight. *dated* says that a date stood with the time."""

    start: float | None = None
    end: float | None = None
    dated: bool = False


NO_STAMP = Stamp()


def front(line: str) -> tuple[Stamp, str] | None:
    """The time that *line* begins with, and what follows it; None if *line* does not begin with a time."""
    if not line or line[0] not in "0123456789[(":
        return None
    found = _FRONT.match(line, 0, 2 * _LONGEST)
    if found is None:
        return None
    return stamp(found.group()), line[found.end() :]


def behind(line: str, *, surely: bool = False) -> tuple[str, Stamp] | None:
    """What stands before the time that *line* ends with, and the time.

    *surely* takes only times that nobody says: in brackets, or with hours, minutes and seconds."""
    if not line or line[-1] not in "0123456789)].mMs":
        return None
    begin = max(0, len(line) - _LONGEST)
    found = (_BEHIND_SURELY if surely else _BEHIND).search(line, begin)
    if found is None or (begin and found.start() == begin):
        return None
    return line[: found.start()], stamp(found.group())


def stamp(text: str) -> Stamp:
    """The times in a text that `front` or `behind` found."""
    found = list(_ONE.finditer(text))[:2]
    dated = any(each["date"] for each in found)
    seconds = [_seconds(each["clock"], of_day=dated) for each in found]
    return Stamp(seconds[0] if seconds else None, seconds[1] if len(seconds) > 1 else None, dated)


def _seconds(clock: str, *, of_day: bool) -> float:
    """Seconds of `1:02:03.5`, `10:15 PM` (a time of day: hours and minutes) or `1h 2m 3s`."""
    half = clock.casefold().replace(".", "")[-2:]
    of_day = of_day or half in ("am", "pm")
    parts = [float(number.replace(",", ".")) for number in _NUMBERS.findall(clock)]
    if len(parts) == 4:  # hours, minutes, seconds, frames of a film
        parts = parts[:3]
    if len(parts) == 2 and of_day:
        parts.append(0.0)
    if half in ("am", "pm") and parts[0] <= 12:
        parts[0] = parts[0] % 12 + (12 if half == "pm" else 0)
    total = 0.0
    for part in parts:
        total = 60 * total + part
    return total
