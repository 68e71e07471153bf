"""Any server that speaks the OpenAI API: vLLM, llama.cpp, OpenAI, DeepSeek, …"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from app.backends.adapters.model_server import ModelServer, address_of, on_this_machine
from app.backends.adapters.openai_direct import OpenAIDirectClient
from app.backends.adapters.openai_package import OpenAIPackageClient
from app.backends.answers.builder import AnswerBuilder
from app.backends.answers.repetition import RepetitionDetector
from app.backends.base import Backend, BackendBase, Call, Health, Message, Piece, Stream
from app.backends.config.setup import Setup
from app.backends.http.error_mapping import ErrorMapper, secrets_of
from app.backends.http.forwarding import PassthroughClient
from app.backends.http.passthrough import PassthroughRequest, PassthroughResponse
from app.backends.http.timeouts import Timeouts
from app.backends.wrappers.balanced import Balanced
from app.backends.wrappers.metered import Metered
from app.cancellation import CancelToken
from app.errors import BackendRefused, BackendUnavailable
from app.metrics import Metrics

# What a server says of an answer that it gave up; to take it for a whole one would lose text.
GIVEN_UP = frozenset({"abort", "error"})


@dataclass(frozen=True)
class TokenLimitParam:
    """Where servers of the OpenAI API differ: how they call the longest answer."""

    longest_answer: str = "max_tokens"


MAX_TOKENS = TokenLimitParam()
MAX_COMPLETION_TOKENS = TokenLimitParam(
    longest_answer="max_completion_tokens"
)  # OpenAI's own reasoning models refuse the old name


class OpenAIBackend(BackendBase):
    """Streams all answers, so that a call that nobody waits for ends at the server too. Never tries twice (see `Retrying`).

    *model* is for calls that name none; without it, the first that the server has. With *packaged*, or if a proxy stands
    between the gateway and the server, the `openai` package makes the requests (`OpenAIPackageClient`), else the gateway does
    (`OpenAIDirectClient`)."""

    def __init__(
        self,
        name: str,
        api_base: str,
        api_key: str,
        timeouts: Timeouts | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        model: str = "",
        dialect: TokenLimitParam = MAX_TOKENS,
        packaged: bool = False,
    ) -> None:
        self._name = name
        self._base = api_base
        self._key = api_key.strip()
        self._timeouts = timeouts or Timeouts()
        self._headers = dict(headers or {})
        self._model = model
        self._token_limit = dialect
        self._packaged = packaged
        self._server = ModelServer(name, api_base, api_key, self._headers)
        self._errors = ErrorMapper(name, address_of(api_base), secrets_of(self._key, self._headers))
        self._forwarder = PassthroughClient(self._errors, api_base, self._key, self._timeouts, self._headers)

    @property
    def name(self) -> str:
        return self._name

    @property
    def supports_passthrough(self) -> bool:
        """Whether requests can be handed on: not where a proxy stands between us and the server."""
        return on_this_machine(self._base) or self._forwarder.direct

    def passthrough(self, request: PassthroughRequest, cancel: CancelToken | None = None) -> PassthroughResponse:
        """The server's own answer to *request*, over a kept connection."""
        return self._forwarder.passthrough(request, cancel or CancelToken())

    def stream(self, call: Call, cancel: CancelToken | None = None) -> Stream:
        """The answer in pieces; one that ends without a finish_reason is an error, never a clean end."""
        return self._pieces(call, cancel or CancelToken())

    def tokenize(self, model: str, texts: Sequence[str]) -> list[int]:
        """How many tokens the server makes of each text; BackendRefused where it has no route for that."""
        return self._server.tokenize(model, texts)

    def measure(self, model: str, messages: Sequence[Message]) -> int:
        """How many tokens the server makes of the whole prompt; BackendRefused where it has no route for that."""
        return self._server.measure(model, messages)

    def probe(self) -> Health:
        """Whether the server answers, and with which models."""
        return self._server.probe()

    def _pieces(self, call: Call, cancel: CancelToken) -> Stream:
        started = time.monotonic()
        call = call if call.model else replace(call, model=self._usual_model())
        heard = AnswerBuilder(RepetitionDetector.of(call))
        try:
            with closing(self._channel.chunks(_wire(call, self._token_limit), cancel, call.trace)) as chunks:
                yield from self._spoken(chunks, heard)
        except BackendUnavailable:
            # An answer whose finish_reason is here is whole: what broke was its usage or its [DONE]. Do not pay for it twice.
            if not heard.finish_reason:
                raise
        if not heard.finish_reason:
            raise self._errors.missing_finish_reason()
        if heard.finish_reason in GIVEN_UP:
            raise self._errors.unavailable(f"the server gave the answer up ({heard.finish_reason})")
        text, answer = heard.end(), heard.answer(call, time.monotonic() - started)
        yield heard.last(text, answer)

    def _spoken(self, chunks: Iterable[Mapping[str, Any]], heard: AnswerBuilder) -> Iterator[Piece]:
        for chunk in chunks:
            try:
                text = _take(heard, chunk)
            except (AttributeError, TypeError) as exc:
                raise self._errors.unavailable("an event of the answer is not as the API has it") from exc
            if piece := heard.piece(text):
                yield piece
            if heard.stopped:
                return

    @cached_property
    def _channel(self) -> OpenAIDirectClient | OpenAIPackageClient:
        if self._packaged or not self.supports_passthrough:
            return OpenAIPackageClient(self._errors, self._base, self._key, self._timeouts, self._headers)
        return OpenAIDirectClient(self._errors, self._forwarder)

    def _usual_model(self) -> str:
        """The model for a call that names none."""
        if self._model:
            return self._model
        first = next(iter(self._server.models()), "")
        if not first:
            raise BackendRefused(f"{self._name}: serves no model, and the request names none", status=404)
        return first


