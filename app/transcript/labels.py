"""Decides which one form of label a transcript has; the lines of that form alone name speakers.

For every form, the lines that have it and the names that come again in them are counted. The form with most of them wins if it
has enough of the lines, or names that come again. A label that comes again is a name whatever signs it holds; one that is seen
once is a name only if it looks like the others."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import islice, pairwise, takewhile
from typing import NamedTuple

from app.transcript import forms, names
from app.transcript.forms import Found
from app.transcript.lexicon import ARTICLES, CROWD, OFFICES, OPENERS, TITLES, VERBS
from app.transcript.names import Likeness
from app.transcript.turn import UNKNOWN_SPEAKER

NO_SPEAKERS = "no speakers found"

_ENOUGH = 0.25  # of the lines have a label, or labels seen once are speech
_NEARLY_ALL = 0.9
_FULL_LINE = 50  # characters
_SEVERAL = 4  # blocks of lines
_FEWEST_LISTED = 2  # points above a talk
_MOST_SHOWN = 5  # names in a warning
# If two forms have the same counts, the one with the more telling sign wins.
_ORDER = (
    forms.STENOGRAPHIC,
    forms.FROM_TO,
    forms.STOP_AND_DASH,
    forms.CIRCLE,
    forms.CORNERS,
    forms.SURNAME,
    forms.CHAT,
    forms.ANGLES,
    forms.NAME_AND_TIME,
    forms.BRACKETS,
    forms.PARENTHESES,
    forms.TIME_AND_COLON,
    forms.COLON,
    forms.COLON_ALONE,
    forms.TIGHT_COLON,
    forms.TIME_INSIDE,
    forms.BULLET,
    forms.BOLD,
    forms.HEADING,
    forms.TIME_AND_NAME,
    forms.FULL_STOP,
    forms.DASH,
    forms.ARROW,
    forms.NAME_ALONE,
)
_LOOKED_AT = forms.OWN_LINE | {forms.DASH}  # what stands below tells whether they are labels
# Forms whose labels are like names, or unlike, in ways of their own.
_OF_THEIR_OWN = (forms.FULL_STOP, forms.NAME_ALONE, forms.STOP_AND_DASH, forms.BRACKETS, forms.PARENTHESES, forms.SURNAME)
_NAMES_AT_SIGHT = (forms.NAME_ALONE, forms.FULL_STOP, forms.TIME_INSIDE, forms.ARROW)
_MAY_BE_DENSE = (  # forms of which nearly every line, or every other, may have one
    *(forms.COLON, forms.COLON_ALONE, forms.TIGHT_COLON, forms.TIME_INSIDE, forms.BULLET),
    *(forms.BOLD, forms.HEADING, forms.DASH, forms.ARROW, forms.NAME_ALONE),
)
_TIMED = (forms.NAME_AND_TIME, forms.TIME_AND_NAME)
_WITH_SLIPS = (forms.COLON, forms.COLON_ALONE, forms.TIGHT_COLON)
_OF_ONE_LINE = (forms.COLON, forms.COLON_ALONE)
_BY_MESSAGE = (forms.CHAT, forms.ANGLES, forms.FROM_TO)
_MOST_OF_ITS_LINES = {  # the share of a form's lines that must name a speaker, for forms that speech has as well
    forms.COLON_ALONE: 0.25,
    forms.TIGHT_COLON: 0.6,
    forms.NAME_AND_TIME: 0.5,
    forms.TIME_AND_NAME: 0.5,
    forms.BULLET: 0.6,
    forms.BOLD: 0.6,
    forms.HEADING: 0.6,
    forms.FULL_STOP: 0.3,
    forms.DASH: 0.6,
    forms.ARROW: 0.6,
    forms.NAME_ALONE: 0.5,
}


class Label(NamedTuple):
    """The label that begins a line: who speaks, what stands behind the label, and the times beside it in seconds.

    *speaker* is empty for a line that the form marks as nobody's, such as a system message of a chat."""

    speaker: str
    rest: str
    start: float | None = None
    end: float | None = None


