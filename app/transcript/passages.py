"""Finds out who says what in passages: by the speakers that the format names, or by labels in the lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import groupby
from typing import TypeAlias

from app.transcript import names
from app.transcript.formats.base import Passage
from app.transcript.labels import Election, Label, elect, forms
from app.transcript.plain import plain
from app.transcript.text import LabelledText
from app.transcript.turn import UNKNOWN_SPEAKER, Utterance

LONGEST_NAME = 128  # characters of a speaker's name; a longer one is cut

_OTHER_FORMS = frozenset((forms.BRACKETS, forms.PARENTHESES, forms.COLON, forms.COLON_ALONE, forms.TIGHT_COLON, forms.ANGLES))
_CHEVRONS = re.compile(r"\s+(?=>>)")  # before what somebody else says, by the custom of broadcasters
_SIGNS = "[(<【（>-–"  # one of which begins what may be somebody else's, if no colon ends a label
_DASHED = re.compile(r"[-–]\s*(?=\w)")
_DASH_AND_NAME = re.compile(r"\s*[-–—]\s{0,2}(?=\[(?P<name>[^\[\]]{1,60})\]\s*\S)")  # `- [Ann] Good morning.`
_MOST_SHOWN = 5  # labels in a warning
_LEAST_TWICE = 2  # people whom the lines name again; one alone may speak of himself

Line: TypeAlias = tuple[Passage, str]


def attributed(passages: Sequence[Passage], declared: tuple[str, ...]) -> LabelledText:
    """Who says what in *passages*. One form of label names the speakers of a file: that of the format if it names as many
    passages as lines have labels, else the labels. What neither names is nobody's: a speaker whom the format names ends
    with the passage."""
    passages, dashed = _without_dashes(passages)
    named = sum(1 for each in passages if each.speaker)
    alone = named == len(passages) and _is_one_number(passages)
    if named == len(passages) and not (alone and _mostly_labelled(passages)):
        return LabelledText(_as_named(passages))
    lines = [(each, words) for each in passages for words in _lines(each) if alone or not each.speaker]
    election = elect(_parted(lines), declared)
    labelled = [label.speaker for _, words in lines if (label := election.label(words))] if named and election.form else []
    if alone and not (2 <= len(set(labelled)) < len(labelled) and 2 * len(labelled) > len(lines)):
        return LabelledText(_as_named(passages))
    if named and not alone and len(labelled) <= named:
        return LabelledText(_as_named(passages), warnings=(_of_another_form(len(labelled), labelled),) if labelled else ())
    everything = lines if alone or not named else [(each, words) for each in passages for words in _lines(each)]
    reader = _Labelled(election, alone=alone, dashed=dashed)
    return LabelledText(tuple(reader.read(everything)), election.form, warnings=(*election.warnings, *reader.warnings()))


def _is_one_number(passages: Sequence[Passage]) -> bool:
    """Whether a program has given all *passages* to one `Speaker 1`: it could not tell who spoke."""
    speakers = {each.speaker for each in passages}
    return len(speakers) == 1 and names.NUMBERED.fullmatch(plain(min(speakers))) is not None


def _without_dashes(passages: Sequence[Passage]) -> tuple[Sequence[Passage], bool]:
    """The *passages* without the dashes before names in brackets, `- [Ann] Good morning.`, if such names come again; and
    whether they do: then a dash begins what somebody else says."""
    found = [match["name"] for each in passages for line in each.lines if (match := _DASH_AND_NAME.match(line)) is not None]
    like = {name for name in found if not names.is_sound(plain(name)) and names.likeness(plain(name)) >= names.Likeness.NAME}
    dashed = sum(name in like for name in found)
    if dashed == len(like) or 2 * dashed < len(found):
        return passages, False
    return [replace(each, lines=tuple(_without_dash(line, like) for line in each.lines)) for each in passages], True


def _without_dash(line: str, known: AbstractSet[str]) -> str:
    found = _DASH_AND_NAME.match(line)
    return line if found is None or found["name"] not in known else line[found.end() :]


def _lines(passage: Passage) -> Iterator[str]:
    """The lines of a passage that hold words; one with chevrons in the middle is cut there."""
    for line in map(plain, passage.lines):
        if line:
            yield from _CHEVRONS.split(line) if " >>" in line else (line,)


def _mostly_labelled(passages: Sequence[Passage]) -> bool:
    """Whether most of the passages may begin with a label: a colon or brackets stand near the beginning."""
    first = (each.lines[0][:64] for each in passages if each.lines)
    return 2 * sum(1 for line in first if ":" in line or "：" in line or line.startswith("[")) >= len(passages)


def _as_named(passages: Sequence[Passage]) -> tuple[Utterance, ...]:
    """The passages by the speakers that the format names. If the lines name them a second time, that is no speech."""
    said = tuple(_plain(Utterance(each.speaker, " ".join(each.lines), each.start, each.end)) for each in passages)
    twice = [each for each in said if each.speaker and each.text.startswith((f"{each.speaker}: ", f"{each.speaker} : "))]
    if 10 * len(twice) < 9 * sum(1 for each in said if each.speaker) or len({each.speaker for each in twice}) < _LEAST_TWICE:
        return said
    return tuple(_without_name(each) if each.speaker else each for each in said)


def _without_name(said: Utterance) -> Utterance:
    name, colon, text = said.text.partition(":")
    return replace(said, text=text.lstrip()) if colon and name.rstrip() == said.speaker else said


def _of_another_form(number: int, labels: Iterable[str]) -> str:
    shown = ", ".join(list(dict.fromkeys(labels))[:_MOST_SHOWN])
    lines = "1 line has a label" if number == 1 else f"{number} lines have labels"
    return f"{lines} of another form than the file's, which names nobody: {shown}"


def _parted(lines: Iterable[Line]) -> list[str]:
    """The words of *lines*, with an empty line between passages."""
    parted: list[str] = []
    for _, run in groupby(lines, key=lambda each: id(each[0])):
        parted += [*(words for _, words in run), ""]
    return parted


def _is_dialogue(passage: Passage, words: str) -> bool:
    """Whether *words* begin with a dash, as another line of the same passage does."""
    return bool(_DASHED.match(words)) and sum(1 for each in _lines(passage) if _DASHED.match(each)) > 1


def _is_below_a_name(lines: Sequence[Line], found: Sequence[Label | None], place: int) -> bool:
    """Whether the line at *place* stands below a name in one passage: it is said, even if it is a name."""
    return place > 0 and found[place - 1] is not None and lines[place - 1][0] is lines[place][0]


@dataclass
class _Labelled:
    """Reads lines by the labels of an election. *alone* says that the one speaker whom the format names is none, and *dashed*
    that a dash begins what somebody else says."""

    election: Election
    alone: bool = False
    dashed: bool = False
    _known: set[str] = field(default_factory=set)
    _others: dict[str, int] = field(default_factory=dict)  # labels of another form, with how many lines have them

    def read(self, lines: Sequence[Line]) -> Iterator[Utterance]:
        if not self.election.form:
            yield from (Utterance("", words, passage.start, passage.end) for passage, words in lines)
            return
        label_of, parted = self.election.label, self.election.parted
        lines = [
            (passage, part)
            for passage, words in lines
            for part in (parted(words) if not passage.speaker or self.alone else (words,))
        ]
        found = [None if passage.speaker and not self.alone else label_of(words) for passage, words in lines]
        if self.election.form == forms.NAME_ALONE:
            found = [None if _is_below_a_name(lines, found, place) else label for place, label in enumerate(found)]
        self._known = {label.speaker.casefold() for label in found if label is not None}
        speaker = ""
        for (passage, words), label in zip(lines, found, strict=True):
            if passage.speaker and not self.alone:
                yield _plain(Utterance(passage.speaker, words, passage.start, passage.end))
                speaker = ""
                continue
            if label is not None:
                speaker, words = label.speaker, label.rest  # noqa: PLW2901
            elif self._is_another(passage, words):
                speaker = ""
            start = label.start if label is not None and passage.start is None else passage.start
            yield Utterance(speaker, words, start, passage.end)

    def _is_another(self, passage: Passage, words: str) -> bool:
        """Whether a line without a label of the elected form shows that somebody else speaks: by a mark, or by a label of
        another form with a name that is known."""
        first = words[0]
        if first not in _SIGNS and ":" not in words[:64]:
            return False
        dashed = first in "-–" and (self.dashed or _is_dialogue(passage, words))
        if dashed or words.startswith(">>"):
            return True
        other = next((it.name for form, it in forms.candidates(words) if form in _OTHER_FORMS and self._is_known(it.name)), "")
        if other:
            self._others[other] = self._others.get(other, 0) + 1
        return bool(other)

    def _is_known(self, name: str) -> bool:
        return name.casefold() in self._known

    def warnings(self) -> Iterator[str]:
        if self._others:
            yield _of_another_form(sum(self._others.values()), self._others)


def _plain(said: Utterance) -> Utterance:
    """*said* with a speaker and a text as a turn has them."""
    return Utterance(_plain_name(said.speaker), plain(said.text), said.start, said.end)


@lru_cache(1024)
def _plain_name(name: str) -> str:
    speaker = plain(name)
    if len(speaker) > LONGEST_NAME:
        speaker = f"{speaker[: LONGEST_NAME - 1].rstrip()}…"
    return "" if speaker == UNKNOWN_SPEAKER or not speaker.strip("-–—?") else speaker
