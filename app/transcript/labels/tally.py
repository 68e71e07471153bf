"""What is counted of one form of label in a transcript, and how the form stands by that."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from app.transcript import names, stamps
from app.transcript.labels import forms
from app.transcript.labels.found import Found

_FULL_LINE = 50  # characters
_MOST_BEHIND_A_COUNT = 4  # words
WITH_RESTS = {forms.DASH, forms.PARENTHESES, forms.ARROW}
LOOKED_AT = forms.OWN_LINE | WITH_RESTS  # what stands below tells whether they are labels


@dataclass
class Tally:
    """What was counted of one form."""

    lines: int = 0
    seen: Counter[str] = field(default_factory=Counter)
    shown: dict[str, str] = field(default_factory=dict)
    linked: Counter[str] = field(default_factory=Counter)
    places: list[tuple[int, str]] = field(default_factory=list)  # the numbers of lines, and the names in them
    apart: Counter[str] = field(default_factory=Counter)  # lines behind an empty one
    rests: set[tuple[str, str]] = field(default_factory=set)  # names and what stands behind them, of `WITH_RESTS`
    small: Counter[str] = field(default_factory=Counter)  # lines whose speech begins with a small letter
    counts: int = 0  # lines with a count and hardly more behind the label: `Flour: 200 g`
    wrapped: Counter[str] = field(default_factory=Counter)  # lines behind one that is full and ends within a sentence
    found: dict[str, Found] = field(default_factory=dict)  # by line

    def add(self, form: str, line: str, number: int, found: Found, *, apart: bool, wrapped: bool) -> None:
        name = found.name.casefold()
        self.lines += 1
        self.seen[name] += 1
        self.shown.setdefault(name, found.name)
        if apart:
            self.apart[name] += 1
        if wrapped and not found.rest:
            self.wrapped[name] += 1
        if form in LOOKED_AT:
            self.places.append((number, name))
        if form in WITH_RESTS:
            self.rests.add((name, found.rest[:64]))
        if is_linked(found):
            self.linked[name] += 1
        if found.rest[:1].isdigit() and is_count(found.rest):
            self.counts += 1
        if names.is_small(found.rest[:1]):
            self.small[name] += 1
        self.found[line] = found

    def with_(self, other: Tally) -> Tally:
        return Tally(
            self.lines + other.lines,
            self.seen + other.seen,
            {**other.shown, **self.shown},
            self.linked + other.linked,
            self.places,
            self.apart,
            self.rests | other.rests,
            self.small + other.small,
            self.counts + other.counts,
            self.wrapped + other.wrapped,
            {**other.found, **self.found},
        )


@dataclass(frozen=True)
class Standing:
    """How a form stands in the election: its names that come again, those that are seen once and look like names, and labels
    of notes between those who speak."""

    form: str
    tally: Tally
    returning: frozenset[str]
    once: frozenset[str]
    noted: frozenset[str] = frozenset()

    @property
    def returning_lines(self) -> int:
        return sum(self.tally.seen[name] for name in self.returning)

    @property
    def labelled(self) -> int:
        return self.returning_lines + len(self.once)

    @property
    def score(self) -> int:
        return self.returning_lines + self.labelled


def is_linked(found: Found) -> bool:
    """Whether what stands behind the name is an address, as behind `http:`."""
    return " " not in found.rest and names.is_link(found.rest)


def is_count(rest: str) -> bool:
    """Whether *rest* is a number with few words behind it, and no time."""
    return rest.count(" ") < _MOST_BEHIND_A_COUNT and rest[-1] not in ".!?…。" and stamps.front(rest) is None


def is_cut(line: str) -> bool:
    """Whether a line is as long as a full one on paper and its sentence goes on in the next."""
    return len(line) >= _FULL_LINE and (line[-1].isalnum() or line[-1] in ",-–")
