"""Times before lines in signs that hardly any file has: `［00：01］森：はい`, `0.00 4.20 SPEAKER_00 Good morning.`"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice, pairwise

_LOOKED_AT = 20  # lines in which such times show
_LEAST = 2
_FEWEST_COUNTED = 3
_NEARLY_ALL = 0.9
_WIDE = re.compile(
    r"[［\[（(【]?(?P<clock>\d{1,3}：\d{2}(?:：\d{2})?)(?:[］\]）)】] ?| |$)|［(?P<usual>\d{1,3}:\d{2}(?::\d{2})?)］ ?"
)
_COUNTED = re.compile(r"(?P<start>\d{1,6}\.\d{1,3}) (?P<end>\d{1,6}\.\d{1,3}) (?=[^\W\d])")


def usual(lines: list[str]) -> list[str]:
    """The `plain` *lines* with such times as others are written: `[00:01]`, `[0.00 - 4.20]`."""
    first = list(islice(filter(None, lines), _LOOKED_AT))
    if sum("：" in line[:8] or line[0] == "［" for line in first) >= _LEAST:
        lines = _with_usual_clocks(lines)
    if sum(line[0].isdigit() and _COUNTED.match(line) is not None for line in first) >= max(
        _FEWEST_COUNTED, _NEARLY_ALL * len(first)
    ):
        lines = _with_spans(lines)
    return lines


def _with_usual_clocks(lines: list[str]) -> list[str]:
    found = {number: match for number, line in enumerate(lines) if line and (match := _WIDE.match(line)) is not None}
    if len(found) < _LEAST:
        return lines
    made = list(lines)
    for number, match in found.items():
        clock = match["clock"] or match["usual"]
        made[number] = f"[{clock.replace('：', ':')}] {lines[number][match.end() :]}".rstrip()
    return made


def _with_spans(lines: list[str]) -> list[str]:
    """The lines with start and end before them as a span in brackets, if nearly all have both and the starts do not fall."""
    found = {number: match for number, line in enumerate(lines) if (match := _COUNTED.match(line)) is not None}
    if len(found) < _NEARLY_ALL * sum(1 for line in lines if line) or not _rise(list(found.values())):
        return lines
    return [
        f"[{found[number]['start']} - {found[number]['end']}] {line[found[number].end() :]}" if number in found else line
        for number, line in enumerate(lines)
    ]


def _rise(spans: Sequence[re.Match[str]]) -> bool:
    starts = [float(each["start"]) for each in spans]
    whole = all(start <= float(each["end"]) for start, each in zip(starts, spans, strict=True))
    return whole and starts[0] < starts[-1] and all(before <= after for before, after in pairwise(starts))
