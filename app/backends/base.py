"""What every model server is to the gateway: messages in, an answer or a stream of pieces out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, TypedDict, Unpack

from app.cancellation import CancelToken
from app.errors import BackendUnavailable
from app.tokens.base import ChatMessage

if TYPE_CHECKING:
    from app.backends.usage import Usage

Role: TypeAlias = Literal["system", "user", "assistant", "tool"]
Json: TypeAlias = Any  # what json.loads returns

DEFAULT_MAX_TOKENS = 1024  # tokens; `max_tokens` of `generate_response`, if its caller does not say


@dataclass(frozen=True)
class Message(ChatMessage):
    """One message of a chat, with a role that models know."""

    role: Role


@dataclass(frozen=True)
class Call:
    """One request to a model. What is None or empty is left to the server's default; so is an empty *model*, which is then
    the backend's own.

    *tools*, *tool_choice* and *response_format* are as OpenAI's API spells them, *extra* is sent beside everything else as it
    is. Calls of one *affinity* (a job, a conversation) go to the same replica, whose prompt cache knows them. *service* and
    *flavor* are for the metrics, *trace* holds headers that name the trace of the call. With *stop_loops* an answer that
    repeats itself is ended; one with a *response_format* always is. A server that does not know that format may be asked
    *loosely*: the caller checks the answer, whose warnings then say so. Attempts that fail are not repeated for longer than
    *patience* seconds; None sets no bound."""

    model: str
    messages: tuple[Message, ...]
    max_tokens: int
    temperature: float | None = None
    top_p: float | None = None
    stop: tuple[str, ...] = ()
    seed: int | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    top_k: int | None = None
    tools: tuple[Mapping[str, Json], ...] = ()
    tool_choice: Json = None
    response_format: Mapping[str, Json] | None = None
    logprobs: bool | None = None
    top_logprobs: int | None = None
    extra: Mapping[str, Json] = field(default_factory=dict)
    affinity: str | None = None
    service: str = ""
    flavor: str = ""
    trace: Mapping[str, str] = field(default_factory=dict)
    stop_loops: bool = False
    loosely: bool = False
    patience: float | None = None
    usage: Usage | None = field(default=None, compare=False, repr=False)  # is told what arrives


@dataclass(frozen=True)
class Answer:
    """What the model said. *finish_reason* is one of `answers.finish_reasons` (`stop`, `length`, `tool_calls`,
    `content_filter`, `repetition`), or `whitespace` if the gateway ended a runaway answer (see `answers.repetition`).

    *text* is stripped and cleaned (see `answers.cleaning`); thoughts are kept in *thinking*. Token numbers are the server's
    own; if it gave none, they are 0 and the answer is *estimated*: `Work` fills in the gateway's count. *reasoning_tokens*
    are those of the completion that were thoughts. *refused* says that the server calls the text a refusal. *warnings* say
    in words what is doubtful. *seconds* is how long the call took, *attempts* how many attempts it needed."""

    text: str
    finish_reason: str = "stop"
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    model: str = ""
    thinking: str = ""
    seconds: float = 0.0
    attempts: int = 1
    tool_calls: tuple[Mapping[str, Json], ...] = ()
    logprobs: Json = None
    reasoning_tokens: int = 0
    estimated: bool = False
    refused: bool = False
    warnings: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """True if there is nothing to read, however much the model may have thought."""
        return not self.text and not self.tool_calls


@dataclass(frozen=True)
class Piece:
    """A part of an answer as it arrives; the last one carries the whole Answer. *thinking* is what the model thought
    since the piece before."""

    text: str
    answer: Answer | None = None
    thinking: str = ""


@dataclass(frozen=True)
class Health:
    """The state of a backend: *ok*, and in words why not, or what it serves. *absent* says that there is no server to wait for:
    it will not become ok unless the gateway is started another way. *models* may be those that it had when it last answered."""

    ok: bool
    detail: str = ""
    models: Mapping[str, int] = field(default_factory=dict)  # model -> context length, 0 if the server does not say
    absent: bool = False

    def record(self) -> dict[str, Json]:
        """The state as JSON."""
        said = {"ok": self.ok, "detail": self.detail, "models": dict(self.models) if self.ok else {}}
        return {**said, "absent": True} if self.absent else said


# An answer that arrives in pieces. Nothing is sent before the first piece is asked for. Its reader closes it; any other thread
# ends it through the token that it was opened with.
Stream: TypeAlias = Generator[Piece, None, None]


def whole(stream: Stream) -> Answer:
    """The answer that the last piece of *stream* carries."""
    answer = None
    for piece in stream:
        answer = piece.answer or answer
    if answer is None:
        raise BackendUnavailable("the answer ended without its last piece")
    return answer


class Options(TypedDict, total=False):
    """Further arguments of `generate_response`: fields of `Call`."""

    model: str
    temperature: float | None
    top_p: float | None
    top_k: int | None
    stop: tuple[str, ...]
    seed: int | None
    frequency_penalty: float | None
    presence_penalty: float | None
    response_format: Mapping[str, Json] | None
    extra: Mapping[str, Json]
    affinity: str | None
    service: str
    stop_loops: bool


class Backend(Protocol):
    """A model server. Errors are ours (`errors.BackendError` and below)."""

    @property
    def name(self) -> str: ...

    def complete(self, call: Call, cancel: CancelToken | None = None) -> Answer:
        """The whole answer. It is streamed upstream, so that *cancel* stops the model; then the token's reason is raised.

        Nobody sees the pieces, so a wrapper may try again after a failure in the middle."""

    def stream(self, call: Call, cancel: CancelToken | None = None) -> Stream:
        """The answer in pieces, which joined are the text of the last one's Answer. *cancel* ends the request upstream at once,
        from any thread; the reader then gets the token's reason."""

    def generate_response(
        self,
        user_message: str,
        system_prompt: str | None = None,
        max_tokens: int | None = None,
        **options: Unpack[Options],
    ) -> str:
        """The text of the answer to one message: `complete` for callers who want nothing else."""

    def stream_response(
        self,
        user_message: str,
        system_prompt: str | None = None,
        max_tokens: int | None = None,
        **options: Unpack[Options],
    ) -> Texts:
        """The same in pieces, as they arrive."""

    def tokenize(self, model: str, texts: Sequence[str]) -> list[int]:
        """How many tokens the server's own tokenizer makes of each text, without special tokens."""

    def measure(self, model: str, messages: Sequence[Message]) -> int:
        """How many tokens the server makes of the messages with its chat template."""

    def probe(self) -> Health:
        """Asks the server for its state, within a few seconds; never raises."""


