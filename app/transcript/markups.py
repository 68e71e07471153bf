"""Labels as markup languages, wikis and notes write them, made a name with a colon: `\\textbf{Ann:} hi`, `'''Ann:''' hi`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice

from app.transcript.lexicon import OPENERS
from app.transcript.names import Likeness, is_brief, likeness

_LOOKED_AT = 40  # lines in which a way to write labels shows
_LEAST = 2
_FEWEST_NAMES = 2
_FIRST = frozenset("\\';:*\"“„0123456789-•Ss[`(")  # what such lines begin with
_NAME = r"(?P<name>[^{}\[\]*':;\"“”„]{1,64}?)"
_FORMS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\\(?:textbf|emph|textit|textsc|speaker)\{{{_NAME} ?(?::\}}|\}} ?:) ?(?P<rest>.*)$",
        rf"\\item ?\[{_NAME} ?:?\] ?:? ?(?P<rest>\S.*)$",
        rf"'''{_NAME} ?(?::'''|''' ?:) ?(?P<rest>.*)$",
        rf"(?:[-*•] |\d{{1,3}}[.)] )?\*{_NAME}(?::\*|\*:) (?P<rest>\S.*)$",
        rf"[;:]{_NAME} ?: (?P<rest>\S.*)$",
        rf"[\"“„]{_NAME}[\"”“] ?: ?(?P<rest>[^\s,{{\[].*)$",
        rf"\[b\]{_NAME}(?: ?:\[/b\]|\[/b\] ?:) ?(?P<rest>\S.*)$",
        rf"`{_NAME} ?(?::`|` ?:) ?(?P<rest>\S.*)$",
        rf"\([\"']{_NAME}[\"'], [\"'](?P<rest>.*)[\"']\),?$",
        rf"(?:\d{{1,3}}[.)]|[-*•]) \*\*{_NAME}\*\* ?[-–—] (?P<rest>\S.*)$",
    )
)
_KEYED = re.compile(r"(?P<key>S(?:PEAKER|peaker|precher|PRECHER)) ?: ?(?P<name>\S.{0,40})$")  # above what is said


def with_colons(lines: list[str]) -> list[str]:
    """The `plain` *lines* with labels in the form of a name and a colon, if several of one markup name people, of whom one at
    least speaks again."""
    first = [line for line in islice(filter(None, lines), _LOOKED_AT) if line[0] in _FIRST]
    if len(first) < _LEAST:
        return lines
    if sum(_KEYED.match(line) is not None for line in first) >= _LEAST:
        return _with_keys(lines)
    for form in _FORMS:
        if sum(form.match(line) is not None for line in first) >= _LEAST:
            found = {number: match for number, line in enumerate(lines) if line and (match := form.match(line)) is not None}
            if _are_people([match["name"] for match in found.values()]):
                return [
                    f"{found[number]['name'].strip()}: {found[number]['rest']}" if number in found else line
                    for number, line in enumerate(lines)
                ]
    return lines


def _with_keys(lines: list[str]) -> list[str]:
    """`SPEAKER: S1` above what is said as `S1:`, as Speechmatics writes text."""
    found = {number: match for number, line in enumerate(lines) if (match := _KEYED.match(line)) is not None}
    names = [match["name"] for match in found.values()]
    spoken = all(_goes_on(lines, number, found) for number in found)
    if not spoken or len(set(names)) == len(names) or not all(map(is_brief, names)):
        return lines
    return [f"{found[number]['name']}:" if number in found else line for number, line in enumerate(lines)]


def _goes_on(lines: Sequence[str], number: int, labels: Iterable[int]) -> bool:
    """Whether words stand below the label in the line *number*."""
    below = next((place for place in range(number + 1, min(number + 3, len(lines))) if lines[place]), None)
    return below is not None and below not in labels


def _are_people(names: Sequence[str]) -> bool:
    seen = Counter(names)
    like = all(is_brief(name) and likeness(name) >= Likeness.NAME and name.casefold() not in OPENERS for name in seen)
    return like and len(seen) >= _FEWEST_NAMES and any(times > 1 for times in seen.values())
