"""Routes of model servers beside chat completions: which ask a model and may be handed on, and what is known of each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

DONE = "[DONE]"
ROOT = "/v1/"
MOST_REFERENCES = 8  # of a schema to another one
# Each segment begins with a letter, so that no dots, no escapes and no other address can be in a path.
_PATH = re.compile(r"[a-z][a-z0-9_-]{0,63}(?:/[a-z][a-z0-9_-]{0,63}){0,4}")
# Whatever a server lists: a path with one of these words changes the server, or tells of it, and asks no model.
_ADMINISTERS = re.compile(
    r"(?:^|[/_-])(?:lora|load|unload|adapters?|sleep\w*|is_sleeping|wake|reset|cache|profile\w*|rpc|weights?|admin|metrics|"
    r"shutdown|scale|config|server_info|health|ping|invocations|debug|keys?|files?|batches|uploads?|fine_tuning|pause|resume|"
    r"vector_stores|assistants|threads|models?|users?|teams?)(?=$|[/_-])"
)


@dataclass(frozen=True)
class Route:
    """A POST route, its *path* below `/v1`.

    *beside*: servers have it beside `/v1`, at their root. *anthropic*: its errors are in the format of Anthropic's API, else of
    OpenAI's. *ends* are the types of events that end a stream: without one of them, an answer is not whole; nothing is known of
    its end if there are none. *works*: the model works for it, so it holds a slot and costs tokens. *writes*: its answer is
    text that the model makes, not only what it makes of the input. *holds* is the name of the list of objects that a whole
    answer has, and through which clients go; empty if nothing is known of it. *each* is the name of the numbers that each of
    them has, *text* that of the text of an answer."""

    path: str
    beside: bool = False
    anthropic: bool = False
    ends: frozenset[str] = frozenset()
    works: bool = True
    writes: bool = False
    holds: str = ""
    each: str = ""
    text: str = ""


_RESPONSE_ENDS = frozenset({"response.completed", "response.failed", "response.incomplete", "response.cancelled"})
_TRANSCRIPT_ENDS = frozenset({DONE, "transcript.text.done"})
RESPONSES = Route("responses", ends=_RESPONSE_ENDS, writes=True, holds="output")
# What is handed on to a server that lists no routes.
KNOWN: Mapping[str, Route] = {
    route.path: route
    for route in (
        RESPONSES,
        Route("responses/compact", writes=True),
        Route("responses/input_tokens", works=False),
        Route("messages", anthropic=True, ends=frozenset({"message_stop"}), writes=True, holds="content"),
        Route("messages/count_tokens", anthropic=True, works=False),
        Route("embeddings", holds="data", each="embedding"),
        Route("rerank"),
        Route("score"),
        Route("audio/transcriptions", ends=_TRANSCRIPT_ENDS, writes=True, text="text"),
        Route("audio/translations", ends=_TRANSCRIPT_ENDS, writes=True, text="text"),
        Route("tokenize", beside=True, works=False),
        Route("detokenize", beside=True, works=False),
    )
}
# Routes that some servers have at their root. None of them answers with a text that the model makes.
_BESIDE = ("rerank", "score", "pooling", "classify", "tokenize", "detokenize", "generative_scoring")


def is_sane(path: str) -> bool:
    """True for a *path* below `/v1` that may be handed on at all: plain words, none of which administers a server."""
    return _PATH.fullmatch(path) is not None and not administers(path)


def administers(path: str) -> bool:
    """True for a *path* that changes a model server, or tells of it."""
    return _ADMINISTERS.search(path) is not None


def find(path: str, listed: frozenset[str] | None) -> Route | None:
    """The route of *path* on a server that lists *listed* (None: it lists nothing, and has what is usual)."""
    if not is_sane(path):
        return None
    if listed is None:
        return KNOWN.get(path)
    known = KNOWN.get(path, Route(path, writes=path not in _BESIDE))
    if f"{ROOT}{path}" in listed:
        return replace(known, beside=False)
    if path in _BESIDE and f"/{path}" in listed:
        return replace(known, beside=True)
    return None


def names(listed: frozenset[str] | None) -> list[str]:
    """The paths below `/v1` that are handed on to a server that lists *listed*."""
    candidates = KNOWN if listed is None else {path.removeprefix(ROOT).lstrip("/") for path in listed}
    return sorted(path for path in candidates if find(path, listed) is not None)


def listed(document: Mapping[str, Any]) -> frozenset[str] | None:
    """The POST paths of an OpenAPI *document* that ask a model: their body has a field `model`. None if it lists none."""
    paths = document.get("paths")
    if not isinstance(paths, Mapping) or not paths:
        return None
    found = {str(path) for path, item in paths.items() if _asks_a_model(item, document)}
    return frozenset(found) or None


def _asks_a_model(item: Any, document: Mapping[str, Any]) -> bool:
    post = item.get("post") if isinstance(item, Mapping) else None
    body = post.get("requestBody") if isinstance(post, Mapping) else None
    content = body.get("content") if isinstance(body, Mapping) else None
    types = content.values() if isinstance(content, Mapping) else ()
    schemas = (each.get("schema") for each in types if isinstance(each, Mapping))
    return any("model" in properties for schema in schemas for properties in _properties(schema, document, MOST_REFERENCES))


def _properties(schema: Any, document: Mapping[str, Any], depth: int) -> Iterator[Mapping[str, Any]]:
    """The properties of *schema*, and of each that it refers to or is one of."""
    if not isinstance(schema, Mapping) or not depth:
        return
    if isinstance(properties := schema.get("properties"), Mapping):
        yield properties
    if isinstance(reference := schema.get("$ref"), str):
        yield from _properties(_referred(reference, document), document, depth - 1)
    for union in ("anyOf", "oneOf", "allOf"):
        for each in schema.get(union) or ():
            yield from _properties(each, document, depth - 1)


def _referred(reference: str, document: Mapping[str, Any]) -> Any:
    """What a local *reference* such as `#/components/schemas/X` leads to."""
    found: Any = document
    for name in reference.removeprefix("#/").split("/"):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found