@dataclass(frozen=True)
class Election:
    """The form of label that a transcript has, and the names that were found in it. *form* is empty if it has no labels."""

    form: str = ""
    warnings: tuple[str, ...] = ()
    _form: str = ""  # of `forms`; a chat export is of another
    _names: frozenset[str] = frozenset()
    _rejected: frozenset[str] = frozenset()
    _declared: frozenset[str] = frozenset()
    _newcomers: Likeness = Likeness.NAME  # how like a name one must be that the election did not see
    _found: Mapping[str, Found] = field(default_factory=dict, repr=False)  # the lines that were looked at and have the form

    def label(self, line: str) -> Label | None:
        """The label of a `plain` line, or None if it has none of the elected form."""
        if not self._form or not line:
            return None
        found = self._found.get(line) or forms.finder(self._form)(line)
        if self._form in _WITH_SLIPS and ":" in (found.name if found else line[: names.LONGEST]):
            slipped = self._slipped(line)
            if slipped is not None:
                return slipped
        if found is not None and (not found.name or self._names_a_speaker(found)):
            name, deed = names.without_deed(found.name)
            return Label(name, f"{deed}: {found.rest}".strip() if deed else found.rest, *found.stamp[:2])
        if self.form == forms.CORNERS:  # what stands outside of them is nobody's
            return Label("", line)
        return self._nobody(line) if self.form == forms.CHAT else None

    @property
    def by_message(self) -> bool:
        """Whether every line with a time is a message of its own, so that one without a name is nobody's."""
        return self.form in _BY_MESSAGE

    def _names_a_speaker(self, found: Found) -> bool:
        name = found.name.casefold()
        if found.name == UNKNOWN_SPEAKER or name in self._names or _is_declared(found.name, self._declared):
            return True
        if name in self._rejected or (self._form == forms.COLON_ALONE and found.rest):
            return False
        return _likeness(self._form, found.name) >= self._newcomers and not names.is_link(found.rest)

    def _slipped(self, line: str) -> Label | None:
        """The label of a speaker who is known from other lines, if no blank stands behind its colon: `Ann :hi`."""
        slipped = forms.tight_colon(line)
        return (
            Label(slipped.name, slipped.rest, *slipped.stamp[:2])
            if slipped and slipped.name.casefold() in self._names
            else None
        )

    def _nobody(self, line: str) -> Label | None:
        timed = forms.timed(line)
        if timed is None or not timed[0].dated:
            return None
        return Label("", timed[1], *timed[0][:2])


def elect(lines: Sequence[str], speakers: Iterable[str] = ()) -> Election:
    """The form of label that the `plain` *lines* have. Empty lines may be left in: they tell a name from a short sentence.

    *speakers* are names that are taken for speakers whatever they look like. One line alone has a label if it begins with
    what looks like a name, and a colon."""
    declared = names.declared(speakers)
    written = list(islice(filter(None, lines), 2))
    if len(written) < 2:
        return _of_one_line("".join(written), declared)
    counted = _Count(declared)
    counted.count(lines)
    return counted.elected()


def _of_one_line(line: str, declared: frozenset[str]) -> Election:
    """The election of *line*, which may be empty."""
    for form, found in forms.candidates(line) if line else ():
        if form in _OF_ONE_LINE and _is_one_label(found, declared):
            return Election(form, _form=forms.COLON, _declared=declared, _found={line: found})
    return Election(warnings=(NO_SPEAKERS,), _form=forms.COLON, _declared=declared)


def _is_one_label(found: Found, declared: frozenset[str]) -> bool:
    if _is_declared(found.name, declared):
        return True
    return names.likeness(found.name) >= Likeness.NAME and not _is_linked(found)


def _is_linked(found: Found) -> bool:
    """Whether what stands behind the name is an address, as behind `http:`."""
    return " " not in found.rest and names.is_link(found.rest)


