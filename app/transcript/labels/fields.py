"""Tells labels that head fields, entries and paragraphs of documents from those of people who speak."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from itertools import pairwise

from app.transcript import names
from app.transcript.field_names import AGENCIES, CALLED_BY_NUMBER, CALLED_SO, FIELDS, PARTS, PLACES
from app.transcript.labels import forms
from app.transcript.labels.found import Found
from app.transcript.labels.tally import Standing
from app.transcript.lexicon import ANSWERS, ITEMS, NOTED, OPENERS, QUESTIONS, REMARKS, words_of
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
_EXPLAINED = 3 / 4  # of these terms
_USED = 1 / 4  # of them, in small letters, where others are explained
_NEARLY_ALL = 0.9
_ASKS_OR_TELLS = re.compile(
    r"[?？؟]|\b(?:i|i['’](?:m|ll|ve|d)|we|we['’](?:re|ll|ve)|my|our|me|us|let['’]s|thanks|yes|yeah|okay|ok|hello|hi"
    r"|je|nous|mon|ma|mes|notre|merci|oui|bonjour|ich|wir|mein|meine|unser|unsere|mir|mich|uns|danke|ja"
    r"|yo|mi|nosotros|nuestro|nuestra|creo|gracias|sí|hola|io|noi|mio|mia|grazie|ciao|eu|nós|meu|minha|obrigad[oa]"
    r"|ik|wij|mijn|ons|bedankt|jag|jeg|mig|meg|vi|tack|takk|hej|hei|já|jsem|jsme|mám|můj|díky|děkuji|ahoj"
    r"|mam|mnie|mój|dziękuję|cześć|(?-i:ben|biz)|benim|bizim|merhaba|teşekkürler|evet"
    r"|я|мы|мне|нас|мой|наш|спасибо|да|привет|أنا|نحن|شكرا|سلام|ممنون|هستم|کردم|دارم|من(?=[^\n]{0,80}[پچژگکی])"
    r"|אני|אנחנו|תודה|मैं|हम)(?![\w-])"
    r"|\bj['’]\w|\w{2}(?:łem|łam|liśmy|łyśmy|yorum|yoruz|ıyorum|acağım|eceğim|dım|düm|dim)\b|[我私僕俺]|谢谢|ありがと",
    re.IGNORECASE,
)
_PART = re.compile(r"(?P<word>[^\W\d_]+)\.?(?: #?|#)(?P<number>\d{1,9}(?:\.\d{1,3}){0,3}[a-z]?|[A-Za-z]|[ivxIVX]{1,5})$")
_HEADERS = frozenset(  # of a mail, of HTTP
    (
        *("content-type", "content-transfer-encoding", "content-disposition", "content-language", "content-length"),
        *("content-id", "content-encoding", "content-location", "content-md5", "content-description", "content-range"),
        *("mime-version", "message-id", "return-path", "return-receipt-to", "reply-to", "in-reply-to", "delivered-to"),
        *("dkim-signature", "arc-seal", "arc-message-signature", "arc-authentication-results", "authentication-results"),
        *("received-spf", "list-id", "list-unsubscribe", "list-unsubscribe-post", "list-post", "list-help", "list-owner"),
        *("list-subscribe", "list-archive", "user-agent", "accept-language", "accept-encoding", "accept-charset"),
        *("accept-ranges", "cache-control", "access-control-allow-origin", "access-control-allow-methods"),
        *("access-control-allow-headers", "access-control-allow-credentials", "access-control-expose-headers"),
        *("thread-topic", "thread-index", "feedback-id", "auto-submitted", "errors-to", "message-size", "last-modified"),
    )
)
_KEY = re.compile(  # of JSON, of a program, of what a program adds to a mail
    r"[xX]-[\w-]{2,40}$|\"[^\"]{1,80}\"$|(?!Mc|Mac|De|La|Le|Du|Di|Van|Jo|Fitz)(?=\w{7})[A-Za-z]{1,60}[a-z][A-Z][A-Za-z\d]{1,60}$"
)
_VALUE = re.compile(r"[\"'{(\[<$]|[-+]?\d|(?:true|false|null|none|nil|yes|no)\b|\S+[,;]?$|.*[;{}\])=,]$", re.IGNORECASE)
_OF_A_KIND = frozenset(  # what a dictionary says of a word, a manual of a paragraph
    (
        *("noun", "verb", "adjective", "adverb", "adj", "adv", "pronoun", "preposition", "nom", "verbe", "adjectif"),
        *("substantiv", "adjektiv", "sustantivo", "verbo", "example", "examples"),
    )
)
_FAILURES = ("error", "exception")  # `ValueError`
_DEFINES = re.compile(
    r"(?:an?|the|any|one|ein|eine|der|die|das|une?|les?|la|l['’]\w+|el|los|las|una|il|lo|gli|o|os|uma?|de|het|een)\b",
    re.IGNORECASE,
)
_NEAR = 6  # words
_VERBS = words_of(
    """is are was were has have had will went came goes ist sind war hat wird est sont était a es son está
    están è sono é são heeft zijn"""
)
_RELATIVES = words_of("""that which who of for with in on by from to as or and where into at der die das qui que che où dat""")
_AGENCY = re.compile(r"\((?P<agency>[^()]{2,12})\)$")


def are_fields(standing: Standing, lines: Sequence[str]) -> bool:
    """Whether the labels of the *lines* are those of documents: most are known as such, or some are and all come again and
    again in the same order, and hardly anybody says "I", asks or thanks behind them."""
    if standing.form not in _FORMS or standing.tally.lines < _FEWEST:
        return False
    labels = _of_the_middle(standing, list(_labels(standing, lines)))
    if len(labels) < _FEWEST:
        return False
    said = [found.name.casefold() for found in labels]
    times = Counter(said)
    asked = any(name.partition(" ")[0] in QUESTIONS or name == "q" for name in times)
    keys = _keys(standing, labels, times)
    known = heads(said) | keys
    known |= {name for name in times if not asked and name in ANSWERS}
    datelines = _are_datelines(standing, times)
    if not known and not datelines and len(times) < len(labels):
        return False
    accepted = standing.returning | standing.once
    heard = [found for found in labels if found.name.casefold() in accepted] or labels
    talk = sum(map(_talks, heard))
    if talk >= _TALK * len(heard) or (not datelines and _speak_in_turn(standing, lines, times)):
        return False
    if datelines or (not talk and not _is_somebody(standing, times, known) and _are_terms(labels)):
        return True
    parted = 0 < lines.count("") < len(labels)
    return not _is_somebody(standing, times, known) and _are_heads(labels, times, known, talk, parted=parted)


def _are_heads(labels: Sequence[Found], times: Counter[str], known: AbstractSet[str], talk: int, *, parted: bool) -> bool:
    """Whether most of the labels, of which so many have talk behind them, are *known*, or several and all come in order: one
    alone may be somebody's name, where people speak in turn, and few are told from people by how entries are *parted*."""
    heads = sum(times[name] for name in known)
    unknown = times.total() - heads
    if unknown > len(times.keys() - known) and all(map(_PART.match, known)):  # `Moderator:` beside `Table 1:`, `Table 2:`
        return False
    if heads == len(labels):
        return True
    in_order = _come_in_order([found.name.casefold() for found in labels])
    are_said = 2 * sum(_is_a_sentence(found.rest) for found in labels) > len(labels)
    if len(times) <= _FEWEST_IN_ORDER and not (parted and in_order) and are_said:
        return False  # three people may be called `North`, `South` and `Ann`
    if heads >= _MOST * len(labels):
        return len(known) > 1
    return in_order and len(known) > 1 and (heads >= _IN_ORDER * len(labels) or not talk)


