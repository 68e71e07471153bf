"""Small vocabularies and models for tests of the loop: one that knows nothing, one that has a text in mind."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from app.engines.decoding import Vocabulary

# All bytes, pieces of JSON and of text as tokenizers have them (also across the borders of values), a special and two ends.
PIECES = (
    b'": ',
    b'", "',
    b'{"',
    b'"}',
    b"}}",
    b"the ",
    "é".encode(),
    b"\\u00",
    b'\\"',
    "日本".encode(),
    "😀".encode()[:3],
    b"true",
    b"12",
)
SPECIAL, END, OTHER_END = b"<|im_start|>", b"<|im_end|>", b"</s>"
TOKENS = (*(bytes([byte]) for byte in range(256)), *PIECES, SPECIAL, END, OTHER_END)


def _encode(text: bytes, specials: bool) -> list[int]:
    """Byte by byte; special tokens by their names where they may be."""
    ids: list[int] = []
    while text:
        named = next((name for name in (SPECIAL, END, OTHER_END) if specials and text.startswith(name)), None)
        ids.append(TOKENS.index(named) if named else text[0])
        text = text[len(named) if named else 1 :]
    return ids


def vocabulary() -> Vocabulary:
    size = len(TOKENS)
    return Vocabulary(TOKENS, (size - 2, size - 1), _encode, specials=(size - 3,))


VOCABULARY = vocabulary()


@dataclass
class Clueless:
    """All tokens are alike to it."""

    context: int = 100_000
    vocabulary: Vocabulary = VOCABULARY
    asked: list[int] = field(default_factory=list)  # the length of the input at each call

    def get_logits_from_input_ids(self, input_ids: NDArray[np.int32], /) -> NDArray[np.float32]:
        self.asked.append(len(input_ids))
        return np.zeros((1, len(self.vocabulary)), np.float32)


@dataclass
class Determined(Clueless):
    """Wants to say *text*, byte by byte, after *begins* tokens, and then to end."""

    text: bytes = b""
    begins: int = 1

    def get_logits_from_input_ids(self, input_ids: NDArray[np.int32], /) -> NDArray[np.float32]:
        logits = np.tile(super().get_logits_from_input_ids(input_ids), (len(input_ids), 1))
        said = len(b"".join(map(self.vocabulary.bytes_of, input_ids[self.begins :].tolist())))
        wanted = self.text[said] if said < len(self.text) else self.vocabulary.ends[0]
        logits[-1, wanted] = 5.0
        return logits
