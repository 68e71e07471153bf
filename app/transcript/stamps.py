"""Times as recorders and chats write them beside a label: `[00:01:02]`, `0:02 - 0:05`, `12/03/2024, 10:15 AM`."""

from __future__ import annotations

import re
from typing import NamedTuple

# "0:02 Am Anfang" and "0:02 am Ende" begin with a time and a German word, so a spaced "am" is one only behind a label.
_HALF_BEFORE = r"(?:(?:上午|下午|午前|午後|오전|오후|凌晨|清晨|早上|中午|傍晚|晚上) ?)"
_HALF_BEHIND = (
    r"(?:[ap]\.?m\b\.?|(?<!\b0:\d\d) ?[AP]\.? ?M\b\.?| [ap](?:m(?=$|[\])）]| [-–—])|\. ?m\.)"
    r"| (?:[صم]|ÖÖ|ÖS|[πμ]\.μ\.)(?=$|[\] ])| Uhr\b)"
)
_CLOCK = (
    rf"(?:{_HALF_BEFORE}?\d{{1,3}}:\d{{2}}(?::\d{{2}}){{0,2}}(?:[.,]\d{{1,9}})?{_HALF_BEHIND}?"
    r"|\d{1,2}:\d{1,2}:\d{1,2}\.\d{1,6}|\d{1,2} ?h ?\d{2}(?![\dm]| ?m))"
)
_SPELLED = r"(?:\d{1,2}h ?)?\d{1,2}m ?\d{1,2}s\b"
_DATE = (
    r"(?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\.?|\d{1,4}\. \d{1,2}\. \d{1,4}\.?|(?:\d{4}[年년] ?)?\d{1,2}[月월] ?\d{1,2}[日일]"
    r"|\d{1,2}(?:\. |[-/. ])[^\W\d_]{3,9}\.?[-/. ]\d{2,4}|\d{1,2} [^\W\d_]{3,9}(?=, \d{1,2}:\d\d)"
    r"|\d{1,2}/\d{1,2}(?= \d{1,2}:\d\d)"
    r"|[^\W\d_]{3,9}\.? \d{1,2}, \d{4}|[Tt]oday|[Yy]esterday)"
)
_TO_THE_TIME = r"(?:,? (?:at|à|às|um|om|kl\.?|a las|a les|alle|ore|в|о|u) |,? ?|[T،] ?)"
_OF_DAY = r"T\d\d:\d\d:\d\d"
_BEFORE_A_ZONE = "|".join(rf"(?<={_OF_DAY}{fraction})" for fraction in ("", r"\.\d{3}", r"\.\d{6}", r"\.\d{7}", r"\.\d{9}"))
_STAMP = rf"(?:{_DATE}{_TO_THE_TIME})?(?:{_CLOCK}(?:(?<=\d)Z\b|(?:{_BEFORE_A_ZONE})[+-]\d{{2}}:\d{{2}}\b)?|{_SPELLED})"
_SPAN = rf"{_STAMP}(?: ?(?:-->|->|[-–—~]) ?{_STAMP})?"
_TO = r" ?(?:-->|->|[-–—~]|to) ?"
_COUNT = r"\d{1,6}(?:[.,]\d{1,6})?"  # of seconds; without their sign only from one to another
_DATE_ALONE = re.compile(rf"{_DATE},?")
_COUNTS = rf"(?:{_COUNT} ?s(?:{_TO}{_COUNT} ?s)?|\d{{1,6}}\.\d{{1,6}}s?{_TO}\d{{1,6}}\.\d{{1,6}}s?)"
_CHANGED = rf"(?: ?\| ?[^\W\d_]{{2,20}} {_SPAN})?"  # when a chat's message was edited or removed
_WRAPPED = rf"\[ ?(?:{_SPAN}|{_COUNTS}){_CHANGED} ?\]|\( ?(?:{_SPAN}|{_COUNTS}) ?\)|[（【] ?{_SPAN} ?[）】]|<{_SPAN}>"
_FRONT = re.compile(
    rf"@?(?:{_WRAPPED}|{_DATE}{_TO_THE_TIME}{_CLOCK},(?= )|{_SPAN}(?=$|[ |])|\d{{1,6}}\.\d{{1,6}} ?s(?= ))"
    r"(?: ?[-–—|•:](?= )| ?\|)? ?"
)
_BEHIND = re.compile(rf"(?:(?: ?[-–—|•·,،@])? ?(?:{_WRAPPED})|(?: ?[-–—|•·,،@] ?| ){_SPAN})$")
_BEHIND_SURELY = re.compile(
    rf"(?:(?: ?[-–—|•·,،@])? ?(?:{_WRAPPED})| \d{{1,2}}:\d{{2}}:\d{{2}}(?:[.,]\d{{1,6}})?"
    rf"| \d{{1,6}}\.\d{{1,6}}s?{_TO}\d{{1,6}}\.\d{{1,6}}s?)$"
)
_INSIDE = re.compile(rf" (?:{_WRAPPED}|{_SPAN}(?= ))(?: ?[-–—|:](?= ))? (?=\S)")
_CLOCK_AT_ALL = re.compile(r":\d\d")  # the colon first: it is found several times faster than a digit
_ONE = re.compile(rf"(?:(?P<date>{_DATE}){_TO_THE_TIME})?(?P<clock>{_CLOCK}|{_SPELLED})")
_ONE_COUNT = re.compile(rf"{_COUNT}(?= ?[s\])]|{_TO}\d)")
_NUMBERS = re.compile(r"\d+(?:[.,]\d+)?")
LONGEST = 64  # characters of a span of time with its brackets
OPENING = "[(（【<"  # brackets that a time may stand in
ENDS = "0123456789)]）】.mMsZصمSÖ"  # what a line ends with that ends with a time
_BEFORE_NOON = ("am", "上午", "午前", "오전", "凌晨", "清晨", "早上", "ص", "öö", "πμ")
_AFTER_NOON = ("pm", "下午", "午後", "오후", "中午", "傍晚", "晚上", "م", "ös", "μμ")


