"""The estimate: an upper bound of the tokens of a text for a model whose tokenizer nobody can tell us."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.tokens.base import Messages, overhead

LONGEST_WORD = 24  # letters

_CHEAPER = re.compile(r"(?P<caps>[A-Z]{2,})|(?P<word>[A-Z]?[a-z]+|[A-Z])|(?P<gap> (?=[A-Za-z]))")


class Estimate:
    """Counts more than any usual tokenizer would: 1.6 times Mistral's v1 on German, English, French and Spanish transcripts.

    The rule: a token for every UTF-8 byte, which no byte-level or byte-fallback tokenizer exceeds, but for
    - a run of ASCII letters (`the`, `Budget`): one token and one for every third letter;
    - a run of ASCII capitals (`BUDGET`): one token and two for every third letter;
    - a space before an ASCII letter: nothing, as it is part of the word;
    and one token for the space that some tokenizers put before a text. A run of more than LONGEST_WORD letters is no word.

    Checked line by line on eight transcripts against the tokenizers of Mistral (v1, v3, Tekken), Llama 3 and 4, Qwen 2.5
    and 3, DeepSeek and GPT-2, and on samples in 15 languages, numbers, code and emoji: never too low. Text made of rare
    words alone (a bare list of Polish surnames, Base64) can exceed it by a quarter."""

    name = "estimate"
    exact = False

    def count(self, texts: Sequence[str]) -> list[int]:
        return [_bound(text) for text in texts]

    def adds_up(self, text: str) -> bool:  # noqa: ARG002
        return False

    def measure(self, messages: Messages) -> int:
        return overhead(messages) + sum(_bound(message["content"]) for message in messages)


def _bound(text: str) -> int:
    tokens = len(text.encode("utf-8", "surrogatepass")) + 1
    for run in _CHEAPER.finditer(text):
        length = run.end() - run.start()
        if length > LONGEST_WORD:
            continue
        if run.lastgroup == "gap":
            tokens -= 1
        elif run.lastgroup == "caps":
            tokens += 1 + 2 * length // 3 - length
        else:
            tokens += 1 + length // 3 - length
    return tokens
