"""Answers of other APIs than OpenAI's: which one it is, and at which address its server has the right one."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

from app.backends.answers.json_values import parsed

LONGEST_TITLE = 60  # characters of a page's title that a message repeats
MOST_NAMES = 5  # of the fields of an unknown answer
MOST_READ = 65536  # bytes of an answer that are looked at
COMPRESSED = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd")
AT_V1 = "its OpenAI-compatible one is at /v1 of the server"
_TITLE = re.compile(r"<title[^>]*>([^<]*)", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,29}")
_ANTHROPIC = frozenset({"message", "message_start", "content_block_start", "content_block_delta", "message_delta"})
_OLLAMA, _TGI = f"Ollama's own API: {AT_V1}", f"the own API of text-generation-inference: {AT_V1}"
_GEMINI = "Gemini's own API: give the backend the kind `gemini`, or the address of Google that ends in /openai"
_COHERE = "Cohere's own API: its OpenAI-compatible one is at /compatibility/v1"
_RESPONSES = "the responses API: apiBase is the address to which /chat/completions is added"
_CONVERSE = "Bedrock's Converse API: its OpenAI-compatible one is at /openai/v1"
# The fields that tell an API, with the type or the values of each (`a.b` stands within `a`), and what to do about it.
_APIS: tuple[tuple[Mapping[str, type | frozenset[str]], str], ...] = (
    ({"done": bool, "model": str}, _OLLAMA),
    ({"type": _ANTHROPIC, "content": list}, f"Anthropic's messages API: {AT_V1}"),
    ({"type": _ANTHROPIC - {"message"}}, f"Anthropic's messages API: {AT_V1}"),
    ({"generated_text": str}, _TGI),
    ({"token.text": str, "token.id": int}, _TGI),
    ({"candidates": list}, _GEMINI),
    ({"usageMetadata": dict}, _GEMINI),
    ({"generation_id": str}, _COHERE),
    ({"event_type": str}, _COHERE),
    ({"message.content": list, "finish_reason": str}, _COHERE),
    ({"content": str, "stop": bool}, f"the own API of llama.cpp: {AT_V1}"),
    ({"object": frozenset({"response"})}, _RESPONSES),
    ({"response.object": frozenset({"response"})}, _RESPONSES),
    ({"output.message": dict}, _CONVERSE),
    ({"stopReason": str}, _CONVERSE),
    ({"text": str, "meta_info": dict}, f"the own API of SGLang: {AT_V1}"),
    ({"text": list}, "vLLM's demonstration server: start the one of `vllm serve`, and set apiBase to its /v1"),
    ({"results": list}, f"the own API of KoboldCpp: {AT_V1}"),
    ({"text_output": str}, "Triton's own API: set apiBase to the /v1 of its OpenAI-compatible frontend"),
)


def named(answer: object) -> str:
    """The API whose *answer* this is (JSON that was read), and what to set instead; empty for OpenAI's and an unknown one."""
    if isinstance(answer, list) and answer:
        answer = answer[0]
    if not isinstance(answer, Mapping) or "choices" in answer:
        return ""
    return next((words for fields, words in _APIS if all(_has(answer, path, kind) for path, kind in fields.items())), "")


def _has(answer: Mapping[Any, Any], path: str, kind: type | frozenset[str]) -> bool:
    found: Any = answer
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return isinstance(found, kind) if isinstance(kind, type) else isinstance(found, str) and found in kind


def is_page(beginning: str) -> bool:
    """True for HTML."""
    return beginning.removeprefix("\ufeff").lstrip()[:1] == "<"


def is_compressed(beginning: bytes) -> bool:
    """True for an answer that was compressed: by gzip, or zstandard."""
    return beginning.startswith(COMPRESSED)


def page(text: str) -> str:
    """A page of HTML in words, with its title."""
    found = _TITLE.search(text)
    title = " ".join(html.unescape(found[1]).split())[:LONGEST_TITLE] if found else ""
    return f"a page of HTML (“{title}”)" if title else "a page of HTML"


def is_another(body: bytes) -> bool:
    """True if the *body*, or its first line, is JSON of another API."""
    return bool(named(_read(body)))


def described(body: bytes) -> str:
    """What the *body* of an answer is that is none of a model server; empty if nothing can be said of it."""
    text = body[:MOST_READ].decode("utf-8", "replace").strip()
    if is_compressed(body):
        return "a compressed answer that does not say so: turn compression off at the server, or at a proxy before it"
    if is_page(text):
        return f"{page(text)}, as a login or a proxy sends it: see apiBase, and what stands before the server"
    return _described(text, _read(body)) if text else "an empty answer"


def _described(text: str, answer: Any) -> str:
    """What *text* is, of which *answer* is the JSON that could be read."""
    if api := named(answer):
        return api
    if isinstance(answer, Mapping) and "choices" in answer:
        is_chat = isinstance(choices := answer["choices"], list) and bool(choices) and isinstance(choices[0], Mapping)
        return "an answer of /chat/completions" if is_chat else "JSON whose `choices` are empty, or no objects"
    names = [name for name in answer if isinstance(name, str) and _NAME.fullmatch(name)] if isinstance(answer, Mapping) else []
    if names:
        return f"JSON without `choices` (it has {', '.join(names[:MOST_NAMES])})"
    return "JSON that breaks off, or is malformed" if answer is None and text.startswith("{") else ""


def _read(body: bytes) -> Any:
    """The JSON in *body*, or in its first line or event."""
    first = body.lstrip().partition(b"\n")[0].removeprefix(b"data:")
    return parsed(body) or parsed(first)
