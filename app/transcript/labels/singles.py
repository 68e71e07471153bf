"""Which of the labels that are seen once name speakers, in a transcript whose form of label is found."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import takewhile

from app.transcript import names
from app.transcript.labels import forms, marks
from app.transcript.labels.count import ENOUGH, MAY_BE_DENSE, NEARLY_ALL, SEVERAL, Count
from app.transcript.labels.found import Found
from app.transcript.labels.tally import Standing
from app.transcript.lexicon import ANSWERS, OPENERS, QUESTIONS
from app.transcript.names import Likeness

_FEWEST_LISTED = 2  # points above a talk
TIMED = (forms.NAME_AND_TIME, forms.TIME_AND_NAME)
_HALF_OF_A_DAY = re.compile(r"\d ?[ap]\.? ?m\b", re.IGNORECASE)


@dataclass(frozen=True)
class Singles:
    """The labels that are seen once, of the form that stands *best* by what was *counted*."""

    counted: Count
    best: Standing

    def accepted(self) -> frozenset[str]:
        """Those of the names seen once that are none the less taken for speakers."""
        tally = self.best.tally
        single = {name for name, times in tally.seen.items() if times == 1 and name not in self.best.returning}
        if self._is_sure():
            written = self._written_alike() if self.best.form in TIMED else frozenset()
            return frozenset(name for name in single if name in written or self._fits(name))
        if self.best.form in (forms.COLON, forms.COLON_ALONE) and self._begin_all_blocks():
            begin = frozenset(name for name in single if tally.apart[name] and self._has_capitals(name))
        else:
            begin = frozenset()
        more = self._surnames(single) | self._with_offices(single) | self._questions(single)
        return (begin | more | self._once_at_sight(single)) - self._of_the_head(single)

    def _with_offices(self, single: AbstractSet[str]) -> frozenset[str]:
        """Names alone with an office behind a dash, `Bo Vale -- Chief Financial Officer`, as beside names that come again."""
        shown = self.best.tally.shown
        if self.best.form != forms.NAME_ALONE or all(
            marks.without_role(shown[name]) == shown[name] for name in self.best.returning
        ):
            return frozenset()
        with_office = (name for name in single if marks.without_role(shown[name]) != shown[name])
        return frozenset(
            name for name in with_office if self.counted.likeness(self.best.form, shown[name]) >= Likeness.FULL_NAME
        )

    def _questions(self, single: AbstractSet[str]) -> frozenset[str]:
        """`Question 1`, `Question 2` beside labels such as `Answer`; elsewhere these are items of an agenda."""
        asked = frozenset(name for name in single if name.partition(" ")[0] in QUESTIONS and name[-1].isdigit())
        answered = any(name.partition(" ")[0] in ANSWERS for name in self.best.returning | self.best.once)
        return asked if answered and len(asked) > 1 else frozenset()

    def _surnames(self, single: AbstractSet[str]) -> frozenset[str]:
        """Single words that are the last of a full name that comes again: `Vale` beside `Mr. Vale`."""
        shown = self.best.tally.shown
        full = {name for name in self.best.returning if names.is_full(shown[name])}
        last = {word.strip(")").rpartition(" ")[2].rpartition(".")[2] for name in full for word in (names.bare(name), name)}
        return frozenset(
            name for name in single if name in last and shown[name][:1].isupper() and not self.best.tally.small[name]
        )

    def _once_at_sight(self, single: AbstractSet[str]) -> frozenset[str]:
        tally = self.best.tally
        if self.best.form in MAY_BE_DENSE and self._is_dense():
            own = self.best.form == forms.NAME_ALONE
            short = {name for name in single if self._is_short_one(name) and (not own or tally.apart[name])}
            return (self.best.once | frozenset(short)) - self._listed_first()
        if self.best.labelled < ENOUGH * self.counted.total or self._deviates_if_short():
            return frozenset(name for name in self.best.once if names.is_full(tally.shown[name]))
        return self.best.once - self._headings()

    def _written_alike(self) -> frozenset[str]:
        """The names beside which a time stands that nobody says, written as beside the names that come again."""
        tally = self.best.tally
        written = {found.name.casefold(): _writing(line, found) for line, found in tally.found.items()}
        usual = {written[name] for name in self.best.returning if name in written} - {None}
        return frozenset(
            name for name in tally.seen if written.get(name) in usual and names.is_brief(tally.shown[name]) and name
        )

    def _headings(self) -> frozenset[str]:
        """Single words that a small letter follows, if all surer names are full and a capital follows: `Budget: it is late`.

        None if nearly every line has a label: then no line goes on from the one before."""
        tally = self.best.tally
        full = {name for name in self.best.once if names.is_full(tally.shown[name])}
        surer = self.best.returning | full
        if not surer or self.counted.possible(self.best.form, tally) >= NEARLY_ALL * self.counted.total:
            return frozenset()
        if any(tally.small[name] or not names.is_full(tally.shown[name]) for name in surer):
            return frozenset()
        return frozenset(name for name in self.best.once if name not in full and tally.small[name])

    def _listed_first(self) -> frozenset[str]:
        """The words of a list above the talk, of slides or points: small letters follow them, and none comes again."""
        tally = self.best.tally
        listed = self.counted.opening[self.best.form]
        if self.counted.blocks == 1 or len(listed) < _FEWEST_LISTED or not listed - OPENERS <= self.best.once:
            return frozenset()
        if not all(tally.small[name] for name in listed) or any(tally.small[name] for name in self.best.returning):
            return frozenset()
        return frozenset(listed)

    def _of_the_head(self, single: AbstractSet[str]) -> frozenset[str]:
        """What a head above the talk tells of it, as `Meeting`, `Date` and `Client` do: nobody says that."""
        listed = self.counted.opening[self.best.form]
        known = listed & OPENERS
        if len(known) < _FEWEST_LISTED or self.counted.blocks == 1 or listed & self.best.returning:
            return frozenset(single & OPENERS)
        return frozenset(listed)

    def _is_sure(self) -> bool:
        """Whether nearly all lines of a form with telling signs are labels; a time and words with speech below tell as much."""
        tally = self.best.tally
        if self.best.form in forms.SURE and self.best.labelled >= 0.8 * tally.lines:
            return True
        if self.best.form not in TIMED or not self.best.returning:
            return False
        return self.best.labelled >= 0.5 * tally.lines and self.counted.parted(tally.places) >= NEARLY_ALL * tally.lines

    def _fits(self, name: str) -> bool:
        """Whether a label with telling signs is a name. A sentence may end with a time, so such names must be alike."""
        shown = self.best.tally.shown
        if not self.counted.may_be_sure(self.best.form, shown[name]):
            return False
        if self.best.form not in (*TIMED, forms.TIME_AND_COLON):
            return True
        least = min(
            (self.counted.likeness(self.best.form, shown[other]) for other in self.best.returning), default=Likeness.NAME
        )
        return self.counted.likeness(self.best.form, shown[name]) >= min(least, Likeness.NAME) and not names.is_remark(
            name.partition(" ")[0]
        )

    def _is_dense(self) -> bool:
        """Whether nearly every line has what may be a label, or has one above, and some come again."""
        return self.best.returning_lines >= 2 and self.counted.are_everywhere(self.best.form, self.best.tally)

    def _begin_all_blocks(self) -> bool:
        """Whether nearly all blocks of lines begin with what may be a label, in a text of several blocks."""
        tally = self.best.tally
        begin = sum(
            times
            for name, times in tally.apart.items()
            if self.counted.likeness(self.best.form, tally.shown[name]) > Likeness.NEVER
        )
        return self.counted.blocks >= SEVERAL and begin >= NEARLY_ALL * self.counted.blocks

    def _has_capitals(self, name: str) -> bool:
        """Whether half of a label's words have capitals, two at least, the first among them: an office and a name."""
        shown = self.best.tally.shown[name]
        words = names.bare(shown).split()
        capitals = sum(word[0].isupper() for word in words)
        like = self.counted.likeness(self.best.form, shown) > Likeness.NEVER and not self.best.tally.linked[name]
        return like and capitals > 1 and words[0][0].isupper() and 2 * capitals >= len(words)

    def _is_short_one(self, name: str) -> bool:
        shown = self.best.tally.shown[name]
        return (
            names.is_short(shown)
            and self.counted.likeness(self.best.form, shown) > Likeness.NEVER
            and not self.best.tally.linked[name]
            and name not in OPENERS
        )

    def _deviates_if_short(self) -> bool:
        """Whether all names that come again are full ones, so that a single word is something else."""
        shown = self.best.tally.shown
        return self.best.returning_lines >= 3 and all(names.is_full(shown[name]) for name in self.best.returning)


def _writing(line: str, found: Found) -> tuple[str, bool, bool] | None:
    """How the time beside a name is written: the sign before it, whether with a date, whether with half a day or seconds.

    None if the time could be said in a sentence, such as `at 10:15`."""
    before, _, behind = line.partition(found.name)
    time = behind.strip() or before.strip()
    sign = "".join(takewhile(lambda each: not each.isalnum(), time)).strip()
    exact = time.count(":") > 1 or _HALF_OF_A_DAY.search(time) is not None
    return (sign, found.stamp.dated, exact) if sign or found.stamp.dated or exact else None
