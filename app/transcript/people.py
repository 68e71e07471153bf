"""Labels of one person in several forms: `Dr. Angela Merkel (CDU)`, `Angela Merkel` and `Merkel, Angela`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.transcript.lexicon import TITLES, TITLES_IN_FULL
from app.transcript.names import bare, key
from app.transcript.turn import UNKNOWN_SPEAKER

MOST_TOLD = 5  # groups of labels in a warning
_GENERATIONS = frozenset(("jr", "sr"))  # behind the last name they tell a father from a son
_TITLES = TITLES | TITLES_IN_FULL
_OF_MEN = frozenset(("mr", "m", "herr", "monsieur", "señor", "signor", "senhor", "sir", "lord", "pan", "господин"))
_OF_WOMEN = frozenset(
    (
        "mrs",
        "ms",
        "miss",
        "mme",
        "mlle",
        "frau",
        "madame",
        "señora",
        "señorita",
        "signora",
        "sra",
        "srta",
        "dame",
        "lady",
        "pani",
    )
)


@dataclass(frozen=True)
class _Named:
    """A label's name in its words without titles, and what is added in brackets and behind a comma."""

    words: tuple[str, ...]
    bracket: str
    role: str
    title: str = ""

    @classmethod
    def of(cls, label: str) -> _Named:
        inner = bare(label)
        bracket = key(label[len(inner) :]).strip("()[]（）| ")
        name, comma, behind = inner.partition(",")
        words, added = _words(name), _words(behind)
        if comma and len(name.split()) == len(behind.split()) == 1:
            return cls((*added, *words), bracket, "")  # `Merkel, Angela`; a single surname before a role looks the same
        return cls(words, bracket, " ".join(added), key(name.partition(" ")[0]).strip("."))


def _words(text: str) -> tuple[str, ...]:
    """The words of a name as they are written, without titles."""
    words = [word for each in text.split() if (word := each.strip(","))]
    generation = [key(word).strip(".") for word in words[1:] if key(word).strip(".") in _GENERATIONS]
    return (*(word for word in words if key(word).strip(".") not in _TITLES), *generation)


def same_people(labels: Iterable[str]) -> tuple[Mapping[str, str], tuple[tuple[str, ...], ...]]:
    """Label -> the label of the same person that is to stand for it, and groups of labels that may be one person.

    It is certain that two are one if first and last name are the same, and nothing but a title is added. Parties and roles
    are left as they are: who reads a record may want to know in what role somebody spoke."""
    named = {label: _Named.of(label) for label in labels if label != UNKNOWN_SPEAKER}
    by_name: defaultdict[frozenset[str], list[str]] = defaultdict(list)
    for label, name in named.items():
        if name.words and not any(word.isdigit() for word in name.words):
            by_name[frozenset(name.words)].append(label)
    alike = [found for found in by_name.values() if len(found) > 1]
    certain = [found for found in alike if _are_one([named[label] for label in found])]
    stands_for = {label: found[0] for found in certain for label in found[1:]}
    return stands_for, tuple(tuple(found) for found in alike if found not in certain)


def of_one_case(labels: Iterable[str]) -> Mapping[str, str]:
    """Label -> the first label that differs from it in nothing but capitals, as people type them: `nora` is `Nora`."""
    first: dict[str, str] = {}
    alike = {label: first.setdefault(label.casefold(), label) for label in labels if label != UNKNOWN_SPEAKER}
    return {label: shown for label, shown in alike.items() if label != shown}


def _are_one(names: list[_Named]) -> bool:
    """Whether *names*, which have the same words, are surely one person's: in full, in the same order, with titles at most."""
    titles = {name.title for name in names}
    if titles & _OF_MEN and titles & _OF_WOMEN:
        return False
    is_full = all(len(name.words) > 1 for name in names)
    return is_full and len({name.words for name in names}) == 1 and not any(name.bracket or name.role for name in names)


def warnings_of(groups: Iterable[tuple[str, ...]]) -> Iterable[str]:
    """What is to be told of labels that may be one person."""
    found = list(groups)
    if found:
        shown = "; ".join(" / ".join(group) for group in found[:MOST_TOLD])
        more = f"; and {len(found) - MOST_TOLD} more" if len(found) > MOST_TOLD else ""
        yield f"labels that may be one person are kept apart: {shown}{more}"
