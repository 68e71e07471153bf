"""Google's Gemini, through the official `google-genai` package."""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from app.backends.answers.builder import AnswerBuilder
from app.backends.answers.finish_reasons import STOP, TOOL_CALLS
from app.backends.answers.usage import Usage
from app.backends.base import Backend, BackendBase, Call, Health, Message, Piece, Stream
from app.backends.config.setup import Setup
from app.backends.http.error_mapping import ErrorMapper, secrets_of
from app.backends.http.upstream import Upstream, watched
from app.backends.wrappers.metered import Metered
from app.cancellation import CancelToken
from app.errors import BackendError, BackendRefused, BackendUnavailable
from app.metrics import Metrics
from app.urls import on_this_machine, origin

if TYPE_CHECKING:
    from google.genai import Client, types

ADDRESS = "https://generativelanguage.googleapis.com"
DEFAULT_MODEL = "gemini-flash-latest"
PROBE = 3.0  # seconds
TALKATIVE = ("google_genai", "httpx2", "httpcore2")

_CHOICES = {"auto": "AUTO", "none": "NONE", "required": "ANY"}
_DELAY = re.compile(r'"retryDelay":\s*"([\d.]+)s"')


def served_by(setup: Setup, metrics: Metrics) -> Backend:
    """Google's API, or the one server that *setup* names instead."""
    return Metered(Gemini(setup), metrics)


