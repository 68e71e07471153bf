"""Answers and errors in the format of the OpenAI API: whole, or as the chunks of a stream."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from uuid import uuid4

from app.backends.base import Answer
from app.errors import BackendRefused, BadParameter, ContextExceeded, GatewayError, MissingParameter, PromptTooLong
from app.kinds import exchange
from app.orders import Json
from app.web import problems
from app.web.streaming.formats import COMMENT, EVENTS, event

DONE = b"data: [DONE]\n\n"
FINISHES = frozenset({"stop", "length", "tool_calls", "content_filter", "function_call"})
BAD_GATEWAY = 502
TOO_MANY = 429
CUT = "length"  # what OpenAI's clients take for an answer that is not whole
TOO_LONG = "context_length_exceeded"
OPENAIS_TOO_LONG = "this model's maximum context length is"  # for clients that read the message, and not the code


@dataclass
class Completion:
    """The frame of one answer: a `StreamFormat` for its stream, and the whole of it."""

    model: str
    usage_wanted: bool = False
    id: str = field(default_factory=lambda: uuid4().hex)
    created: int = field(default_factory=lambda: int(time.time()))

    content_type = EVENTS
    kind = ""
    prefix = ""

    def alive(self) -> bytes:
        return COMMENT

    def failed(self, error: GatewayError) -> bytes:
        return broken_off(error)

    def end(self, answer: Answer) -> bytes:
        view = [*self.last(answer)]
        if self.usage_wanted:
            view.append({**self._head(), "choices": [], "usage": exchange.usage(answer)})
        return b"".join(map(event, view)) + DONE

    def text(self, text: str) -> bytes:
        raise NotImplementedError

    def thought(self, text: str) -> bytes:
        del text  # there is no place for it, but it is a sign of life
        return self.alive()

    def last(self, answer: Answer) -> list[dict[str, Json]]:
        """The chunks that end the stream."""
        raise NotImplementedError

    def choice(self, answer: Answer) -> dict[str, Json]:
        raise NotImplementedError

    def whole(self, answer: Answer) -> dict[str, Json]:
        choice = {"index": 0, **self.choice(answer), "logprobs": answer.logprobs, "finish_reason": finish(answer)}
        return {**self._head(whole=True), "choices": [choice], "usage": exchange.usage(answer)}

    def _head(self, *, whole: bool = False) -> dict[str, Json]:
        kind = self.kind if whole else self.chunk_kind
        return {"id": f"{self.prefix}-{self.id}", "object": kind, "created": self.created, "model": self.model}

    @property
    def chunk_kind(self) -> str:
        return self.kind

    def chunk(self, finish_reason: str | None = None, **said: Json) -> dict[str, Json]:
        choice = {"index": 0, **said, "finish_reason": finish_reason}
        return {**self._head(), "choices": [choice]}


class ChatCompletion(Completion):
    """An answer in a chat. Reasoning is sent beside the text, under both names that vLLM has given it."""

    kind = "chat.completion"
    prefix = "chatcmpl"
    _begun = False
    _thought = False

    @property
    def chunk_kind(self) -> str:
        return "chat.completion.chunk"

    def text(self, text: str) -> bytes:
        return self._opening() + event(self.chunk(delta={"content": text}))

    def thought(self, text: str) -> bytes:
        self._thought = True
        return self._opening() + event(self.chunk(delta=_thoughts(text)))

    def last(self, answer: Answer) -> list[dict[str, Json]]:
        opening = [] if self._begun else [self.chunk(delta={"role": "assistant", "content": ""})]
        silent = answer.thinking and not self._thought  # its backend does not say what it thinks until the end
        thought = [self.chunk(delta=_thoughts(answer.thinking))] if silent else []
        calls = [{"index": number, **call} for number, call in enumerate(answer.tool_calls)]
        called = [self.chunk(delta={"tool_calls": calls})] if calls else []
        closing = self.chunk(finish(answer), delta={}, logprobs=answer.logprobs)
        return [*opening, *thought, *called, closing]

    def choice(self, answer: Answer) -> dict[str, Json]:
        message: dict[str, Json] = {"role": "assistant", "content": answer.text or (None if answer.tool_calls else "")}
        if answer.thinking:
            message |= _thoughts(answer.thinking)
        if answer.tool_calls:
            message["tool_calls"] = list(answer.tool_calls)
        return {"message": message}

    def _opening(self) -> bytes:
        if self._begun:
            return b""
        self._begun = True
        return event(self.chunk(delta={"role": "assistant", "content": ""}))


class TextCompletion(Completion):
    """An answer to a bare prompt."""

    kind = "text_completion"
    prefix = "cmpl"

    def text(self, text: str) -> bytes:
        return event(self.chunk(text=text, logprobs=None))

    def last(self, answer: Answer) -> list[dict[str, Json]]:
        return [self.chunk(finish(answer), text="", logprobs=answer.logprobs)]

    def choice(self, answer: Answer) -> dict[str, Json]:
        return {"text": answer.text}


def _thoughts(text: str) -> dict[str, Json]:
    """Reasoning under both names that clients look for: vLLM renamed the field."""
    return {"reasoning_content": text, "reasoning": text}


def finish(answer: Answer) -> str:
    """The finish reason in OpenAI's terms: an answer that we ended ourselves is not whole."""
    return answer.finish_reason if answer.finish_reason in FINISHES else CUT


def broken_off(error: GatewayError) -> bytes:
    """What is sent in place of the missing rest of an answer."""
    return event({"error": told(error, problems.status_of(error)[0])})


def told(error: GatewayError, status: int) -> dict[str, Json]:
    """One of our errors in OpenAI's format."""
    too_long = isinstance(error, PromptTooLong | ContextExceeded)
    of_the_server = isinstance(error, ContextExceeded) or (isinstance(error, BackendRefused) and status < BAD_GATEWAY)
    message = str(error) if of_the_server else problems.sentence(error)
    return {
        "message": _too_long(message, error) if isinstance(error, PromptTooLong | ContextExceeded) else message,
        "type": type_of(status),
        "param": _param(error),
        "code": TOO_LONG if too_long else _code(error, of_the_server) or problems.status_of(error)[1],
    }


def _too_long(message: str, error: PromptTooLong | ContextExceeded) -> str:
    """The *message*, in words that clients look for where it has none of OpenAI's: not all of them read the `code`."""
    if OPENAIS_TOO_LONG in message.lower():
        return message
    context = error.context if isinstance(error, PromptTooLong) else error.limit
    return f"{message.rstrip('.')}; {OPENAIS_TOO_LONG} {f'{context} tokens' if context else 'exceeded'}"


def _code(error: GatewayError, of_the_server: bool) -> str:
    """The server's name for what is wrong with the request: clients ask for `content_filter` and the like."""
    return error.code if of_the_server and isinstance(error, BackendRefused) else ""


def _param(error: GatewayError) -> str | None:
    """The field of the request that is wrong, as the gateway or the model's server names it."""
    if isinstance(error, MissingParameter | BadParameter):
        return error.name
    return error.param or None if isinstance(error, BackendRefused) else None


def type_of(status: int) -> str:
    if status == TOO_MANY:
        return "rate_limit_error"
    return "invalid_request_error" if status < 500 else "server_error"
