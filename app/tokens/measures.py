"""A tokenizer that measures each prompt once: planning asks again for prompts that it has already cut to size."""

from __future__ import annotations

from threading import Lock
from typing import Any

from app.tokens.base import Messages, Tokenizer, TokenizerWrapper


class MeasuresOnce(TokenizerWrapper):
    """*tokenizer*, with the measures that it gave. It keeps every prompt, so it is for one plan and not for a whole run."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.inner = tokenizer
        self._measures: dict[tuple[tuple[tuple[str, Any], ...], ...], int] = {}
        self._lock = Lock()

    def measure(self, messages: Messages) -> int:
        """The tokens of a whole prompt, whose messages are plain text."""
        asked = tuple(tuple(message.items()) for message in messages)
        with self._lock:
            known = self._measures.get(asked)
        if known is None:
            known = super().measure(messages)
            with self._lock:
                self._measures[asked] = known
        return known