@dataclass
class _Tally:
    """What was counted of one form."""

    lines: int = 0
    seen: Counter[str] = field(default_factory=Counter)
    shown: dict[str, str] = field(default_factory=dict)
    linked: Counter[str] = field(default_factory=Counter)
    places: list[tuple[int, str]] = field(default_factory=list)  # the numbers of lines, and the names in them
    apart: Counter[str] = field(default_factory=Counter)  # lines behind an empty one
    rests: set[tuple[str, str]] = field(default_factory=set)  # names and what stands behind them, of dashes
    small: Counter[str] = field(default_factory=Counter)  # lines whose speech begins with a small letter
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
        if form in _LOOKED_AT:
            self.places.append((number, name))
        if form == forms.DASH:
            self.rests.add((name, found.rest[:64]))
        if _is_linked(found):
            self.linked[name] += 1
        if found.rest[:1].islower():
            self.small[name] += 1
        self.found[line] = found

    def with_(self, other: _Tally) -> _Tally:
        return _Tally(
            self.lines + other.lines,
            self.seen + other.seen,
            {**other.shown, **self.shown},
            self.linked + other.linked,
            self.places,
            self.apart,
            self.rests | other.rests,
            self.small + other.small,
            self.wrapped + other.wrapped,
            {**other.found, **self.found},
        )


@dataclass(frozen=True)
class _Standing:
    """How a form stands in the election: its names that come again, those that are seen once and look like names."""

    form: str
    tally: _Tally
    returning: frozenset[str]
    once: frozenset[str]

    @property
    def returning_lines(self) -> int:
        return sum(self.tally.seen[name] for name in self.returning)

    @property
    def labelled(self) -> int:
        return self.returning_lines + len(self.once)

    @property
    def score(self) -> int:
        return self.returning_lines + self.labelled


