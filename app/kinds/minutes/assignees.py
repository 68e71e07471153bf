"""Who is given a task and only spoken of: "Marta will send the contract by Friday", "das übernimmt die Buchhaltung"."""

from __future__ import annotations

import gettext
import re
from dataclasses import dataclass
from functools import cache

from app.kinds.everyday import LANGUAGES, everyday_words
from app.kinds.meeting import Meeting
from app.kinds.minutes.sentences import CUT, without_lead
from app.kinds.words import flat, sentences_in, stop_words
from app.transcript import TITLES, TITLES_IN_FULL

_SEVERAL = re.compile(r",|\b(?:and|et|und|y|e|en|i)\b")
_ARTICLE = re.compile(r"(?:^|\s)(?:the|our|notre|la|le|les|el|los|las|nuestr\w+)\s+$|l['\u2019]$", re.IGNORECASE)
_PLURALS = {"en": re.compile(r"s$"), "de": re.compile(r"(?:e|en|n)$")}  # of everyday words: "customers", "Briefe"
_NO_PLURAL = re.compile(r"(?!)")
_ASKING = ("?", "\u061f")
_FIRST_NAMES = frozenset(("chad", "georgia", "jordan"))  # of people more often than of states in a meeting
_CONJUNCTION = re.compile(r"(?:^|\s)(?:and|et|und|y|e|en|i)\s+$", re.IGNORECASE)


@dataclass(frozen=True)
class Assignee:
    """Who is to do something: a participant, another person or a team by the words that were said, or None for several."""

    name: str | None


def assignee(meeting: Meeting, text: str, *, has_later_time: bool, has_deadline: bool) -> Assignee | None:
    """Whom *text* gives a task without speaking to them; None if it does not. Of somebody who is neither a participant nor a
    team, it must be said when, or with stress ("it's Marta who …"): much is told of others. It must also be said until when,
    or the meeting must know that this is a person: products and firms do things *on* a day ("Windows will install it on
    Tuesday"), and people promise them *by* one."""
    pack = meeting.heard
    if CUT in text:
        return None  # what is cut off may take it back
    bare = without_lead(text, pack)
    found = re.search(pack.doer, bare, re.IGNORECASE)
    if found is None or re.search(f"{pack.denial}|{pack.supposed}", bare, re.IGNORECASE):
        return None
    who, begin = found[found.lastindex or 0], found.start(found.lastindex or 0)
    before = bare[:begin]
    is_sure = (has_later_time or _is_stressed(before)) and not _ARTICLE.search(before)
    is_sure = is_sure and not re.search(f"{pack.public}|{pack.elsewhere}", bare, re.IGNORECASE)
    is_person = has_deadline or _is_stressed(before) or bool(re.match(pack.belonging, bare[begin + len(who) :], re.IGNORECASE))
    names = [_named(meeting, each.strip(), is_sure, is_person) for each in _SEVERAL.split(who) if each.strip()]
    if None in names:
        return None
    return Assignee(names[0] if len(names) == 1 else None)


def _is_stressed(before: str) -> bool:
    """Whether words such as "it's" or "das übernimmt" stand *before* the name of who does it; an article of
    one letter is none (Portuguese)."""
    said = before.rstrip()
    return said[-1:].isalpha() and len(said.strip()) > 1 and not _CONJUNCTION.search(before)


def _named(meeting: Meeting, who: str, is_sure: bool, is_person: bool) -> str | None:
    """The participant, the person or the team that is called *who*; None if that is nobody known."""
    pack = meeting.heard
    people = meeting.people.speaks_as(who)
    if people or re.fullmatch(pack.team, who, re.IGNORECASE):
        return people[0] if len(people) == 1 else None if people else who
    if flat(who) in map(flat, pack.weekdays):
        return None
    words = [word for word in who.split() if flat(word) not in TITLES | TITLES_IN_FULL]
    is_name = meeting.has_capitals and bool(words) and all(_is_a_name(meeting, word) for word in words)
    has_title = len(words) < len(who.split())
    if not is_sure or not is_name:
        return None
    is_known = _is_known(meeting, who)
    is_thing = _is_said(meeting, pack.impersonal, who) or (flat(who) in states(pack.code) and not is_known)
    return who if (is_person or has_title or is_known) and not is_thing else None


def _is_known(meeting: Meeting, who: str) -> bool:
    """Whether somebody in the meeting speaks of *who* as people speak of people: "ask Marta", "Marta said", "Marta from
    finance", or names that person when they are asked who does something."""
    pack = meeting.heard
    frame = rf"{pack.personal}|\bNAME(?:{pack.belonging})(?:\w+ )?(?:{pack.team})(?!\w)"
    return _is_said(meeting, frame, who) or _is_an_answer(meeting, who)


def _is_an_answer(meeting: Meeting, who: str) -> bool:
    """Whether a turn that begins with *who* answers a question for who does something: "Who calls?" "Marta will call"."""
    for number, turn in meeting.turns.items():
        before = meeting.turns.get(number - 1)
        if before and turn.text.startswith(f"{who} ") and before.text.rstrip().endswith(_ASKING):
            *_, asked = sentences_in(before.text) or [before.text]
            if re.match(rf"\W*(?:{meeting.heard.whose})", asked, re.IGNORECASE):
                return True
    return False


def _is_said(meeting: Meeting, frame: str, who: str) -> bool:
    """Whether a turn has *who* in a *frame*: a regular expression with "NAME" where that stands."""
    said = re.compile(frame.replace("NAME", rf"(?-i:{re.escape(who)})\b"), re.IGNORECASE)
    return any(who in turn.text and said.search(turn.text) for turn in meeting.turns.values())


@cache
def states(language: str) -> frozenset[str]:
    """What states are called in *language*, and in English, by ISO 3166-1."""
    import pycountry

    told = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=[language], fallback=True).gettext
    names = {name for each in pycountry.countries for name in (each.name, getattr(each, "common_name", each.name))}
    return frozenset(flat(said.partition(",")[0]) for name in names for said in (name, told(name))) - _FIRST_NAMES


def _is_a_name(meeting: Meeting, word: str) -> bool:
    """Whether *word* is written with one capital letter in the whole meeting, and is none that people say every day."""
    pack = meeting.heard
    weak = stop_words(pack.code) | pack.common | (everyday_words(pack.code) if pack.code in LANGUAGES else frozenset())
    parts = flat(word).split()  # "celui-ci"
    several = _PLURALS.get(pack.code, _NO_PLURAL)
    is_weak = all(part in weak or several.sub("", part) in weak for part in parts)
    return word[0].isupper() and not word.isupper() and word.casefold() not in meeting.small_words and not is_weak