def served_by(setup: Setup, metrics: Metrics) -> Backend:
    """The server that *setup* names; several replicas as one."""
    openais_own = any(urlsplit(address).hostname == "api.openai.com" for address in setup.addresses)
    replicas = [
        Metered(
            OpenAIBackend(
                setup.name,
                address,
                setup.key,
                setup.timeouts,
                headers=dict(setup.headers),
                model=setup.model,
                dialect=MAX_COMPLETION_TOKENS if openais_own else MAX_TOKENS,
                packaged=openais_own,
            ),
            metrics,
        )
        for address in setup.addresses
    ]
    return replicas[0] if len(replicas) == 1 else Balanced(setup.name, replicas, metrics=metrics)


def _take(heard: AnswerBuilder, chunk: Mapping[str, Any]) -> str:
    """What there is to say now that *chunk* has come. Servers leave out what they have nothing to say of, or say null."""
    heard.model = chunk.get("model") or heard.model
    if usage := chunk.get("usage"):
        heard.prompt_tokens = usage.get("prompt_tokens") or 0
        heard.completion_tokens = usage.get("completion_tokens") or 0
        heard.cached_tokens = (usage.get("prompt_tokens_details") or {}).get("cached_tokens") or 0
    choice = next(iter(chunk.get("choices") or ()), None)
    if choice is None:
        return ""
    heard.finish_reason = choice.get("finish_reason") or heard.finish_reason
    delta = choice.get("delta") or {}
    # vLLM and llama.cpp keep thoughts apart where they are told the model's way to mark them; the key differs
    heard.think(delta.get("reasoning_content") or delta.get("reasoning") or "")
    heard.logprobs.extend((choice.get("logprobs") or {}).get("content") or ())
    for part in delta.get("tool_calls") or ():
        heard.tools.add(part)
    return heard.say(delta.get("content") or "")


def _wire(call: Call, dialect: TokenLimitParam) -> dict[str, Any]:
    """The request; what the call leaves open is not in it."""
    wishes = {
        "temperature": call.temperature,
        "top_p": call.top_p,
        "stop": list(call.stop) or None,
        "seed": call.seed,
        "frequency_penalty": call.frequency_penalty,
        "presence_penalty": call.presence_penalty,
        "tools": [dict(tool) for tool in call.tools] or None,
        "tool_choice": call.tool_choice,
        "response_format": call.response_format,
        "logprobs": call.logprobs,
        "top_logprobs": call.top_logprobs,
        "top_k": call.top_k,  # not OpenAI's own, but of all who serve open models
    }
    return {
        "model": call.model,
        "messages": [message.wire() for message in call.messages],
        dialect.longest_answer: call.max_tokens,
        **{name: requested for name, requested in wishes.items() if requested is not None},
        **call.extra,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
