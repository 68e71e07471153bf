"""The fake's other APIs: responses, messages, embeddings, rerank, score, audio, detokenize, as vLLM answers them."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import uuid4

from werkzeug.formparser import MultiPartParser
from werkzeug.http import parse_options_header

Sender = Callable[[str, dict[str, Any]], None]

PATHS = (
    "/v1/chat/completions",
    "/v1/completions",
    "/v1/responses",
    "/v1/messages",
    "/v1/messages/count_tokens",
    "/v1/embeddings",
    "/v1/rerank",
    "/score",
    "/v1/audio/transcriptions",
    "/v1/audio/translations",
    "/v1/load_lora_adapter",
    "/tokenize",
    "/detokenize",
)
CACHED = {"cache_creation_input_tokens": 0, "cache_read_input_tokens": 0}
WITHOUT_MODEL = ("/sleep", "/v1/unload_lora_adapter", "/reset_prefix_cache")


def openapi(further: tuple[str, ...] = ()) -> dict[str, Any]:
    """A document as FastAPI makes it."""
    schemas = {
        "Asked": {"type": "object", "properties": {"model": {"type": "string"}}},
        "Other": {"type": "object", "properties": {"name": {"type": "string"}}},
    }

    def post(schema: dict[str, Any]) -> dict[str, Any]:
        return {"post": {"requestBody": {"content": {"application/json": {"schema": schema}}}}}

    asked = {path: post({"anyOf": [{"$ref": "#/components/schemas/Asked"}]}) for path in (*PATHS, *further)}
    others = {path: post({"$ref": "#/components/schemas/Other"}) for path in WITHOUT_MODEL}
    return {"openapi": "3.1.0", "paths": {**asked, **others, "/v1/models": {"get": {}}}, "components": {"schemas": schemas}}


def form(raw: bytes, content_type: str) -> dict[str, Any]:
    """The fields of a form; a file as its number of bytes."""
    boundary = parse_options_header(content_type)[1]["boundary"].encode()
    fields, files = MultiPartParser().parse(io.BytesIO(raw), boundary, len(raw))
    read = dict[str, Any](fields.to_dict())
    for name, file in files.items():
        read[name] = len(file.read())
        file.close()
    return read


def words(said: Any) -> int:
    """The fake's tokens of everything that a request says."""
    if isinstance(said, str):
        return len(said.split())
    if isinstance(said, Mapping):
        return sum(words(each) for name, each in said.items() if name not in ("model", "role", "type"))
    return sum(map(words, said)) if isinstance(said, list) else 0


def response(body: Mapping[str, Any], text: str, *, status: str = "completed") -> dict[str, Any]:
    """An object of the Responses API."""
    prompt, answer = words(body.get("input")), len(text.split())
    content = {"type": "output_text", "text": text, "annotations": []}
    message = {"id": "msg_1", "type": "message", "role": "assistant", "status": "completed", "content": [content]}
    usage = {
        "input_tokens": prompt,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": answer,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": prompt + answer,
    }
    return {
        "id": f"resp_{uuid4().hex}",
        "object": "response",
        "created_at": 0,
        "status": status,
        "error": None,
        "model": body.get("model"),
        "output": [message] if text else [],
        "parallel_tool_calls": True,
        "previous_response_id": body.get("previous_response_id"),
        "tool_choice": "auto",
        "tools": [],
        "usage": usage if text else None,
    }


def response_events(whole: Mapping[str, Any], pieces: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    begun = {**whole, "output": [], "status": "in_progress", "usage": None}
    place = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    item = {"id": "msg_1", "type": "message", "role": "assistant", "content": [], "status": "in_progress"}
    part = {"type": "output_text", "text": "", "annotations": [], "logprobs": []}
    said = {"text": "".join(pieces), "logprobs": []}
    events: list[tuple[str, dict[str, Any]]] = [
        ("created", {"response": begun}),
        ("in_progress", {"response": begun}),
        ("output_item.added", {"output_index": 0, "item": item}),
        ("content_part.added", {**place, "part": part}),
        *(("output_text.delta", {**place, "delta": piece, "logprobs": []}) for piece in pieces),
        ("output_text.done", {**place, **said}),
        ("content_part.done", {**place, "part": {**part, **said}}),
        ("output_item.done", {"output_index": 0, "item": {**item, "content": [{**part, **said}], "status": "completed"}}),
        ("completed", {"response": dict(whole)}),
    ]
    for number, (name, data) in enumerate(events):
        yield f"response.{name}", {"type": f"response.{name}", "sequence_number": number, **data}


def message(body: Mapping[str, Any], text: str) -> dict[str, Any]:
    """A message of Anthropic's API."""
    return {
        "id": f"msg_{uuid4().hex}",
        "type": "message",
        "role": "assistant",
        "content": [{"type": "text", "text": text}],
        "model": body.get("model"),
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": words(body.get("messages")), "output_tokens": len(text.split()), **CACHED},
    }


def counted(body: Mapping[str, Any]) -> dict[str, Any]:
    tokens = words(body.get("messages"))
    return {"input_tokens": tokens, "context_management": {"original_input_tokens": tokens}}


def message_events(whole: Mapping[str, Any], pieces: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    usage = whole["usage"]
    begun = {**whole, "content": [], "stop_reason": None, "usage": {"input_tokens": usage["input_tokens"], "output_tokens": 0}}
    yield "message_start", {"type": "message_start", "message": begun}
    yield "content_block_start", {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
    for piece in pieces:
        delta = {"type": "text_delta", "text": piece}
        yield "content_block_delta", {"type": "content_block_delta", "index": 0, "delta": delta}
    yield "content_block_stop", {"type": "content_block_stop", "index": 0}
    ended = {"stop_reason": "end_turn", "stop_sequence": None}
    yield "message_delta", {"type": "message_delta", "delta": ended, "usage": usage}
    yield "message_stop", {"type": "message_stop"}


def embeddings(body: Mapping[str, Any]) -> dict[str, Any]:
    given = body.get("input", "")
    given = given if isinstance(given, list) else [given]
    data = [{"object": "embedding", "index": at, "embedding": [float(words(each)), 0.5]} for at, each in enumerate(given)]
    tokens = words(given)
    usage = {"prompt_tokens": tokens, "total_tokens": tokens, "completion_tokens": 0}
    return {"id": "embd-1", "object": "list", "model": body.get("model"), "data": data, "usage": usage}


def ranked(body: Mapping[str, Any]) -> dict[str, Any]:
    documents = [{"text": each, "multi_modal": None} for each in listed(body, "documents")]
    results = [{"index": at, "document": each, "relevance_score": 1 / (at + 1)} for at, each in enumerate(documents)]
    usage = dict.fromkeys(("prompt_tokens", "total_tokens"), words(dict(body)))
    return {"id": "score-1", "model": body.get("model"), "usage": usage, "results": results}


def listed(body: Mapping[str, Any], name: str) -> list[Any]:
    """A field that should be a list."""
    given = body.get(name)
    return given if isinstance(given, list) else []


def transcript_events(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for piece in text.split():
        yield "", {"type": "transcript.text.delta", "delta": piece}
    yield "", {"type": "transcript.text.done", "text": text}


def event(name: str, data: Mapping[str, Any]) -> bytes:
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {json.dumps(data, ensure_ascii=False)}\n\n".encode()
