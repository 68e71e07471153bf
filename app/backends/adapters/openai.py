"""Any server that speaks the OpenAI API: vLLM, llama.cpp, OpenAI, DeepSeek, …"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from app.backends.adapters.model_server import ModelServer
from app.backends.adapters.openai_direct import OpenAIDirectClient
from app.backends.adapters.openai_package import OpenAIPackageClient
from app.backends.answers.builder import AnswerBuilder
from app.backends.answers.chunks import DONE, read
from app.backends.base import Backend, BackendBase, Call, Health, Message, Piece, Stream
from app.backends.config.setup import Setup
from app.backends.form_refusals import Cause, cause
from app.backends.forms import FittingForms, loosened, warned
from app.backends.http.error_mapping import ErrorMapper, secrets_of
from app.backends.http.forwarding import PassthroughClient
from app.backends.http.passthrough import PassthroughHead, PassthroughRequest, PassthroughResponse, replica_mark
from app.backends.http.timeouts import Timeouts
from app.backends.requests import AS_IT_IS, MOST_STOPS, FittingRoles, RolesRefused, acceptable, fitted
from app.backends.wrappers.balanced import Balanced
from app.backends.wrappers.metered import Metered
from app.cancellation import CancelToken
from app.errors import BackendError, BackendRefused, BackendUnavailable
from app.metrics import Metrics
from app.urls import on_this_machine, origin


@dataclass(frozen=True)
class TokenLimitParam:
    """Where servers of the OpenAI API differ: how they call the longest answer, and which schemas may be `strict`."""

    longest_answer: str = "max_tokens"
    all_required: bool = False  # a strict function must require all of its parameters

    def tool(self, tool: Mapping[str, Any]) -> dict[str, Any]:
        """*tool* as the server takes it: without `strict` where its schema would be refused for that."""
        function = tool.get("function")
        if not self.all_required or not isinstance(function, Mapping) or not function.get("strict"):
            return dict(tool)
        if _strict_everywhere(function.get("parameters")):
            return dict(tool)
        return {**tool, "function": {name: value for name, value in function.items() if name != "strict"}}


VLLM = "vllm"  # how vLLM's name for its own release begins
MAX_TOKENS = TokenLimitParam()
# OpenAI's own reasoning models refuse the old name
MAX_COMPLETION_TOKENS = TokenLimitParam(longest_answer="max_completion_tokens", all_required=True)


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
        self._roles = FittingRoles()
        self._forms = FittingForms()
        self._counts_meanwhile = False  # whether the server can tell the usage in every chunk: known by its first answer
        self._server = ModelServer(name, api_base, api_key, self._headers, self._roles)
        self._errors = ErrorMapper(name, origin(api_base), secrets_of(self._key, self._headers, api_base))
        self._forwarder = PassthroughClient(self._errors, api_base, self._key, self._timeouts, self._headers)

    @property
    def name(self) -> str:
        return self._name

    @cached_property
    def supports_passthrough(self) -> bool:
        """Whether requests can be handed on: not where a proxy stands between us and the server."""
        return on_this_machine(self._base) or self._forwarder.direct

    def passthrough(self, request: PassthroughRequest, cancel: CancelToken | None = None) -> PassthroughResponse:
        """The server's own answer to *request*, over a kept connection."""
        return self._passed_through(request, cancel or CancelToken())

    def stream(self, call: Call, cancel: CancelToken | None = None) -> Stream:
        """The answer in pieces; one that ends without a finish_reason is an error, never a clean end."""
        return self._pieces(call, cancel or CancelToken())

    def tokenize(self, model: str, texts: Sequence[str]) -> list[int]:
        """How many tokens the server makes of each text; BackendRefused if it has no route for that."""
        return self._server.tokenize(model, texts)

    def measure(self, model: str, messages: Sequence[Message]) -> int:
        """How many tokens the server makes of the whole prompt; BackendRefused if it has no route for that."""
        return self._server.measure(model, messages)

    def probe(self) -> Health:
        """Whether the server answers, and with which models."""
        return self._server.probe()

    def _pieces(self, call: Call, cancel: CancelToken) -> Stream:
        started = time.monotonic()
        call = call if call.model else replace(call, model=self._usual_model())
        heard = AnswerBuilder.of(call, tuple(filter(None, call.stop))[MOST_STOPS:])
        try:
            yield from self._with_fitting_form(call, cancel, heard)
        except BackendUnavailable:
            # An answer whose finish_reason is here is whole: what broke was its usage or its [DONE]. Do not pay for it twice.
            if not heard.finish_reason:
                raise
        self._counts_meanwhile = self._counts_meanwhile or heard.server.startswith(VLLM)
        if heard.given_up:
            raise self._errors.gave_up(heard.given_up)
        if not heard.finish_reason:
            raise self._errors.missing_finish_reason()
        text, answer = heard.end(), heard.answer(call, time.monotonic() - started)
        yield heard.last(text, answer)

    def served_routes(self) -> frozenset[str] | None:
        """The routes that the server's `/openapi.json` lists; None if it has none."""
        return self._server.routes()

    def _passed_through(self, request: PassthroughRequest, cancel: CancelToken) -> PassthroughResponse:
        if request.route is not None:  # of an API whose messages are not ours to change
            for item in self._forwarder.passthrough(request, cancel):
                yield replace(item, replica=replica_mark(self._base)) if isinstance(item, PassthroughHead) else item
            return
        refused: RolesRefused | None = None
        for level in self._roles.levels(request.model, lambda: _messages(request)):
            try:
                yield from self._forwarder.passthrough(_fitting(request, level), cancel)
                self._roles.learn(request.model, level)
                return
            except RolesRefused as exc:  # always before the head
                refused = exc
        if refused:
            raise refused

    def _with_fitting_form(self, call: Call, cancel: CancelToken, heard: AnswerBuilder) -> Iterator[Piece]:
        """The pieces. Where the server refuses the form of the answer, a looser one is asked for, if the caller allows that."""
        refused: BackendError | None = None
        why: Cause | None = None
        for level in self._forms.levels(call):
            heard.warnings = warned(level)
            try:
                yield from self._with_fitting_roles(loosened(call, level), cancel, heard)
                self._forms.learn(self._name, call, level, why)
                return
            except BackendError as exc:
                found = cause(exc, self._name, call.model)
                if not call.loosely or heard.pieces or found is None:
                    raise
                refused, why = refused or exc, why or found
        if refused:
            raise refused

    def _with_fitting_roles(self, call: Call, cancel: CancelToken, heard: AnswerBuilder) -> Iterator[Piece]:
        """The pieces. Where the model's chat template refuses the roles, they are asked for with messages that it takes."""
        refused: RolesRefused | None = None
        for level in self._roles.levels(call.model, lambda: [message.wire() for message in call.messages]):
            request = _wire(call, self._token_limit, level, counted=self._counts_meanwhile and _may_be_ended(call))
            try:
                with closing(self._channel.chunks(request, cancel, call.trace)) as chunks:
                    yield from self._spoken(chunks, heard)
                self._roles.learn(call.model, level)
                return
            except RolesRefused as exc:
                refused = exc
        if refused:
            raise refused

    def _spoken(self, chunks: Iterable[Mapping[str, Any]], heard: AnswerBuilder) -> Iterator[Piece]:
        for chunk in chunks:
            try:
                text = _take(heard, chunk)
            except (AttributeError, TypeError) as exc:
                raise self._errors.unavailable("an event of the answer is not as the API has it") from exc
            if piece := heard.piece(text):
                yield piece
            if heard.stopped:
                heard.ended_by_us()
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
    if len(replicas) == 1:
        return replicas[0]
    return Balanced(setup.name, replicas, metrics=metrics, marks=[replica_mark(address) for address in setup.addresses])