class Texts:
    """A stream's pieces of text. Any thread may close it."""

    def __init__(self, stream: Stream, cancel: CancelToken) -> None:
        self._stream = stream
        self._cancel = cancel

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        while True:
            piece = next(self._stream)
            if piece.text:
                return piece.text

    def close(self) -> None:
        self._cancel.cancel()
        with suppress(ValueError):  # another thread reads the stream, and the token has told it to stop
            self._stream.close()


class BackendBase(ABC):
    """`generate_response` and `stream_response` for a backend that has `complete` and `stream`."""

    def complete(self, call: Call, cancel: CancelToken | None = None) -> Answer:
        """The whole answer."""
        return whole(self.stream(call, cancel))

    @abstractmethod
    def stream(self, call: Call, cancel: CancelToken | None = None) -> Stream:
        """The answer in pieces."""

    def generate_response(
        self,
        user_message: str,
        system_prompt: str | None = None,
        max_tokens: int | None = None,
        **options: Unpack[Options],
    ) -> str:
        """The text of the answer to one message."""
        return self.complete(_call(user_message, system_prompt, max_tokens, options)).text

    def stream_response(
        self,
        user_message: str,
        system_prompt: str | None = None,
        max_tokens: int | None = None,
        **options: Unpack[Options],
    ) -> Texts:
        """The same in pieces as they come."""
        cancel = CancelToken()
        return Texts(self.stream(_call(user_message, system_prompt, max_tokens, options), cancel), cancel)


def _call(user_message: str, system_prompt: str | None, max_tokens: int | None, options: Options) -> Call:
    asked = Message("user", user_message)
    messages = (Message("system", system_prompt), asked) if system_prompt else (asked,)
    wishes: dict[str, Any] = {"model": "", **options}
    return Call(messages=messages, max_tokens=DEFAULT_MAX_TOKENS if max_tokens is None else max_tokens, **wishes)
