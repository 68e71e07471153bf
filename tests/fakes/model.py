"""A model and a tokenizer that a test hands in: the model says what a function makes of a call, tokens are words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock

from app.backends.base import Answer, BackendBase, Call, Health, Message, Piece, Stream
from app.cancellation import CancelToken


@dataclass(frozen=True)
class Words:
    """A tokenizer whose tokens are words; three more a message, three to open the answer."""

    name: str = "words"
    exact: bool = True

    def count(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def adds_up(self, text: str) -> bool:
        return True

    def measure(self, messages: Sequence[Mapping[str, str]]) -> int:
        return sum(len(message["content"].split()) + 3 for message in messages) + 3


@dataclass
class Model(BackendBase):
    """A backend whose answers *say* makes; keeps every call in *heard*. Safe in threads."""

    say: Callable[[Call], Answer | str]
    name: str = "model"
    heard: list[Call] = field(default_factory=list)
    in_flight: int = 0
    most_in_flight: int = 0
    _lock: Lock = field(default_factory=Lock)

    def complete(self, call: Call, cancel: CancelToken | None = None) -> Answer:
        with self._lock:
            self.heard.append(call)
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            said = self.say(call)
        finally:
            with self._lock:
                self.in_flight -= 1
        answer = said if isinstance(said, Answer) else Answer(said)
        sent = Words().measure([message.wire() for message in call.messages])
        return replace(answer, prompt_tokens=sent, completion_tokens=len(answer.text.split()))

    def stream(self, call: Call, cancel: CancelToken | None = None) -> Stream:
        answer = self.complete(call)
        yield Piece(answer.text, answer)

    def tokenize(self, model: str, texts: Sequence[str]) -> list[int]:
        return Words().count(texts)

    def measure(self, model: str, messages: Sequence[Message]) -> int:
        return Words().measure([message.wire() for message in messages])

    def probe(self) -> Health:
        return Health(ok=True)
