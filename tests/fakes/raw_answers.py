"""Answers of model servers as bytes on the wire: whole, or streamed as servers stream them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Json = Any
HEAD = {"id": "chatcmpl-1", "created": 1, "model": "m"}
USAGE = {"prompt_tokens": 40, "completion_tokens": 9, "total_tokens": 49}
PIECE = 5  # characters of a delta: fewer than most marks have


def http(body: bytes, kind: str = "application/json", status: str = "200 OK") -> bytes:
    """*body* as the answer of a server that closes the connection behind it."""
    return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nConnection: close\r\n\r\n".encode() + body


def answer(message: Mapping[str, Json], finish_reason: Json = "stop", **more: Json) -> dict[str, Json]:
    """A whole answer with *message*; *more* is beside its choices."""
    choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": finish_reason}
    return {**HEAD, "object": "chat.completion", "choices": [choice], "usage": USAGE, **more}


def whole(given: Mapping[str, Json]) -> bytes:
    """The HTTP answer that is *given*. What is no Unicode in it is escaped."""
    return http(json.dumps(given).encode())


def streamed(given: Mapping[str, Json], end: str = "\n", *, done: bool = True) -> bytes:
    """The same answer as a stream: its texts in small pieces, the lines ended by *end*."""
    events = [json.dumps(each) for each in chunks(given)] + (["[DONE]"] if done else [])
    return http("".join(f"data: {each}{end}{end}" for each in events).encode(), "text/event-stream; charset=utf-8")


def chunks(given: Mapping[str, Json]) -> Iterator[dict[str, Json]]:
    """The events that make *given*."""
    head = {name: value for name, value in given.items() if name not in ("choices", "usage")} | {
        "object": "chat.completion.chunk"
    }
    for choice in given["choices"]:
        for delta in _deltas(choice["message"]):
            yield {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
        yield {**head, "choices": [{"index": 0, "delta": {}, "finish_reason": choice["finish_reason"]}]}
    if "usage" in given:
        yield {**head, "choices": [], "usage": given["usage"]}


def _deltas(message: Mapping[str, Json]) -> Iterator[dict[str, Json]]:
    yield {"role": "assistant", "content": ""}
    thoughts = [name for name in ("reasoning_content", "reasoning") if message.get(name)]
    for names in filter(None, (thoughts, ["content"], ["refusal"])):
        said = message.get(names[0])
        for piece in _pieces(said) if isinstance(said, str) else [said] if said else []:
            yield dict.fromkeys(names, piece)
    for number, call in enumerate(message.get("tool_calls") or ()):
        yield from _parts(number, call)


def _parts(number: int, call: Mapping[str, Json]) -> Iterator[dict[str, Json]]:
    """A call as vLLM streams it: its name first, without arguments, and then these."""
    function = call["function"]
    given = function.get("arguments")
    yield {"tool_calls": [{**call, "index": number, "function": {**function, "arguments": None}}]}
    for piece in _pieces(given) if isinstance(given, str) else [given]:
        yield {"tool_calls": [{"index": number, "function": {"arguments": piece}}]}


def _pieces(text: str) -> Sequence[str]:
    return [text[start : start + PIECE] for start in range(0, len(text), PIECE)]
