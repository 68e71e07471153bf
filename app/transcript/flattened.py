"""Parts lines in which a copy or an export has put together what stood apart: times and words, several speeches."""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice, pairwise

from app.transcript.formats.base import seconds

SPELLED = "times in words"
QUESTION = "question number"

_GLUED = re.compile(
    r"(?P<clock>(?:\d{1,2}:)?\d{1,2}:\d\d)"
    r"(?P<spelled>(?:(?P<h>\d{1,2}) hours?(?:, )?)?(?:(?P<m>\d{1,2}) minutes?(?:, )?)?(?:(?P<s>\d{1,2}) seconds?)?)"
    r"(?P<rest>\S.*)$"
)
_LEAST_GLUED = 2
_CONSTITUENCY = re.compile(  # `Mr Smith (Town) (Lab):`, which nobody says
    r"(?:(?:^|(?<=\s))(?P<number>[QT]?\d{1,3}\.(?: \[\d{4,7}\])?) )?"
    r"(?:(?<=[.?!…—–\"”’)\]] )|^|(?<=\d\. )|(?<=\d\] ))"
    r"(?P<name>[A-Z][\w'’.-]{0,30}(?: [\w'’.-]{1,30}){0,6}) \([^()]{2,60}\)(?: ?\([A-Z][\w/ -]{1,24}\)){1,2}: "
)
_OFFICE = re.compile(r"(?P<name>The [A-Z]\w+(?: (?:of|for|to|and|the|[A-Z][\w,]+)){0,12})(?: \([^():]{3,60}\))?: ")
_QUESTIONS = ("Question n", "Question N")
_QUESTION = re.compile(
    r"Question n(?:o|°|º|r|umber|uméro)?\.? ?\d{1,5} ?[-–—]{1,2} ?"
    r"(?=(?:the |l['’])?(?:mr|mrs|ms|miss|dr|hon|right hon|m|mme|mlle|sir)\b[^:]{1,80}:(?: |$))",
    re.IGNORECASE,
)
_SURE = 2  # members with constituency and party, by which a record of the House is known


def parted(lines: list[str], left_out: Counter[str]) -> list[str]:
    """The `plain` *lines* of a text, parted where a time is glued to words and where a member begins to speak within a line."""
    return _speeches(_unnumbered(_unglued(lines, left_out), left_out), left_out)


def _unnumbered(lines: list[str], left_out: Counter[str]) -> list[str]:
    """The lines without the numbers of written questions before labels: `Question No. 36--Ms. Ray:`."""
    found = {
        number: question.end()
        for number, line in enumerate(lines)
        if line.startswith(_QUESTIONS) and (question := _QUESTION.match(line)) is not None
    }
    if not found:
        return lines
    left_out[QUESTION] += len(found)
    return [line[found[number] :] if number in found else line for number, line in enumerate(lines)]


def _unglued(lines: list[str], left_out: Counter[str]) -> list[str]:
    """`0:04today we` as `0:04 today we`, if all lines are so and their times rise. The time in words that a video site writes
    behind the figures for screen readers (`0:044 secondstoday we`) is left out."""
    if not all(line[0].isdigit() for line in islice(filter(None, lines), _LEAST_GLUED)):
        return lines
    filled = [line for line in lines if line]
    found = {line: glued for line in filled if (glued := _GLUED.match(line)) is not None}
    clocks = [seconds(found[line]["clock"]) or 0.0 for line in filled if line in found]
    glued = sum(line in found and found[line]["rest"][:1].isalpha() for line in filled)
    if (
        len(clocks) < max(_LEAST_GLUED, 0.9 * len(filled))
        or 2 * glued < len(filled)
        or any(after < before for before, after in pairwise(clocks))
    ):
        return lines
    left_out[SPELLED] += sum(_is_spelled(each) for each in found.values())
    return [_spaced(found[line]) if line in found else line for line in lines]


def _spaced(found: re.Match[str]) -> str:
    return f"{found['clock']} {'' if _is_spelled(found) else found['spelled']}{found['rest']}"


def _is_spelled(found: re.Match[str]) -> bool:
    if not found["spelled"]:
        return False
    hours, minutes, rest = (int(found[part] or 0) for part in "hms")
    return 3600 * hours + 60 * minutes + rest == seconds(found["clock"])


def _speeches(lines: list[str], left_out: Counter[str]) -> list[str]:
    """A line for each speech of the record of the House of Commons: a member with constituency and party begins one wherever
    a sentence ends, and so do the offices and the members named so far."""
    sure = [
        found for line in lines if ")" in line and (") (" in line or ")(" in line) for found in _CONSTITUENCY.finditer(line)
    ]
    if len(sure) < _SURE:
        return lines
    known = {found["name"] for found in sure} | {found["name"] for line in lines if (found := _OFFICE.match(line))}
    known |= {found["name"] for line in lines for found in _OFFICE.finditer(line)}
    again = re.compile(
        rf"(?<=[.?!…—–\"”’)\]] )(?:{'|'.join(map(re.escape, sorted(known, key=len, reverse=True)))})(?: \([^():]{{2,60}}\))*: "
    )
    left_out[QUESTION] += sum(found["number"] is not None for found in sure)
    return [part for line in lines for part in (_cut(line, again) if ": " in line else [line])]


def _cut(line: str, again: re.Pattern[str]) -> list[str]:
    numbered = {found.start("name"): found.start() for found in _CONSTITUENCY.finditer(line)}
    starts = {**{found.start(): found.start() for found in again.finditer(line)}, **numbered}
    parts: list[str] = []
    end = len(line)
    for begin in sorted(starts, reverse=True):
        parts.append(line[begin:end].strip())
        end = starts[begin]
    return [part for part in [line[:end].strip(), *reversed(parts)] if part]
