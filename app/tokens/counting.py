"""Counting many short texts fast: counts that were made once are remembered, within bounds."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from threading import Lock
from typing import TypeAlias

Count: TypeAlias = Callable[[Sequence[str]], list[int]]  # the tokens of each text, without special tokens

MOST_TEXTS = 16_384
LONGEST_TEXT = 1_000  # characters; a longer one is counted each time
MOST_WORDS = 65_536
LONGEST_WORD = 64

SPACE = "▁"  # how SentencePiece writes a space


class Remembered:
    """A Count that asks another one only for texts it has not seen lately; all that are missing in one call.

    Of a text a digest is kept: 16,384 texts themselves would take up to 64 MB."""

    def __init__(self, ask: Count, *, most: int = MOST_TEXTS) -> None:
        self._ask = ask
        self._most = most
        self._seen: OrderedDict[bytes, int] = OrderedDict()
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
        digests = {text: _digest(text) for text in texts if len(text) <= LONGEST_TEXT}
        with self._lock:
            for text, digest in digests.items():
                if digest in self._seen:
                    self._seen.move_to_end(digest)
                    known[text] = self._seen[digest]
        return known

    def _remember(self, counts: dict[str, int]) -> None:
        with self._lock:
            self._seen.update((_digest(text), tokens) for text, tokens in counts.items() if len(text) <= LONGEST_TEXT)
            while len(self._seen) > self._most:
                self._seen.popitem(last=False)


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


_WORD = re.compile(rf"\n|[ {SPACE}]*[^ {SPACE}\n]+|[ {SPACE}]+")


def words_stand_alone(pieces: Iterable[str]) -> bool:
    """Whether a text may be counted word by word: no piece of the vocabulary reaches into the next word or line."""
    return not any(SPACE in piece.lstrip(SPACE) or "\n" in piece for piece in pieces)


class Words:
    """A Count for a SentencePiece vocabulary of which `words_stand_alone` is true, with the counts of words remembered.

    Counts add up over single spaces: `a b` has as many tokens as `a` and `b`.
    *pieces_of* makes pieces of a word as it stands, spaces written as `▁`, without putting a space before it."""

    def __init__(self, pieces_of: Callable[[str], int], *, most: int = MOST_WORDS) -> None:
        self._spaced = _Known(lambda word: pieces_of(SPACE + word), most)  # words behind one space
        self._others = _Known(pieces_of, most)  # at the beginning of a line, or behind several spaces

    def __call__(self, texts: Sequence[str]) -> list[int]:
        return [self._tokens(text) if text else 0 for text in texts]

    def _tokens(self, text: str) -> int:
        """The tokens of *text*; without a call of Python's for each word if all are known and single spaces part them."""
        if not text.isascii() and SPACE in text:
            return self._of_odd_spaces(text)
        first, *lines = text.split("\n")
        try:
            tokens = sum(map(self._spaced.__getitem__, first.split(" "))) if first else self._others[SPACE]
            for line in lines:
                tokens += self._others["\n"]
                if line:
                    begin, *words = line.split(" ")
                    tokens += self._others[begin] + sum(map(self._spaced.__getitem__, words))
        except KeyError:
            return self._of_odd_spaces(text)
        return tokens

    def _of_odd_spaces(self, text: str) -> int:
        return sum(self._others[word.replace(" ", SPACE)] for word in _WORD.findall(f" {text}"))


class _Known(dict[str, int]):
    """The tokens of words, counted when they are first asked for. There is no empty word: asking for it raises KeyError."""

    def __init__(self, tokens_of: Callable[[str], int], most: int) -> None:
        super().__init__()
        self._tokens_of = tokens_of
        self._most = most

    def __missing__(self, word: str) -> int:
        if not word:
            raise KeyError(word)
        tokens = self._tokens_of(word)
        if len(word) <= LONGEST_WORD:
            if len(self) >= self._most:
                self.clear()  # cheaper than keeping order, and the usual words are back at once
            self[word] = tokens
        return tokens
