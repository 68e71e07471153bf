"""Labels inside a line: captions and copies put two who speak on one, as in `Bob: Nice. Ann: Thanks.`"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

from app.transcript.labels import forms
from app.transcript.labels.found import timed_body
from app.transcript.lexicon import ABBREVIATIONS, TITLES
from app.transcript.names import LONGEST

_BY_COLONS = frozenset((forms.COLON, forms.TIGHT_COLON))
_IN_BRACKETS = {
    forms.BRACKETS: re.compile(r"\[([^\[\]]{1,128})\](?= )"),
    forms.PARENTHESES: re.compile(r"\(([^()]{1,128})\)(?= )"),
}
_SIGNS = {**dict.fromkeys(_BY_COLONS, ":"), forms.BRACKETS: "[", forms.PARENTHESES: "("}
_STOPPED = TITLES | ABBREVIATIONS  # behind which a full stop ends no sentence
_COLON = re.compile(r":(?= )|：")
_END = re.compile(r"(?P<sign>[.!?…。！？؟।\"”“»’')\]])(?P<blank> ?)(?:[-–—] ?)?(?=\w)")
_WORD = re.compile(r"[^\W\d_]{2}|[^\x00-\u2e7f]")
_WIDE = "。！？"  # behind which no blank stands
_QUOTES = re.compile(r"[\"“”„«»()]")


def sign(form: str, lines: Iterable[str]) -> str:
    """What stands in a line with another label of *form* inside, as *lines* with labels are written; empty if there is none."""
    return "：" if form in _BY_COLONS and any("：" in line for line in lines) else _SIGNS.get(form, "")


def last_words(names: AbstractSet[str]) -> frozenset[str]:
    """The last word of each of the *names*, by which `parted` knows soon that a line has nothing to part."""
    return frozenset(name.rpartition(" ")[2] for name in names)


def parted(line: str, form: str, names: AbstractSet[str], last: AbstractSet[str]) -> tuple[str, ...]:
    """*line*, parted before the labels of *form* inside it that begin a sentence and name one of *names*.

    A label within quotation marks or brackets is said, and so is one that goes on with a small letter."""
    if form in _BY_COLONS and not _may_have(line, names, last):
        return (line,)
    places = list(_places(line, form, names))
    if not places:
        return (line,)
    return tuple(line[begin:end].rstrip(" -–—") for begin, end in zip([0, *places], [*places, len(line)], strict=True))


def _may_have(line: str, names: AbstractSet[str], last: AbstractSet[str]) -> bool:
    """Whether the last word of a name stands before a colon that does not end the label which *line* begins with."""
    mark = line.find(": ")
    if mark > 0 and line[:mark].rstrip() in names:
        mark = line.find(": ", mark + 1)
    while mark > 0:
        if line[max(0, mark - LONGEST) : mark].rstrip().rpartition(" ")[2] in last:
            return True
        mark = line.find(": ", mark + 1)
    return "：" in line


def _places(line: str, form: str, names: AbstractSet[str]) -> Iterator[int]:
    found = _before_colons(line, names) if form in _BY_COLONS else _bracketed(line, _IN_BRACKETS[form], names)
    seen: Counter[str] = Counter()
    counted = 0
    for place, behind in found:
        if not counted and not _WORD.search(line, len(line) - len(timed_body(line)[1]), place):
            continue  # the label of the line itself
        seen.update(_QUOTES.findall(line, counted, place))
        counted = place
        if not _is_open(seen) and (not line[behind : behind + 1].islower() or line[place].islower()):
            yield place


def _before_colons(line: str, names: AbstractSet[str]) -> Iterator[tuple[int, int]]:
    """Where the names begin that stand between the end of a sentence and a colon, and where speech begins behind them."""
    begin = 0
    for colon in _COLON.finditer(line):
        mark = colon.start()
        ends = _END.finditer(line, max(begin, mark - LONGEST), mark)
        place = next((end.end() for end in ends if line[end.end() : mark].rstrip() in names and _is_an_end(line, end)), 0)
        begin = colon.end()
        behind = begin + (line[begin : begin + 1] == " ")
        if place and behind < len(line):
            yield place, behind


def _bracketed(line: str, brackets: re.Pattern[str], names: AbstractSet[str]) -> Iterator[tuple[int, int]]:
    for label in brackets.finditer(line, 1):
        place = label.start()
        if label[1] in names and line[place - 1] == " " and line[max(0, place - 2)] in ".!?…。！？":
            yield place, label.end() + 1


def _is_an_end(line: str, end: re.Match[str]) -> bool:
    """Whether a sentence ends there: a full stop may end a title, and without a blank behind it a part of an address."""
    if not end["blank"]:
        return end["sign"] in _WIDE or " " in line[end.end() : end.end() + LONGEST].partition(":")[0].rstrip()
    word = line[max(0, end.start() - LONGEST) : end.start()].rpartition(" ")[2]
    return end["sign"] != "." or (len(word) > 1 and word.casefold() not in _STOPPED)


def _is_open(seen: Counter[str]) -> bool:
    """Whether one of the quotation marks or brackets that were *seen* has no end."""
    quoted = seen["„"] > seen["“"] + seen["”"] if seen["„"] else seen["“"] > seen["”"]
    return quoted or seen['"'] % 2 == 1 or seen["«"] > seen["»"] or seen["("] > seen[")"]