class Gemini(BackendBase):
    """Never tries twice (see `Retrying`). A prompt that is blocked is a BackendRefused, an answer blocked midway ends with
    `content_filter`. The client is made at the first call: the package takes most of a second to import."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._base = setup.addresses[0] if setup.addresses else ADDRESS
        self._model = setup.model or DEFAULT_MODEL
        self._errors = ErrorMapper(setup.name, origin(self._base), secrets_of(setup.key, dict(setup.headers), self._base))

    @property
    def name(self) -> str:
        return self._setup.name

    def stream(self, call: Call, cancel: CancelToken | None = None) -> Stream:
        return self._pieces(call, Upstream(cancel or CancelToken()))

    def tokenize(self, model: str, texts: Sequence[str]) -> list[int]:
        with self._our_errors(Upstream(CancelToken()), texts):
            return [self._count(model, [_content("user", [_said(text)])]) if text else 0 for text in texts]

    def measure(self, model: str, messages: Sequence[Message]) -> int:
        """The system's words are counted as if the user said them: the API counts no others."""
        system, contents = _contents(messages)
        if system:
            contents = [_content("user", [_said(system)]), *contents]
        with self._our_errors(Upstream(CancelToken()), [message.content for message in messages]):
            return self._count(model, contents)

    def probe(self) -> Health:
        """Whether the API can be reached with our key, and how much its models take in."""
        try:
            with self._our_errors(Upstream(CancelToken()), ()):
                listed = self._client.models.list(config={"page_size": 1000, "http_options": {"timeout": int(PROBE * 1000)}})
                models = {(each.name or "").removeprefix("models/"): each.input_token_limit or 0 for each in listed.page}
        except BackendError as exc:
            return Health(ok=False, detail=str(exc))
        return Health(ok=True, detail=f"serves {len(models)} models", models=models)

    def _count(self, model: str, contents: list[types.Content]) -> int:
        counted = self._client.models.count_tokens(model=model or self._model, contents=list(contents))
        return counted.total_tokens or 0

    def _pieces(self, call: Call, upstream: Upstream) -> Stream:
        started = time.monotonic()
        heard = AnswerBuilder.of(call, model=call.model or self._model)
        try:
            with upstream, self._our_errors(upstream, [message.content for message in call.messages]):
                yield from self._spoken(call, upstream, heard)
        except BackendUnavailable:
            if not heard.finish_reason:  # else the answer is whole, and what broke came after it
                raise
        if heard.given_up:
            raise self._errors.gave_up(heard.given_up)
        if not heard.finish_reason:
            raise self._errors.missing_finish_reason()
        text, answer = heard.end(), heard.answer(call, time.monotonic() - started)
        yield heard.last(text, answer)

    def _spoken(self, call: Call, upstream: Upstream, heard: AnswerBuilder) -> Iterator[Piece]:
        upstream.cancel.check()
        _ = self._client  # the package's import must not count as the server's silence
        upstream.arm(self._setup.timeouts.first_token)
        with closing(self._opened(call)) as chunks:
            with upstream.sending():
                chunk = next(chunks, None)
            while chunk is not None:
                upstream.disarm()
                text = self._take(heard, chunk)
                if piece := heard.piece(text):
                    yield piece
                if heard.stopped:
                    heard.ended_by_us()
                    return
                upstream.arm(self._setup.timeouts.between_tokens)
                chunk = next(chunks, None)

    def _opened(self, call: Call) -> Generator[types.GenerateContentResponse, None, None]:
        _, contents = _contents(call.messages)
        yield from self._client.models.generate_content_stream(
            model=call.model or self._model, contents=list(contents), config=_config(call)
        )

    def _take(self, heard: AnswerBuilder, chunk: types.GenerateContentResponse) -> str:
        """What there is to say now that *chunk* has come."""
        _note_usage(heard, chunk.usage_metadata)
        heard.model = chunk.model_version or heard.model
        if chunk.prompt_feedback and chunk.prompt_feedback.block_reason:
            reason = chunk.prompt_feedback.block_reason.value
            raise BackendRefused(f"{self.name}: the prompt was blocked ({reason})", status=400)
        if not chunk.candidates:
            return ""
        candidate = chunk.candidates[0]
        spoken = "".join(_heard_part(heard, part) for part in (candidate.content and candidate.content.parts) or ())
        if candidate.finish_reason:
            heard.finish(candidate.finish_reason.value)
            if heard.tools and heard.finish_reason == STOP:
                heard.finish_reason = TOOL_CALLS
        return spoken

    @cached_property
    def _client(self) -> Client:
        import httpx2
        from google.genai import Client, types

        for library in TALKATIVE:
            logging.getLogger(library).setLevel(logging.WARNING)
        waits = self._setup.timeouts
        patience = max(waits.first_token, waits.between_tokens) + 5  # the watchdog is stricter; this is for its failure
        http = httpx2.Client(
            timeout=httpx2.Timeout(patience, connect=waits.connect),
            limits=httpx2.Limits(max_connections=None, max_keepalive_connections=0),
            event_hooks={"request": [watched]},
            trust_env=not on_this_machine(self._base),
        )
        options = types.HttpOptions(base_url=self._base, headers=dict(self._setup.headers), httpx_client=http)
        return Client(api_key=self._setup.key or "none", vertexai=False, http_options=options)

    @contextmanager
    def _our_errors(self, upstream: Upstream, request: Sequence[str]) -> Iterator[None]:
        """Maps the package's errors. Those with Google's words in them drop their cause: it may quote the prompt."""
        import httpx2
        from google.genai import errors

        try:
            yield
        except errors.APIError as exc:
            raise self._errors.refused(exc.code or 500, exc.details, _headers(exc), request) from None
        except httpx2.TransportError as exc:
            raise self._errors.interrupted(upstream) or self._errors.broken(exc, self._setup.timeouts.connect) from exc
        except (errors.UnknownApiResponseError, json.JSONDecodeError, UnicodeDecodeError):
            raise self._errors.malformed_event() from None


def _headers(exc: Any) -> Mapping[str, str]:
    """The headers of an error; Google says in its body when to come again."""
    requested = _DELAY.search(json.dumps(exc.details, default=str))
    return {"retry-after": requested[1]} if requested else getattr(exc.response, "headers", None) or {}


def _note_usage(heard: AnswerBuilder, usage: types.GenerateContentResponseUsageMetadata | None) -> None:
    if usage:
        thought = usage.thoughts_token_count or 0
        heard.count(
            Usage(
                prompt=usage.prompt_token_count or None,
                completion=(usage.candidates_token_count or 0) + thought or None,
                cached=usage.cached_content_token_count,
                reasoning=thought or None,
            )
        )


def _heard_part(heard: AnswerBuilder, part: types.Part) -> str:
    if part.function_call:
        arguments = json.dumps(part.function_call.args or {}, ensure_ascii=False)
        number = len(heard.tools)
        name = part.function_call.name or ""
        call_id = part.function_call.id or f"call_{number}"
        heard.tools.add({"index": number, "id": call_id, "function": {"name": name, "arguments": arguments}})
    if part.thought:
        heard.think(part.text or "")
        return ""
    return heard.say(part.text) if part.text else ""


