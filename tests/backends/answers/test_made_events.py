"""Whole answers of other APIs become events of which clients make the same answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.backends import routes
from app.backends.answers import made_events
from app.backends.answers.events import events
from app.backends.answers.handed_on import HandedOnEvents
from tests.backends.answers.test_passthrough import Failures

SPOKEN = {"type": "message", "id": "m", "role": "assistant", "content": [{"type": "output_text", "text": "Good\u2028day"}]}
CALLED = {"type": "function_call", "id": "f", "call_id": "c", "name": "add", "arguments": '{"a": 1}'}
THOUGHT = {"type": "reasoning", "id": "t", "summary": [], "content": [{"type": "reasoning_text", "text": "Hm"}]}
REFUSED = {"type": "message", "id": "n", "role": "assistant", "content": [{"type": "refusal", "refusal": "No"}]}
SEARCHED = {"type": "web_search_call", "id": "s", "status": "completed"}
RESPONSE = {"id": "r", "object": "response", "status": "completed", "output": [THOUGHT, SPOKEN, REFUSED, CALLED, SEARCHED]}
BLOCKS: list[dict[str, Any]] = [
    {"type": "thinking", "thinking": "Hm", "signature": "abc"},
    {"type": "redacted_thinking", "data": "abc"},
    {"type": "text", "text": "Good day"},
    {"type": "tool_use", "id": "c", "name": "add", "input": {"a": 1}},
    {"type": "tool_use", "id": "d", "name": "now", "input": {}},
]
MESSAGE = {"id": "m", "type": "message", "role": "assistant", "content": BLOCKS, "stop_reason": "tool_use"}
MESSAGES = routes.KNOWN["messages"]
TRANSCRIPTS = routes.KNOWN["audio/transcriptions"]


def made(answer: Any, route: routes.Route) -> list[dict[str, Any]]:
    """The events of *answer*, which would go out just as they are if a server sent them."""
    stream = made_events.of(answer if isinstance(answer, bytes) else json.dumps(answer).encode(), route)
    assert stream is not None
    relay = HandedOnEvents(route.ends, Failures(), named=route.anthropic)
    assert relay.feed(stream) + relay.end() == stream
    found = [(name, json.loads(data)) for name, data in events([stream])]
    assert all(name in ("", event["type"]) for name, event in found)
    return [event for _, event in found]


def test_a_response_is_told_item_by_item() -> None:
    told = made(RESPONSE, routes.RESPONSES)

    assert [each["sequence_number"] for each in told] == list(range(len(told)))
    assert told[0]["response"] == {**RESPONSE, "status": "in_progress", "output": [], "usage": None, "error": None}
    assert [each["item"] for each in told if each["type"] == "response.output_item.done"] == RESPONSE["output"]
    assert {each["type"]: each["delta"] for each in told if each["type"].endswith(".delta")} == {
        "response.reasoning_text.delta": "Hm",
        "response.output_text.delta": "Good\u2028day",
        "response.refusal.delta": "No",
        "response.function_call_arguments.delta": '{"a": 1}',
    }
    assert (told[-1]["type"], told[-1]["response"]) == ("response.completed", RESPONSE)


def gathered(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The blocks that a client of Anthropic's API makes of the events."""
    blocks: list[dict[str, Any]] = [dict(each["content_block"]) for each in told if each["type"] == "content_block_start"]
    for each in told:
        match each:
            case {"delta": {"type": "input_json_delta", "partial_json": said}, "index": index}:
                blocks[index]["input"] = json.loads(said)
            case {"delta": {"type": _, **said}, "index": index}:
                blocks[index] = {**blocks[index], **{name: blocks[index][name] + more for name, more in said.items()}}
    return blocks


@pytest.mark.parametrize(
    ("usage", "counted"),
    [
        (None, {"input_tokens": 0, "output_tokens": 0}),
        ({"input_tokens": 3}, {"input_tokens": 3, "output_tokens": 0}),
        ({"input_tokens": 3, "output_tokens": 2}, {"input_tokens": 3, "output_tokens": 2}),
    ],
)
def test_a_message_is_told_block_by_block(usage: dict[str, int] | None, counted: dict[str, int]) -> None:
    """Clients add up the numbers of its usage."""
    told = made({**MESSAGE, "usage": usage}, MESSAGES)

    assert told[0]["message"] == {
        **MESSAGE,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {**counted, "output_tokens": 0},
    }
    assert gathered(told) == BLOCKS
    assert told[-2]["delta"] == {"stop_reason": "tool_use", "stop_sequence": None}
    assert told[-2]["usage"] == counted


@pytest.mark.parametrize("body", [b'{"text": "Good day"}', b'"Good day"', b"Good day", b"\xef\xbb\xbfGood day"], ids=str)
def test_a_transcript_is_told_in_one_piece(body: bytes) -> None:
    assert made(body, TRANSCRIPTS) == [
        {"type": "transcript.text.delta", "delta": "Good day"},
        {"type": "transcript.text.done", "text": "Good day"},
    ]


@pytest.mark.parametrize(
    ("answer", "route"),
    [
        ({**RESPONSE, "status": "queued"}, routes.RESPONSES),
        ({**RESPONSE, "output": None}, routes.RESPONSES),
        ({**RESPONSE, "output": ["a"]}, routes.RESPONSES),
        ({**MESSAGE, "content": ["a"]}, MESSAGES),
        ({"data": []}, routes.KNOWN["embeddings"]),
        ({**RESPONSE, "output": [{"type": "message", "content": 7}]}, routes.RESPONSES),
        ({**RESPONSE, "output": [{"type": ["message"]}]}, routes.RESPONSES),
        ({**MESSAGE, "usage": "much"}, MESSAGES),
        ({**MESSAGE, "content": [{"type": 7}]}, MESSAGES),
    ],
    ids=["queued", "no output", "no items", "no parts", "embeddings", "a number", "a list", "a word", "another type"],
)
def test_what_has_not_ended_or_is_no_answer_of_its_route_is_none(answer: Any, route: routes.Route) -> None:
    assert made_events.of(json.dumps(answer).encode(), route) is None
