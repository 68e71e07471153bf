"""Signs around names and behind them that hardly any file has: `«Ann» hi`, `|Ann| hi`, `Ann—hi`, `Ann; hi`, `田中　はい`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import islice
from typing import TypeAlias

from app.transcript.lexicon import OPENERS
from app.transcript.names import Likeness, is_brief, is_small, likeness

_Find: TypeAlias = Callable[[str], re.Match[str] | None]

_WIDE_BLANK = "\u3000"
_NAMED = re.compile(
    r"[◆●■◇□▼▲▽△★☆]?(?P<name>[^\W\d_][^\s。、！？：「」:;,]{0,24}(?: [^\s。、！？：「」:;,]{1,24}){0,3})"
    r"(?<=[\w)])(?P<sign>\u3000+| {2,}|\t+)(?P<rest>[^\W\d_].*|[^\w\s(\[].*)$"
)
_LOOKED_AT = 20  # lines in which the signs show
_LEAST = 4  # lines
_FEWEST_NAMES = 2
_NEARLY_ALL = 0.8
_MOST = 0.75
_PAIRS = ("«»", "‹›", "||", '""', "“”", "„“", "„”", "《》", "**")
_OPENING = frozenset(pair[0] for pair in _PAIRS)
_SIGN = re.compile(r"[—–;»›]|- ")
_LONGEST = 66  # characters of a name with a sign behind it
_AROUND = re.compile(
    r"(?P<open>[«‹|\"“„《*])(?P<name>[^«»‹›|\"“”„《》*]{1,64})(?P<sign>[»›|\"”“》*])(?: (?=[^\W_])|(?<=》))(?P<rest>[^|]+)$"
)
_BEHIND = re.compile(
    r"(?P<name>[^\W\d_][^—–:;»›]{0,63}?)(?P<sign>(?<![\s.])[—–] ?|(?<![\s-])- |(?<!\s); | [»›] )(?P<rest>[^\s—–].*)$"
)


def with_colons(lines: list[str]) -> list[str]:
    """The *lines* of a text, as they are in the file, with a colon in the place of the wide blank, or of several, behind names.

    Lines that begin with blanks go on from the one before."""
    first = list(islice(filter(_begins, lines), _LOOKED_AT))
    if len(first) < _LEAST or sum("  " in line or _WIDE_BLANK in line or "\t" in line for line in first) < _NEARLY_ALL * len(
        first
    ):
        return lines
    if not _are_labels(list(filter(_begins, lines)), _NAMED.match):
        return lines
    found = map(_NAMED.match, lines)
    return [f"{each['name']}：{each['rest']}" if each else line for line, each in zip(lines, found, strict=True)]


def _begins(line: str) -> bool:
    return not line[:1].isspace() and bool(line)


def usual(lines: list[str]) -> list[str]:
    """The `plain` *lines* with signs that `labels` know, if nearly all of them have the same rare sign and names come again."""
    first = list(islice(filter(None, lines), _LOOKED_AT))
    if len(first) < _LEAST or not any(line[0] in _OPENING or _SIGN.search(line, 0, _LONGEST) for line in first[-_LEAST:]):
        return lines
    for find, made in ((_around, "[{}] {}"), (_BEHIND.match, "{}: {}")):
        if _are_labels(first, find) and _are_labels([line for line in lines if line], find):
            found = map(find, lines)
            return [made.format(each["name"], each["rest"]) if each else line for line, each in zip(lines, found, strict=True)]
    return lines


def _around(line: str) -> re.Match[str] | None:
    found = _AROUND.match(line)
    return found if found is not None and found["open"] + found["sign"] in _PAIRS else None


def _are_labels(lines: Sequence[str], find: _Find) -> bool:
    """Whether nearly all *lines* have the same sign and names, most of which come again, and no sentence goes on behind one."""
    found = [match for line in lines if (match := find(line)) is not None]
    if len(found) < _NEARLY_ALL * len(lines) or any(is_small(match["rest"][0]) for match in found):
        return False
    names = Counter(match["name"] for match in found)
    again = sum(times for times in names.values() if times > 1)
    return (
        len(names) >= _FEWEST_NAMES
        and again >= _MOST * len(found)
        and all(is_brief(name) and likeness(name) >= Likeness.NAME and name.casefold() not in OPENERS for name in names)
        and len({match["sign"].strip() for match in found}) == 1
    )