def _contents(messages: Sequence[Message]) -> tuple[str, list[types.Content]]:
    """The system's words, and the rest as Google has it: the roles user and model, never the same twice in a row."""
    system = "\n\n".join(message.content for message in messages if message.role == "system" and message.content)
    names = {call.get("id", ""): _called(call)[0] for message in messages for call in message.tool_calls}
    turns: list[tuple[str, list[types.Part]]] = []
    for message in messages:
        if message.role == "system":
            continue
        role = "model" if message.role == "assistant" else "user"
        if turns and turns[-1][0] == role:
            turns[-1][1].extend(_parts(message, names))
        else:
            turns.append((role, _parts(message, names)))
    if not turns:  # a request must have a turn of the user's
        return "", [_content("user", [_said(system)])]
    return system, [_content(role, parts) for role, parts in turns]


def _parts(message: Message, names: Mapping[str, str]) -> list[types.Part]:
    from google.genai import types

    if message.role == "tool":
        name = names.get(message.tool_call_id, message.tool_call_id)
        return [types.Part.from_function_response(name=name, response={"result": message.content})]
    parts = [_said(message.content)] if message.content or not message.tool_calls else []
    for call in message.tool_calls:
        name, arguments = _called(call)
        parts.append(types.Part.from_function_call(name=name, args=arguments))
    return parts


def _called(call: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The name and the arguments of an earlier call; a text that is no object stands under its own name."""
    if custom := call.get("custom"):
        return custom["name"], {"input": custom.get("input") or ""}
    function = call["function"]
    try:
        arguments = json.loads(function.get("arguments") or "{}")
    except (ValueError, RecursionError):
        arguments = None
    return function["name"], arguments if isinstance(arguments, dict) else {"arguments": function["arguments"]}


def _said(text: str) -> types.Part:
    from google.genai import types

    return types.Part(text=text)


def _content(role: str, parts: list[types.Part]) -> types.Content:
    from google.genai import types

    return types.Content(role=role, parts=parts)


def _config(call: Call) -> types.GenerateContentConfig:
    """What the call wishes; what it leaves open is not in it."""
    from google.genai import types

    system, _ = _contents(call.messages)
    further: dict[str, Any] = {**_tools(call), **_format(call.response_format)}
    return types.GenerateContentConfig(
        system_instruction=system or None,
        max_output_tokens=call.max_tokens,
        temperature=call.temperature,
        top_p=call.top_p,
        top_k=call.top_k,
        stop_sequences=list(call.stop) or None,
        seed=call.seed,
        frequency_penalty=call.frequency_penalty,
        presence_penalty=call.presence_penalty,
        automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
        http_options=types.HttpOptions(extra_body=dict(call.extra)) if call.extra else None,
        **further,
    )


def _tools(call: Call) -> dict[str, Any]:
    """Functions and which of them must be called, from OpenAI's words into Google's."""
    from google.genai import types

    if not call.tools:
        return {}
    declared = [
        types.FunctionDeclaration(
            name=function["name"],
            description=function.get("description"),
            parameters_json_schema=function.get("parameters"),
        )
        for function in map(_function, call.tools)
    ]
    return {"tools": [types.Tool(function_declarations=declared)], **_choice(call.tool_choice)}


def _function(tool: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a *tool* declares. Raises BackendRefused for any other tool than a function."""
    function = tool.get("function")
    if not isinstance(function, Mapping) or not isinstance(function.get("name"), str):
        raise BackendRefused(
            'each of the tools must be {"type": "function", "function": {"name": …}}', status=400, param="tools"
        )
    return function


def _choice(choice: Any) -> dict[str, Any]:
    match choice:
        case str() if choice in _CHOICES:
            return {"tool_config": {"function_calling_config": {"mode": _CHOICES[choice]}}}
        case {"function": {"name": str(name)}}:
            return {"tool_config": {"function_calling_config": {"mode": "ANY", "allowed_function_names": [name]}}}
        case _:
            return {}


def _format(requested: Mapping[str, Any] | None) -> dict[str, Any]:
    match requested:
        case {"type": "json_schema", "json_schema": {"schema": schema}}:
            return {"response_mime_type": "application/json", "response_json_schema": schema}
        case {"type": "json_object"}:
            return {"response_mime_type": "application/json"}
        case _:
            return {}