def _speak_in_turn(standing: Standing, lines: Sequence[str], times: Counter[str]) -> bool:
    """Whether all labels are what people are called too, each comes again, and nothing parts the lines with them, as records
    of a document would be parted: `North: One club.`, `East: Pass.` Figures and forecasts end with no full stop."""
    if len(times) < _OFTEN or min(times.values()) < _OFTEN or not times.keys() <= CALLED_SO:
        return False
    labelled = [number for number, line in enumerate(lines) if line in standing.tally.found]
    if not all(found.rest[-1:] in forms.ENDS_OF_SPEECH for found in standing.tally.found.values()):
        return False
    middle = lines[labelled[0] : labelled[-1] + 1]
    said = sum(line in standing.tally.found for line in middle)
    return said + middle.count("") == len(middle) and middle.count("") in (0, said - 1)


def _is_a_sentence(text: str) -> bool:
    return text.count(" ") > 1 and text[-1] in forms.ENDS_OF_SPEECH


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


def _of_the_middle(standing: Standing, labels: list[Found]) -> list[Found]:
    """The *labels* without fields of a head above those who speak, and of a foot below."""
    said = [found.name.casefold() for found in labels]
    times = {name: often for name, often in Counter(said).items() if not is_field(name)}
    if not times:
        return labels
    again = {name for name, often in times.items() if often > 1 and name in standing.returning}
    if len(again) > 1:
        first, last = _first_and_last(said, again)
        if 2 * sum(name in again for name in said[first:last]) >= last - first:  # people speak in turn
            return labels[first:last]
    first, last = _first_and_last(said, times.keys())
    kept = {name for name, often in standing.tally.seen.items() if often > 1} | standing.once
    return [found for number, found in enumerate(labels) if first <= number < last or said[number] in kept]


