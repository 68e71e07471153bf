"""Which beginning of a line is a speaker, and which merely holds a colon.

A label ends at the first colon before white space or the end (a full-width one needs neither). It names a speaker if it
looks like a name, and otherwise if it is known: declared by the caller, or come across in a first look at the transcript."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from itertools import pairwise

import regex

from app.transcript.lexicon import ARTICLES, HONORIFICS, PARTICLES, PRONOUNS, REMARKS, SAYING, SCHEMES
from app.transcript.plain import plain
from app.transcript.turn import UNKNOWN_SPEAKER

_BLANKS = " \u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # marks of direction are no part of a name
_LONGEST_NAME = 64
_LONGEST_LABEL = 128
_MOST_WORDS = 6
_MOST_SMALL_WORDS = 3  # of a label that begins with a small letter
_MOST_ROLE_WORDS = 12
_MOST_UNCASED_WORDS = 4  # scripts without capitals: a clause looks like a name, so only a short one passes
_MOST_IDEOGRAPHS = 12

_COLON = re.compile(r"：|:(?=\s|$)")
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?"
_TIMES = rf"{_CLOCK}(?:\s*(?:-->|->|[-–—])\s*{_CLOCK})?"
_TIME_BEFORE = re.compile(rf"^(?:\[\s*{_TIMES}\s*\]|\(\s*{_TIMES}\s*\)|{_TIMES}(?=\s|$))\s*(?:[-–—|]\s+)?")
_TIME_BEHIND = re.compile(rf"\s*(?:\[\s*{_TIMES}\s*\]|\(\s*{_TIMES}\s*\)|(?<=\s)\d{{1,2}}:\d{{2}}:\d{{2}})$")
_BOLD = re.compile(r"(\*\*|__)(?P<label>[^*]{1,64}?)(?:\s*[:：]\1|\1\s*[:：])\s*(?P<said>.*)")
_CAPTION = re.compile(r"^>>+\s*")
_ASIDE = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\]|（[^（）]*）|\|[^|]*)$")
_BRACKETED = re.compile(r"\[([^\[\]]+)\]$")
_LINK = re.compile(r"<?(?:[a-z][a-z0-9+.-]*://|www\.)\S+$", re.IGNORECASE)

_NEVER_IN_A_NAME = re.compile(r"[!?;…。！？؟।۔，、«»“”„\"<>{}=\\*]|://|\.\.|\d:\d")
_IDENTIFIER = re.compile(r"@?[^\W\d_]\w*[\d_][\w-]*$")
_IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_CLAUSE_END = re.compile(r"(?:[说說道是为為]|如下|例如|比如|譬如|通り|こと|です|ます|した|とは|つまり|[가-힣]다|ว่า)$")
_DOTTED_END = re.compile(r"(?:^|\W)\w{1,3}\.$")
_SENTENCE_STOP = re.compile(r"[^\W\d_]{7,}\.(?:\s|$)")
_CAPITAL_INSIDE = regex.compile(r"['’-]\p{Lu}")  # d'Artagnan, al-Balaghi


def names(lines: Iterable[str], speakers: Iterable[str] = ()) -> frozenset[str]:
    """The `key` of each of the *speakers*, and of each name that a first look at `plain` lines finds; for `heard`.

    A label that is seen twice is a name, even in small letters. Where nearly every line has a label, so is a short one that
    is seen once."""
    seen: Counter[str] = Counter()
    plausible: set[str] = set()
    linked: set[str] = set()
    total = 0
    for line in lines:
        total += 1
        found = _candidate(line)
        if found is None or not _may_name(found[0]):
            continue
        name = key(found[0])
        seen[name] += 1
        if name not in plausible and _looks_like_a_name(found[0]):
            plausible.add(name)
        if _LINK.match(found[1]):
            linked.add(name)
    returning = {name for name, times in seen.items() if times > 1}
    labelled = sum(times for name, times in seen.items() if times > 1 or name in plausible)
    once = {name for name in seen if _is_short(name)} - linked if total >= 10 and labelled >= 0.9 * total else set()
    return frozenset(returning | once | declared(speakers))


def declared(speakers: Iterable[str]) -> frozenset[str]:
    """The `key` of every name given."""
    return frozenset(map(key, speakers)) - {""}


def heard(line: str, known: Collection[str]) -> tuple[str, str] | None:
    """Who speaks on a `plain` line and what they say (perhaps nothing yet), or None where no speaker is named.

    *known* holds the `key` of every name that is one whatever it looks like. Times beside the name are left out."""
    found = _candidate(line)
    if found is None:
        return None
    label, said = found
    if label == UNKNOWN_SPEAKER or key(label) in known or key(_bare(label)) in known:
        return found
    return found if _looks_like_a_name(label) and not _LINK.match(said) else None


def key(name: str) -> str:
    """*name* as it is compared: `BOB` is `Bob`."""
    return plain(name).casefold()


def _candidate(line: str) -> tuple[str, str] | None:
    """What stands before and behind the colon, times and markup taken off the label; None if nothing is left of it."""
    bold = _BOLD.match(line)
    if bold is not None:
        return _label(bold["label"]), bold["said"]
    colon = _COLON.search(line)
    if colon is None:
        return None
    label = _label(line[: min(colon.start(), 2 * _LONGEST_LABEL)])
    if not label or len(label) > _LONGEST_LABEL:
        return None
    return label, line[colon.end() :].strip()


def _label(text: str) -> str:
    text = _TIME_BEFORE.sub("", text.strip(_BLANKS), count=1)
    text = _TIME_BEHIND.sub("", _CAPTION.sub("", text, count=1)).strip()
    bracketed = _BRACKETED.match(text)
    return bracketed[1].strip() if bracketed else text


def _bare(label: str) -> str:
    """*label* without what is added in brackets or behind a bar: `Bob (host)`, `Iván | ethrex`."""
    return _ASIDE.sub("", _ASIDE.sub("", label, count=1), count=1).strip()


def _may_name(label: str) -> bool:
    """Whether *label* could be a name at all, so that it is one where it comes again."""
    bare = _bare(label)
    name, _, role = bare.partition(",")
    words = name.split()
    if not words or len(name) > _LONGEST_NAME or len(role.split()) > _MOST_ROLE_WORDS:
        return False
    if len(words) > (_MOST_SMALL_WORDS if words[0][0].islower() else _MOST_WORDS):
        return False
    return any(map(str.isalpha, name)) and len(_IDEOGRAPH.findall(name)) <= _MOST_IDEOGRAPHS and not _is_a_clause(bare)


def _is_a_clause(label: str) -> bool:
    first, last = label.partition(" ")[0], label.rpartition(" ")[2]
    return (
        label.casefold() in REMARKS
        or label.casefold() in ARTICLES
        or (first.casefold() in PRONOUNS and len(label) > 1 and not _has_a_capital_behind(label))
        or last in SAYING
        or last.casefold() in SCHEMES
        or _NEVER_IN_A_NAME.search(label) is not None
        or _SENTENCE_STOP.search(label) is not None
        or (label.endswith(".") and not _DOTTED_END.search(label))
        or _CLAUSE_END.search(label) is not None
        or label.count("(") != label.count(")")
    )


def _has_a_capital_behind(label: str) -> bool:
    """Whether the first word is one of several and the second has a capital: `Tu Nguyen`, unlike `Tu sais`."""
    return label.partition(" ")[2][:1].isupper()


def _looks_like_a_name(label: str) -> bool:
    if label == UNKNOWN_SPEAKER:
        return True
    if not _may_name(label):
        return False
    name, comma, role = _bare(label).partition(",")
    words = name.split()
    if _IDENTIFIER.match(name):
        return not comma
    if not _is_a_name(words):
        return False
    return not comma or (len(words) > 1 and _is_a_role(role.split()))


def _is_a_name(words: list[str]) -> bool:
    """Whether each word has a capital, is of a script without, or goes between such words; `M. le président` passes as well."""
    shapes = [_shape(word) for word in words]
    if shapes[0] == "sign" or not {"name", "uncased"} & set(shapes):
        return False
    if "small" in shapes:
        return words[0].casefold() in HONORIFICS and len(words) <= 4
    return "name" in shapes or len(words) <= _MOST_UNCASED_WORDS


def _is_a_role(words: list[str]) -> bool:
    """Whether words behind a comma are an office: begins and ends with a capital, and small words lead to one with."""
    shapes = [_shape(word) for word in words]
    solid = {"name", "uncased"}
    if not shapes or shapes[0] not in solid or shapes[-1] not in solid:
        return False
    return all(shape != "small" or following in solid for shape, following in pairwise(shapes))


def _shape(word: str) -> str:
    """name (has a capital where names have one), uncased, particle, small, or sign (holds no letter)."""
    letter = next(filter(str.isalpha, word), "")
    small = word.casefold().strip("'’.")
    if not letter:
        return "sign"
    if small in (PARTICLES if word[0].islower() else ARTICLES):
        return "particle"
    if letter.islower():
        return "name" if _CAPITAL_INSIDE.search(word) else "small"
    return "name" if letter.isupper() or letter.istitle() else "uncased"


def _is_short(name: str) -> bool:
    return len(_bare(name).split()) <= 2
