"""Answers of other APIs: each is known by its fields, and OpenAI's own are not taken for one."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from app.backends.answers.other_apis import described, named

OLLAMA = {"model": "llama3.2", "created_at": "2026-01-01T00:00:00Z", "done": True, "done_reason": "stop", "eval_count": 29}
ANTHROPIC = {"id": "msg_1", "type": "message", "role": "assistant", "content": [], "stop_reason": "end_turn"}
TOKEN = {"index": 1, "token": {"id": 5, "text": "Hi", "logprob": -1.0, "special": False}, "generated_text": None}
CANDIDATE = {"content": {"parts": [{"text": "Hi"}], "role": "model"}, "finishReason": "STOP"}


@pytest.mark.parametrize(
    ("answer", "api"),
    [
        ({**OLLAMA, "message": {"role": "assistant", "content": "Hi"}}, "Ollama"),
        ({**OLLAMA, "response": "Hi", "context": [1]}, "Ollama"),
        (ANTHROPIC, "Anthropic"),
        ({"type": "message_start", "message": ANTHROPIC}, "Anthropic"),
        ({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hi"}}, "Anthropic"),
        ([{"generated_text": "Hi"}], "text-generation-inference"),
        (TOKEN, "text-generation-inference"),
        ({"candidates": [CANDIDATE], "usageMetadata": {}}, "Gemini"),
        ([{"candidates": [CANDIDATE]}], "Gemini"),
        ({"id": "1", "finish_reason": "COMPLETE", "message": {"role": "assistant", "content": [{"text": "Hi"}]}}, "Cohere"),
        ({"response_id": "1", "text": "Hi", "generation_id": "2", "finish_reason": "COMPLETE"}, "Cohere"),
        ({"content": "Hi", "stop": True, "model": "x.gguf", "tokens_predicted": 3}, "llama.cpp"),
        ({"id": "resp_1", "object": "response", "output": []}, "the responses API"),
        ({"output": {"message": {"role": "assistant", "content": []}}, "stopReason": "end_turn"}, "Bedrock"),
        ({"text": "Hi", "meta_info": {"finish_reason": {"type": "stop"}}}, "SGLang"),
        ({"text": ["Hi there"]}, "vllm serve"),
        ({"results": [{"text": "Hi"}]}, "KoboldCpp"),
        ({"model_name": "ensemble", "text_output": "Hi"}, "Triton"),
    ],
)
def test_an_api_is_known_by_its_fields(answer: Any, api: str) -> None:
    assert api in named(answer)
    assert api in described(json.dumps(answer).encode())


@pytest.mark.parametrize(
    "answer",
    [
        {"choices": [], "usage": {"prompt_tokens": 1}},
        {"object": "chat.completion", "choices": [{"message": {"content": "Hi"}}], "type": "message", "done": True},
        {"usage": {"prompt_tokens": 1}},
        {"type": "ping"},
        {"object": "list", "data": []},
        {},
        [],
        None,
        "Hi",
    ],
    ids=str,
)
def test_nothing_else_is_taken_for_one(answer: Any) -> None:
    assert named(answer) == ""


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<!doctype html><html><title>Sign\n in</title>", "a page of HTML (“Sign in”)"),
        (b"\xef\xbb\xbf<html><h1>Hello</h1></html>", "a page of HTML,"),
        (json.dumps(OLLAMA).encode() + b"\n" + json.dumps(OLLAMA).encode(), "Ollama"),
        (b'data: {"generated_text": "Hi"}\n\n', "text-generation-inference"),
        (b'{"result": 1, "Mrs Miller": 2}', "JSON without `choices` (it has result)"),
        (b'{"choices": null}', "`choices` are empty"),
        (b'{"choices": ["a"]}', "`choices` are empty, or no objects"),
        (b'{"choices": [{"delta": {"content": "a"}}]}', "an answer of /chat/completions"),
        (b"  ", "an empty answer"),
        (b'{"choices": [{"mess', "JSON that breaks off"),
        (gzip.compress(b'{"choices": []}', mtime=0), "a compressed answer"),
    ],
)
def test_whatever_came_is_put_into_words(body: bytes, words: str) -> None:
    assert words in described(body)


def test_of_what_is_no_json_nothing_is_repeated() -> None:
    assert described(b"Ann said yes") == ""