def _first_and_last(said: Sequence[str], names: AbstractSet[str]) -> tuple[int, int]:
    """Where the first of the *names* stands, and where those that are *said* go on behind the last."""
    places = [number for number, name in enumerate(said) if name in names]
    return places[0], places[-1] + 1


def heads(said: Sequence[str]) -> frozenset[str]:
    """Those of the names that are *said*, in small letters and in order, that head parts of documents."""
    return frozenset(filter(is_field, set(said))) - _numbered_people(said)


def noted(times: Mapping[str, int]) -> frozenset[str]:
    """Those names in small letters, each said so many *times*, that head what is noted between several who speak again."""
    notes = times.keys() & NOTED
    people = sum(often > 1 and not is_field(name) for name, often in times.items()) if notes else 0
    return frozenset(notes) if people > 1 else frozenset()


def _numbered_people(said: Sequence[str]) -> frozenset[str]:
    """The numbered names whose numbers fall, as those of people do who answer each other: `Desk 2`, `Desk 1`."""
    parts = {name: part for name in set(said) if (part := _PART.match(name)) is not None and _may_be_called_so(part)}
    numbers: dict[str, list[str]] = {}
    for name in said if parts else ():
        if name in parts:
            numbers.setdefault(parts[name]["word"], []).append(name)
    fall = (each for each in numbers.values() if any(_rank(after) < _rank(before) for before, after in pairwise(each)))
    return frozenset(name for each in fall for name in each)


def _may_be_called_so(part: re.Match[str]) -> bool:
    return part["word"] not in PARTS and "#" not in part.string and "." not in part["number"]


def _rank(name: str) -> tuple[int, str]:
    """Where a numbered label stands among others of its kind."""
    number = name.rpartition(" ")[2]
    return len(number) if number.isdigit() else 0, number


@lru_cache(1024)
def is_field(name: str) -> bool:
    """Whether *name*, in small letters, heads parts of documents, as far as a name alone tells."""
    bare = names.bare(name)
    if bare in FIELDS or bare in OPENERS or bare in REMARKS or name in _HEADERS:
        return True
    if name.rpartition(" ")[2] in _OF_A_KIND or (" " not in name and name.endswith(_FAILURES)):
        return True
    part = _PART.match(name)
    if part is None or part["word"] in CALLED_BY_NUMBER:
        return False
    return part["word"] in PARTS or part["word"] in ITEMS or part["word"] in FIELDS


