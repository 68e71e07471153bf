"""What a program's log puts before the words: levels and names of programs, as in `asr.live - INFO -` and `host app[12]:`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import islice

from app.transcript.labels import forms
from app.transcript.labels.found import timed_body
from app.transcript.names import Likeness, likeness

PREFIX = "levels and names in a log"

_NEARLY_ALL = 0.75
_LOOKED_AT = 20  # lines in which a log shows
_LEAST = 3  # lines
_MIDDLE = 4  # of them, which a log shows at first
_FEWEST_NAMES = 2
_LEVEL = r"(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|CRITICAL)"
_LEVELED = re.compile(
    rf"(?:[-|] )?(?:[\w./-]{{1,40}} [-|] )?(?:[\[(] ?{_LEVEL} ?[\])]|{_LEVEL})(?: ?[-|:] ?| )(?=\S)", re.IGNORECASE
)
_PROGRAM = re.compile(r"(?:[\w.-]{1,40} )?[\w./-]{1,40}(?:\[\d{1,9}\])?:(?: |(?=\w))")


def without_prefixes(lines: list[str], left_out: Counter[str]) -> list[str]:
    """The `plain` *lines* without levels and the same name of a program before nearly all of them, if labels stand behind."""
    first = list(islice(filter(None, lines), _LOOKED_AT))
    if len(first) < _LEAST or not _prefixes(dict(enumerate(first[len(first) // 2 - 1 :][:_MIDDLE]))):
        return lines
    bodies = {number: line for number, line in enumerate(lines) if line}
    behind = _prefixes(bodies)
    if not _are_labelled([bodies[number][place:] for number, place in behind.items()]):
        return lines
    left_out[PREFIX] += len(behind)
    return [_without(line, behind[number]) if number in behind else line for number, line in enumerate(lines)]


def _without(line: str, place: int) -> str:
    return f"{line[: _begin(line)]}{line[place:]}"


def _begin(line: str) -> int:
    """Where *line* goes on behind its time."""
    return len(line) - len(timed_body(line)[1])


def _prefixes(lines: Mapping[int, str]) -> dict[int, int]:
    """Where the lines go on behind their prefixes, by their numbers; nothing if fewer than nearly all have any."""
    begins = {number: _begin(line) for number, line in lines.items()}
    leveled = {number: found.end() for number, line in lines.items() if (found := _LEVELED.match(line, begins[number]))}
    if len(leveled) >= _NEARLY_ALL * len(lines):
        begins = leveled
    else:
        leveled = {}
    programs = {number: found for number, place in begins.items() if (found := _PROGRAM.match(lines[number], place))}
    names = Counter(found.group() for found in programs.values()).most_common(1)
    if names and names[0][1] >= _NEARLY_ALL * len(lines):
        return {number: found.end() for number, found in programs.items() if found.group() == names[0][0]}
    return leveled


def _are_labelled(bodies: Sequence[str]) -> bool:
    """Whether most of what stands behind the prefixes begins with labels of several people, most of whom speak again."""
    found = [label.name for body in bodies if (label := forms.colon(body)) is not None and label.rest]
    seen = Counter(name for name in found if likeness(name) >= Likeness.NAME)
    again = sum(times for times in seen.values() if times > 1)
    return len(seen) >= _FEWEST_NAMES and 2 * again > len(bodies)
