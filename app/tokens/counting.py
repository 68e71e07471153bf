"""Counting many short texts fast: counts that were made once are remembered, within bounds."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from threading import Lock
from typing import TypeAlias

Count: TypeAlias = Callable[[Sequence[str]], list[int]]  # the tokens of each text, without special tokens

MOST_TEXTS = 16_384
LONGEST_TEXT = 1_000  # characters; a longer one is counted each time
MOST_WORDS = 65_536
LONGEST_WORD = 64

SPACE = "▁"  # how SentencePiece writes a space


class Remembered:
    """A Count that asks another one only for texts it has not seen lately; all that are missing in one call."""

    def __init__(self, ask: Count, *, most: int = MOST_TEXTS) -> None:
        self._ask = ask
        self._most = most
        self._seen: OrderedDict[str, int] = OrderedDict()
        self._lock = Lock()

    def __call__(self, texts: Sequence[str]) -> list[int]:
        known = self._known(texts)
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if missing:
            asked = dict(zip(missing, self._ask(missing), strict=True))
            self._remember(asked)
            known |= asked
        return [known[text] for text in texts]

    def _known(self, texts: Sequence[str]) -> dict[str, int]:
        known = {}
        with self._lock:
            for text in texts:
                if text in self._seen:
                    self._seen.move_to_end(text)
                    known[text] = self._seen[text]
        return known

    def _remember(self, counts: dict[str, int]) -> None:
        with self._lock:
            self._seen.update((text, tokens) for text, tokens in counts.items() if len(text) <= LONGEST_TEXT)
            while len(self._seen) > self._most:
                self._seen.popitem(last=False)


_WORD = re.compile(rf"\n|[ {SPACE}]*[^ {SPACE}\n]+|[ {SPACE}]+")


def words_stand_alone(pieces: Iterable[str]) -> bool:
    """Whether a text may be counted word by word: no piece of the vocabulary reaches into the next word or line."""
    return not any(SPACE in piece.lstrip(SPACE) or "\n" in piece for piece in pieces)


class Words:
    """A Count for a SentencePiece vocabulary of which `words_stand_alone` is true, with the counts of words remembered.

    *pieces_of* makes pieces of a word as it stands, spaces written as `▁`, without putting a space before it."""

    def __init__(self, pieces_of: Callable[[str], int], *, most: int = MOST_WORDS) -> None:
        self._pieces_of = pieces_of
        self._most = most
        self._seen: dict[str, int] = {}

    def __call__(self, texts: Sequence[str]) -> list[int]:
        return [self._tokens(_WORD.findall(f" {text}")) if text else 0 for text in texts]

    def _tokens(self, words: Sequence[str]) -> int:
        """The tokens of *words*; without a call of Python's for each if all of them are known."""
        try:
            return sum(map(self._seen.__getitem__, words))
        except KeyError:
            return sum(map(self._word, words))

    def _word(self, word: str) -> int:
        known = self._seen.get(word)
        if known is not None:
            return known
        tokens = self._pieces_of(word.replace(" ", SPACE))
        if len(word) <= LONGEST_WORD:
            if len(self._seen) >= self._most:
                self._seen.clear()  # cheaper than keeping order, and the usual words are back at once
            self._seen[word] = tokens
        return tokens
