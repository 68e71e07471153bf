"""Whole answers of other APIs than chat completions as the events of a client that asked for a stream."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from app.backends.answers.characters import mended_everywhere
from app.backends.answers.events import as_event, with_escaped_line_ends
from app.backends.answers.json_values import are_objects, parsed, written
from app.backends.routes import RESPONSES, Route

Json: TypeAlias = dict[str, Any]
Events: TypeAlias = Iterator[Json]
# The events of what a response says a piece of, and the field of an item or a part that holds it.
_OF_PARTS = {
    "output_text": ("output_text", "text"),
    "refusal": ("refusal", "refusal"),
    "reasoning_text": ("reasoning_text", "text"),
}
_OF_ITEMS = {"function_call": ("function_call_arguments", "arguments"), "custom_tool_call": ("custom_tool_call_input", "input")}
_OF_BLOCKS = {"text": "text", "thinking": "thinking"}  # the field of a block of Anthropic's API; its delta has the same
COMPLETED = "completed"  # what a whole response is that does not say its status
_COUNTED_NOTHING = {"input_tokens": 0, "output_tokens": 0}
_LISTS = ("content", "summary")  # of the parts of an item


def of(body: bytes, route: Route) -> bytes | None:
    """The events of the whole answer *body* of a *route*, which is JSON or, of a recording, the text itself; None if it is
    none that has ended, or has another shape than that of its API."""
    answer, made = _read(body), None
    if route.text:
        made = _of_transcript(answer if route.text in answer else {"text": body.decode("utf-8-sig", "replace")})
    elif route.path == RESPONSES.path:
        made = _of_response(answer) if f"response.{_status(answer)}" in route.ends else None
    elif route.anthropic and are_objects(answer.get("content")):
        made = _of_message(answer)
    if made is None:
        return None
    try:
        return with_escaped_line_ends(b"".join(as_event(written(each), "" if route.text else each["type"]) for each in made))
    except (AttributeError, TypeError):  # a field of another type than that of the API
        return None


def _read(body: bytes) -> Json:
    answer = parsed(body)
    if isinstance(answer, str):  # a transcript alone
        answer = {"text": answer}
    return mended_everywhere(answer) if isinstance(answer, dict) else {}


def _status(response: Mapping[str, Any]) -> str:
    """How a response ended; empty if that is not said, or its output is none."""
    return str(response.get("status") or COMPLETED) if are_objects(response.get("output")) else ""


def _of_response(response: Json) -> Events:
    begun = {**response, "status": "in_progress", "output": [], "usage": None, "error": None}
    last = f"response.{_status(response)}"
    events = [
        {"type": "response.created", "response": begun},
        {"type": "response.in_progress", "response": begun},
        *(event for index, item in enumerate(response["output"]) for event in _of_item(index, item)),
        {"type": last, "response": response},
    ]
    for number, event in enumerate(events):
        yield {"sequence_number": number, **event}


def _of_item(index: int, item: Json) -> Events:
    whole = {"output_index": index, "item": item}
    place = {"output_index": index, "item_id": item.get("id") or ""}
    name, field = _OF_ITEMS.get(item.get("type", ""), ("", ""))
    parts = [(at, part) for at, part in enumerate(item.get("content") or ()) if isinstance(part, dict)]
    begun = {**item, **{each: [] for each in _LISTS if isinstance(item.get(each), list)}}
    begun |= {field: ""} if name else {}
    yield {"type": "response.output_item.added", **whole, "item": begun}
    if name:
        yield from _of_text(name, field, item, place)
    for at, part in parts:
        where = {**place, "content_index": at}
        of_part, text = _OF_PARTS.get(part.get("type", ""), ("", ""))
        yield {"type": "response.content_part.added", **where, "part": {**part, **({text: ""} if of_part else {})}}
        if of_part:
            yield from _of_text(of_part, text, part, where)
        yield {"type": "response.content_part.done", **where, "part": part}
    yield {"type": "response.output_item.done", **whole}


def _of_text(name: str, field: str, said: Json, place: Json) -> Events:
    """The text in one *field* of *said*, as one piece."""
    text = said.get(field) or ""
    more: Json = {"logprobs": said.get("logprobs") or []} if name == "output_text" else {}
    if text:
        yield {"type": f"response.{name}.delta", **place, "delta": text, **more}
    named = {"name": said["name"]} if "name" in said else {}
    yield {"type": f"response.{name}.done", **place, field: text, **more, **named}


def _of_message(message: Json) -> Events:
    usage = {**_COUNTED_NOTHING, **(message.get("usage") or {})}
    ended = {name: message.get(name) for name in ("stop_reason", "stop_sequence")}
    begun = {**message, **dict.fromkeys(ended), "content": [], "usage": {**usage, "output_tokens": 0}}
    yield {"type": "message_start", "message": begun}
    for index, block in enumerate(message["content"]):
        yield from _of_block(index, block)
    yield {"type": "message_delta", "delta": ended, "usage": usage}
    yield {"type": "message_stop"}


def _of_block(index: int, block: Json) -> Events:
    begun, deltas = dict(block), list[Json]()
    kind = block.get("type", "")
    if field := _OF_BLOCKS.get(kind):
        begun[field] = ""
        deltas.append({"type": f"{field}_delta", field: block.get(field) or ""})
    elif kind.endswith("tool_use"):
        begun["input"] = {}
        deltas.append({"type": "input_json_delta", "partial_json": json.dumps(block.get("input") or {}, ensure_ascii=False)})
    if kind == "thinking" and block.get("signature"):
        begun["signature"] = ""
        deltas.append({"type": "signature_delta", "signature": block["signature"]})
    yield {"type": "content_block_start", "index": index, "content_block": begun}
    for delta in deltas:
        yield {"type": "content_block_delta", "index": index, "delta": delta}
    yield {"type": "content_block_stop", "index": index}


def _of_transcript(answer: Json) -> Events:
    text = answer.get("text") or ""
    usage = {"usage": answer["usage"]} if answer.get("usage") else {}
    if text:
        yield {"type": "transcript.text.delta", "delta": text}
    yield {"type": "transcript.text.done", "text": text, **usage}