def _keys(standing: Standing, labels: Sequence[Found], said: Iterable[str]) -> frozenset[str]:
    """Those of the names that are *said*, in small letters, that are written as programs write keys (`"name"`, `startTime`),
    if values stand behind the *labels* with them, and no words: people are called so in chats (`AnnLee`)."""
    keys = frozenset(name for name in said if _KEY.match(standing.tally.shown[name]) is not None)
    behind = [found.rest for found in labels if found.name.casefold() in keys] if keys else []
    values = sum(_VALUE.match(rest) is not None for rest in behind)
    return keys if values >= _MOST * len(behind) else frozenset()


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


def talk_below(standing: Standing, lines: Sequence[str]) -> bool:
    """Whether somebody says what stands below most of the labels, which have lines of their own."""
    said = [line for line in lines if line]
    below = [after for line, after in pairwise(said) if line in standing.tally.found and after not in standing.tally.found]
    return bool(below) and 2 * sum(_ASKS_OR_TELLS.search(each) is not None for each in below) >= len(below)


def _are_terms(labels: Sequence[Found]) -> bool:
    """Whether the labels are in the order of the alphabet, each there once, and explained: by an article before what they
    are, or because others are explained with them."""
    terms = [found.name.casefold() for found in labels]
    if len(terms) < _FEWEST_TERMS or any(after <= before for before, after in pairwise(terms)):
        return False
    words = {word.strip(".,;:()") for found in labels for word in found.rest.split() if names.is_small(word[0])}
    used = sum(term in words for term in terms)
    explained = sum(_defines(found.rest) or found.name.casefold() in words for found in labels)
    return explained >= (_EXPLAINED if used < _USED * len(terms) else _USED) * len(terms)


def _defines(text: str) -> bool:
    """Whether *text* says what something is, without a verb near its article: `The floor of a ship`, not `The page is done`."""
    if _DEFINES.match(text) is None:
        return False
    first = text.casefold().split()[:_NEAR]
    return not any(word in _VERBS and before not in _RELATIVES for before, word in pairwise(first))


def _are_datelines(standing: Standing, times: Counter[str]) -> bool:
    """Whether the labels say where news come from. Offices that speak in turn are called by their cities too."""
    if len(times) < _FEWEST_PLACES:
        return False
    by_agencies = {name for name in times if _is_of_an_agency(standing.tally.shown.get(name, name))}
    known = {name for name in times if names.bare(name) in PLACES}
    places = by_agencies | known
    if _is_somebody(standing, times, places):
        return False
    if by_agencies and known and 2 * len(places) >= len(times):
        return True
    return len(places) >= _NEARLY_ALL * len(times) and times.total() < _OFTEN * len(times)


def _is_of_an_agency(shown: str) -> bool:
    """Whether an agency stands behind a place: `LYON (AFP)`; people have parties and employers."""
    found = _AGENCY.search(shown)
    if found is None or found["agency"].strip().casefold() not in AGENCIES:
        return False
    place = names.bare(shown)
    return place.casefold() in PLACES or place.isupper()


def _come_in_order(labels: Sequence[str]) -> bool:
    """Whether the labels come in the order of their first appearance, from the top again and again, hardly one left out."""
    rank = {name: place for place, name in enumerate(dict.fromkeys(labels))}
    numbered = [name for name in rank if _PART.match(name)]
    if len(numbered) > 1:  # `Day 1`, `Day 2`: the same kind
        rank.update(dict.fromkeys(numbered, rank[numbered[0]]))
    kinds = len(set(rank.values()))
    rounds = 1 + sum(rank[after] <= rank[before] for before, after in pairwise(labels))
    return kinds >= _FEWEST_IN_ORDER and rounds >= _FEWEST_IN_ORDER and len(labels) >= _SAME_ORDER * kinds * rounds
