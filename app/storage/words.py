"""Words of a text as full text search compares them: without case and accents, the same in every database."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
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
_LETTERS = rf"(?:(?![{_SIGN}])[^\W_])(?:(?![{_SIGN}])[^\W_]|[{_MARKS}])*+"
_WORD = re.compile(rf"[{_SIGN}]|{_LETTERS}")
# What parts a number, as in "12 500" and "12,500", and a word, as in "follow-up": hyphens, and the half-space of Persian.
_PARTS_OF_A_NUMBER = " ,.'\u2019\u00a0\u2009\u202f\u066c"
_PARTS_OF_A_WORD = "\u200c\u00ad\u2010\u2011-"
_NUMBER = rf"\d{{1,3}}(?:[{_PARTS_OF_A_NUMBER}]\d{{3}})+(?![^\W_])"
_COMPOUND = rf"{_LETTERS}(?:[{_PARTS_OF_A_WORD}]{_LETTERS})+"
_PARTED = rf"(?<![^\W_])(?<![{_MARKS}])(?:{_NUMBER}|{_COMPOUND})"  # at the beginning of a word: else the time is quadratic
_IS_PARTED = re.compile(_PARTED)
_JOINED = re.compile(rf"{_PARTED}|{_WORD.pattern}")
_BETWEEN = re.compile(rf"[{_PARTS_OF_A_NUMBER}{_PARTS_OF_A_WORD}]")
_HEAD_OF_A_NUMBER, _GROUP = re.compile(r"\d{1,3}"), re.compile(r"\d{3}")
APART = "\ufb00"  # between the words of a text and the same ones joined: no text and no query has such a word
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


def joined(text: str) -> list[Word]:
    """The words of *text*; numbers and words that something parts ("12 500", "follow-up") are one."""
    return [Word(word, *found.span()) for found in _JOINED.finditer(text) for word in _plain(_BETWEEN.sub("", found[0]))]


def indexed(text: str) -> list[str]:
    """The words by which *text* is found. If something parts some of them, all follow again with those joined: so phrases hold
    whichever way they are written."""
    if not _IS_PARTED.search(text):
        return words(text)
    return [*words(text), APART, *(each.word for each in joined(text))]


def _plain(word: str) -> Sequence[str]:
    return _remembered(word) if len(word) <= LONGEST else _made(word)


def _made(word: str) -> Sequence[str]:
    """The words that *word* is without its accents: more than one if an accent parts them."""
    return [part[:LONGEST] for part in _PLAIN.findall(_folded(word))]


_remembered = lru_cache(MOST_REMEMBERED)(_made)


def forget() -> None:
    """Lets go of what is remembered of words."""
    _remembered.cache_clear()


def _folded(text: str) -> str:
    bare = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()).translate(_ALIKE)
    kept = (letter for letter in bare if not unicodedata.combining(letter))
    return "".join(str(unicodedata.digit(letter)) if letter.isdigit() else letter for letter in kept)


@dataclass(frozen=True)
class Term:
    """Words that must follow one another; the last one may go on if it is a *prefix*. A text without them has the term if it
    has all of *others*: the same, written otherwise."""

    words: tuple[str, ...]
    prefix: bool = False
    others: tuple[Term, ...] = ()

    @classmethod
    def of(cls, text: str, *, prefix: bool) -> Term | None:
        """The term of a word or a phrase; None if it has no words."""
        found = tuple(words(text))
        together = tuple(each.word for each in joined(text)) if _IS_PARTED.search(text) else found
        others = (cls(together, prefix),) if together != found else ()
        return cls(found, prefix, others) if found else None

    def places(self, text: Sequence[Word]) -> list[tuple[int, int]]:
        """Where *text* has it, as characters."""
        size = len(self.words)
        found = (text[at : at + size] for at in range(len(text) - size + 1))
        own = [(each[0].start, each[-1].stop) for each in found if self._is(each)]
        others = [other.places(text) for other in self.others]
        return [*own, *(place for places in others for place in places)] if all(others) else own

    def _is(self, found: Sequence[Word]) -> bool:
        *before, last = (each.word for each in found)
        return tuple(before) == self.words[:-1] and (last.startswith(self.words[-1]) if self.prefix else last == self.words[-1])

    def fts5(self) -> str:
        """For SQLite: words of letters and digits alone, in quotes."""
        own = f'"{" ".join(self.words)}"{" *" if self.prefix else ""}'
        return f"({own} OR ({' AND '.join(other.fts5() for other in self.others)}))" if self.others else own

    def tsquery(self) -> str:
        """For PostgreSQL."""
        lexemes = [f"'{word}'" for word in self.words]
        own = f"({' <-> '.join(lexemes)}{':*' if self.prefix else ''})"
        return f"({own} | ({' & '.join(other.tsquery() for other in self.others)}))" if self.others else own


def _numbers(terms: Sequence[tuple[str, bool, bool]]) -> Iterator[Term]:
    """The terms of a query, each given as its text, whether it is a prefix, and whether it is a phrase. Neighbouring groups of
    digits are a number or several: "12 500" may be 12500."""
    at = 0
    while at < len(terms):
        text, _, phrase = terms[at]
        end = at + 1
        while not phrase and _HEAD_OF_A_NUMBER.fullmatch(text) and end < len(terms) and _is_group(terms[end]):
            end += 1
        found = [term for part, star, _ in terms[at:end] if (term := Term.of(part, prefix=star))]
        if end > at + 1:
            whole = "".join(part for part, _, _ in terms[at:end])
            yield Term(tuple(words(whole)), others=tuple(found))
        else:
            yield from found
        at = end


def _is_group(term: tuple[str, bool, bool]) -> bool:
    text, prefix, phrase = term
    return not prefix and not phrase and bool(_GROUP.fullmatch(text))


@dataclass(frozen=True)
class Query:
    """What is searched: a text must have all *terms*. Nothing that a person writes is the syntax of a database."""

    terms: tuple[Term, ...]

    @classmethod
    def of(cls, text: str) -> Query:
        """Words, `"phrases"` and `prefixes*`. Raises BadParameter."""
        if len(text) > LONGEST_QUERY:
            raise BadParameter("q", f"must have at most {LONGEST_QUERY} characters")
        typed = [(quoted or bare, bool(star) or bare.endswith("*"), bool(quoted)) for quoted, star, bare in _TERM.findall(text)]
        terms = tuple(_numbers(typed))
        if not terms or len(terms) > MOST_TERMS:
            raise BadParameter("q", f"must hold 1 to {MOST_TERMS} words")
        return cls(terms)

    def fts5(self) -> str:
        """For SQLite."""
        return " AND ".join(term.fts5() for term in self.terms)

    def tsquery(self) -> str:
        """For PostgreSQL."""
        return " & ".join(term.tsquery() for term in self.terms)

    def snippet(self, text: str) -> Snippet:
        """The part of *text* around the first place that was found."""
        texts = [located(text), *([joined(text)] if _IS_PARTED.search(text) else ())]
        places = sorted({place for term in self.terms for found in texts for place in term.places(found)})
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
