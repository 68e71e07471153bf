"""Counts the labels of all forms in the lines of a transcript, and tells which of the forms it may have."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise

from app.transcript import names
from app.transcript.labels import colons, fields, forms, likeness, others
from app.transcript.labels.found import timed_body
from app.transcript.labels.tally import Standing, Tally, is_cut
from app.transcript.lexicon import NOTED, OPENERS
from app.transcript.names import Likeness
from app.transcript.turn import UNKNOWN_SPEAKER

ENOUGH = 0.25  # of the lines have a label, or labels seen once are speech
NEARLY_ALL = 0.9
_LEAST_LISTED = 0.4  # of the points of lists and of the paragraphs between them
_LEAST_CODE = 20  # lines
_LEAST_AGAIN = 0.4  # of the headings
_ENDS_OF_BLOCKS = frozenset(["}", "};", "})", "});"])
_BLOCK = re.compile(r"(?:def|class|if|elif|else|for|while|try|except|finally|with|async|match|case|switch)\b.*:$")
_OF_MARKUP = re.compile(r"://|`|^'.*'$|^\{|(?:^|[\s,|])\.{3}")  # in brackets: links, code, what may be left out
_OF_TAGS = re.compile(r"=|^[/!]|^(?:19|20)\d{2}$|://")  # in angle brackets: tags, years, links
SEVERAL = 4  # blocks of lines
_NAMES_AT_SIGHT = (forms.NAME_ALONE, forms.FULL_STOP, forms.TIME_INSIDE, forms.ARROW)
_OF_SENDERS = (forms.CHAT, forms.ANGLES, forms.FROM_TO)  # programs wrote who sent what
MAY_BE_DENSE = (  # forms of which nearly every line, or every other, may have one
    *(forms.COLON, forms.COLON_ALONE, forms.TIGHT_COLON, forms.TIME_INSIDE, forms.BULLET),
    *(forms.BOLD, forms.HEADING, forms.DASH, forms.ARROW, forms.NAME_ALONE),
)
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


class Count:
    """Counts the labels of all forms in some lines."""

    def __init__(self, declared: frozenset[str]) -> None:
        self.total = 0
        self.first: dict[str, str] = {}  # the name that the first line has, by form
        self.blocks = 0  # of lines, with empty ones between
        self.opening: defaultdict[str, set[str]] = defaultdict(set)  # the names in the first block, by form
        self.tallies: defaultdict[str, Tally] = defaultdict(Tally)
        self._points = 0  # lines behind the sign of a list, or that begin a block
        self._code = 0  # lines that end as those of a program
        self._blocks_of_code = 0
        self._first_line = ""
        self._days_of_changes = 0  # lines with a day and an address
        self._signed = False  # whether a line ends the changes of a version
        self._declared = declared
        self._lines: Sequence[str] = ()
        self._known: dict[tuple[str, str], Likeness] = {}
        self._small: dict[str, bool] = {}  # whether names may be in small letters, by form

    def count(self, lines: Sequence[str]) -> None:
        """Counts the labels of *lines*, of which empty ones part blocks."""
        self._lines = lines
        self._first_line = self._first_line or next(filter(None, lines), "")
        apart, before = True, ""
        for line in lines:
            if not line:
                apart, before = True, ""
                continue
            self.total += 1
            self._signed = self._signed or (line[0] == "-" and others.ends_changes(line))
            self._days_of_changes += line[-1] == ">" and others.dates_changes(line)
            self.blocks += apart
            self._points += apart or colons.is_point(line)
            wrapped = line[-1] == ":" and is_cut(before)
            for form, found in forms.candidates(line):
                if self.total == 1:
                    self.first[form] = found.name.casefold()
                self.tallies[form].add(form, line, self.total, found, apart=apart, wrapped=wrapped)
                if self.blocks == 1:
                    self.opening[form].add(found.name.casefold())
            if line[-1] in "{};)" or line[-1] == ":":
                block = line[-1] == "{" or line in _ENDS_OF_BLOCKS or (line[-1] == ":" and _BLOCK.match(line) is not None)
                self._blocks_of_code += block
                self._code += block or line[-1] == ";"
            apart, before = False, line

    def is_code(self) -> bool:
        """Whether many lines end as those of programs do, and begin or end blocks of them."""
        return self.total >= _LEAST_CODE and 4 * self._code >= self.total and 20 * self._blocks_of_code >= self.total

    def _tells_changes(self) -> bool:
        """Whether this is the log of a package's changes, whose points are labelled with files: who made them says nothing."""
        points = self.tallies[forms.BULLET]
        of_files = self._days_of_changes > 1 and points.lines >= SEVERAL and others.are_files(points)
        return of_files or (self._signed and others.heads_changes(self._first_line))

    def are_everywhere(self, form: str, tally: Tally) -> bool:
        """Whether nearly every line has what may be a label; where speech begins on the next line, nearly every other line."""
        if form == forms.NAME_ALONE:
            return self._begin_blocks(tally)
        own = form in forms.OWN_LINE
        return (self.possible(form, tally) if not own else 2 * self.parted(tally.places)) >= NEARLY_ALL * self.total

    def _begin_blocks(self, tally: Tally) -> bool:
        """Whether names alone on their lines begin nearly all blocks of lines, half of them names that come again so."""
        like = (name for name in tally.apart if self.likeness(forms.NAME_ALONE, tally.shown[name]) > Likeness.NEVER)
        begin = {name: tally.apart[name] for name in like}
        again = sum(times for name, times in begin.items() if times > 1 and times == tally.seen[name])
        enough = self.blocks >= SEVERAL and self.total >= 2 * NEARLY_ALL * self.blocks
        return enough and sum(begin.values()) >= NEARLY_ALL * self.blocks and 2 * again >= self.blocks

    def possible(self, form: str, tally: Tally) -> int:
        """How many lines of a form hold what may be a name: `10:30 it was` does not."""
        return sum(times for name, times in tally.seen.items() if self.likeness(form, tally.shown[name]) > Likeness.NEVER)

    def standing(self, form: str) -> Standing | None:
        """How *form* stands, or None if it has too little."""
        tally = self._tally(form)
        if (
            tally is None
            or not tally.lines
            or self._tells_changes()
            or (self.is_code() and tally.lines < NEARLY_ALL * self.total)
        ):
            return None
        returning = frozenset(name for name in tally.seen if self._returns(form, tally, name))
        noted = self._noted(form, tally)
        returning -= noted
        once = frozenset(name for name in tally.seen if name not in returning and self._is_one_at_sight(form, tally, name))
        standing = Standing(form, tally, returning, once, noted)
        if not self._has_enough(standing) or self._are_points(standing):
            return None
        return None if not self._declared and fields.are_fields(standing, self._lines) else standing

    def _noted(self, form: str, tally: Tally) -> frozenset[str]:
        """The labels that come again and head notes between those who speak."""
        if form in _OF_SENDERS or tally.seen.keys().isdisjoint(NOTED):
            return frozenset()
        noted = fields.noted({name: often for name, often in tally.seen.items() if often > 1})
        return frozenset(name for name in noted if not likeness.is_declared(tally.shown[name], self._declared))

    def _are_points(self, standing: Standing) -> bool:
        """Whether the labels head points of notes (`Decision:`), fields of a form (`Address:`), counts (`Flour: 200 g`),
        terms (`API: a set of calls`), or chapters and lists: none of them comes again."""
        tally = standing.tally
        if standing.form in MAY_BE_DENSE and tally.lines >= SEVERAL and 2 * tally.counts >= tally.lines:
            return True
        if standing.form in (forms.COLON, forms.BULLET) and self._are_fields_of_points():
            return True
        if standing.form == forms.COLON_ALONE and standing.labelled < ENOUGH * self.total and _are_keys(standing):
            return True
        opening = {name for name in standing.returning if name in OPENERS or names.bare(name) in OPENERS}
        opened = _among(standing, opening)
        spoken = sum(tally.seen[name] for name in standing.returning - opening)
        named = any(names.is_full(tally.shown[name]) for name in standing.returning - opening)
        known = 3 * opened >= 2 * max(1, spoken + opened) and not named
        heads = known and not any(names.is_full(tally.shown[name]) for name in standing.once)
        if standing.form in (forms.COLON, forms.COLON_ALONE, forms.TIGHT_COLON) and standing.returning:
            return heads
        small = all(tally.small[name] == tally.seen[name] for name in standing.once | standing.returning)
        if standing.form == forms.BULLET:
            return heads or (small and len(standing.returning) < 2)
        terms = standing.form in (forms.COLON, forms.TIGHT_COLON) and small and not standing.returning
        return (terms and self._are_terms(standing)) or self._are_titles(standing)

    def _are_titles(self, standing: Standing) -> bool:
        """Whether headings are of chapters: none of them comes again, or few do and few have talk below them."""
        if standing.form != forms.HEADING or standing.returning_lines >= _LEAST_AGAIN * standing.tally.lines:
            return False
        return not standing.returning or not fields.talk_below(standing, self._lines)

    def _are_fields_of_points(self) -> bool:
        """Whether the labels are keys in small letters, one behind the sign of a list and others, as often, below it, as in
        YAML: `- topic: Pier`, `owner: Ann`."""
        listed, below = self.tallies[forms.BULLET], self.tallies[forms.COLON]
        again = {name: times for name, times in below.seen.items() if times > 1}
        shown = [*listed.shown.values(), *(below.shown[name] for name in again)]
        small = all(names.is_small(each[0]) and " " not in each for each in shown)
        return small and len(listed.seen) == 1 and bool(again) and {*again.values()} == {listed.lines}

    def _are_terms(self, standing: Standing) -> bool:
        """Whether the labels are single words, several of them."""
        shown = standing.tally.shown
        return len(standing.once) >= SEVERAL and not any(names.is_full(shown[name]) for name in standing.once)

    def _tally(self, form: str) -> Tally | None:
        own = self.tallies[form]
        inline, alone = self.tallies[forms.COLON], self.tallies[forms.COLON_ALONE]
        if form == forms.STENOGRAPHIC:
            bodies = [timed_body(line)[1] for line in own.found]
            if bodies and all(body[1:2] == ":" for body in bodies):  # labels like any others
                return None
            asked = own.seen["q"] > 1 or (own.seen["q"] and own.seen["a"] and own.lines > 2)
            if any(body[1:2].isdigit() for body in bodies):  # `Q3: 5 %` of a year as well; a second one who asks is `Q2`
                different = {body.partition(" ")[0] for body in bodies}
                asked = own.seen["q"] > 1 < own.seen["a"] and len(different) == own.lines
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

    def _good_lines(self, tally: Tally, form: str) -> int:
        return sum(
            times + (times if times > 1 else 0)
            for name, times in tally.seen.items()
            if self._returns(form, tally, name) or self._is_one_at_sight(form, tally, name)
        )

    def _returns(self, form: str, tally: Tally, name: str) -> bool:
        shown = tally.shown[name]
        if likeness.is_declared(shown, self._declared) or shown == UNKNOWN_SPEAKER or not name:
            return True
        if tally.seen[name] < 2 or _ends_sentences(form, tally, name):
            return False
        if form in forms.SURE:
            return self.may_be_sure(form, shown)
        if name in OPENERS and (form == forms.TIME_AND_NAME or form in forms.OWN_LINE):
            return False
        if form not in _NAMES_AT_SIGHT or self.likeness(form, shown) >= Likeness.NAME or not self._may_be_small(form, tally):
            return self.likeness(form, shown) >= (Likeness.NAME if form in _NAMES_AT_SIGHT else Likeness.RETURNING)
        first = form != forms.NAME_ALONE or tally.apart[name] == tally.seen[name]
        return first and self.likeness(form, shown) >= Likeness.RETURNING

    def _may_be_small(self, form: str, tally: Tally) -> bool:
        """Whether names in small letters are names beside one that comes again and is a name at first sight."""
        if form not in self._small:
            again = (name for name, times in tally.seen.items() if times > 1)
            known = any(self.likeness(form, tally.shown[name]) >= Likeness.NAME for name in again)
            self._small[form] = form in MAY_BE_DENSE and known and self.are_everywhere(form, tally)
        return self._small[form]

    def _is_one_at_sight(self, form: str, tally: Tally, name: str) -> bool:
        shown = tally.shown[name]
        if form in (forms.BRACKETS, forms.PARENTHESES) and names.is_sound(shown):
            return False
        if form == forms.NAME_ALONE and not tally.apart[name]:
            return False
        return (
            tally.seen[name] == 1
            and not _ends_sentences(form, tally, name)
            and self.likeness(form, shown) >= Likeness.NAME
            and not tally.linked[name]
            and name not in OPENERS
        )

    def may_be_sure(self, form: str, shown: str) -> bool:
        """Whether a label with telling signs around it is a name; in brackets stands what is heard as well."""
        if form in (forms.BRACKETS, forms.PARENTHESES):
            return not names.is_sound(shown) and not _OF_MARKUP.search(shown)
        if form == forms.ANGLES:
            return _OF_TAGS.search(shown) is None
        if form == forms.NAME_AND_TIME:
            return self.likeness(form, shown) > Likeness.NEVER or names.is_brief(shown)
        return True

    def likeness(self, form: str, shown: str) -> Likeness:
        """`likeness.of_label`, told once for each label."""
        known = (form if form in likeness.OF_THEIR_OWN else "", shown)
        if known not in self._known:
            self._known[known] = likeness.of_label(form, shown)
        return self._known[known]

    def _has_enough(self, standing: Standing) -> bool:
        tally, form = standing.tally, standing.form
        if not standing.labelled or standing.labelled < _MOST_OF_ITS_LINES.get(form, 0.0) * self.possible(form, tally):
            return False
        if self._are_others(standing) or (form == forms.BULLET and standing.labelled < _LEAST_LISTED * self._points):
            return False
        if form in forms.OWN_LINE:
            return self._heads_speech(standing)
        share = standing.labelled / self.total
        if form in (forms.TIME_AND_COLON, forms.TIME_INSIDE):
            return standing.labelled >= 2 and standing.labelled >= 0.6 * tally.lines
        if form in (forms.DASH, forms.ARROW, forms.TIGHT_COLON, forms.BULLET, forms.BOLD, forms.FULL_STOP):
            often = self._returns_often(standing)
            return (standing.returning_lines >= 2 and (share >= ENOUGH or often)) or (
                share >= NEARLY_ALL and standing.labelled >= 2
            )
        return share >= ENOUGH or self._returns_often(standing)

    def _are_others(self, standing: Standing) -> bool:
        """Whether what looks like labels of a form is a part of others, of sentences or of a timetable."""
        form, tally = standing.form, standing.tally
        if others.are_levels(tally):
            return True
        if form == forms.PARENTHESES:  # `(Chair) Ann Lee` above what she says
            return (
                others.are_directions(tally, self.tallies[forms.NAME_ALONE])
                or others.are_rights(tally)
                or (self._are_roles(standing) and others.are_names(rest for _, rest in tally.rests))
            )
        if form == forms.TIME_INSIDE:
            return others.are_of_a_timetable(tally) or others.are_verses(tally)
        if form in (forms.CHAT, forms.COLON):
            return others.are_programs(tally)
        if form == forms.ANGLES:  # the tags of a markup, some of which end what others began
            return any(name[:1] == "/" and name[1:] in tally.seen for name in tally.seen)
        return (form in (forms.DASH, forms.ARROW) and self._are_roles(standing)) or (
            form == forms.FULL_STOP and others.are_sentences(tally)
        )

    def _are_roles(self, standing: Standing) -> bool:
        """Whether the same stands behind the dash whenever a name comes, and the speech below: `Tim Cook - Analyst`."""
        tally = standing.tally
        same = len(tally.rests) == len(tally.seen) < tally.lines
        return same and self._followed(standing) >= NEARLY_ALL * standing.labelled

    def _heads_speech(self, standing: Standing) -> bool:
        """Whether the labels on lines of their own have speech below them."""
        if standing.form == forms.NAME_ALONE:
            return self._stands_alone(standing)
        silent = standing.form == forms.COLON_ALONE and standing.labelled >= NEARLY_ALL * self.total
        if 2 * self._followed(standing) < standing.labelled and not silent:
            return False
        return standing.labelled >= ENOUGH * self.total or (standing.returning_lines >= 2 and self._are_mostly_names(standing))

    def _are_mostly_names(self, standing: Standing) -> bool:
        """Whether half of the labels that come again are names at first sight: few lines with labels are not enough else."""
        shown, seen = standing.tally.shown, standing.tally.seen
        like = (
            name
            for name in standing.returning
            if self.likeness(standing.form, shown[name]) >= Likeness.NAME and names.bare(name) not in OPENERS
        )
        return 2 * sum(seen[name] for name in like) >= standing.returning_lines

    def _followed(self, standing: Standing) -> int:
        """How many of the labels have a line below them that is no label."""
        accepted = standing.returning | standing.once
        return self.parted([each for each in standing.tally.places if each[1] in accepted])

    def parted(self, places: Iterable[tuple[int, str]]) -> int:
        """At how many of the *places* another line stands below."""
        return sum(after > number + 1 for number, after in pairwise([*(number for number, _ in places), self.total + 1]))

    def _stands_alone(self, standing: Standing) -> bool:
        """Whether names without any sign beside them are labels: they begin blocks of lines, or come often and are full."""
        accepted = standing.returning | standing.once
        apart = sum(standing.tally.apart[name] for name in accepted)
        if apart >= NEARLY_ALL * standing.labelled:
            return bool(standing.returning) and apart >= 0.4 * self.blocks
        often = standing.returning_lines >= 3 or len(standing.returning) >= 2
        if often and all(names.is_full(standing.tally.shown[name]) for name in standing.returning):
            return True
        return self._are_all_lines_without_an_end(standing)

    def _are_all_lines_without_an_end(self, standing: Standing) -> bool:
        """Whether nearly all lines without a sign that ends sentences are names of several people who come again, each with
        speech below, in a text without blank lines."""
        several = len(standing.returning) > 1 and standing.returning_lines >= SEVERAL and 2 * self.blocks <= standing.labelled
        nearly = standing.labelled >= NEARLY_ALL * self.possible(standing.form, standing.tally)
        return several and nearly and self._followed(standing) >= NEARLY_ALL * standing.labelled

    def _returns_often(self, standing: Standing) -> bool:
        """Whether names come again so often that few lines with a label are enough: the others go on from the line before.

        If the text begins with one of them, they need not come as often or be as full: notes begin with a title."""
        seen, shown = standing.tally.seen, standing.tally.shown
        begins = self.first.get(standing.form, "") in standing.returning
        sure = [
            name
            for name in standing.returning
            if seen[name] >= 3 or names.is_full(shown[name]) or (begins and name not in OPENERS)
        ]
        often = len(sure) >= 2 and 2 * sum(seen[name] for name in sure) >= standing.returning_lines
        doubtful = standing.form in (forms.COLON, forms.TIGHT_COLON) and not begins
        return often and (not doubtful or self._are_mostly_names(standing))


def _ends_sentences(form: str, tally: Tally, name: str) -> bool:
    """Whether a label with nothing behind it always ends a sentence of the lines above: `I give notice of this` / `Motion:`."""
    return form == forms.COLON and tally.wrapped[name] == tally.seen[name]


def _among(standing: Standing, opening: AbstractSet[str]) -> int:
    """How many labels are *opening* ones, those of a foot left out (`Decision:`) below people who speak in turn."""
    seen, others = standing.tally.seen, standing.returning - opening
    said = [found.name.casefold() for found in standing.tally.found.values()]
    foot = len(said) - next((number for number, name in enumerate(reversed(said)) if name in others), 0)
    turns = said[:foot]
    if len(others) > 1 and 2 * sum(name in others for name in turns) >= len(turns):
        return sum(name in opening for name in turns)
    return sum(seen[name] for name in opening)


def _are_keys(standing: Standing) -> bool:
    """Whether all labels are single words in small letters, as the keys of settings are."""
    shown = [standing.tally.shown[name] for name in standing.returning | standing.once]
    return all(names.is_small(each[:1]) and " " not in each for each in shown)
