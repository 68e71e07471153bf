"""Calls of functions are put together from their parts, as servers cut them."""

from __future__ import annotations

from typing import Any

import pytest

from app.backends.answers.builder import AnswerBuilder
from app.backends.answers.tool_calls import ToolCalls
from app.backends.base import Call, Message


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
        ([part(0, "a", "f", '```json\n{"x": 1}\n```')], [("f", '{"x": 1}')]),
        ([part(0, "a", "f", '{"x": {}}}')], [("f", '{"x": {}}')]),
        ([part(0, "a", "f", '[{"x": 1}]')], [("f", '{"x": 1}')]),
        ([part(0, "a", "f", '{"x": 1} and more')], [("f", '{"x": 1} and more')]),
        ([part(0, "a", "f", 'see {"x": 1}')], [("f", 'see {"x": 1}')]),
        ([part(0, "a", "f", '{"x": 1')], [("f", '{"x": 1')]),
        ([part(0, "a", "", "{}")], []),
        ([part(0, "a", "f", '"\ud83c'), part(0, arguments='\udf89"')], [("f", '"\U0001f389"')]),
    ],
)
def test_parts_belong_to_the_calls_that_they_name(parts: list[dict[str, Any]], calls: list[tuple[str, str]]) -> None:
    assert whole(*parts) == calls


TOOLS = ("get", "get_weather", "get_time")


@pytest.mark.parametrize(
    ("parts", "calls"),
    [
        ([part(0, "a", "get_wea"), part(0, name="ther"), part(0, arguments="{}")], [("a", "get_weather", "{}")]),
        ([part(0, "a", "get_"), part(0, "a", "time", "{}")], [("a", "get_time", "{}")]),
        ([part(None, "a", "get_"), part(None, name="time"), part(arguments="{}")], [("a", "get_time", "{}")]),
        ([part(0, "a", "get"), part(0, "", "get_time", "{}")], [("a", "get", "{}"), ("call_1", "get_time", "{}")]),
        ([part(0, "a", "get_", "{}"), part(0, "", "time", "{}")], [("a", "get_", "{}"), ("call_1", "time", "{}")]),
        ([part(0, "a", "get_"), part(0, "b", "time", "{}")], [("a", "get_", "{}"), ("b", "time", "{}")]),
        ([part(0, "call_", "get"), part(0, "12"), part(0, arguments="{}")], [("call_12", "get", "{}")]),
        ([part(0, "a", "get", ""), part(0, "b", "", '{"x"'), part(0, "c", "", ": 1}")], [("a", "get", '{"x": 1}')]),
        (
            [part(0, "a", "get", "{}"), part(0, "b"), part(0, "", "get_time", "{}")],
            [("a", "get", "{}"), ("b", "get_time", "{}")],
        ),
    ],
)
def test_names_and_ids_may_be_cut_in_two(parts: list[dict[str, Any]], calls: list[tuple[str, str, str]]) -> None:
    made = ToolCalls(TOOLS)
    for each in parts:
        made.add(each)

    assert [(call["id"], call["function"]["name"], call["function"]["arguments"]) for call in made.whole()] == calls


def test_a_custom_call_has_its_input_as_free_text() -> None:
    calls = ToolCalls(["shell"])
    calls.add({"index": 0, "id": "a", "type": "custom", "custom": {"name": "shell", "input": ""}})
    calls.add({"index": 0, "custom": {"input": "ls "}})
    calls.add({"index": 0, "custom": {"input": "null"}})

    assert calls.whole() == ({"id": "a", "type": "custom", "custom": {"name": "shell", "input": "ls null"}},)


def test_a_call_without_an_id_is_given_one() -> None:
    calls = ToolCalls()
    calls.add(part(name="f"))

    assert calls.whole()[0]["id"] == "call_0"


@pytest.mark.parametrize(
    "said",
    [
        {"function": {"name": "functions.get_time", "arguments": '{"x": 1}'}},
        {"function": {"name": "functions.get_time:0", "arguments": '{"x": 1}'}},
        {"function": {"name": "default_api.get_time", "arguments": '{"x": 1}'}},
        {"function": {"name": "get_time", "parameters": {"x": 1}}},
        {"name": "get_time", "arguments": '{"x": 1}'},
        {"type": "function", "name": "functions.get_time", "parameters": {"x": 1}},
    ],
)
def test_a_call_may_be_spelled_as_the_model_did(said: dict[str, Any]) -> None:
    calls = ToolCalls(TOOLS)
    calls.add({"index": 0, "id": "a", **said})

    assert [call["function"] for call in calls.whole()] == [{"name": "get_time", "arguments": '{"x": 1}'}]


@pytest.mark.parametrize("name", ["functions.other", "get_time:x", "functions.get_time.more"])
def test_a_name_that_is_no_tools_stays_as_it_is(name: str) -> None:
    calls = ToolCalls(TOOLS)
    calls.add(part(0, "a", name, "{}"))

    assert calls.whole()[0]["function"]["name"] == name


@pytest.mark.parametrize(
    ("tool_choice", "reason"),
    [
        ("required", "tool_calls"),
        ({"type": "function", "function": {"name": "f"}}, "stop"),
        ({"type": "custom", "custom": {"name": "f"}}, "stop"),
        ({"function": {"name": "f"}}, "stop"),
        ({"type": "allowed_tools", "allowed_tools": {"mode": "required", "tools": []}}, "tool_calls"),
    ],
    ids=str,
)
def test_only_a_choice_that_names_a_function_keeps_its_server_s_stop(tool_choice: Any, reason: str) -> None:
    call = Call("m", (Message("user", "f?"),), max_tokens=9, tools=({"function": {"name": "f"}},), tool_choice=tool_choice)
    heard = AnswerBuilder.of(call)
    heard.tools.add({"index": 0, "id": "a", "function": {"name": "f", "arguments": "{}"}})
    heard.finish("stop")

    assert heard.answer(call, 0.0).finish_reason == reason
