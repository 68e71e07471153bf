"""A backend without a model: it says what the prompt said, always the same, and counts words."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from app.backends.base import Answer, Backend, BackendBase, Call, Health, Message, Piece, Stream
from app.backends.config.setup import Setup
from app.cancellation import CancelToken
from app.errors import ContextExceeded
from app.metrics import Metrics

PER_MESSAGE = 3  # words that a chat template would put around a message


def _unheard(call: Call) -> None:
    """Ignores a call."""


def served_by(setup: Setup, metrics: Metrics) -> Backend:
    """It has no server, and its calls are no figures."""
    del metrics
    return Echo(setup.name)


class Echo(BackendBase):
    """Answers with the end of the last user message: at most half as many words as the call allows tokens, so that the answer
    is also within the limit of any usual tokenizer. *limit*, where given, is the context, in words: more is ContextExceeded.
    Each call is told to *heard* before it is answered."""

    def __init__(self, name: str = "echo", limit: int | None = None, heard: Callable[[Call], None] = _unheard) -> None:
        self._name = name
        self._limit = limit
        self._heard = heard

    @property
    def name(self) -> str:
        return self._name

    def complete(self, call: Call, cancel: CancelToken | None = None) -> Answer:  # noqa: ARG002  it answers at once
        self._heard(call)
        prompt = self.measure(call.model, call.messages)
        if self._limit is not None and prompt + call.max_tokens > self._limit:
            raise ContextExceeded(f"{self._name}: {prompt} words and {call.max_tokens} to answer are more than {self._limit}")
        said = next((each.content for each in reversed(call.messages) if each.role == "user"), "")
        text = _end_of(said, max(1, call.max_tokens // 2))
        return Answer(text=text, prompt_tokens=prompt, completion_tokens=_words(text), model=call.model)

    def stream(self, call: Call, cancel: CancelToken | None = None) -> Stream:
        return self._pieces(call, cancel or CancelToken())

    def tokenize(self, model: str, texts: Sequence[str]) -> list[int]:  # noqa: ARG002
        return [_words(text) for text in texts]

    def measure(self, model: str, messages: Sequence[Message]) -> int:  # noqa: ARG002
        return sum(_words(message.content) + PER_MESSAGE for message in messages)

    def probe(self) -> Health:
        return Health(ok=True, detail="repeats what it is told")

    def _pieces(self, call: Call, cancel: CancelToken) -> Stream:
        cancel.check()
        answer = self.complete(call)
        for word in re.findall(r"\s*\S+", answer.text):
            yield Piece(word)
        yield Piece("", answer)


def _words(text: str) -> int:
    return len(text.split())


def _end_of(text: str, most: int) -> str:
    """The last *most* words of *text* as they stand there."""
    words = list(re.finditer(r"\S+", text))
    return text[words[-most:][0].start() :].strip() if words else ""
