"""A model's vocabulary as bytes, and how text becomes tokens and tokens text."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.errors import EngineError

_OUT_OF_STRING = {b"}": 9.0, b"]": 8.0, b",": 7.0, b":": 7.0, b" ": 7.0, b'"': 5.0, b"[": 4.0, b"{": 3.0, b"-": 1.0}
_LITERAL = 6.5  # true, false and null, letter by letter
_DIGIT, _ZERO = 6.0, 5.5  # any number ends soon; but `-0.` with more zeros may go on for ever


class Vocabulary:
    """The bytes of every token, *ends* being those that end an answer; *encode* makes tokens of text, special ones too if it
    is told so. Special tokens are no text: their bytes are empty here."""

    def __init__(
        self,
        tokens: Sequence[bytes],
        ends: Iterable[int],
        encode: Callable[[bytes, bool], list[int]],
        specials: Iterable[int] = (),
    ) -> None:
        self._ends = tuple(ends)
        self._specials = frozenset((*specials, *self._ends))
        self._tokens = tuple(b"" if number in self._specials else token for number, token in enumerate(tokens))
        self._names = tuple(tokens)
        self._encode = encode

    def __len__(self) -> int:
        return len(self._tokens)

    @property
    def ends(self) -> tuple[int, ...]:
        """The tokens after which an answer is over, the usual one first."""
        return self._ends

    def encode(self, text: str, *, specials: bool = False) -> list[int]:
        """The tokens of *text*; only with *specials* may it spell a special token."""
        return self._encode(text.encode("utf-8", "replace"), specials)

    def bytes_of(self, token: int) -> bytes:
        return self._tokens[token]

    def reader(self) -> Callable[[int], str]:
        """Turns tokens into text one after the other; what has only begun of a character waits for the rest."""
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        return lambda token: decoder.decode(self._tokens[token])

    @cached_property
    def guided(self) -> Any:
        """The vocabulary as llguidance has it; takes a second for a large one. Raises EngineError without the package."""
        try:
            from llguidance import LLTokenizer, TokenizerWrapper
        except ImportError as exc:
            raise EngineError("decoding by a schema needs llguidance: pip install -r requirements-logits.txt") from exc
        return LLTokenizer(TokenizerWrapper(_Described(self._names, self._ends[0], self._specials, self._encode)))

    @cached_property
    def nearness(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """How near each token brings a JSON text to its end, outside of a text value and inside of one."""
        outside = np.array([_outside(token) for token in self._tokens], np.float32)
        inside = np.array([_inside(token) for token in self._tokens], np.float32)
        return outside, inside


class _Described:
    """What llguidance asks of a tokenizer."""

    def __init__(self, tokens: Sequence[bytes], end: int, specials: Iterable[int], encode: Callable[[bytes, bool], list[int]]):
        self.tokens = list(tokens)
        self.eos_token_id = end
        self.bos_token_id = None
        self.special_token_ids = sorted(specials)
        self._of_text = encode

    def __call__(self, text: bytes | str) -> list[int]:
        return self._of_text(text.encode() if isinstance(text, str) else text, False)


def _outside(token: bytes) -> float:
    """Closing comes first, then what leads to the next thing that must be said, then the shortest value."""
    if token in _OUT_OF_STRING:
        return _OUT_OF_STRING[token]
    if len(token) == 1 and token.isalpha():
        return _LITERAL
    if len(token) == 1 and token.isdigit():
        return _ZERO if token == b"0" else _DIGIT
    return -float(len(token) or 99)


def _inside(token: bytes) -> float:
    """The quotation mark that closes the text; else one plain character more."""
    if token == b'"':
        return 9.0
    if len(token) == 1 and token.isalnum():
        return 8.0
    return 1.0 if len(token) == 1 and token != b"\\" else -float(len(token) or 99)
