"""Tokenizers: how many tokens a text is to a flavor's model, and which tokenizer a flavor gets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol


class Tokenizer(Protocol):
    """Counts tokens as one model does."""

    @property
    def name(self) -> str:
        """Where the counts come from, for the job's report: `package:mistral-v1`, `backend:/tokenize`, `estimate`, …"""
        ...

    @property
    def exact(self) -> bool:
        """Whether the counts are the model's own; False for the estimate, which is an upper bound in all usual text."""
        ...

    def count(self, texts: Sequence[str]) -> list[int]:
        """The tokens of each text on its own, without special tokens."""
        ...

    def measure(self, messages: Sequence[Mapping[str, str]]) -> int:
        """The tokens of a whole prompt (`role` and `content` a message): chat template and special tokens included."""
        ...
