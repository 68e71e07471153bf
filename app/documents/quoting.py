"""Which words of its turns a text rests on: what a footnote quotes, cleaned as minutes clean what they quote."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from app.documents.cleaning import clean
from app.kinds.languages import pack_of
from app.kinds.minutes.sentences import CUT, cleaned
from app.kinds.words import content_words, sentences_in, terms
from app.transcript import Turn

MOST = 120  # characters of a quotation
LONGEST = 10 * MOST  # characters that are read as one sentence: a transcript may have no full stops
A_NUMBER = 2  # words that a number in common counts for
_WORD = re.compile(r"\S{1,40}")  # a longer one, as in scripts without spaces, is cut


@dataclass(frozen=True)
class Quotation:
    """Words of a *turn*; "…" stands where its sentence goes on."""

    turn: Turn
    text: str


@dataclass(frozen=True)
class Quoting:
    """Finds quotations in *turns*, by their numbers, which speak *language*."""

    turns: Mapping[int, Turn]
    language: str
    _read: dict[int, tuple[tuple[str, frozenset[str]], ...]] = field(default_factory=dict)

    def of(self, text: str, numbers: Sequence[int]) -> Quotation | None:
        """The sentence of the turns *numbers* that has most words of *text*, at most MOST characters of it; the first words
        that there are if none has any. None if the turns are sounds alone."""
        wanted = _words(text, self.language)
        heads = ((self.turns[number], self.turns[number].text[:LONGEST]) for number in numbers)
        for turn, sentence in chain(self._best(wanted, numbers), heads):
            told = clean(cleaned(sentence, pack_of(self.language)))
            if re.search(r"\w", told):
                return Quotation(turn, narrowed(told, wanted, self.language))
        return None

    def _best(self, wanted: frozenset[str], numbers: Sequence[int]) -> Iterator[tuple[Turn, str]]:
        """The sentence with most of the *wanted* words; of several, the one with fewest others."""
        ranked = (
            (_weight(wanted & own), -len(own - wanted), turn, sentence)
            for turn in map(self.turns.__getitem__, numbers)
            for sentence, own in self._sentences(turn)
        )
        weight, _, turn, sentence = max(ranked, key=lambda each: each[:2], default=(0, 0, None, ""))
        if weight and turn is not None:
            yield turn, sentence

    def _sentences(self, turn: Turn) -> tuple[tuple[str, frozenset[str]], ...]:
        if turn.source not in self._read:
            read = (piece for each in sentences_in(turn.text) for piece in _pieces(each))
            self._read[turn.source] = tuple((each, _words(each, self.language)) for each in read)
        return self._read[turn.source]


def _words(text: str, language: str) -> frozenset[str]:
    """The words of *text* that carry content, or all of them if none does."""
    return terms(text, language) or content_words(text)


def _pieces(sentence: str) -> Iterator[str]:
    """*sentence*, a very long one in pieces."""
    begin = 0
    while len(sentence) - begin > LONGEST:
        end = sentence.rfind(" ", begin, begin + LONGEST) + 1 or begin + LONGEST
        yield f"{CUT + ' ' if begin else ''}{sentence[begin:end].rstrip()} {CUT}"
        begin = end
    yield f"{CUT + ' ' if begin else ''}{sentence[begin:]}"


def narrowed(text: str, wanted: frozenset[str], language: str) -> str:
    """At most MOST characters of *text*, cut between words: those with most of the *wanted* words, from its beginning if that
    holds as many."""
    if len(text) <= MOST:
        return text
    words = [found.span() for found in _WORD.finditer(text)]
    own = [_words(text[begin:end], language) & wanted for begin, end in words]
    first, last = _grown(words, *_densest(words, own))
    before, behind = CUT + " " if first else "", " " + CUT if last < len(words) - 1 else ""
    return f"{before}{text[words[first][0] : words[last][1]]}{behind}"


def _densest(words: Sequence[tuple[int, int]], own: Sequence[frozenset[str]]) -> tuple[int, int]:
    """The first and the last of the neighbouring *words* that have most of what is wanted, in MOST characters."""
    held: Counter[str] = Counter()
    best, first, last, begin = 0, 0, 0, 0
    for end, found in enumerate(own):
        held.update(found)
        while words[end][1] - words[begin][0] > MOST:
            held -= Counter(own[begin])
            begin += 1
        if found and (weight := _weight(held)) > best:
            best, first, last = weight, begin, end
    first = next((at for at in range(first, last) if own[at]), last)
    return (0, last) if words[last][1] <= MOST else (first, last)


def _grown(words: Sequence[tuple[int, int]], first: int, last: int) -> tuple[int, int]:
    """The words from *first* to *last* with as many others on both sides as MOST characters hold."""
    half = (MOST - (words[last][1] - words[first][0])) // 2
    begin = words[first][0] - half
    while first and words[first - 1][0] >= begin:
        first -= 1
    while last + 1 < len(words) and words[last + 1][1] - words[first][0] <= MOST:
        last += 1
    while first and words[last][1] - words[first - 1][0] <= MOST:
        first -= 1
    return first, last


def _weight(found: Iterable[str]) -> int:
    return sum(A_NUMBER if each[0].isdigit() else 1 for each in found)
