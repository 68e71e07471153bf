"""Answers in shapes that the API does not have, as they go out: what clients of `openai` read, or an error."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from app.backends.answers import passthrough, shapes, usage
from app.backends.answers.events import events
from app.backends.answers.json_values import LEAST_LOGPROB
from app.backends.answers.passthrough import EventPassthrough
from app.backends.answers.shapes import FittingEvents, Shape
from tests.backends.answers.test_passthrough import Failed, Failures

Json = Any
TEXT = "Hello there"
USAGE = {"prompt_tokens": 40, "completion_tokens": 9, "total_tokens": 49}
CALL = {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}
COMPLETIONS = Shape(completions=True)


def whole(given: Json, shape: Shape = Shape()) -> Json:  # noqa: B008  it has no state
    return json.loads(passthrough.whole(json.dumps(given).encode(), Failures(), shape=shape))


def answered(message: Json, finish_reason: Json = "stop", **more: Json) -> dict[str, Json]:
    return {"id": "x", "choices": [{"index": 0, "message": message, "finish_reason": finish_reason}], **more}


def chunk(delta: Json = None, finish_reason: Json = None, **more: Json) -> dict[str, Json]:
    return {"id": "x", "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason, **more}]}


END = chunk({}, "stop")


def relayed(*chunks: Json, shape: Shape = Shape()) -> list[Json]:  # noqa: B008
    """The chunks that go out; raises Failed."""
    relay = EventPassthrough(Failures(), shape=shape)
    out = b"".join([*(relay.feed(b"data: " + json.dumps(each).encode() + b"\n\n") for each in chunks), relay.end()])
    return [json.loads(data) for _, data in events([out]) if data != b"[DONE]"]


MESSAGES: dict[str, tuple[Json, Json]] = {
    "a text": (TEXT, {"role": "assistant", "content": TEXT}),
    "a list of messages": ([{"role": "assistant", "content": TEXT}], {"role": "assistant", "content": TEXT}),
    "parts": ({"content": [{"type": "text", "text": "Hello "}, {"type": "text", "text": "there"}]}, {"content": TEXT}),
    "one part": ({"content": {"type": "text", "text": TEXT}}, {"content": TEXT}),
    "texts": ({"content": ["Hello ", "there"]}, {"content": TEXT}),
    "a number": ({"content": 5}, {"content": "5"}),
    "an object": ({"content": {"a": 1}}, {"content": '{"a": 1}'}),
    "thoughts among parts": (
        {"content": [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": TEXT}]},
        {"content": TEXT, "reasoning_content": "hm", "reasoning": "hm"},
    ),
    "a picture among parts": (
        {"content": [{"type": "text", "text": TEXT}, {"type": "image_url", "image_url": {"url": "data:,"}}]},
        {
            "content": TEXT,
            "content_parts": [{"type": "text", "text": TEXT}, {"type": "image_url", "image_url": {"url": "data:,"}}],
        },
    ),
    "a part of no type that is a text": (
        {"content": [{"type": ["text"], "text": TEXT}]},
        {"content": TEXT, "content_parts": [{"type": ["text"], "text": TEXT}]},
    ),
    "thoughts in a list": (
        {"content": TEXT, "reasoning_content": ["h", "m"]},
        {"content": TEXT, "reasoning_content": "hm", "reasoning": "hm"},
    ),
    "no calls": ({"content": TEXT, "tool_calls": ""}, {"content": TEXT}),
    "null for a call": ({"content": TEXT, "tool_calls": [None]}, {"content": TEXT}),
    "a call without its object": (
        {"tool_calls": [{"id": "a", "name": "f", "arguments": "{}"}]},
        {"tool_calls": [{"id": "a", "function": {"name": "f", "arguments": "{}"}}]},
    ),
    "half a character in a part": ({"content": ["a\ud83d", "\ude00b"]}, {"content": "a\U0001f600b"}),
}


@pytest.mark.parametrize(("given", "expected"), MESSAGES.values(), ids=MESSAGES)
def test_a_message_goes_out_as_an_object_with_texts(given: Json, expected: Json) -> None:
    assert whole(answered(given))["choices"][0]["message"] == expected


@pytest.mark.parametrize(("given", "expected"), MESSAGES.values(), ids=MESSAGES)
def test_a_delta_goes_out_as_an_object_with_texts(given: Json, expected: Json) -> None:
    first, *_ = relayed(chunk(given), END)

    said = {name: value for name, value in first["choices"][0]["delta"].items() if name not in ("role", "tool_calls")}
    assert said == {name: value for name, value in expected.items() if name not in ("role", "tool_calls")}


@pytest.mark.parametrize("where", ["text", "delta"])
def test_a_message_that_stands_elsewhere_is_found(where: str) -> None:
    said = TEXT if where == "text" else {"content": TEXT}

    made = whole({"choices": [{"index": 0, "message": None, where: said, "finish_reason": "stop"}]})

    assert made["choices"][0]["message"]["content"] == TEXT


@pytest.mark.parametrize("delta", [None, [], {}], ids=str)
def test_a_delta_that_says_nothing_is_an_object(delta: Json) -> None:
    assert [each["choices"][0]["delta"] for each in relayed(chunk(delta), chunk({"content": TEXT}), chunk(delta, "stop"))] == [
        {},
        {"content": TEXT},
        {},
    ]


def test_a_message_that_repeats_what_the_deltas_said_is_left_out() -> None:
    last = {"choices": [{"index": 0, "delta": {}, "message": {"content": TEXT}, "finish_reason": "stop"}], "usage": []}

    assert relayed(chunk({"content": TEXT}), last)[-1]["choices"] == [{"index": 0, "delta": {}, "finish_reason": "stop"}]


def test_texts_in_the_stream_of_a_chat_are_deltas() -> None:
    texts = [{"choices": [{"index": 0, "text": text, "finish_reason": None}]} for text in ("Hello ", "there")]

    told = relayed(*texts, {"choices": [{"index": 0, "finish_reason": "stop"}]})

    assert [each["choices"][0]["delta"] for each in told] == [{"content": "Hello "}, {"content": "there"}, {}]


@pytest.mark.parametrize("choices", [[None], None, []], ids=str)
def test_an_event_without_a_choice_has_an_empty_list(choices: Json) -> None:
    assert relayed({"id": "x", "choices": choices}, END)[0]["choices"] == []


def test_null_among_choices_is_left_out() -> None:
    [first, _] = relayed({"choices": [None, *chunk({"content": TEXT})["choices"], None]}, END)

    assert [each["delta"] for each in first["choices"]] == [{"content": TEXT}]


NO_CHOICES: tuple[Json, ...] = ("x", 3, {"index": 0, "delta": {}}, ["x"], [[]], [3])


@pytest.mark.parametrize("choices", NO_CHOICES, ids=str)
def test_choices_that_are_none_are_an_error(choices: Json) -> None:
    with pytest.raises(Failed, match="shape"):
        relayed({"choices": choices}, END)


@pytest.mark.parametrize(
    "message",
    [5, True, None, {"content": TEXT, "tool_calls": "x"}, {"tool_calls": [{"id": "a"}]}, {"function_call": "f"}],
    ids=str,
)
def test_a_message_that_nobody_can_read_is_an_error(message: Json) -> None:
    with pytest.raises(Failed, match="shape"):
        whole(answered(message))


@pytest.mark.parametrize("reason", ["length", "content_filter"])
def test_an_answer_without_a_message_says_why(reason: str) -> None:
    choice = whole(answered(None, reason))["choices"][0]

    assert choice == {"index": 0, "message": {"role": "assistant", "content": None}, "finish_reason": reason}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], None),
        ([1], None),
        ("40", None),
        (7, None),
        (True, None),
        ({}, None),
        (dict.fromkeys(USAGE), None),
        ({**USAGE, "prompt_tokens": -1, "total_tokens": 8}, None),
        ({**USAGE, "prompt_tokens": "40"}, USAGE),
        ({**USAGE, "completion_tokens": 9.0}, USAGE),
        ({**USAGE, "completion_tokens": None}, USAGE),
        ({**USAGE, "total_tokens": "n/a"}, USAGE),
        ({**USAGE, "prompt_tokens_details": []}, {**USAGE, "prompt_tokens_details": None}),
        ({"prompt_tokens": 4, "cost": "n/a"}, {"prompt_tokens": 4, "cost": "n/a"}),
    ],
    ids=str,
)
def test_token_numbers_are_numbers_or_not_there(given: Json, expected: Json) -> None:
    last = {"choices": [], "usage": given}

    assert whole(answered({"content": TEXT}, usage=given)).get("usage") == expected
    assert relayed(chunk({"content": TEXT}), END, last)[-1].get("usage") == expected


def test_a_reason_of_another_type_is_no_end() -> None:
    with pytest.raises(Failed, match="7"):
        whole(answered({"content": TEXT}, 7))
    with pytest.raises(Failed, match="7"):
        relayed(chunk({"content": TEXT}), chunk({}, 7))


@pytest.mark.parametrize(
    "given", [[], "x", 3, {"content": "x"}, {"content": ["x"]}, {"refusal": None, "content": "x"}, {"content": {}}], ids=str
)
def test_logprobs_that_are_none_are_null(given: Json) -> None:
    assert relayed(chunk({"content": TEXT}, logprobs=given), END)[0]["choices"][0]["logprobs"] is None


@pytest.mark.parametrize(
    "choice",
    [{"text": TEXT}, {"message": {"content": TEXT}}, {"text": ["Hello ", "there"]}, {"text": None, "delta": {"content": TEXT}}],
    ids=str,
)
def test_completions_hold_texts(choice: Json) -> None:
    given = {"choices": [{"index": 0, **choice, "finish_reason": "stop"}]}

    assert [each["choices"][0]["text"] for each in (whole(given, COMPLETIONS), *relayed(given, shape=COMPLETIONS))] == [
        TEXT
    ] * 2


ORDINARY = (
    {**chunk({"role": "assistant", "content": "", "refusal": None}), "usage": None},
    chunk({"content": '"choices": null, "delta": null, "usage": []'}, logprobs={"content": [{"token": "a", "logprob": -1.0}]}),
    chunk({"tool_calls": [{**CALL, "index": 0}], "function_call": None}),
    {**END, "usage": USAGE},
)


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": ")], ids=str)
@pytest.mark.parametrize("given", ORDINARY, ids=range(len(ORDINARY)))
def test_what_clients_read_is_not_looked_at_more_closely(given: Json, separators: tuple[str, str]) -> None:
    assert Shape().fits(json.dumps(given, separators=separators).encode())
    assert Shape().of_event(given) == given


@pytest.mark.parametrize(("number", "told"), [("NaN", None), ("Infinity", None), ("-Infinity", LEAST_LOGPROB)])
def test_what_json_does_not_have_for_a_number_is_one_that_clients_read(number: str, told: float | None) -> None:
    """Clients in JavaScript break off at it, and those that calculate with a logarithm of 0 break off at null."""
    given = json.dumps(chunk({"content": TEXT}, "stop", logprobs={"content": [{"token": "a", "logprob": 0}]}))
    event = given.replace(": 0}]", f": {number}}}]").encode()
    body = event.replace(b"delta", b"message")
    relay = EventPassthrough(Failures())

    [(_, data), *_] = events([relay.feed(b"data: " + event + b"\n\n"), relay.end()])

    for sent in (data, passthrough.whole(body, Failures())):
        assert [each["logprob"] for each in json.loads(sent)["choices"][0]["logprobs"]["content"]] == [told]


def test_two_answers_in_one_event_are_an_error() -> None:
    first, second = (json.dumps(chunk({"content": text})).encode() for text in ("Hello ", "there"))
    relay = EventPassthrough(Failures())

    assert relay.feed(b"data: " + first + b" " + second + b"\n\n") == b""
    with pytest.raises(Failed):
        relay.end()


def test_brackets_in_a_text_are_no_two_answers() -> None:
    assert relayed(chunk({"content": "{}{"}), chunk({"content": "}{} {"}), END)[0]["choices"][0]["delta"]["content"] == "{}{"


@pytest.mark.parametrize("given", [chunk(None), {"choices": [{"index": 0, "text": TEXT}]}, {**END, "usage": []}], ids=str)
def test_what_clients_do_not_read_is(given: Json) -> None:
    assert not Shape().fits(json.dumps(given).encode())


@pytest.mark.parametrize(
    "odd", [chunk({"content": "b"}, 7), chunk({"content": "b", "refusal": []}), chunk({"content": ["b"]})], ids=str
)
def test_an_event_that_differs_in_more_than_its_text_is_looked_at(odd: Json) -> None:
    seen = FittingEvents(Shape())

    assert seen.fits(json.dumps(chunk({"content": "a"})).encode())
    assert not seen.fits(json.dumps(odd).encode())
    assert seen.fits(json.dumps(chunk({"content": 'c "d'})).encode())


ODD = st.sampled_from(
    [None, "", TEXT, "stop", [], {}, 0, 7, -1, True, [CALL], [{"type": "text", "text": TEXT}], {"content": []}]
)
FIELDS = ("role", "content", "refusal", "tool_calls", "function_call", "annotations", "reasoning", "reasoning_content", "audio")
PLAIN = st.fixed_dictionaries({"role": st.just("assistant"), "content": st.just(TEXT)}, optional={"tool_calls": st.just([])})
NUMBERS = st.dictionaries(st.sampled_from([*USAGE, "prompt_tokens_details"]), ODD | st.integers())


@settings(max_examples=300)
@drawn(
    message=PLAIN
    | ODD
    | st.builds(lambda said, odd: said | odd, PLAIN, st.dictionaries(st.sampled_from(FIELDS), ODD, max_size=2)),
    more=st.dictionaries(st.sampled_from(["finish_reason", "logprobs", "delta", "text"]), ODD, max_size=1),
    counted=NUMBERS,
)
def test_what_is_not_looked_at_closely_goes_out_as_if_it_were(message: Json, more: dict[str, Json], counted: Json) -> None:
    given = {**answered(message), "usage": counted}
    given["choices"][0] |= more
    made = [_shaped(given)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shapes, "_says_a_text", lambda _choice: False)
        patch.setattr(usage, "_are_counts", lambda _numbers: False)
        made.append(_shaped(given))
    assert made[0] == made[1]


def _shaped(given: Json) -> str:
    """What goes out, as text: True is not 1 in it."""
    try:
        return json.dumps(Shape().of_answer(given))
    except shapes.Unreadable as exc:
        return str(exc)