class Stamp(NamedTuple):
    """Seconds that a label's time says. A time of day counts from midnight. *dated* says that a date stood with the time."""

    start: float | None = None
    end: float | None = None
    dated: bool = False


NO_STAMP = Stamp()


def front(line: str) -> tuple[Stamp, str] | None:
    """The time that *line* begins with, and what follows it; None if *line* does not begin with a time."""
    if not line or not (line[0].isdigit() or line[0] in OPENING or line[0] in "@上下午오"):
        return None
    found = _FRONT.match(line, 0, 2 * LONGEST)
    if found is None:
        return None
    return stamp(found.group()), line[found.end() :]


def behind(line: str, *, surely: bool = False) -> tuple[str, Stamp] | None:
    """What stands before the time that *line* ends with, and the time.

    *surely* takes only times that nobody says: in brackets, or with hours, minutes and seconds."""
    if not line or not (line[-1] in ENDS or line[-1].isdigit()):
        return None
    begin = max(0, len(line) - LONGEST)
    found = (_BEHIND_SURELY if surely else _BEHIND).search(line, begin)
    if found is None or (begin and found.start() == begin):
        return None
    return line[: found.start()], stamp(found.group())


def is_date(text: str) -> bool:
    """Whether *text* is a date and nothing else: `Mar 12, 2024`."""
    return any(map(str.isdigit, text)) and _DATE_ALONE.fullmatch(text) is not None


def inside(line: str) -> tuple[str, Stamp, str] | None:
    """What stands before the first time inside *line*, the time, and what stands behind it."""
    clock = _CLOCK_AT_ALL.search(line, 0, 3 * LONGEST)
    found = _INSIDE.search(line, 0, 3 * LONGEST) if clock is not None else None
    return None if found is None else (line[: found.start()], stamp(found.group()), line[found.end() :])


def stamp(text: str) -> Stamp:
    """The times in a text that `front` or `behind` found."""
    before = text.partition("|")[0]
    text = before if any(map(str.isdigit, before)) else text
    found = list(_ONE.finditer(text))[:2]
    if not found:
        counts = [float(each.replace(",", ".")) for each in _ONE_COUNT.findall(text)[:2]]
        return Stamp(counts[0] if counts else None, counts[1] if len(counts) > 1 else None)
    dated = any(each["date"] for each in found)
    seconds = [_seconds(each["clock"], of_day=dated) for each in found]
    return Stamp(seconds[0] if seconds else None, seconds[1] if len(seconds) > 1 else None, dated)


def _seconds(clock: str, *, of_day: bool) -> float:
    """Seconds of `1:02:03.5`, `10:15 PM` (a time of day: hours and minutes) or `1h 2m 3s`."""
    said = clock.casefold().replace(".", "").replace(" ", "")
    of_day = of_day or ("h" in said and "m" not in said)  # `10h02`, `10:02 Uhr`
    before_noon, after_noon = (said.startswith(half) or said.endswith(half) for half in (_BEFORE_NOON, _AFTER_NOON))
    of_day = of_day or before_noon or after_noon
    parts = [float(number.replace(",", ".")) for number in _NUMBERS.findall(clock)]
    if len(parts) == 4:  # hours, minutes, seconds, frames of a film
        parts = parts[:3]
    if len(parts) == 2 and of_day:
        parts.append(0.0)
    if (before_noon or after_noon) and parts[0] <= 12:
        parts[0] = parts[0] % 12 + (12 if after_noon else 0)
    total = 0.0
    for part in parts:
        total = 60 * total + part
    return total
