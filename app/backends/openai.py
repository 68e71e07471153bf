"""Any server that speaks the OpenAI API (vLLM, llama.cpp, OpenAI, DeepSeek, …), through the `openai` package."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from app.backends.balanced import Balanced
from app.backends.base import Backend, Call, Health, Message, Piece, Speaking, Stream
from app.backends.forwarding import Forwarder
from app.backends.guard import Guard
from app.backends.heard import Heard
from app.backends.line import Closable, Line, watched
from app.backends.metered import Metered
from app.backends.relaying import Passage, Relayed
from app.backends.server import ModelServer, address_of, on_this_machine
from app.backends.setup import Setup
from app.backends.timeouts import Timeouts
from app.backends.trouble import Source, secrets_of
from app.errors import BackendError, BackendRefused, BackendUnavailable, Cancelled
from app.metrics import Metrics

if TYPE_CHECKING:
    import openai

# What a server says of an answer that it gave up; to take it for a whole one would lose text.
GIVEN_UP = frozenset({"abort", "error"})
TALKATIVE = ("openai", "httpx2", "httpcore2")


@dataclass(frozen=True)
class Dialect:
    """Where servers of the OpenAI API differ: how they call the longest answer."""

    longest_answer: str = "max_tokens"


DIALECT = Dialect()
OPENAI = Dialect(longest_answer="max_completion_tokens")  # OpenAI's own reasoning models refuse the old name


class OpenAIBackend(Speaking):
    """Streams all answers, so that a call that nobody waits for ends at the server too. Never tries twice (see `Retrying`).

    The client is made at the first call: the `openai` package takes half a second to import, and must not be on the way to
    the first answer of the web. *model* is for calls that name none; without it, the first that the server has."""

    def __init__(
        self,
        name: str,
        api_base: str,
        api_key: str,
        timeouts: Timeouts | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        model: str = "",
        dialect: Dialect = DIALECT,
    ) -> None:
        self._name = name
        self._base = api_base
        self._key = api_key.strip()
        self._timeouts = timeouts or Timeouts()
        self._headers = dict(headers or {})
        self._model = model
        self._dialect = dialect
        self._server = ModelServer(name, api_base, api_key, self._headers)
        self._source = Source(name, address_of(api_base), secrets_of(self._key, self._headers))
        self._forwarder = Forwarder(self._source, api_base, self._key, self._timeouts, self._headers)

    @property
    def name(self) -> str:
        return self._name

    @property
    def relays(self) -> bool:
        """Whether requests can be handed on: not where a proxy stands between us and the server."""
        return on_this_machine(self._base) or self._forwarder.direct

    def passthrough(self, passage: Passage) -> Relayed:
        """The server's own answer to *passage*, over a kept connection."""
        return self._forwarder.passthrough(passage)

    def stream(self, call: Call) -> Stream:
        """The answer in pieces; one that ends without a finish_reason is an error, never a clean end."""
        line = Line()
        return Closable(self._pieces(call, line), line.close)

    def tokenize(self, model: str, texts: Sequence[str]) -> list[int]:
        """How many tokens the server makes of each text; BackendRefused where it has no route for that."""
        return self._server.tokenize(model, texts)

    def measure(self, model: str, messages: Sequence[Message]) -> int:
        """How many tokens the server makes of the whole prompt; BackendRefused where it has no route for that."""
        return self._server.measure(model, messages)

    def probe(self) -> Health:
        """Whether the server answers, and with which models."""
        return self._server.probe()

    def _pieces(self, call: Call, line: Line) -> Generator[Piece, None, None]:
        started = time.monotonic()
        call = call if call.model else replace(call, model=self._usual_model())
        heard = Heard(Guard.of(call))
        try:
            with line, self._our_errors(call, line):
                yield from self._spoken(call, line, heard)
        except BackendUnavailable:
            # An answer whose finish_reason is here is whole: what broke was its usage or its [DONE]. Do not pay for it twice.
            if not heard.finish_reason:
                raise
        if not heard.finish_reason:
            raise self._source.broke_off("the answer ended without a finish_reason, so a part of it is missing")
        if heard.finish_reason in GIVEN_UP:
            raise self._source.broke_off(f"the server gave the answer up ({heard.finish_reason})")
        yield Piece(heard.end(), heard.answer(call, time.monotonic() - started))

    def _spoken(self, call: Call, line: Line, heard: Heard) -> Iterator[Piece]:
        _ = self._client  # the package's import must not count as the server's silence
        line.expect(self._timeouts.first_token)
        with self._opened(call, line) as chunks:
            for chunk in chunks:
                line.rest()
                text = _take(heard, chunk)
                if text:
                    yield Piece(text)
                if heard.stopped:
                    return
                line.expect(self._timeouts.between_tokens)

    def _opened(self, call: Call, line: Line) -> openai.Stream[Any]:
        if line.closed:
            raise Cancelled("closed before it was sent")
        with line.sending():
            stream: openai.Stream[Any] = self._client.chat.completions.create(**_wire(call, self._dialect))
            return stream

    @cached_property
    def _client(self) -> openai.OpenAI:
        import httpx2
        import openai

        for library in TALKATIVE:  # their DEBUG lines are about headers and bodies, and differ from version to version
            logging.getLogger(library).setLevel(logging.WARNING)
        patience = max(self._timeouts.first_token, self._timeouts.between_tokens)
        timeout = httpx2.Timeout(patience + 5, connect=self._timeouts.connect)  # the line is stricter; this is for its failure
        http = httpx2.Client(
            timeout=timeout,
            # the limit of calls in flight is `Limited`'s; a connection of its own for each call, so that its line can cut it
            limits=httpx2.Limits(max_connections=None, max_keepalive_connections=0),
            event_hooks={"request": [watched]},
            trust_env=not on_this_machine(self._base),
        )
        return openai.OpenAI(
            api_key=self._key or "EMPTY",
            base_url=self._base,
            max_retries=0,
            timeout=timeout,
            http_client=http,
            default_headers=self._headers,
        )

    def _usual_model(self) -> str:
        """The model for a call that names none."""
        if self._model:
            return self._model
        first = next(iter(self._server.models()), "")
        if not first:
            raise BackendRefused(f"{self._name}: serves no model, and the request names none", status=404)
        return first

    @contextmanager
    def _our_errors(self, call: Call, line: Line) -> Iterator[None]:
        """The library's errors as ours. Those with a server's words in them leave their cause behind: it may quote the key."""
        import httpx2
        import openai

        request = [message.content for message in call.messages]
        try:
            yield
        except openai.APIStatusError as exc:
            raise self._source.refused(exc.status_code, _body(exc), exc.response.headers, request) from None
        except (openai.APIConnectionError, httpx2.TransportError) as exc:  # the latter while the body of an error is read
            raise self._cut_or_broken(line, exc.__cause__ or exc) from exc
        except openai.APIError as exc:
            raise self._source.failed_midway(_body(exc), request) from None
        except (json.JSONDecodeError, UnicodeDecodeError) as exc:
            raise self._source.broke_off("an event of the answer is no whole JSON") from exc

    def _cut_or_broken(self, line: Line, cause: BaseException) -> BackendError | Cancelled:
        if line.closed:
            return Cancelled("closed while the model was answering")
        if line.silent_for:
            return self._source.broke_off(f"{self._source.address} was silent for {line.silent_for:g} s")
        return self._source.broken(cause, self._timeouts.connect)


