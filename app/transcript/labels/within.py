"""Labels inside a line: captions and copies put two who speak on one, as in `Bob: Nice. Ann: Thanks.`"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

from app.transcript import names, stamps
from app.transcript.labels import forms
from app.transcript.labels.found import timed_body
from app.transcript.lexicon import ABBREVIATIONS, OPENERS, TITLES
from app.transcript.names import LONGEST, Likeness

_BY_COLONS = frozenset((forms.COLON, forms.TIGHT_COLON))
_IN_BRACKETS = {
    forms.BRACKETS: re.compile(r"\[([^\[\]]{1,128})\](?= )"),
    forms.PARENTHESES: re.compile(r"\(([^()]{1,128})\)(?= )"),
}
_SIGNS = {**dict.fromkeys(_BY_COLONS, ":"), forms.BRACKETS: "[", forms.PARENTHESES: "("}
_STOPPED = TITLES | ABBREVIATIONS  # behind which a full stop ends no sentence
_COLON = re.compile(r":(?= )|：")
_END = re.compile(r"(?P<sign>[.!?…。！？؟।\"”“»’')\]]|(?<=\w)(?:[—–]|--?)(?= ))(?P<blank> ?)(?:[-–—] ?)?(?=\w)")
_DASHES_BEHIND = re.compile(r"(?<![\w-])[-–—]+$")  # a dash at a word says that the speaker was cut short
_HEARD = re.compile(r"\[([^\[\]]{1,48})\] ?$|\(([^()]{1,48})\) ?$")
_WORD = re.compile(r"[^\W\d_]{2}|[^\x00-\u2e7f]")
_RARER = 0.6
_DENSE = 3  # labels inside lines
_LONGEST_NAME = 64
_BEFORE_WORDS = "[(\u200e\u200f\u202a\u202b\u2066\u2067\u2068"  # brackets, and marks of direction
_LONGEST_SOUND = 52
_SHORTEST_TIME = 7  # characters, with its brackets and a blank
_WIDE = "。！？"  # behind which no blank stands
_QUOTES = re.compile(r"[\"“”„«»()]")


def sign(form: str, lines: Iterable[str]) -> str:
    """What stands in a line with another label of *form* inside, as *lines* with labels are written; empty if there is none."""
    return "：" if form in _BY_COLONS and any("：" in line for line in lines) else _SIGNS.get(form, "")


def others(form: str, lines: Iterable[str], known: AbstractSet[str], labelled: int) -> Counter[str]:
    """The names of labels that come again inside *lines*, and never before one, with how often they do.

    None if labels stand much rarer inside lines than before the *labelled* ones; single words only if they do as often."""
    if form not in _BY_COLONS:
        return Counter()
    seen = Counter(name for line in lines if line.count(":") > 1 for name in _names_inside(line))
    if not seen:
        return seen
    again = Counter({name: times for name, times in seen.items() if times > 1 and name not in known})
    inside = sum(times for name, times in seen.items() if name in known or name in again)
    if inside < _RARER * labelled:
        return Counter()
    dense = inside >= max(_DENSE, labelled)
    return Counter({name: times for name, times in again.items() if dense or names.is_full(name)})


def _names_inside(line: str) -> Iterator[str]:
    """What may be names between the end of a sentence and a colon, with a capital behind."""
    begin = 0
    for colon in _COLON.finditer(line):
        mark = colon.start()
        if not names.is_small(line[mark + 1 : mark + 3].strip()[:1]):
            for end in _END.finditer(line, max(begin, mark - LONGEST), mark):
                name = line[end.end() : mark].rstrip()
                if end.start() and _is_an_end(line, end) and len(name) <= _LONGEST_NAME and _may_be_a_name(name):
                    yield name
                    break
        begin = colon.end()


def _may_be_a_name(name: str) -> bool:
    whole = name.count("[") == name.count("]") and name.count("(") == name.count(")")
    return whole and names.likeness(name) >= Likeness.NAME and name.casefold() not in OPENERS


def last_words(known: AbstractSet[str]) -> frozenset[str]:
    """The last word of each of the *known* names, by which `parted` knows soon that a line has nothing to part."""
    return frozenset(name.rpartition(" ")[2] for name in known)


def parted(line: str, form: str, known: AbstractSet[str], last: AbstractSet[str]) -> tuple[str, ...]:
    """*line*, parted before the labels of *form* inside it that begin a sentence and name one of the *known*.

    A label within quotation marks or brackets is said, and so is one that goes on with a small letter."""
    if form in _BY_COLONS and not _may_have(line, known, last):
        return (line,)
    places = list(_places(line, form, known))
    if not places:
        return (line,)
    cut = (line[begin:end].rstrip() for begin, end in zip([0, *places], [*places, len(line)], strict=True))
    return tuple(_DASHES_BEHIND.sub("", part).rstrip() for part in cut)


def _may_have(line: str, known: AbstractSet[str], last: AbstractSet[str]) -> bool:
    """Whether the last word of a name stands before a colon that does not end the label which *line* begins with."""
    mark = line.find(": ")
    if mark > 0 and line[:mark].rstrip() in known:
        mark = line.find(": ", mark + 1)
    while mark > 0:
        if line[max(0, mark - LONGEST) : mark].rstrip().rpartition(" ")[2] in last:
            return True
        mark = line.find(": ", mark + 1)
    return "：" in line


def _places(line: str, form: str, known: AbstractSet[str]) -> Iterator[int]:
    found = _before_colons(line, known) if form in _BY_COLONS else _bracketed(line, _IN_BRACKETS[form], known)
    seen: Counter[str] = Counter()
    counted = 0
    for place, behind in found:
        if not counted and not _WORD.search(line, len(line) - len(timed_body(line)[1]), place):
            continue  # the label of the line itself
        seen.update(_QUOTES.findall(line, counted, place))
        counted = place
        small = names.is_small(line[behind : behind + 1]) and not names.is_small(line[place])
        if not _is_open(seen) and (not small or _is_behind_a_sound(line, place)):
            yield place - _time_before(line, place)


def _is_behind_a_sound(line: str, place: int) -> bool:
    """Whether before *place* stands what a recorder wrote and nobody said: `So— [crosstalk] Bob: wait`."""
    found = _HEARD.search(line, max(0, place - _LONGEST_SOUND), place)
    return found is not None and names.is_sound(found[1] or found[2])


def _time_before(line: str, place: int) -> int:
    """How many characters a time in brackets takes that stands before a label at *place*."""
    if place < _SHORTEST_TIME or line[place - 2] not in "])":
        return 0
    before = line[max(0, place - stamps.LONGEST) : place - 1]
    timed = stamps.behind(before, surely=True)
    return len(before) + 1 - len(timed[0].rstrip()) - 1 if timed is not None else 0


def _before_colons(line: str, known: AbstractSet[str]) -> Iterator[tuple[int, int]]:
    """Where the names begin that stand between the end of a sentence and a colon, and where speech begins behind them."""
    begin = 0
    for colon in _COLON.finditer(line):
        mark = colon.start()
        ends = _END.finditer(line, max(begin, mark - LONGEST), mark)
        place = next((end.end() for end in ends if line[end.end() : mark].rstrip() in known and _is_an_end(line, end)), 0)
        begin = colon.end()
        behind = begin + (line[begin : begin + 1] == " ")
        if place and behind < len(line):
            yield place, behind


def _bracketed(line: str, brackets: re.Pattern[str], known: AbstractSet[str]) -> Iterator[tuple[int, int]]:
    for label in brackets.finditer(line, 1):
        place = label.start()
        if label[1] in known and line[place - 1] == " " and line[max(0, place - 2)] in ".!?…。！？":
            yield place, label.end() + 1


def _is_an_end(line: str, end: re.Match[str]) -> bool:
    """Whether a sentence ends there: a full stop may end a title, and without a blank behind it a part of an address."""
    if not end["blank"]:
        return end["sign"] in _WIDE or " " in line[end.end() : end.end() + LONGEST].partition(":")[0].rstrip()
    word = line[max(0, end.start() - LONGEST) : end.start()].rpartition(" ")[2].lstrip(_BEFORE_WORDS)
    return end["sign"] != "." or (len(word) > 1 and word.casefold() not in _STOPPED)


def _is_open(seen: Counter[str]) -> bool:
    """Whether one of the quotation marks or brackets that were *seen* has no end."""
    quoted = seen["„"] > seen["“"] + seen["”"] if seen["„"] else seen["“"] > seen["”"]
    return quoted or seen['"'] % 2 == 1 or seen["«"] > seen["»"] or seen["("] > seen[")"]
