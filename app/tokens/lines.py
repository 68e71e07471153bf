"""What lines add to a prompt that holds them one below the other: cheap sums that are never too low."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from app.tokens.base import Tokenizer
from app.tokens.counting import Remembered

MOST_REMEMBERED = 256  # lines: the end of a summary so far is costed again for each batch

# Lines as people say them, and with the characters that merge with what stands beside them.
_PROBE = (
    "Alice : Good morning, shall we begin?",
    "Zoé : « D'accord », dit-il… puis 3,5 % !",
    "/a/b : /c",
    "- ( x )",
    "42",
    "{vocalsound} <b>",
    "علی : سلام، حال شما؟",
    "王 ： 你好。",
    "😀 👍🏽",
    "'s",
    ": :",
)


class LineCosts:
    """What each line adds to a prompt in which lines stand one below the other.

    Counts are not additive over newlines: leaving the newlines out is too low by 12 tokens in a prompt of 8 turns. With
    both newlines counted and one taken off again the sum is right, to a token, for all tokenizers that we know, or a
    little too high; a probe asks this one, and where its sums are too low every line costs one token more."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._count = Remembered(tokenizer.count, most=MOST_REMEMBERED)
        self._slack = 0 if self._adds_up() else 1

    def of(self, lines: Sequence[str]) -> list[int]:
        """An upper bound, in tokens, for each of *lines*: stripped and on a line of its own."""
        newline, *framed = self._count(["\n", *(f"\n{line}\n" for line in lines)])
        return [max(tokens - newline, 0) + self._slack for tokens in framed]

    def _adds_up(self) -> bool:
        pairs = [(first, second) for first, second in pairwise((*_PROBE, *reversed(_PROBE)))]
        counts = self._tokenizer.count(
            ["\n", *(f"\n{line}\n" for line in _PROBE), *("\n".join(("", *pair, "")) for pair in pairs)]
        )
        newline, cost = counts[0], dict(zip(_PROBE, counts[1 : len(_PROBE) + 1], strict=True))
        together = counts[len(_PROBE) + 1 :]
        return all(real <= cost[first] + cost[second] - newline for (first, second), real in zip(pairs, together, strict=True))
