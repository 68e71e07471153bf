"""Decides which one form of label a transcript has; the lines of that form alone name speakers.

For every form, the lines that have it and the names that come again in them are counted. The form with most of them wins if it
has enough of the lines, or names that come again. A label that comes again is a name whatever signs it holds; one that is seen
once is a name only if it looks like the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import NamedTuple

from app.transcript import names
from app.transcript.labels import forms, likeness, within
from app.transcript.labels.count import ENOUGH, MAY_BE_DENSE, NEARLY_ALL, Count
from app.transcript.labels.found import PAIRS, Found, matching
from app.transcript.labels.singles import TIMED, Singles
from app.transcript.labels.tally import Standing, is_linked
from app.transcript.names import Likeness
from app.transcript.turn import UNKNOWN_SPEAKER

NO_SPEAKERS = "no speakers found"
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
_WITH_SLIPS = (forms.COLON, forms.COLON_ALONE, forms.TIGHT_COLON)
_OF_ONE_LINE = (forms.COLON, forms.COLON_ALONE)
_BY_MESSAGE = (forms.CHAT, forms.ANGLES, forms.FROM_TO)
_PAIRED = (forms.BRACKETS, forms.PARENTHESES)
_BEHIND_PAIRS = (forms.COLON, forms.COLON_ALONE, forms.TIME_AND_COLON)
_NEVER_AGAIN = Likeness.FULL_NAME


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
    inside: str = ""  # what stands in the words of a line that may have another label inside; empty if no line may
    _form: str = ""  # of `forms`; a chat export is of another
    _names: frozenset[str] = frozenset()
    _shown: frozenset[str] = frozenset()  # the same as they are written
    _last: frozenset[str] = frozenset()  # their last words
    _rejected: frozenset[str] = frozenset()
    _noted: frozenset[str] = frozenset()  # labels of what somebody noted between those who speak
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
        name = found.name.casefold() if found is not None else ""
        if found is not None and name in self._noted:
            return _note(found, line)
        if found is not None and (not name or self._names_a_speaker(found, name)):
            speaker, deed = names.without_deed(found.name)
            return Label(speaker, f"{deed}: {found.rest}".strip() if deed else found.rest, *found.stamp[:2])
        if self.form == forms.CORNERS:  # what stands outside of them is nobody's
            return Label("", line)
        return self._nobody(line) if self.form in (forms.CHAT, forms.ANGLES) else None

    def parted(self, line: str) -> tuple[str, ...]:
        """A `plain` line that has `inside`, parted before the labels of known speakers in it: `Ann: Nice. Bob: Thanks.`"""
        return within.parted(line, self._form, self._shown, self._last) if self.inside else (line,)

    @property
    def by_message(self) -> bool:
        """Whether every line with a time is a message of its own, so that one without a name is nobody's."""
        return self.form in _BY_MESSAGE

    def _names_a_speaker(self, found: Found, name: str) -> bool:
        """Whether the label that was *found*, with its *name* in small letters, is a speaker's."""
        if found.name == UNKNOWN_SPEAKER or name in self._names or likeness.is_declared(found.name, self._declared):
            return True
        if name in self._rejected or (self._form == forms.COLON_ALONE and found.rest):
            return False
        return likeness.of_label(self._form, found.name) >= self._newcomers and not names.is_link(found.rest)

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
    counted = Count(declared)
    counted.count(lines)
    return _elected(counted, declared)


def _of_one_line(line: str, declared: frozenset[str]) -> Election:
    """The election of *line*, which may be empty."""
    for form, found in forms.candidates(line) if line else ():
        if form in _OF_ONE_LINE and _is_one_label(found, declared):
            election = Election(form, _form=forms.COLON, _declared=declared, _found={line: found})
            inside = within.others(forms.COLON, [line], {found.name}, 1)
            return _with_names_inside(election, frozenset({found.name, *inside}), [line]) if inside else election
    return Election(warnings=(NO_SPEAKERS,), _form=forms.COLON, _declared=declared)


def _is_one_label(found: Found, declared: frozenset[str]) -> bool:
    if likeness.is_declared(found.name, declared):
        return True
    return names.likeness(found.name) >= Likeness.NAME and not is_linked(found)


def _elected(counted: Count, declared: frozenset[str]) -> Election:
    standings = [standing for form in _ORDER if (standing := counted.standing(form)) is not None]
    if not standings:
        return _nobody_elected(counted, declared)
    best = max(standings, key=lambda each: each.score)  # the first of several
    return _winner(counted, _with_names_behind(best, standings), declared)


def _nobody_elected(counted: Count, declared: frozenset[str]) -> Election:
    """The election of a text in which nobody is known to speak: of what was counted nothing is a label but *declared* names."""
    seen = frozenset().union(*(tally.seen for tally in counted.tallies.values()))
    return Election(warnings=(NO_SPEAKERS,), _form=forms.COLON, _declared=declared, _newcomers=_NEVER_AGAIN, _rejected=seen)


