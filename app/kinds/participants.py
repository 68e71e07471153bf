"""The words by which participants are called: of each name those that nobody else has."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from app.kinds.words import flat, stop_words
from app.transcript import TITLES, TITLES_IN_FULL

_WORD = re.compile(r"[^\W\d_]+")
_LABEL = re.compile(r"[\d_]")  # in a name: a recogniser made it, so only the whole of it names anybody
_BRACKETED = re.compile(r"[(\[{].*?[)\]}]")  # in a name: a party or a company
_TOKEN = re.compile(r"\w+")
_STOPS = ("", *",.!?;:\u2026\u060c\u061f")  # around the name of who is spoken to
_TITLES = TITLES | TITLES_IN_FULL
_BEHIND = re.compile(r"[^\W\d_]+\.?\s+$")  # the word before
_COMPANY = re.compile(r"\s[-\u2013\u2014|/]\s.*")


class Participants:
    """Finds the participants of a meeting in what is said there. *languages* are those whose stop words are no names, and
    *has_capitals* tells whether a small letter does."""

    def __init__(self, names: Iterable[str], languages: Iterable[str], *, has_capitals: bool) -> None:
        self._whole = {name: f" {flat(name)} " for name in names}
        self._called = _called_by(self._whole)
        self._stop = frozenset().union(*map(stop_words, languages))
        self._has_capitals = has_capitals

    def named(self, text: str) -> list[str]:
        """Those whom *text* names, each as a whole, or by a word of the name that no other participant has.

        "The project" does not name Project Manager. A stop word names somebody only between commas: "we will" is not Will,
        and "Le budget" not Marine Le Pen."""
        return self._those(flat(text), self._words(text))

    def addressed(self, text: str, request: str, state: str) -> list[str]:
        """Those of the named who are spoken to or told what to do: between commas, beside the words of a *request*, or at the
        beginning of a sentence if no verb of *state* follows. "We must explain what Ann says" is no task of Ann."""
        return [
            name
            for name in self.named(text)
            if any(_is_addressed(text, begin, end, request, state) for begin, end in _spans(name, text))
        ]

    def speaks_as(self, label: str) -> list[str]:
        """Those whom the label of a turn names."""
        said = flat(label)
        return self._those(said, said.split())

    def _those(self, said: str, words: Iterable[str]) -> list[str]:
        """Those whose whole name is *said*, or who are called by one of the *words*."""
        found = {name for word in words for name in self._called.get(word, ())}
        said = f" {said} "
        return [name for name, whole in self._whole.items() if whole in said or name in found]

    def _words(self, text: str) -> Iterable[str]:
        for found in _WORD.finditer(text):
            word = flat(found[0])
            small = self._has_capitals and found[0][0].islower()
            if word in self._called and not small and (word not in self._stop or _is_a_name(text, *found.span())):
                yield word


def _is_a_name(text: str, begin: int, end: int) -> bool:
    """Whether a word that is usually none is a name where it stands: alone between commas, or behind a title."""
    title = _BEHIND.search(text[:begin])
    return _is_set_off(text, begin, end) or (title is not None and flat(title[0]) in _TITLES)


def _is_set_off(text: str, begin: int, end: int) -> bool:
    """Whether words stand alone between the beginning, punctuation and the end, as the name of who is spoken to does."""
    return text[:begin].rstrip()[-1:] in _STOPS and text[end:].lstrip()[:1] in _STOPS


def _spans(name: str, text: str) -> Iterator[tuple[int, int]]:
    """Where *text* has words of *name* side by side, titles included."""
    words = {*flat(name).split(), *_TITLES}
    calling = _words_of(name) or words
    run: list[re.Match[str]] = []
    for found in (*_TOKEN.finditer(text), None):
        if found is not None and flat(found[0]) in words:
            run.append(found)
        elif run:
            if any(flat(each[0]) in calling for each in run):
                yield run[0].start(), run[-1].end()
            run = []


def _is_addressed(text: str, begin: int, end: int, request: str, state: str) -> bool:
    before, behind = text[:begin].rstrip(), text[end:].lstrip()
    if _is_set_off(text, begin, end) or (before[-1:] in _STOPS and not re.match(state, behind, re.IGNORECASE)):
        return True
    return bool(re.search(rf"{request}$", before, re.IGNORECASE) or re.match(request, behind, re.IGNORECASE))


def _called_by(names: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """Word -> whom it calls: nobody if two have it, unless all words of the one's name are words of the other's."""
    words = {name: _words_of(name) for name in names}
    holders: defaultdict[str, set[str]] = defaultdict(set)
    for name, own in words.items():
        for word in own:
            holders[word].add(name)
    return {
        word: frozenset(name for name in holding if all(words[other] <= words[name] for other in holding))
        for word, holding in holders.items()
    }


@lru_cache(maxsize=1024)
def _words_of(name: str) -> frozenset[str]:
    """The words of *name* that somebody may be called by: no party, no title, no "von", and of a role its first word."""
    bare = _COMPANY.sub("", _BRACKETED.sub(" ", name))
    if _LABEL.search(bare):
        return frozenset()
    who, _, role = bare.partition(",")
    roles = [word for word in _WORD.findall(role)[:1] if not word.isupper() or bare.isupper()]  # no party: "Ott, SPD"
    found = [word for word in (*_WORD.findall(who), *roles) if len(word) > 1]
    capitals = [word for word in found if not word[0].islower()]
    return frozenset(map(flat, capitals or found)) - _TITLES
