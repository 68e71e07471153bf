"""What a client that joins the parts of calls by their index makes of them on their way through."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.backends.answers import passthrough
from app.backends.answers.events import events
from app.backends.answers.passed_calls import PassedCalls
from app.backends.answers.passthrough import EventPassthrough
from tests.backends.answers.test_passthrough import Failures, answered

TOOLS = [{"type": "function", "function": {"name": name, "parameters": {}}} for name in ("book", "book_a_room")]
ONE = [("book", '{"room": "4"}')]
TWO = [*ONE, ("book", '{"room": "5"}')]


def part(name: str | None = None, arguments: Any = None, **more: Any) -> dict[str, Any]:
    said = {key: value for key, value in (("name", name), ("arguments", arguments)) if value is not None}
    return {**more, "function": said}


def chunk(calls: Any = None, finish_reason: Any = None, at: int = 0) -> dict[str, Any]:
    delta = {} if calls is None else {"tool_calls": calls}
    return {"choices": [{"index": at, "delta": delta, "finish_reason": finish_reason}]}


def heard(*chunks: dict[str, Any], **asked: Any) -> tuple[list[tuple[str, str]], str]:
    """The calls as clients join them, text to text by the index, and the last reason of an end."""
    relay = EventPassthrough(Failures(), PassedCalls(lambda: {"tools": TOOLS, **asked}))
    out = relay.feed("".join(f"data: {json.dumps(each)}\n\n" for each in chunks).encode()) + relay.end()
    calls: dict[int, list[str]] = {}
    reason = ""
    for _, data in events([out]):
        if data == b"[DONE]":
            continue
        [choice] = json.loads(data)["choices"]
        reason = choice.get("finish_reason") or reason
        for each in choice["delta"].get("tool_calls") or ():
            joined = calls.setdefault(each["index"], ["", ""])
            joined[0] += each.get("function", {}).get("name") or ""
            joined[1] += each.get("function", {}).get("arguments") or ""
    return [(name, arguments) for _, (name, arguments) in sorted(calls.items())], reason


FOUR, FIVE = '{"room": "4"}', '{"room": "5"}'
SHAPES: dict[str, tuple[list[Any], list[tuple[str, str]]]] = {
    "as OpenAI sends them": ([[part("book", "", index=0, id="a")], [part(None, FOUR, index=0)]], ONE),
    "no index": ([[part("book", FOUR, id="a")], [part("book", FIVE, id="b")]], TWO),
    "no index, pieces": ([[part("book", '{"room"', id="a")], [part(None, ': "4"}')], [part("book", FIVE, id="b")]], TWO),
    "one index for all": ([[part("book", FOUR, index=0, id="a")], [part("book", FIVE, index=0, id="b")]], TWO),
    "an index as text": ([[part("book", '{"room": ', index="0", id="a")], [part(None, '"4"}', index="0")]], ONE),
    "indices from 1": ([[part("book", FOUR, index=1, id="a")], [part("book", FIVE, index=2, id="b")]], TWO),
    "no list": ([part("book", FOUR, index=0, id="")], ONE),
    "an object for arguments": ([[part("book", {"room": "4"}, index=0, id="a")]], ONE),
    "id and name in each part": ([[part("book", each, index=0, id="a")] for each in ('{"ro', 'om": "4', '"}')], ONE),
    "a new id in each part": ([[part("book", '{"room"', index=0, id="a")], [part(None, ': "4"}', index=0, id="b")]], ONE),
    "the id before the name": (
        [[{"index": 0, "id": "a", "type": "function"}], [part("book", "", index=0)], [part(None, FOUR)]],
        ONE,
    ),
    "the name before the id": ([[part("book", "", index=0)], [part(None, FOUR, index=0, id="a")]], ONE),
    "a name in two parts": ([[part("book_a", index=0, id="a")], [part("_room", FOUR, index=0)]], [("book_a_room", FOUR)]),
    "side by side": (
        [
            [part("book", '{"room"', index=0, id="a"), part("book", "", index=1, id="b")],
            [part(None, FIVE, index=1)],
            [part(None, ': "4"}', index=0)],
        ],
        TWO,
    ),
}


@pytest.mark.parametrize(("parts", "calls"), SHAPES.values(), ids=SHAPES)
def test_calls_come_through_as_clients_join_them(parts: list[Any], calls: list[tuple[str, str]]) -> None:
    assert heard(*map(chunk, parts), chunk(finish_reason="tool_calls")) == (calls, "tool_calls")


def test_what_comes_late_of_a_call_goes_out_once() -> None:
    calls = PassedCalls(lambda: {"tools": TOOLS})
    named = {"index": 0, "id": "a", "type": "function", "function": {"name": "functions.book", "arguments": ""}}
    heads = [{"index": 0, "type": "function", "function": {"arguments": ""}}, {**named, "function": {}}, named, named]
    chunks = [chunk([each]) for each in heads]

    for each in chunks:
        calls.mended(each)

    out = [each["choices"][0]["delta"]["tool_calls"][0] for each in chunks]
    assert [each.get("id") for each in out] == [None, "a", None, None]
    assert [each["function"].get("name") for each in out] == [None, None, "functions.book", None]


@pytest.mark.parametrize("first", ["functions.book", "book"])
@pytest.mark.parametrize("again", ["functions.book", "book", "book:0"])
def test_a_name_that_is_said_again_in_another_spelling_goes_out_once(first: str, again: str) -> None:
    parts = [[part(first, '{"room"', index=0, id="a")], [part(again, ': "4"}', index=0, id="a")]]

    assert heard(*map(chunk, parts), chunk(finish_reason="stop")) == ([(first, FOUR)], "tool_calls")


def test_the_name_of_a_call_with_free_text_goes_out_once() -> None:
    calls = PassedCalls()
    chunks = [chunk([{"index": 0, "id": "a", "type": "custom", "custom": {"name": "sql", "input": each}}]) for each in "ab"]

    assert [calls.mended(each) for each in chunks] == [False, True]
    assert chunks[1]["choices"][0]["delta"]["tool_calls"] == [{"index": 0, "type": "custom", "custom": {"input": "b"}}]


@pytest.mark.parametrize("index", [{}, [], [0], "0", 1.5, None, True])
def test_an_index_that_is_no_number_breaks_nothing_off(index: Any) -> None:
    smile = {"index": index, "delta": {"content": "\ud83d", "tool_calls": [part("book", FOUR, index=index)]}}

    assert heard({"choices": [smile]}, chunk(finish_reason="stop")) == (ONE, "tool_calls")


def test_parts_that_clients_read_go_out_as_they_came() -> None:
    raw = "".join(
        f"data:  {json.dumps(each)}\n\n"
        for each in (
            chunk([part("book", "", index=0, id="a")]),
            chunk([part(None, FOUR, index=0)]),
            chunk(finish_reason="tool_calls"),
        )
    ).encode()

    assert EventPassthrough(Failures()).feed(raw) == raw


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({}, "tool_calls"),
        ({"tool_choice": "required"}, "tool_calls"),
        ({"tool_choice": {"type": "function", "function": {"name": "book"}}}, "stop"),
        ({"tool_choice": {"type": "custom", "custom": {"name": "book"}}}, "stop"),
        ({"tool_choice": {"function": {"name": "book"}}}, "stop"),
        ({"tool_choice": {"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": TOOLS}}}, "tool_calls"),
        ({"tool_choice": {"type": "auto"}}, "tool_calls"),
    ],
    ids=["auto", "required", "named", "named, custom", "named, no type", "allowed", "auto as an object"],
)
def test_an_answer_that_calls_says_so_at_its_end(asked: dict[str, Any], reason: str) -> None:
    called = part("book", FOUR, index=0, id="a")

    assert heard(chunk([called]), chunk(finish_reason="stop"), **asked) == (ONE, reason)
    body = passthrough.whole(answered({"content": None, "tool_calls": [called]}), Failures(), PassedCalls(lambda: asked))
    assert json.loads(body)["choices"][0]["finish_reason"] == reason


@pytest.mark.parametrize(("begins", "ends"), [({"index": 0}, {}), ({}, {"index": 0}), ({}, {})], ids=str)
@pytest.mark.parametrize("reason", ["stop", "tool_calls"])
def test_a_choice_without_an_index_has_the_calls_that_came(begins: dict[str, int], ends: dict[str, int], reason: str) -> None:
    first = {**begins, "delta": {"tool_calls": [part("book", FOUR, index=0, id="a")]}}

    assert heard({"choices": [first]}, {"choices": [{**ends, "delta": {}, "finish_reason": reason}]}) == (ONE, "tool_calls")


@pytest.mark.parametrize("reason", ["tool_calls", "function_call", "stop"])
def test_a_call_of_the_api_before_tools_goes_out_as_it_came(reason: str) -> None:
    said = {"function_call": {"name": "book", "arguments": FOUR}}
    raw = "".join(
        f"data: {json.dumps({'choices': [{'index': 0, **each}]})}\n\n"
        for each in ({"delta": said}, {"delta": {}, "finish_reason": reason})
    ).encode()

    assert EventPassthrough(Failures(), PassedCalls()).feed(raw) == raw
    assert passthrough.whole(answered(said, reason), Failures(), PassedCalls()) == answered(said, reason)


def test_calls_of_a_whole_answer_are_told_apart_where_it_becomes_events() -> None:
    calls = [part("book", each, id=each, index=0) for each in (FOUR, FIVE)]

    _, data = next(events([passthrough.streamed(answered({"tool_calls": calls}, "tool_calls"))]))

    assert [each["index"] for each in json.loads(data)["choices"][0]["delta"]["tool_calls"]] == [0, 1]


def test_an_answer_that_calls_nothing_does_not_say_that_it_does() -> None:
    assert heard(chunk([]), chunk(finish_reason="tool_calls")) == ([], "stop")
    body = answered({"content": "No.", "tool_calls": []}, "tool_calls")
    assert json.loads(passthrough.whole(body, Failures()))["choices"][0]["finish_reason"] == "stop"


@pytest.mark.parametrize(
    ("given", "arguments"),
    [(None, "{}"), ("", "{}"), (json.dumps(FOUR), FOUR), ({"room": "4"}, FOUR), ("{ }", "{ }")],
    ids=["none", "empty", "a text of a text", "an object", "as they are"],
)
def test_whole_arguments_are_the_text_of_an_object(given: Any, arguments: str) -> None:
    body = answered({"tool_calls": [part("book", given, id="a")]}, "tool_calls")

    [call] = json.loads(passthrough.whole(body, Failures()))["choices"][0]["message"]["tool_calls"]
    assert call["function"]["arguments"] == arguments


def test_an_answer_that_calls_nothing_ends_as_its_server_says() -> None:
    assert heard(chunk([]), chunk(finish_reason="stop")) == ([], "stop")
    assert heard(chunk([part("book", FOUR, index=0)]), chunk(finish_reason="length")) == (ONE, "length")


def test_of_several_choices_each_ends_by_itself() -> None:
    relay = EventPassthrough(Failures())

    out = relay.feed(
        "".join(
            f"data: {json.dumps(each)}\n\n"
            for each in (
                chunk([part("book", FOUR, id="a")], at=1),
                chunk(finish_reason="stop", at=0),
                chunk(None, "stop", at=1),
            )
        ).encode()
    )

    ends = [json.loads(data)["choices"][0] for _, data in events([out])][1:]
    assert [(each["index"], each["finish_reason"]) for each in ends] == [(0, "stop"), (1, "tool_calls")]


def test_a_reason_that_is_an_object_goes_out_as_its_word() -> None:
    assert heard(chunk(finish_reason={"type": "stop", "matched": 2}))[1] == "stop"


def test_a_whole_answer_has_its_arguments_as_text() -> None:
    body = answered({"content": None, "tool_calls": part("book", {"room": "é"}, id="a")}, "tool_calls")

    said = json.loads(passthrough.whole(body, Failures()))["choices"][0]["message"]["tool_calls"]
    assert said == [part("book", '{"room": "é"}', id="a")]


def test_an_event_without_choices_gets_none_for_clients_that_go_through_them() -> None:
    relay = EventPassthrough(Failures())

    [(_, data)] = events([relay.feed(b'event: ping\ndata: {"type": "ping"}\n\n')])

    assert json.loads(data) == {"type": "ping", "choices": []}