def _with_names_behind(best: Standing, standings: Sequence[Standing]) -> Standing:
    """The standing of the labels behind *best* if that is what stands in brackets before them: `(Chair) Ann Lee: hi`."""
    if best.form not in _PAIRED:
        return best
    whole = (each for each in standings if each.form in _BEHIND_PAIRS and each.returning_lines >= NEARLY_ALL * best.tally.lines)
    return next((each for each in whole if each.tally.found.keys() >= best.tally.found.keys() and _hold_two_names(each)), best)


def _hold_two_names(standing: Standing) -> bool:
    """Whether behind the brackets in the labels that come again stand names, of two people at least."""
    shown = {standing.tally.shown[name] for name in standing.returning}
    behind = {each[matching(each) :].strip() for each in shown if each[0] in PAIRS}
    return len(behind) > 1 and all(names.likeness(each) >= Likeness.NAME for each in behind)


def _winner(counted: Count, best: Standing, declared: frozenset[str]) -> Election:
    once = _all_messages(best) if best.form in _BY_MESSAGE else Singles(counted, best).accepted()
    accepted = best.returning | once
    doubtful = best.once.union(_may_be_names(counted, best)) - accepted
    notes = [name for name in best.tally.seen if name in best.noted]
    shown = best.tally.shown
    said = (
        _said("seen once", [shown[name] for name in best.tally.seen if name in once and best.tally.seen[name] == 1]),
        _said("seen once and read as speech", [shown[name] for name in best.tally.seen if name in doubtful]),
        _said("taken for notes between what is said", [shown[name] for name in notes]),
    )
    rejected = frozenset(best.tally.seen) - accepted
    newcomers = Likeness.NAME if best.labelled >= ENOUGH * counted.total else Likeness.FULL_NAME
    election = Election(
        best.form,
        tuple(filter(None, said)),
        _form=best.form,
        _names=accepted,
        _rejected=rejected,
        _noted=best.noted,
        _declared=declared,
        _newcomers=newcomers,
        _found=best.tally.found,
    )
    written = frozenset(shown[name] for name in accepted if name in shown)
    inside = within.others(best.form, best.tally.found, written, best.labelled)
    return _with_names_inside(election, written | frozenset(inside), best.tally.found) if written else election


def _with_names_inside(election: Election, written: frozenset[str], lines: Iterable[str]) -> Election:
    """*election*, which knows labels inside lines, too, of the names as they are *written*."""
    new = [name for name in sorted(written) if name.casefold() not in election._names]
    told = _said("found inside lines only", new) if election._names else ""
    return replace(
        election,
        warnings=(*election.warnings, *filter(None, [told])),
        inside=within.sign(election._form, islice(lines, _MOST_SHOWN)),
        _names=election._names | {name.casefold() for name in written},
        _rejected=election._rejected - {name.casefold() for name in written},
        _shown=written,
        _last=within.last_words(written),
    )


def _note(found: Found, line: str) -> Label:
    """What somebody noted between those who speak, without the time beside it."""
    timed = forms.timed(line)
    if timed is not None:
        return Label("", timed[1], *timed[0][:2])
    return Label("", found.name if found.stamp.start is not None and not found.rest else line, *found.stamp[:2])


def _may_be_names(counted: Count, best: Standing) -> Iterator[str]:
    """The names seen once that could be some after all, if they were refused; the report then says so."""
    shown = best.tally.shown
    small = best.form == forms.COLON and all(names.likeness(shown[each]) < Likeness.NAME for each in best.returning)
    dense = best.form in MAY_BE_DENSE and counted.are_everywhere(best.form, best.tally)  # hardly a line goes on from another
    least = Likeness.RETURNING if small or dense or best.form in TIMED else Likeness.NAME
    once = (name for name, times in best.tally.seen.items() if times == 1)
    return (name for name in once if counted.likeness(best.form, shown[name]) >= least)


def _all_messages(best: Standing) -> frozenset[str]:
    """The names in a chat export, whose lines a program wrote; what it tells of a sender (`Ann changed "a: b"`) is none."""
    known = {name for name, times in best.tally.seen.items() if times > 1}
    shown = best.tally.shown.items()
    return frozenset(name for name, each in shown if not names.is_speech(each) and (name in known or not _tells(each, known)))


def _tells(label: str, known: AbstractSet[str]) -> bool:
    """Whether *label* is a clause about one of the *known*: a small letter stands behind the name, or a quotation is cut."""
    words = label.split()
    of_them = (" ".join(words[:number]).casefold() in known and words[number][0].islower() for number in range(1, len(words)))
    return label.count('"') % 2 == 1 or any(of_them)


def _said(what: str, shown: Sequence[str]) -> str:
    """A warning about labels, or nothing if there are none."""
    if not shown:
        return ""
    listed = ", ".join(shown[:_MOST_SHOWN]) + (f" and {len(shown) - _MOST_SHOWN} more" if len(shown) > _MOST_SHOWN else "")
    return f"1 label is {what}: {listed}" if len(shown) == 1 else f"{len(shown)} labels are {what}: {listed}"
