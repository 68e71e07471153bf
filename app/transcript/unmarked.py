"""Names that no sign parts from words: what stands at the beginning of messages is one if it comes again.

`[00:01:02] Ann Good morning.`, `10:02 Ann hi`, and chats copied from a screen, in which the time stands below the message."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, takewhile

from app.transcript.labels import forms
from app.transcript.lexicon import OPENERS, PARTICLES, PRONOUNS, TITLES
from app.transcript.names import LONGEST, NUMBERED, Likeness, is_brief, is_remark, is_small, likeness
from app.transcript.turn import UNKNOWN_SPEAKER

TIMESTAMP = "timestamp line"

_LOOKED_AT = 20  # lines in which a layout shows
_MOST_WORDS = 4  # of a name
_FEW_WORDS = 2
_FEWEST = 3  # messages
_NEARLY_ALL = 0.9
_MOST = 0.75
_CAPITALS = 0.5  # of the messages in capitals alone: there a capital tells nothing
_FEWEST_NAMES = 2
_WHOLE = 3  # lines of a message with its name and its time
_RELATIVE = re.compile(  # how long ago, as programs for chats show it: `5m`, `now`
    r"(?:\d{1,2} ?(?:m|h|d|w|min|mins|hr|hrs|std|j|t)\.?(?: ago)?|just now|now|jetzt|gerade eben|à l['’]instant|ahora|ora)$",
    re.IGNORECASE,
)
_ENDS_OF_SENTENCES = ".!?…,;:。！？"


def names_before(messages: Iterable[str]) -> Mapping[str, str]:
    """The name in each message that begins as another does: the words that all messages with this first word share."""
    groups: defaultdict[str, list[list[str]]] = defaultdict(list)
    for message in messages:
        words = message.split()
        groups[words[0]].append(words)
    named: dict[str, str] = {}
    for group in groups.values():
        for alike in _parted(group):
            name = _common(alike)
            if len({tuple(words) for words in alike}) > 1 and likeness(name) >= Likeness.NAME:
                named |= {" ".join(words): name for words in alike}
    return named


def _common(group: Sequence[Sequence[str]]) -> str:
    """The words that all messages of a *group* begin with, as far as a name may go."""
    same = takewhile(lambda each: len(set(each)) == 1, zip(*(words[:-1] for words in group), strict=False))
    first = [words[0] for words in islice(same, _MOST_WORDS)]
    return " ".join([*first[:1], *takewhile(_goes_on_a_name, first[1:])])


def _parted(group: Sequence[Sequence[str]]) -> Iterable[Sequence[Sequence[str]]]:
    """The messages of a *group* with one first word, by their second if that tells people apart: `PhD A`, `PhD F`."""
    by_second: defaultdict[str, list[Sequence[str]]] = defaultdict(list)
    for words in group:
        by_second[words[1] if len(words) > 1 else ""].append(words)
    few = 1 < len(by_second) <= len(group) // _FEWEST
    if not few or not all(second[:1].isupper() and _goes_on_a_name(second) for second in by_second):
        return [group]
    return by_second.values() if all(len(alike) >= _FEWEST for alike in by_second.values()) else [group]


def _goes_on_a_name(word: str) -> bool:
    """Whether *word*, which all messages of a sender have in its place, is none that they begin with by chance: `Yes`, `I`."""
    small = word.casefold()
    opens = small in OPENERS or small in PRONOUNS or is_remark(small)
    return word[-1] not in _ENDS_OF_SENTENCES and (small in PARTICLES or not opens)


def with_colons(lines: list[str], left_out: Counter[str]) -> list[str]:
    """The `plain` *lines* with a colon behind each name that is told by where it stands: behind a time, or above a message
    with its time below. A message whose sender is not told is nobody's."""
    first = list(islice(filter(None, lines), _LOOKED_AT))
    timed = [words for line in first if (words := _behind_a_time(line))]
    if len(timed) >= _FEWEST and 2 * len(timed) > len(first):
        return _behind_times(lines) if 2 * sum(map(_may_begin_so, timed)) > len(timed) else lines
    if sum(_is_a_time(line) for line in first) >= _FEWEST - 1 and not _is_a_time(first[0]):
        return _above_times(lines, left_out)
    return lines


# `[00:01:02] Ann Good morning.`


def _behind_a_time(line: str) -> str:
    found = forms.timed(line) if line[:1].isdigit() or line[:1] in "[(" else None
    return found[1] if found is not None else ""


def _may_begin_so(words: str) -> bool:
    """Whether *words* begin with a capital, no small letter begins the second word, and no colon ends a label."""
    first, _, behind = words.partition(" ")
    name = " ".join(words.split(" ", _MOST_WORDS)[:_MOST_WORDS])
    ends = first[-1].isalnum() or first.rstrip(".").casefold() in TITLES
    return first[0].isupper() and ends and not is_small(behind[:1]) and ":" not in name


