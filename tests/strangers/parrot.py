"""A backend from outside: it repeats the last words of a prompt, whatever the model."""

from __future__ import annotations

from collections.abc import Sequence

from app.backends.base import Answer, Backend, BackendBase, Call, Health, Message, Piece, Stream
from app.backends.config.setup import Setup
from app.backends.wrappers.metered import Metered
from app.cancellation import CancelToken
from app.metrics import Metrics


def served_by(setup: Setup, metrics: Metrics) -> Backend:
    return Metered(Parrot(setup.name), metrics)


class Parrot(BackendBase):
    def __init__(self, name: str) -> None:
        self.name = name

    def stream(self, call: Call, cancel: CancelToken | None = None) -> Stream:
        del cancel
        text = " ".join(call.messages[-1].content.split()[-4:])
        yield Piece(text)
        yield Piece("", Answer(f"{text}", prompt_tokens=7, completion_tokens=4, model=call.model))

    def tokenize(self, model: str, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def measure(self, model: str, messages: Sequence[Message]) -> int:
        return sum(len(message.content.split()) + 3 for message in messages)

    def probe(self) -> Health:
        return Health(ok=True, detail="repeats", models={"macaw": 4096})
