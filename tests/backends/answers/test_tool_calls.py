"""Calls of functions are put together from their parts, as servers cut them."""

from __future__ import annotations

from typing import Any

import pytest

from app.backends.answers.tool_calls import ToolCalls


def part(index: Any = None, call_id: str = "", name: str = "", arguments: Any = None) -> dict[str, Any]:
    marks = {"index": index, "id": call_id or None}
    return {
        **{key: value for key, value in marks.items() if value is not None},
        "function": {"name": name or None, "arguments": arguments},
    }


def whole(*parts: dict[str, Any]) -> list[tuple[str, str]]:
    calls = ToolCalls()
    for each in parts:
        calls.add(each)
    return [(call["function"]["name"], call["function"]["arguments"]) for call in calls.whole()]


@pytest.mark.parametrize(
    ("parts", "calls"),
    [
        ([part(0, "a", "f", ""), part(0, arguments='{"x"'), part(0, arguments=": 1}")], [("f", '{"x": 1}')]),
        ([part(0, "a", "f", "{}"), part(0, "b", "f", "{}")], [("f", "{}"), ("f", "{}")]),
        ([part(0, "a", "f", '{"x"'), part(0, "a", "f", ": 1}")], [("f", '{"x": 1}')]),
        ([part(0, "", "f", '{"x"'), part(0, "", "f", ": 1}")], [("f", '{"x": 1}')]),
        ([part(0, "", "f", "{}"), part(0, "", "f", "{}")], [("f", "{}"), ("f", "{}")]),
        ([part(0, "", "f", "{"), part(0, "", "g", "{}")], [("f", "{"), ("g", "{}")]),
        ([part(None, "a", "f", "{"), part(arguments="}")], [("f", "{}")]),
        ([part(None, "a", "f", "{}"), part(None, "b", "g", "{"), part(arguments="}")], [("f", "{}"), ("g", "{}")]),
        (
            [part(0, "a", "f", "{"), part(1, "b", "g", "{"), part(0, arguments="}"), part(1, arguments="}")],
            [("f", "{}"), ("g", "{}")],
        ),
        ([part(0, "a", "f", None)], [("f", "{}")]),
        ([part(0, "a", "f", "null")], [("f", "{}")]),
        ([part(0, "a", "f", "None")], [("f", "{}")]),
        ([part(0, "a", "f", "{}"), part(0, arguments='{"x"'), part(0, arguments=": 1}")], [("f", '{"x": 1}')]),
        ([part(0, "a", "f", '"{\\"x\\": 1}"')], [("f", '{"x": 1}')]),
        ([part(0, "a", "f", '"just a text"')], [("f", '"just a text"')]),
        ([part(0, "a", "f", {"x": "é"})], [("f", '{"x": "é"}')]),
        ([part(0, "a", "f<|channel|>x", "{}")], [("f", "{}")]),
        ([part(0, "a", "", "{}")], []),
        ([part(0, "a", "f", '"\ud83c'), part(0, arguments='\udf89"')], [("f", '"\U0001f389"')]),
    ],
)
def test_parts_belong_to_the_calls_that_they_name(parts: list[dict[str, Any]], calls: list[tuple[str, str]]) -> None:
    assert whole(*parts) == calls


def test_a_call_without_an_id_is_given_one() -> None:
    calls = ToolCalls()
    calls.add(part(name="f"))

    assert calls.whole()[0]["id"] == "call_0"