def _behind_times(lines: list[str]) -> list[str]:
    timed = {number: words for number, line in enumerate(lines) if (words := _behind_a_time(line))}
    different = len(set(timed.values()))
    if (
        2 * different <= len(timed)
        or _are_coloned(list(timed.values()))
        or sum(map(str.isupper, timed.values())) > _CAPITALS * len(timed)
    ):
        return lines
    named = _names_behind(list(timed.values()))
    if named is None:
        return lines
    made = list(lines)
    for number, words in timed.items():
        time = lines[number][: len(lines[number]) - len(words)]
        name = named.get(words, "")
        made[number] = f"{time}{name}: {words[len(name) :].strip()}" if name else f"{time}{UNKNOWN_SPEAKER}: {words}"
    return made


def _are_coloned(messages: Sequence[str]) -> bool:
    """Whether most *messages* begin with labels that a colon ends, of names that come again."""
    found = [label.name for message in messages if (label := forms.colon(message)) is not None]
    names = Counter(name for name in found if likeness(name) >= Likeness.NAME)
    return 2 * sum(times for times in names.values() if times > 1) > len(messages)


def _names_behind(messages: Sequence[str]) -> Mapping[str, str] | None:
    """The names that the *messages* begin with, none of which has a sign behind it; None if most begin with something else."""
    numbered = {each: name for each in messages if (name := _numbered(each))}
    rest = [each for each in messages if each not in numbered]
    again = {
        each: name
        for each, name in names_before(rest).items()
        if name.casefold() not in OPENERS and name[-1].isalnum() and _begins_a_sentence(each, name)
    }
    said = [each[len(name) :].strip() for each, name in again.items()]
    if 2 * sum(each[-1:] in _ENDS_OF_SENTENCES or each.count(" ") > _FEW_WORDS for each in said) < len(said):
        return None  # points of an agenda
    shares = len(numbered) + len([each for each in rest if each in again])
    known = set(numbered.values()) | set(again.values())
    if shares < _MOST * len(messages) or not _FEWEST_NAMES <= len(known) <= max(_FEWEST_NAMES, shares // 2):
        return None
    lengths = {len(name.split()) for name in again.values()}
    once = {each: name for each in rest if each not in again and len(lengths) == 1 and (name := _once(each, min(lengths)))}
    return {**numbered, **again, **once}


def _numbered(message: str) -> str:
    """`Speaker 1` of `Speaker 1 Good morning.`"""
    found = NUMBERED.match(message)
    name = found[0] if found is not None else ""
    return name if name[-1:].isdigit() and message[len(name) :][:1] == " " else ""


def _begins_a_sentence(message: str, name: str) -> bool:
    """Whether a capital, a figure or a sign stands behind *name*, which begins with a capital: in sentences few words do."""
    behind = message[len(name) :].lstrip()[:1]
    return name[0].isupper() and not is_small(behind) and (behind.isupper() or not behind.isalpha())


def _once(message: str, length: int) -> str:
    """The name of *length* words that a message begins with, if nothing but its capitals tells."""
    words = message.split()
    name = " ".join(words[:length])
    like = len(words) > length and name[-1].isalnum() and all(word[0].isupper() for word in words[: length + 1])
    return name if like and name.casefold() not in OPENERS and likeness(name) >= Likeness.NAME else ""


# A name, messages, and the time of each below it


def _is_a_time(line: str) -> bool:
    if len(line) > LONGEST // 4:
        return False
    timed = forms.timed(line)
    return (timed is not None and not timed[1]) or _RELATIVE.match(line) is not None


def _above_times(lines: list[str], left_out: Counter[str]) -> list[str]:
    filled = [line for line in lines if line]
    if not _is_a_time(filled[-1]):
        return lines
    blocks = list(_blocks(filled))
    if len(blocks) >= _FEWEST and all(forms.colon(block[0]) is not None for block in blocks):
        left_out[TIMESTAMP] += len(blocks)
        return [f"{_bracketed(time)}{' '.join(said)}" for *said, time in blocks]
    heads = Counter(block[0] for block in blocks if len(block) >= _WHOLE)
    whole = 2 * sum(times for times in heads.values() if times > 1) > len(blocks) == sum(heads.values())
    named = {name for name in heads if _may_head(name) or (whole and is_brief(name) and name[-1] not in _ENDS_OF_SENTENCES)}
    often = sum(heads[name] for name in named)
    if len(blocks) < _FEWEST or often == len(named) or len(named) < _FEWEST_NAMES or often < _MOST * sum(heads.values()):
        return lines
    if 2 * often < len(blocks) or any(len(block) == 1 for block in blocks):
        return lines
    left_out[TIMESTAMP] += len(blocks)
    return [_message(block, named) for block in blocks]


def _blocks(filled: Sequence[str]) -> Iterator[list[str]]:
    """The lines up to and with each time."""
    block: list[str] = []
    for line in filled:
        block.append(line)
        if _is_a_time(line):
            yield block
            block = []


def _may_head(line: str) -> bool:
    return line[-1] not in _ENDS_OF_SENTENCES and likeness(line) >= Likeness.NAME and line.casefold() not in OPENERS


def _message(block: Sequence[str], named: set[str]) -> str:
    *said, time = block
    name, words = (said[0], said[1:]) if len(said) > 1 and said[0] in named else (UNKNOWN_SPEAKER, said)
    return f"{_bracketed(time)}{name}: {' '.join(words)}"


def _bracketed(time: str) -> str:
    """*time* as it stands before a message; nothing if it is only how long ago the message came."""
    return "" if _RELATIVE.match(time) else f"[{time.strip('[]()')}] "
