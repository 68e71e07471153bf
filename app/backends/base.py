"""What every model server is to us: messages in, an answer or a stream of pieces out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

Role: TypeAlias = Literal["system", "user", "assistant"]


@dataclass(frozen=True)
class Message:
    role: Role
    content: str

    def wire(self) -> dict[str, str]:
        return {"role": self.role, "content": self.content}


@dataclass(frozen=True)
class Call:
    """One request to a model. What is None or empty is left to the server's default."""

    model: str
    messages: tuple[Message, ...]
    max_tokens: int
    temperature: float | None = None
    top_p: float | None = None
    stop: tuple[str, ...] = ()
    seed: int | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None


@dataclass(frozen=True)
class Answer:
    """What the model said. *finish_reason* is the server's: `stop`, `length`, …

    *text* is stripped and free of `<think>…</think>`, which is kept in *thinking*. Token numbers are the server's own
    where it gave them, else 0. *seconds* is how long the call took, *attempts* how many tries it needed."""

    text: str
    finish_reason: str = "stop"
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    model: str = ""
    thinking: str = ""
    seconds: float = 0.0
    attempts: int = 1

    @property
    def empty(self) -> bool:
        """Whether there is nothing to read, however much the model may have thought."""
        return not self.text


@dataclass(frozen=True)
class Piece:
    """A part of an answer as it arrives; the last one carries the whole Answer."""

    text: str
    answer: Answer | None = None


@dataclass(frozen=True)
class Health:
    """The state of a backend: *ok*, and in words why not or what is there."""

    ok: bool
    detail: str = ""
    models: Mapping[str, int] = field(default_factory=dict)  # model -> context length, 0 if the server does not say


class Stream(Protocol):
    """An answer that arrives. Nothing is sent before the first piece is asked for."""

    def __iter__(self) -> Iterator[Piece]: ...

    def __next__(self) -> Piece: ...

    def close(self) -> None:
        """Ends the request upstream at once. Any thread may; one that waits for a piece meanwhile gets `errors.Cancelled`."""
        ...


class Backend(Protocol):
    """A model server. Errors are ours (`errors.BackendError` and below)."""

    @property
    def name(self) -> str: ...

    def complete(self, call: Call) -> Answer:
        """The whole answer; streams upstream, so that leaving early stops the model."""
        ...

    def stream(self, call: Call) -> Stream:
        """The answer in pieces, which joined are the text of the last one's Answer; closing it closes the request upstream."""
        ...

    def tokenize(self, model: str, texts: Sequence[str]) -> list[int]:
        """How many tokens the server's own tokenizer makes of each text, without special tokens."""
        ...

    def measure(self, model: str, messages: Sequence[Message]) -> int:
        """How many tokens the server makes of the messages with its chat template."""
        ...

    def probe(self) -> Health:
        """Asks the server how it is, in at most a few seconds; never raises."""
        ...
