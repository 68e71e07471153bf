"""Streams as bytes: what they must not hold, whatever the model says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.fakes.openai_server import MODEL, Reply
from tests.web.talking import Talking

STREAMS: dict[str, tuple[str, dict[str, Any]]] = {
    "text": ("/generate/stream", {"prompt": "p", "stream_format": "sse"}),
    "chat": ("/chat", {"message": "m", "stream": True, "stream_format": "sse"}),
    "openai": ("/v1/chat/completions", {"model": "chat", "messages": [{"role": "user", "content": "m"}], "stream": True}),
    "passed through": (
        "/v1/chat/completions",
        {"model": MODEL, "messages": [{"role": "user", "content": "m"}], "stream": True},
    ),
}


def said(event: dict[str, Any]) -> str:
    """The piece of text in an event of any of the streams."""
    deltas = [choice["delta"].get("content") or "" for choice in event.get("choices", ())]
    return "".join(deltas) or str(event.get("text", ""))


@pytest.mark.parametrize("stream", STREAMS)
def test_a_line_separator_of_unicode_does_not_end_a_line_of_an_event(talk: Talking, stream: str) -> None:
    text = "one\u2028two\u2029three\x85four é🙂"
    talk.fake.script(Reply(text=text))
    path, body = STREAMS[stream]

    answer = talk.client.post(path, json=body)

    data = [line.removeprefix("data: ") for line in answer.text.splitlines() if line.startswith("data: {")]
    assert "".join(said(json.loads(each)) for each in data) == text
