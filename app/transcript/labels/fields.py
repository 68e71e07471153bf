"""Tells labels that head fields, entries and paragraphs of documents from those of people who speak."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise

from app.transcript import names
from app.transcript.field_names import AGENCIES, FIELDS, PARTS, PLACES
from app.transcript.labels import forms
from app.transcript.labels.found import Found
from app.transcript.labels.tally import Standing
from app.transcript.lexicon import ANSWERS, ITEMS, OPENERS, QUESTIONS, REMARKS
from app.transcript.names import Likeness

_FORMS = frozenset(
    (
        *(
            forms.COLON,
            forms.COLON_ALONE,
            forms.TIGHT_COLON,
            forms.CHAT,
            forms.BRACKETS,
            forms.BULLET,
            forms.BOLD,
            forms.HEADING,
        ),
        *(forms.DASH, forms.TIME_AND_NAME, forms.NAME_AND_TIME, forms.TIME_AND_COLON, forms.PARENTHESES, forms.FULL_STOP),
    )
)
_FEWEST = 4  # labels
_MOST = 2 / 3  # of the labels are words of documents
_IN_ORDER = 1 / 3  # of the labels, if they come in the same order again and again
_FEWEST_IN_ORDER = 3  # kinds of label, and how often they come in that order
_SAME_ORDER = 0.8  # of the kinds of label in each of the sequences
_TALK = 0.2  # of what stands behind the labels is said by and to somebody
_SOMEBODY = 1 / 8  # of the labels are full names
_FEWEST_PLACES = 3
_OFTEN = 2  # times that each place speaks, on average, if it is an office
_FEWEST_TERMS = 8  # in the order of the alphabet
_EXPLAINED = 1 / 4  # of these terms
_NEARLY_ALL = 0.9
_ASKS_OR_TELLS = re.compile(
    r"[?？؟]|\b(?:i|i['’](?:m|ll|ve|d)|we|we['’](?:re|ll|ve)|my|our|me|us|let['’]s|thanks|yes|yeah|okay|ok|hello|hi"
    r"|je|j['’]|nous|mon|ma|mes|notre|merci|oui|bonjour|ich|wir|mein|meine|unser|unsere|mir|mich|uns|danke|ja"
    r"|yo|mi|nosotros|nuestro|nuestra|creo|gracias|sí|hola|io|noi|mio|mia|grazie|ciao|eu|nós|meu|minha|obrigad[oa]"
    r"|ik|wij|mijn|ons|bedankt|я|мы|мне|нас|мой|наш|спасибо|да|привет|أنا|نحن|شكرا|אני|אנחנו|תודה|मैं|हम)(?![\w-])"
    r"|[我私僕俺]|谢谢|ありがと",
    re.IGNORECASE,
)
_PART = re.compile(r"(?P<word>[^\W\d_]+)\.?(?: #?|#)(?:\d{1,9}(?:\.\d{1,3}){0,3}[a-z]?|[A-Za-z]|[ivxIVX]{1,5})$")
_HEADER = re.compile(
    r"(?:x|content|mime|message|list|return|reply|dkim|arc|accept|cache|user|access)-[a-z0-9-]{2,40}$"
)  # of a mail
_KEY = re.compile(  # of JSON, of a program
    r"\"[^\"]{1,80}\"$|(?!Mc|Mac|De|La|Le|Du|Di|Van|Jo|Fitz)(?=\w{7})[A-Za-z]{1,60}[a-z][A-Z][A-Za-z\d]{1,60}$"
)
_VALUE = re.compile(r"[\"'{(\[<$]|[-+]?\d|(?:true|false|null|none|nil|yes|no)\b|\S+[,;]?$|.*[;{}\])=,]$", re.IGNORECASE)
_OF_A_KIND = frozenset(  # what a dictionary says of a word
    (
        *("noun", "verb", "adjective", "adverb", "adj", "adv", "pronoun", "preposition", "nom", "verbe", "adjectif"),
        *("substantiv", "adjektiv", "sustantivo", "verbo"),
    )
)
_DEFINES = re.compile(
    r"(?:an?|the|any|one|ein|eine|der|die|das|une?|les?|la|l['’]\w+|el|los|las|una|il|lo|gli|o|os|uma?|de|het|een)\b",
    re.IGNORECASE,
)
_AGENCY = re.compile(r"\((?P<agency>[^()]{2,12})\)$")


def are_fields(standing: Standing, lines: Sequence[str]) -> bool:
    """Whether the labels of the *lines* are those of documents: most are known as such, or some are and all come again and
    again in the same order, and hardly anybody says "I", asks or thanks behind them."""
    if standing.form not in _FORMS or standing.tally.lines < _FEWEST:
        return False
    labels = list(_labels(standing, lines))
    if len(labels) < _FEWEST:
        return False
    times = Counter(found.name.casefold() for found in labels)
    asked = any(name.partition(" ")[0] in QUESTIONS or name == "q" for name in times)
    keys = _keys(standing, labels)
    known = {name for name in times if is_field(name) or (not asked and name in ANSWERS) or name in keys}
    datelines = _are_datelines(standing, times)
    if not known and not datelines and len(times) < len(labels):
        return False
    talk = sum(_talks(found) for found in labels)
    if talk > _TALK * len(labels):
        return False
    if datelines or (not talk and _are_terms(labels)):
        return True
    return not _is_somebody(standing, times, known) and _are_heads(labels, times, known, talk)


def _are_heads(labels: Sequence[Found], times: Counter[str], known: AbstractSet[str], talk: int) -> bool:
    """Whether most of the labels, of which so many have talk behind them, are *known*, or several and all come in order: one
    alone may be somebody's name, where people speak in turn."""
    heads = sum(times[name] for name in known)
    if heads >= _MOST * len(labels):
        return len(known) > 1 or heads == len(labels)
    in_order = len(known) > 1 and _come_in_order([found.name.casefold() for found in labels])
    return in_order and (heads >= _IN_ORDER * len(labels) or not talk)