def served_by(setup: Setup, metrics: Metrics) -> Backend:
    """The server that *setup* names; several replicas as one."""
    dialect = OPENAI if any(urlsplit(address).hostname == "api.openai.com" for address in setup.addresses) else DIALECT
    replicas = [
        Metered(
            OpenAIBackend(
                setup.name,
                address,
                setup.key,
                setup.timeouts,
                headers=dict(setup.headers),
                model=setup.model,
                dialect=dialect,
            ),
            metrics,
        )
        for address in setup.addresses
    ]
    return replicas[0] if len(replicas) == 1 else Balanced(setup.name, replicas)


def _take(heard: Heard, chunk: Any) -> str:
    """What there is to say now that *chunk* has come."""
    heard.model = getattr(chunk, "model", None) or heard.model
    if usage := getattr(chunk, "usage", None):
        heard.prompt_tokens = usage.prompt_tokens or 0
        heard.completion_tokens = usage.completion_tokens or 0
        heard.cached_tokens = getattr(usage.prompt_tokens_details, "cached_tokens", None) or 0
    choice = next(iter(getattr(chunk, "choices", None) or ()), None)
    if choice is None:
        return ""
    heard.finish_reason = getattr(choice, "finish_reason", None) or heard.finish_reason
    # vLLM and llama.cpp keep thoughts apart where they are told the model's way to mark them; the key differs
    delta = getattr(choice, "delta", None)
    heard.thought.append(getattr(delta, "reasoning_content", None) or getattr(delta, "reasoning", None) or "")
    heard.logprobs.extend(each.model_dump() for each in getattr(getattr(choice, "logprobs", None), "content", None) or ())
    for part in getattr(delta, "tool_calls", None) or ():
        heard.tools.add(part.model_dump(exclude_none=True))
    return heard.say(getattr(delta, "content", None) or "")


def _wire(call: Call, dialect: Dialect) -> dict[str, Any]:
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
    }
    beside = {**({} if call.top_k is None else {"top_k": call.top_k}), **call.extra}  # what the package knows nothing of
    return {
        "model": call.model,
        "messages": [message.wire() for message in call.messages],
        dialect.longest_answer: call.max_tokens,
        "stream": True,
        "stream_options": {"include_usage": True},
        **{name: wish for name, wish in wishes.items() if wish is not None},
        **({"extra_body": beside} if beside else {}),
    }


def _body(exc: openai.APIError) -> object:
    """The server's error; the package gives what stands below `error`, or the text where it was no JSON."""
    return exc.body if exc.body is not None else exc.message
