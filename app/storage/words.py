"""Words of a text as full text search compares them: without case and accents, the same in every database."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from app.errors import BadParameter

LONGEST = 100  # characters of a word
MOST_REMEMBERED = 16_384  # words: most of a long text come again
LONGEST_QUERY, MOST_TERMS = 500, 32
AROUND = 90  # characters of a snippet before and behind what was found
_MARKS = "\u0300-\u036f\u064b-\u0652\u0670"  # accents that stand behind their letter
# Arabic letters that are typed for Persian ones, and the line that stretches a word.
_ALIKE = {0x064A: "\u06cc", 0x0649: "\u06cc", 0x0643: "\u06a9", 0x0629: "\u0647", 0x0640: None}
# Writing without spaces: each sign is a word, and a query of several is a phrase.
_SIGN = "\u0e01-\u0e30\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_SIGN}]|(?:(?![{_SIGN}])[^\W_])(?:(?![{_SIGN}])[^\W_]|[{_MARKS}])*")
_PLAIN = re.compile(r"[^\W_]+")
_TERM = re.compile(r'"([^"]*)"?(\*?)|([^\s"]+)')


class Word(NamedTuple):
    """A word, and where it stands in its text."""

    word: str
    start: int
    stop: int


def located(text: str) -> list[Word]:
    """The words of *text* in their order."""
    return [Word(word, *found.span()) for found in _WORD.finditer(text) for word in _plain(found[0])]


def words(text: str) -> list[str]:
    if text.isascii():  # then the rules for marks and signs say nothing, and this is several times faster
        return [word[:LONGEST] for word in _PLAIN.findall(text.lower())]
    return [word for found in _WORD.findall(text) for word in _plain(found)]


def _plain(word: str) -> Sequence[str]:
    return _remembered(word) if len(word) <= LONGEST else _made(word)


def _made(word: str) -> Sequence[str]:
    """The words that *word* is without its accents: more than one if an accent parts them."""
    return [part[:LONGEST] for part in _PLAIN.findall(_folded(word))]


_remembered = lru_cache(MOST_REMEMBERED)(_made)


def _folded(text: str) -> str:
    bare = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()).translate(_ALIKE)
    kept = (letter for letter in bare if not unicodedata.combining(letter))
    return "".join(str(unicodedata.digit(letter)) if letter.isdigit() else letter for letter in kept)


@dataclass(frozen=True)
class Term:
    """Words that must follow one another; the last one may go on if it is a *prefix*."""

    words: tuple[str, ...]
    prefix: bool = False

    def places(self, text: Sequence[Word]) -> list[tuple[int, int]]:
        """Where *text* has it, as characters."""
        size = len(self.words)
        found = (text[at : at + size] for at in range(len(text) - size + 1))
        return [(each[0].start, each[-1].stop) for each in found if self._is(each)]

    def _is(self, found: Sequence[Word]) -> bool:
        *before, last = (each.word for each in found)
        return tuple(before) == self.words[:-1] and (last.startswith(self.words[-1]) if self.prefix else last == self.words[-1])


@dataclass(frozen=True)
class Query:
    """What is searched: a text must have all *terms*. Nothing that a person writes is the syntax of a database."""

    terms: tuple[Term, ...]

    @classmethod
    def of(cls, text: str) -> Query:
        """Words, `"phrases"` and `prefixes*`. Raises BadParameter."""
        if len(text) > LONGEST_QUERY:
            raise BadParameter("q", f"must have at most {LONGEST_QUERY} characters")
        terms = []
        for quoted, star, bare in _TERM.findall(text):
            if found := tuple(words(quoted or bare)):
                terms.append(Term(found, bool(star) or bare.endswith("*")))
        if not terms or len(terms) > MOST_TERMS:
            raise BadParameter("q", f"must hold 1 to {MOST_TERMS} words")
        return cls(tuple(terms))

    def fts5(self) -> str:
        """For SQLite: words of letters and digits alone, in quotes."""
        return " AND ".join(f'"{" ".join(term.words)}"{" *" if term.prefix else ""}' for term in self.terms)

    def tsquery(self) -> str:
        """For PostgreSQL."""
        return " & ".join(f"({' <-> '.join(self._lexemes(term))})" for term in self.terms)

    @staticmethod
    def _lexemes(term: Term) -> list[str]:
        *before, last = term.words
        return [*(f"'{word}'" for word in before), f"'{last}'{':*' if term.prefix else ''}"]

    def snippet(self, text: str) -> Snippet:
        """The part of *text* around the first place that was found."""
        found = located(text)
        places = sorted({place for term in self.terms for place in term.places(found)})
        first = places[0][0] if places else 0
        begin = _border(text, max(first - AROUND, 0), -1)
        end = _border(text, min((places[0][1] if places else 0) + AROUND, len(text)), 1)
        shown = _apart((start, stop) for start, stop in places if begin <= start and stop <= end)
        before, behind = "\u2026" if begin else "", "\u2026" if end < len(text) else ""
        shift = len(before) - begin
        return Snippet(f"{before}{text[begin:end]}{behind}", tuple((start + shift, stop + shift) for start, stop in shown))


@dataclass(frozen=True)
class Snippet:
    """A stretch of a text, and what was found in it as characters."""

    text: str
    marks: tuple[tuple[int, int], ...]

    def html(self) -> str:
        """The stretch, escaped, with `<mark>`."""
        parts: list[str] = []
        behind = 0
        for start, stop in self.marks:
            parts += [html.escape(self.text[behind:start]), "<mark>", html.escape(self.text[start:stop]), "</mark>"]
            behind = stop
        return "".join((*parts, html.escape(self.text[behind:])))


def _border(text: str, place: int, step: int) -> int:
    """The next place from *place* on, in the direction of *step*, that cuts no word; not far."""
    for at in range(place, place + 20 * step, step):
        if at <= 0 or at >= len(text):
            return max(0, min(at, len(text)))
        if text[at - 1].isspace() or text[at].isspace():
            return at
    return place


def _apart(places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The places without those that begin in another one."""
    kept: list[tuple[int, int]] = []
    for start, stop in places:
        if kept and start < kept[-1][1]:
            kept[-1] = (kept[-1][0], max(kept[-1][1], stop))
        else:
            kept.append((start, stop))
    return kept