def _labels(standing: Standing, lines: Sequence[str]) -> Iterator[Found]:
    """The labels of the form, in order. What stands on the next line is said below a label that has nothing behind it."""
    held: Found | None = None
    accepted = standing.returning | standing.once
    for line in filter(None, lines):
        found = standing.tally.found.get(line)
        if held is not None:
            yield held._replace(rest=line) if found is None else held
            held = None
        if found is None or (found.name.casefold() not in accepted and not is_field(found.name.casefold())):
            continue
        if found.rest:
            yield found
        else:
            held = found
    if held is not None:
        yield held


def is_field(name: str) -> bool:
    """Whether *name*, in small letters, heads parts of documents, as far as a name alone tells."""
    bare = names.bare(name)
    if bare in FIELDS or bare in OPENERS or bare in REMARKS or name.rpartition(" ")[2] in _OF_A_KIND:
        return True
    if _HEADER.match(name) is not None:
        return True
    part = _PART.match(name)
    return part is not None and (part["word"] in PARTS or part["word"] in ITEMS or part["word"] in FIELDS)


def _keys(standing: Standing, labels: Sequence[Found]) -> frozenset[str]:
    """The labels that are written as programs write keys (`"name"`, `startTime`), if values stand behind them, and no words:
    people are called so in chats (`AnnLee`)."""
    keys = [found for found in labels if _KEY.match(standing.tally.shown.get(found.name.casefold(), found.name)) is not None]
    values = sum(_VALUE.match(found.rest) is not None for found in keys)
    return frozenset(found.name.casefold() for found in keys) if values >= _MOST * len(keys) else frozenset()


def _is_somebody(standing: Standing, times: Counter[str], known: AbstractSet[str]) -> bool:
    """Whether several labels that are not *known* are names of several words with capitals."""
    shown = ((name, standing.tally.shown[name]) for name in times.keys() - known)
    full = (name for name, each in shown if " " in names.bare(each) and names.likeness(each) >= Likeness.NAME)
    return sum(times[name] for name in full) > _SOMEBODY * times.total()


def _talks(found: Found) -> bool:
    """Whether somebody says what stands behind a label; a question that has a number is one of a list."""
    if found.name.partition(" ")[0].casefold() in QUESTIONS and found.name[-1].isdigit():
        return False
    return _ASKS_OR_TELLS.search(found.rest) is not None


def _are_terms(labels: Sequence[Found]) -> bool:
    """Whether the labels are in the order of the alphabet, each there once, and explained: by an article before what they
    are, or because others are explained with them."""
    terms = [found.name.casefold() for found in labels]
    if len(terms) < _FEWEST_TERMS or any(after <= before for before, after in pairwise(terms)):
        return False
    words = {word.strip(".,;:()") for found in labels for word in found.rest.split() if names.is_small(word[0])}
    explained = sum(_DEFINES.match(found.rest) is not None or found.name.casefold() in words for found in labels)
    return explained >= _EXPLAINED * len(labels)


def _are_datelines(standing: Standing, times: Counter[str]) -> bool:
    """Whether the labels say where news come from. Offices that speak in turn are called by their cities too."""
    if len(times) < _FEWEST_PLACES:
        return False
    places = sum(names.bare(name) in PLACES or _is_of_an_agency(name) for name in times)
    if 2 * places >= len(times) and any(map(_is_of_an_agency, times)):
        return True
    capitals = sum(standing.tally.shown.get(name, name).isupper() for name in times)
    return places >= _NEARLY_ALL * len(times) and (2 * capitals > len(times) or times.total() < _OFTEN * len(times))


def _is_of_an_agency(name: str) -> bool:
    found = _AGENCY.search(name)
    return found is not None and found["agency"].strip() in AGENCIES


def _come_in_order(labels: Sequence[str]) -> bool:
    """Whether the labels come in the order of their first appearance, from the top again and again, hardly one left out."""
    rank = {name: place for place, name in enumerate(dict.fromkeys(labels))}
    numbered = [name for name in rank if _PART.match(name)]
    if len(numbered) > 1:  # `Day 1`, `Day 2`: the same kind
        rank.update(dict.fromkeys(numbered, rank[numbered[0]]))
    kinds = len(set(rank.values()))
    rounds = 1 + sum(rank[after] <= rank[before] for before, after in pairwise(labels))
    return kinds >= _FEWEST_IN_ORDER and rounds >= _FEWEST_IN_ORDER and len(labels) >= _SAME_ORDER * kinds * rounds
