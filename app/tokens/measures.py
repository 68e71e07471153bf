"""A tokenizer that measures each prompt once: planning asks again for prompts that it has already cut to size."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import Any

from app.tokens.base import Messages, Tokenizer


class MeasuresOnce:
    """*tokenizer*, with the measures that it gave. It keeps every prompt, so it is for one plan and not for a whole run."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._measures: dict[tuple[tuple[tuple[str, Any], ...], ...], int] = {}
        self._lock = Lock()

    @property
    def name(self) -> str:
        return self._tokenizer.name

    @property
    def exact(self) -> bool:
        return self._tokenizer.exact

    def adds_up(self, text: str) -> bool:
        return self._tokenizer.adds_up(text)

    def count(self, texts: Sequence[str]) -> list[int]:
        return self._tokenizer.count(texts)

    def measure(self, messages: Messages) -> int:
        """The tokens of a whole prompt, whose messages are plain text."""
        asked = tuple(tuple(message.items()) for message in messages)
        with self._lock:
            known = self._measures.get(asked)
        if known is None:
            known = self._tokenizer.measure(messages)
            with self._lock:
                self._measures[asked] = known
        return known
