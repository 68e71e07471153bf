"""A model that runs in this very process, as a backend: stop strings, limits, and an end from any thread."""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Protocol

from app.backends.answers.cleaning import Speech, cleaned
from app.backends.answers.stops import StopStrings
from app.backends.base import Answer, BackendBase, Call, Health, Message, Piece, Stream
from app.cancellation import CancelToken
from app.errors import EngineError


@dataclass(frozen=True)
class TokenText:
    """What one token came to, perhaps no whole character yet; *finish_reason* where the answer is over with it."""

    text: str
    finish_reason: str = ""


@dataclass(frozen=True)
class Generation:
    """A prompt of so many tokens, and the answer to it as it is made, token by token."""

    prompt_tokens: int
    answer: Generator[TokenText, None, None]


class LocalModel(Protocol):
    """A model in this process. Raises EngineError if it cannot be had, RequestError for what it cannot do."""

    def read(self, call: Call) -> Generation:
        """Begins to answer; it need not mind `stop`, but ends by itself after `max_tokens`."""

    def count(self, text: str) -> int:
        """The tokens of *text*, without special tokens."""

    def measure(self, messages: Sequence[Message]) -> int:
        """The tokens of the whole prompt."""

    def describe(self) -> Health:
        """Which model it is. Loads it, if need be."""


class InProcessBackend(BackendBase):
    """The backend *name* that *author* is."""

    def __init__(self, name: str, author: LocalModel) -> None:
        self._name = name
        self._author = author

    @property
    def name(self) -> str:
        return self._name

    def stream(self, call: Call, cancel: CancelToken | None = None) -> Stream:
        return self._pieces(call, cancel or CancelToken())

    def tokenize(self, model: str, texts: Sequence[str]) -> list[int]:  # noqa: ARG002  there is one model only
        return [self._author.count(text) for text in texts]

    def measure(self, model: str, messages: Sequence[Message]) -> int:  # noqa: ARG002
        return self._author.measure(messages)

    def probe(self) -> Health:
        try:
            return self._author.describe()
        except EngineError as exc:
            return Health(ok=False, detail=str(exc))

    def _pieces(self, call: Call, cancel: CancelToken) -> Stream:
        started = time.monotonic()
        reading = self._author.read(call)
        heard = _Heard(StopStrings(call.stop))
        with closing(reading.answer) as answer:
            for said in answer:
                cancel.check()
                text = heard.take(said)
                thinking = heard.spoken.thoughts()
                if text or thinking:
                    yield Piece(text, thinking=thinking)
                if heard.finish_reason:
                    break
        last, whole = heard.last(), heard.answer(call, reading.prompt_tokens, time.monotonic() - started)
        yield Piece(last, whole, heard.spoken.thoughts())


@dataclass
class _Heard:
    """What has come of an answer."""

    stops: StopStrings
    finish_reason: str = ""
    tokens: int = 0
    raw: list[str] = field(default_factory=list)
    spoken: Speech = field(default_factory=Speech)

    def take(self, said: TokenText) -> str:
        """What there is to say now."""
        self.tokens += 1
        text, stopped = self.stops.feed(said.text)
        self.finish_reason = "stop" if stopped else said.finish_reason
        if self.finish_reason and not stopped:
            text += self.stops.end()
        self.raw.append(text)
        return self.spoken.feed(text)

    def last(self) -> str:
        """What was held back until the end."""
        return self.spoken.end()

    def answer(self, call: Call, prompt_tokens: int, seconds: float) -> Answer:
        text, thought = cleaned("".join(self.raw))
        return Answer(
            text=text,
            finish_reason=self.finish_reason or "stop",
            prompt_tokens=prompt_tokens,
            completion_tokens=self.tokens,
            model=call.model,
            thinking=thought,
            seconds=seconds,
        )