class _Count:
    """Counts the labels of all forms in some lines."""

    def __init__(self, declared: frozenset[str]) -> None:
        self.total = 0
        self.first: dict[str, str] = {}  # the name that the first line has, by form
        self.blocks = 0  # of lines, with empty ones between
        self.opening: defaultdict[str, set[str]] = defaultdict(set)  # the names in the first block, by form
        self.tallies: defaultdict[str, _Tally] = defaultdict(_Tally)
        self._declared = declared
        self._known: dict[tuple[str, str], Likeness] = {}
        self._small: dict[str, bool] = {}  # whether names may be in small letters, by form

    def count(self, lines: Iterable[str]) -> None:
        apart, before = True, ""
        for line in lines:
            if not line:
                apart, before = True, ""
                continue
            self.total += 1
            self.blocks += apart
            wrapped = line[-1] == ":" and _is_cut(before)
            for form, found in forms.candidates(line):
                if self.total == 1:
                    self.first[form] = found.name.casefold()
                self.tallies[form].add(form, line, self.total, found, apart=apart, wrapped=wrapped)
                if self.blocks == 1:
                    self.opening[form].add(found.name.casefold())
            apart, before = False, line

    def elected(self) -> Election:
        standings = [standing for form in _ORDER if (standing := self._standing(form)) is not None]
        if not standings:
            return Election(warnings=(NO_SPEAKERS,), _form=forms.COLON, _declared=self._declared, _newcomers=_NEVER_AGAIN)
        best = max(standings, key=lambda each: each.score)  # the first of several
        return self._winner(best)

    def _winner(self, best: _Standing) -> Election:
        once = self._all_messages(best) if best.form in _BY_MESSAGE else self._once(best)
        accepted = best.returning | once
        doubtful = frozenset(best.once | {name for name in best.tally.seen if self._looks_like_one(best, name)}) - accepted
        shown = best.tally.shown
        said = (
            _said("seen once", [shown[name] for name in best.tally.seen if name in once and best.tally.seen[name] == 1]),
            _said("seen once and read as speech", [shown[name] for name in best.tally.seen if name in doubtful]),
        )
        rejected = frozenset(best.tally.seen) - accepted
        newcomers = Likeness.NAME if best.labelled >= _ENOUGH * self.total else Likeness.FULL_NAME
        return Election(
            best.form, tuple(filter(None, said)), best.form, accepted, rejected, self._declared, newcomers, best.tally.found
        )

    def _looks_like_one(self, best: _Standing, name: str) -> bool:
        """Whether a name that was refused could be one after all, which the report then says."""
        least = Likeness.RETURNING if best.form in _TIMED else Likeness.NAME
        return best.tally.seen[name] == 1 and self._likeness(best.form, best.tally.shown[name]) >= least

    def _all_messages(self, best: _Standing) -> frozenset[str]:
        """The names in a chat export, whose lines a program wrote."""
        return frozenset(name for name, shown in best.tally.shown.items() if not names.is_speech(shown))

    def _once(self, best: _Standing) -> frozenset[str]:
        """Those of the names seen once that are none the less taken for speakers."""
        tally = best.tally
        single = {name for name, times in tally.seen.items() if times == 1 and name not in best.returning}
        if self._is_sure(best):
            written = self._written_alike(best) if best.form in _TIMED else frozenset()
            return frozenset(name for name in single if name in written or self._fits(best, name))
        if best.form in (forms.COLON, forms.COLON_ALONE) and self._begin_all_blocks(best):
            begin = frozenset(name for name in single if tally.apart[name] and self._has_capitals(best, name))
        else:
            begin = frozenset()
        more = self._surnames(best, single) | self._with_offices(best, single)
        return (begin | more | self._once_at_sight(best, single)) - self._of_the_head(best, single)

    def _with_offices(self, best: _Standing, single: AbstractSet[str]) -> frozenset[str]:
        """Names alone with an office behind a dash, `Bo Vale -- Chief Financial Officer`, as beside names that come again."""
        shown = best.tally.shown
        if best.form != forms.NAME_ALONE or all(forms.without_role(shown[name]) == shown[name] for name in best.returning):
            return frozenset()
        with_office = (name for name in single if forms.without_role(shown[name]) != shown[name])
        return frozenset(name for name in with_office if self._likeness(best.form, shown[name]) >= Likeness.FULL_NAME)

    def _surnames(self, best: _Standing, single: AbstractSet[str]) -> frozenset[str]:
        """Single words that are the last of a full name that comes again: `Vale` beside `Mr. Vale`."""
        shown = best.tally.shown
        full = {name for name in best.returning if names.is_full(shown[name])}
        last = {word.strip(")").rpartition(" ")[2].rpartition(".")[2] for name in full for word in (names.bare(name), name)}
        return frozenset(name for name in single if name in last and shown[name][:1].isupper() and not best.tally.small[name])

    def _once_at_sight(self, best: _Standing, single: AbstractSet[str]) -> frozenset[str]:
        tally = best.tally
        if best.form in _MAY_BE_DENSE and self._is_dense(best):
            own = best.form == forms.NAME_ALONE
            short = {name for name in single if self._is_short_one(best, name) and (not own or tally.apart[name])}
            return (best.once | frozenset(short)) - self._listed_first(best)
        if best.labelled < _ENOUGH * self.total or self._deviates_if_short(best):
            return frozenset(name for name in best.once if names.is_full(tally.shown[name]))
        return best.once - self._headings(best)

    def _written_alike(self, best: _Standing) -> frozenset[str]:
        """The names beside which a time stands that nobody says, written as beside the names that come again."""
        tally = best.tally
        written = {found.name.casefold(): _writing(line, found) for line, found in tally.found.items()}
        usual = {written[name] for name in best.returning if name in written} - {None}
        return frozenset(
            name for name in tally.seen if written.get(name) in usual and names.is_brief(tally.shown[name]) and name
        )

    def _headings(self, best: _Standing) -> frozenset[str]:
        """Single words that a small letter follows, if all surer names are full and a capital follows: `Budget: it is late`.

        None if nearly every line has a label: then no line goes on from the one before."""
        tally = best.tally
        full = {name for name in best.once if names.is_full(tally.shown[name])}
        surer = best.returning | full
        if not surer or self._possible(best.form, tally) >= _NEARLY_ALL * self.total:
            return frozenset()
        if any(tally.small[name] or not names.is_full(tally.shown[name]) for name in surer):
            return frozenset()
        return frozenset(name for name in best.once if name not in full and tally.small[name])

    def _listed_first(self, best: _Standing) -> frozenset[str]:
        """The words of a list above the talk, of slides or points: small letters follow them, and none comes again."""
        tally = best.tally
        listed = self.opening[best.form]
        if self.blocks == 1 or len(listed) < _FEWEST_LISTED or not listed <= best.once:
            return frozenset()
        if not all(tally.small[name] for name in listed) or any(tally.small[name] for name in best.returning):
            return frozenset()
        return frozenset(listed)

    def _of_the_head(self, best: _Standing, single: AbstractSet[str]) -> frozenset[str]:
        """What a head above the talk tells of it, as `Meeting`, `Date` and `Client` do: nobody says that."""
        listed = self.opening[best.form]
        known = listed & OPENERS
        if len(known) < _FEWEST_LISTED or self.blocks == 1 or listed & best.returning:
            return frozenset(single & OPENERS)
        return frozenset(listed)

    def _is_sure(self, best: _Standing) -> bool:
        """Whether nearly all lines of a form with telling signs are labels; a time and words with speech below tell as much."""
        tally = best.tally
        if best.form in forms.SURE and best.labelled >= 0.8 * tally.lines:
            return True
        if best.form not in _TIMED or not best.returning:
            return False
        return best.labelled >= 0.5 * tally.lines and self._parted(tally.places) >= _NEARLY_ALL * tally.lines

    def _fits(self, best: _Standing, name: str) -> bool:
        """Whether a label with telling signs is a name. A sentence may end with a time, so such names must be alike."""
        shown = best.tally.shown
        if not self._may_be_sure(best.form, shown[name]):
            return False
        if best.form not in (*_TIMED, forms.TIME_AND_COLON):
            return True
        least = min((self._likeness(best.form, shown[other]) for other in best.returning), default=Likeness.NAME)
        return self._likeness(best.form, shown[name]) >= min(least, Likeness.NAME) and not names.is_remark(
            name.partition(" ")[0]
        )

    def _is_dense(self, best: _Standing) -> bool:
        """Whether nearly every line has what may be a label, or has one above, and some come again."""
        return best.returning_lines >= 2 and self._are_everywhere(best.form, best.tally)

    def _are_everywhere(self, form: str, tally: _Tally) -> bool:
        """Whether nearly every line has what may be a label; where speech begins on the next line, nearly every other line."""
        if form == forms.NAME_ALONE:
            return self._begin_blocks(tally)
        own = form in forms.OWN_LINE
        return (self._possible(form, tally) if not own else 2 * self._parted(tally.places)) >= _NEARLY_ALL * self.total

    def _begin_blocks(self, tally: _Tally) -> bool:
        """Whether names alone on their lines begin nearly all blocks of lines, half of them names that come again so."""
        like = (name for name in tally.apart if self._likeness(forms.NAME_ALONE, tally.shown[name]) > Likeness.NEVER)
        begin = {name: tally.apart[name] for name in like}
        again = sum(times for name, times in begin.items() if times > 1 and times == tally.seen[name])
        enough = self.blocks >= _SEVERAL and self.total >= 2 * _NEARLY_ALL * self.blocks
        return enough and sum(begin.values()) >= _NEARLY_ALL * self.blocks and 2 * again >= self.blocks

    def _begin_all_blocks(self, best: _Standing) -> bool:
        """Whether nearly all blocks of lines begin with what may be a label, in a text of several blocks."""
        tally = best.tally
        begin = sum(
            times for name, times in tally.apart.items() if self._likeness(best.form, tally.shown[name]) > Likeness.NEVER
        )
        return self.blocks >= _SEVERAL and begin >= _NEARLY_ALL * self.blocks

    def _has_capitals(self, best: _Standing, name: str) -> bool:
        """Whether half of a label's words have capitals, two at least, the first among them: an office and a name."""
        shown = best.tally.shown[name]
        words = names.bare(shown).split()
        capitals = sum(word[0].isupper() for word in words)
        like = self._likeness(best.form, shown) > Likeness.NEVER and not best.tally.linked[name]
        return like and capitals > 1 and words[0][0].isupper() and 2 * capitals >= len(words)

    def _possible(self, form: str, tally: _Tally) -> int:
        """How many lines of a form hold what may be a name: `10:30 it was` does not."""
        return sum(times for name, times in tally.seen.items() if self._likeness(form, tally.shown[name]) > Likeness.NEVER)

    def _is_short_one(self, best: _Standing, name: str) -> bool:
        shown = best.tally.shown[name]
        return (
            names.is_short(shown)
            and self._likeness(best.form, shown) > Likeness.NEVER
            and not best.tally.linked[name]
            and name not in OPENERS
        )

    def _deviates_if_short(self, best: _Standing) -> bool:
        """Whether all names that come again are full ones, so that a single word is something else."""
        shown = best.tally.shown
        return best.returning_lines >= 3 and all(names.is_full(shown[name]) for name in best.returning)

    def _standing(self, form: str) -> _Standing | None:
        """How *form* stands, or None if it has too little."""
        tally = self._tally(form)
        if tally is None or not tally.lines:
            return None
        returning = frozenset(name for name in tally.seen if self._returns(form, tally, name))
        once = frozenset(name for name in tally.seen if name not in returning and self._is_one_at_sight(form, tally, name))
        standing = _Standing(form, tally, returning, once)
        return standing if self._has_enough(standing) else None

    def _tally(self, form: str) -> _Tally | None:
        own = self.tallies[form]
        inline, alone = self.tallies[forms.COLON], self.tallies[forms.COLON_ALONE]
        if form == forms.STENOGRAPHIC:
            asked = own.seen["q"] > 1 or (own.seen["q"] and own.seen["a"] and own.lines > 2)
            return own.with_(inline).with_(alone) if asked else None
        if form == forms.TIGHT_COLON:  # such lines and those with a blank are the same form, if it is no slip of the hand
            return own.with_(inline) if own.lines > max(1, inline.lines // 3) else None
        if form == forms.COLON:
            return inline.with_(alone) if self._speech_is_inline() else None
        return None if form == forms.COLON_ALONE and self._speech_is_inline() else own

    def _speech_is_inline(self) -> bool:
        """Whether speech stands behind the colon of a label rather than on the next line."""
        inline = self._good_lines(self.tallies[forms.COLON], forms.COLON)
        return inline > 0 and inline >= self._good_lines(self.tallies[forms.COLON_ALONE], forms.COLON_ALONE)

    def _good_lines(self, tally: _Tally, form: str) -> int:
        return sum(
            times + (times if times > 1 else 0)
            for name, times in tally.seen.items()
            if self._returns(form, tally, name) or self._is_one_at_sight(form, tally, name)
        )

    def _returns(self, form: str, tally: _Tally, name: str) -> bool:
        shown = tally.shown[name]
        if _is_declared(shown, self._declared) or shown == UNKNOWN_SPEAKER or not name:
            return True
        if tally.seen[name] < 2 or _ends_sentences(form, tally, name):
            return False
        if form in forms.SURE:
            return self._may_be_sure(form, shown)
        if name in OPENERS and (form == forms.TIME_AND_NAME or form in forms.OWN_LINE):
            return False
        if form not in _NAMES_AT_SIGHT or self._likeness(form, shown) >= Likeness.NAME or not self._may_be_small(form, tally):
            return self._likeness(form, shown) >= (Likeness.NAME if form in _NAMES_AT_SIGHT else Likeness.RETURNING)
        first = form != forms.NAME_ALONE or tally.apart[name] == tally.seen[name]
        return first and self._likeness(form, shown) >= Likeness.RETURNING

    def _may_be_small(self, form: str, tally: _Tally) -> bool:
        """Whether names in small letters are names beside one that comes again and is a name at first sight."""
        if form not in self._small:
            again = (name for name, times in tally.seen.items() if times > 1)
            known = any(self._likeness(form, tally.shown[name]) >= Likeness.NAME for name in again)
            self._small[form] = form in _MAY_BE_DENSE and known and self._are_everywhere(form, tally)
        return self._small[form]

    def _is_one_at_sight(self, form: str, tally: _Tally, name: str) -> bool:
        shown = tally.shown[name]
        if form in (forms.BRACKETS, forms.PARENTHESES) and names.is_sound(shown):
            return False
        if form == forms.NAME_ALONE and not tally.apart[name]:
            return False
        return (
            tally.seen[name] == 1
            and not _ends_sentences(form, tally, name)
            and self._likeness(form, shown) >= Likeness.NAME
            and not tally.linked[name]
            and name not in OPENERS
        )

    def _may_be_sure(self, form: str, shown: str) -> bool:
        """Whether a label with telling signs around it is a name; in brackets stands what is heard as well."""
        if form in (forms.BRACKETS, forms.PARENTHESES):
            return not names.is_sound(shown)
        if form == forms.NAME_AND_TIME:
            return self._likeness(form, shown) > Likeness.NEVER or names.is_brief(shown)
        return True

    def _likeness(self, form: str, shown: str) -> Likeness:
        known = (form if form in _OF_THEIR_OWN else "", shown)
        if known not in self._known:
            self._known[known] = _likeness(form, shown)
        return self._known[known]

    def _has_enough(self, standing: _Standing) -> bool:
        tally, form = standing.tally, standing.form
        if not standing.labelled or standing.labelled < _MOST_OF_ITS_LINES.get(form, 0.0) * self._possible(form, tally):
            return False
        if form in forms.OWN_LINE:
            return self._heads_speech(standing)
        share = standing.labelled / self.total
        if (form == forms.DASH and self._are_roles(standing)) or (form == forms.FULL_STOP and _are_sentences(tally)):
            return False
        if form in (forms.TIME_AND_COLON, forms.TIME_INSIDE):
            return standing.labelled >= 2 and standing.labelled >= 0.6 * tally.lines
        if form in (forms.DASH, forms.ARROW, forms.TIGHT_COLON, forms.BULLET, forms.BOLD, forms.FULL_STOP):
            often = self._returns_often(standing)
            return (standing.returning_lines >= 2 and (share >= _ENOUGH or often)) or (
                share >= _NEARLY_ALL and standing.labelled >= 2
            )
        return share >= _ENOUGH or self._returns_often(standing)

    def _are_roles(self, standing: _Standing) -> bool:
        """Whether the same stands behind the dash whenever a name comes, and the speech below: `Tim Cook - Analyst`."""
        tally = standing.tally
        same = len(tally.rests) == len(tally.seen) < tally.lines
        return same and self._followed(standing) >= _NEARLY_ALL * standing.labelled

    def _heads_speech(self, standing: _Standing) -> bool:
        """Whether the labels on lines of their own have speech below them."""
        if standing.form == forms.NAME_ALONE:
            return self._stands_alone(standing)
        silent = standing.form == forms.COLON_ALONE and standing.labelled >= _NEARLY_ALL * self.total
        if 2 * self._followed(standing) < standing.labelled and not silent:
            return False
        return standing.returning_lines >= 2 or standing.labelled >= _ENOUGH * self.total

    def _followed(self, standing: _Standing) -> int:
        """How many of the labels have a line below them that is no label."""
        accepted = standing.returning | standing.once
        return self._parted([each for each in standing.tally.places if each[1] in accepted])

    def _parted(self, places: Iterable[tuple[int, str]]) -> int:
        """At how many of the *places* another line stands below."""
        return sum(after > number + 1 for number, after in pairwise([*(number for number, _ in places), self.total + 1]))

    def _stands_alone(self, standing: _Standing) -> bool:
        """Whether names without any sign beside them are labels: they begin blocks of lines, or come often and are full."""
        accepted = standing.returning | standing.once
        apart = sum(standing.tally.apart[name] for name in accepted)
        if apart >= _NEARLY_ALL * standing.labelled:
            return bool(standing.returning) and apart >= 0.4 * self.blocks
        often = standing.returning_lines >= 3 or len(standing.returning) >= 2
        return often and all(names.is_full(standing.tally.shown[name]) for name in standing.returning)

    def _returns_often(self, standing: _Standing) -> bool:
        """Whether names come again so often that few lines with a label are enough: the others go on from the line before.

        If the text begins with one of them, they need not come as often or be as full: notes begin with a title."""
        seen, shown = standing.tally.seen, standing.tally.shown
        begins = self.first.get(standing.form, "") in standing.returning
        sure = [
            name
            for name in standing.returning
            if seen[name] >= 3 or names.is_full(shown[name]) or (begins and name not in OPENERS)
        ]
        return len(sure) >= 2 and 2 * sum(seen[name] for name in sure) >= standing.returning_lines


_NEVER_AGAIN = Likeness.FULL_NAME
_HALF_OF_A_DAY = re.compile(r"\d ?[ap]\.? ?m\b", re.IGNORECASE)


def _ends_sentences(form: str, tally: _Tally, name: str) -> bool:
    """Whether a label with nothing behind it always ends a sentence of the lines above: `I give notice of this` / `Motion:`."""
    return form == forms.COLON and tally.wrapped[name] == tally.seen[name]


def _are_sentences(tally: _Tally) -> bool:
    """Whether nothing stands behind most labels that end with a full stop, as where all words are in capitals."""
    return 2 * sum(not found.rest for found in tally.found.values()) > len(tally.found)


def _is_cut(line: str) -> bool:
    """Whether a line is as long as a full one on paper and its sentence goes on in the next."""
    return len(line) >= _FULL_LINE and (line[-1].isalnum() or line[-1] in ",-–")


def _writing(line: str, found: Found) -> tuple[str, bool, bool] | None:
    """How the time beside a name is written: the sign before it, whether with a date, whether with half a day or seconds.

    None if the time could be said in a sentence, such as `at 10:15`."""
    before, _, behind = line.partition(found.name)
    time = behind.strip() or before.strip()
    sign = "".join(takewhile(lambda each: not each.isalnum(), time)).strip()
    exact = time.count(":") > 1 or _HALF_OF_A_DAY.search(time) is not None
    return (sign, found.stamp.dated, exact) if sign or found.stamp.dated or exact else None


def _is_declared(name: str, declared: AbstractSet[str]) -> bool:
    return bool(declared) and (name.casefold() in declared or names.bare(name).casefold() in declared)


def _likeness(form: str, name: str) -> Likeness:
    if form == forms.FULL_STOP:
        return _titled(name)
    if form == forms.SURNAME:
        return Likeness.FULL_NAME
    if form == forms.NAME_ALONE:
        return names.likeness(forms.without_role(name))
    if form in (forms.BRACKETS, forms.PARENTHESES) and names.NUMBERED.fullmatch(name):
        return Likeness.NAME
    if form == forms.STOP_AND_DASH:
        return names.likeness(name.partition(",")[0])
    return names.likeness(name)


def _titled(name: str) -> Likeness:
    """How like a name a label is that ends with a full stop: sentences end so too, so a title or capitals must tell."""
    words = names.bare(name).partition(",")[0].split()
    if not words or len(name.split()) > 16:
        return Likeness.NEVER
    first = words[0].casefold().strip(".")
    if "," in name and first in ("mr", "madam") and words[1:] and words[-1].casefold() in OFFICES:  # who is spoken to
        return Likeness.NEVER
    rest = [word for word in words[1:] if word.isalpha()]
    chairs = first in ARTICLES and len(words) > 1 and words[1].casefold() in OFFICES and words[2:] in ([], ["pro", "tempore"])
    if chairs or " ".join(words[:2]).casefold() in CROWD:  # `Plusieurs députés du groupe SOC`
        return Likeness.NAME
    if first in TITLES | OFFICES and len(words) > 1:
        return Likeness.FULL_NAME if not any(word in VERBS for word in rest) else Likeness.NEVER
    letters = "".join(filter(str.isalpha, " ".join(words[1:] if first in ("the", "le", "la") else words)))
    if len(letters) > 1 and letters.isupper():
        return Likeness.NAME
    return Likeness.NEVER


def _said(what: str, shown: Sequence[str]) -> str:
    """A warning about labels, or nothing if there are none."""
    if not shown:
        return ""
    listed = ", ".join(shown[:_MOST_SHOWN]) + (f" and {len(shown) - _MOST_SHOWN} more" if len(shown) > _MOST_SHOWN else "")
    return f"1 label is {what}: {listed}" if len(shown) == 1 else f"{len(shown)} labels are {what}: {listed}"