def _fitting(passthrough: PassthroughRequest, level: int) -> PassthroughRequest:
    """*request* with its messages changed for the model's template."""
    if level == AS_IT_IS:
        return passthrough
    messages = _messages(passthrough)
    if not messages:
        return passthrough
    body = json.dumps({**json.loads(passthrough.body), "messages": fitted(messages, level)}, ensure_ascii=False)
    return replace(passthrough, body=body.encode("utf-8", "replace"))


def _messages(passthrough: PassthroughRequest) -> list[Mapping[str, Any]]:
    """The messages of a request that is handed on; none where it holds something else."""
    messages = json.loads(passthrough.body).get("messages")
    return messages if isinstance(messages, list) and all(isinstance(each, Mapping) for each in messages) else []


def _take(heard: AnswerBuilder, chunk: Mapping[str, Any]) -> str:
    """What there is to say now that *chunk* has come."""
    if chunk is DONE:
        heard.done()
        return ""
    part = read(chunk, heard.choice, begun=heard.begun)
    heard.model = part.model or heard.model
    heard.server = part.server or heard.server
    heard.count(part.usage)
    if not part.has_choice:
        return ""
    heard.choice = part.choice if heard.choice is None else heard.choice
    heard.finish(part.finish_reason)
    heard.think(part.thought)
    heard.refused = heard.refused or part.refused
    heard.logprobs.extend(part.logprobs)
    for call in part.tool_calls:
        heard.tools.add(call)
    return heard.say(part.text)


def _may_be_ended(call: Call) -> bool:
    """Whether the gateway may end the answer before its server does, which then never says what it has cost."""
    return call.stop_loops or call.response_format is not None or len(call.stop) > MOST_STOPS


def _wire(call: Call, dialect: TokenLimitParam, level: int = AS_IT_IS, *, counted: bool = False) -> dict[str, Any]:
    """The request; what the call leaves open is not in it. *level* says how messages are changed for the model's template,
    *counted* that every chunk is to say the usage so far."""
    wishes = {
        "temperature": call.temperature,
        "top_p": call.top_p,
        "stop": [stop for stop in call.stop if stop][:MOST_STOPS],
        "seed": call.seed,
        "frequency_penalty": call.frequency_penalty,
        "presence_penalty": call.presence_penalty,
        "tools": [dialect.tool(tool) for tool in call.tools],
        "tool_choice": call.tool_choice,
        "response_format": call.response_format,
        "logprobs": call.logprobs,
        "top_logprobs": call.top_logprobs,
        "top_k": call.top_k,  # not OpenAI's own, but of all who serve open models
    }
    return dict(
        acceptable(
            {
                "model": call.model,
                "messages": fitted([message.wire() for message in call.messages], level),
                dialect.longest_answer: call.max_tokens,
                **wishes,
                **call.extra,
                "stream": True,
                "stream_options": {"include_usage": True, **({"continuous_usage_stats": True} if counted else {})},
            }
        )
    )


def _strict_everywhere(schema: Any) -> bool:
    """Whether every object in a JSON Schema is closed and requires all that it names."""
    if isinstance(schema, list):
        return all(map(_strict_everywhere, schema))
    if not isinstance(schema, Mapping):
        return True
    properties = schema.get("properties")
    if isinstance(properties, Mapping):
        if set(schema.get("required") or ()) != set(properties) or schema.get("additionalProperties") is not False:
            return False
        return all(map(_strict_everywhere, properties.values()))
    return all(map(_strict_everywhere, schema.values()))
