"""What a client is handed on of a server's answer: whole events, and an end that is known."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.backends.answers import passthrough
from app.backends.answers.events import events
from app.backends.answers.passthrough import DONE_EVENT, EventPassthrough


class Failed(Exception):
    pass


@dataclass
class Failures:
    """Says in one word what failed."""

    def failed_midway(self, body: Any) -> Exception:
        return Failed("error")

    def gave_up(self, reason: str) -> Exception:
        return Failed(reason)

    def missing_finish_reason(self) -> Exception:
        return Failed("no reason")

    def unavailable(self, why: str) -> Exception:
        return Failed(why)

    def malformed_event(self) -> Exception:
        return Failed("half")

    def no_model_server(self, came: bytes) -> Exception:
        return Failed("no server")


def event(content: str = "", finish_reason: str | None = None, **more: Any) -> bytes:
    chunk = {"choices": [{"index": 0, "delta": {"content": content, **more}, "finish_reason": finish_reason}]}
    return f"data: {json.dumps(chunk)}\n\n".encode()


def relayed(*parts: bytes) -> tuple[bytes, str]:
    """What goes out, and the error that ends it."""
    relay, out = EventPassthrough(Failures()), b""
    try:
        for part in parts:
            out += relay.feed(part)
        out += relay.end()
    except Failed as failed:
        return out, str(failed)
    return out, ""


WHOLE = event("- One") + event("", "stop")
USAGE = b'data: {"choices": [], "usage": {"prompt_tokens": 4, "completion_tokens": 2}}\n\n'
ABORTED = b'data: {"choices": [{"delta": {}, "finish_reason": {"message": "no", "type": "abort"}}]}\n\n'


@pytest.mark.parametrize(
    ("parts", "out", "error"),
    [
        ([WHOLE, DONE_EVENT], WHOLE + DONE_EVENT, ""),
        ([WHOLE], WHOLE + DONE_EVENT, ""),
        ([WHOLE.replace(b'":', b'" :')], WHOLE.replace(b'":', b'" :') + DONE_EVENT, ""),
        ([WHOLE, b"data: [DONE]"], WHOLE + DONE_EVENT, ""),
        ([WHOLE, b"data: [done]\n\n"], WHOLE + DONE_EVENT, ""),
        ([WHOLE, b'data:"[DONE]"\n\n'], WHOLE + DONE_EVENT, ""),
        ([WHOLE, b'data: {"choices": [], "usage": {"prom'], WHOLE + DONE_EVENT, ""),
        ([DONE_EVENT], b"", "no reason"),
        ([event("- One"), DONE_EVENT], event("- One"), "no reason"),
        ([event("- One"), b'data: {"choices": [{"delta": {"content": "a'], event("- One"), "no reason"),
        ([event("- One"), b'data: {"choices": [{"del\n\n'], event("- One"), "half"),
        ([event("- One"), b'data: {"error": {"message": "boom"}}\n\n', DONE_EVENT], event("- One"), "error"),
        ([event("- One"), b'event: error\ndata: {"message": "boom"}\n\n'], event("- One"), "error"),
        ([event("- One"), event("", "abort"), DONE_EVENT], event("- One"), "abort"),
        ([event("- One", ""), DONE_EVENT], event("- One", "") + DONE_EVENT, ""),
        ([event("- One", "")], event("- One", ""), "no reason"),
        ([WHOLE, DONE_EVENT, b'data: {"error": "late"}\n\n'], WHOLE + DONE_EVENT, ""),
        ([WHOLE, DONE_EVENT, USAGE], WHOLE + USAGE + DONE_EVENT, ""),
        ([WHOLE, DONE_EVENT, event("late")], WHOLE + DONE_EVENT, ""),
        ([event("- One"), b'data: {"type": "message_start", "message": {}}\n\n'], event("- One"), "no server"),
        ([event("- One"), ABORTED], event("- One"), "abort"),
        ([b": ping\n\n", WHOLE], b": ping\n\n" + WHOLE + DONE_EVENT, ""),
        ([WHOLE.replace(b"\n", b"\r\n")], WHOLE.replace(b"\n", b"\r\n") + DONE_EVENT, ""),
        ([event("an error occurred"), event("", "stop")], event("an error occurred") + event("", "stop") + DONE_EVENT, ""),
    ],
)
def test_a_client_sees_whole_events_and_a_known_end(parts: list[bytes], out: bytes, error: str) -> None:
    assert relayed(*parts) == (out, error)


@given(st.data())
def test_however_a_stream_is_cut_the_same_goes_out(data: st.DataObject) -> None:
    stream = data.draw(
        st.sampled_from([WHOLE + DONE_EVENT, event("a") + b'data: {"error": 1}\n\n' + DONE_EVENT, event("a") + b"da"])
    )
    stream = stream.replace(b"\n", data.draw(st.sampled_from([b"\n", b"\r\n", b"\r"])))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=6)))
    parts = [stream[start:end] for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True)]

    (out, error), (expected, why) = relayed(*parts), relayed(stream)

    assert [*events([out])] == [*events([expected])]
    assert error == why


@pytest.mark.parametrize("name", ["reasoning", "reasoning_content"])
def test_thoughts_go_out_under_both_names(name: str) -> None:
    out, _ = relayed(event("", None, **{name: "hm"}), event("", "stop"))

    delta = json.loads(next(events([out]))[1])["choices"][0]["delta"]
    assert (delta["reasoning"], delta["reasoning_content"]) == ("hm", "hm")


def answered(message: dict[str, Any], finish_reason: str = "stop") -> bytes:
    return json.dumps({"id": "x", "choices": [{"index": 0, "message": message, "finish_reason": finish_reason}]}).encode()


def test_a_whole_answer_goes_out_as_it_came() -> None:
    body = answered({"content": "an error? none", "refusal": None})

    assert passthrough.whole(body, Failures()) == body


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b'{"error": {"message": "boom"}}', "error"),
        (b'{"detail": "boom"}', "error"),
        (answered({"content": "half"}, "abort"), "abort"),
        (b'{"choices": []}', "no server"),
        (b'{"choices": null}', "no server"),
        (b'{"choices": [], "error": {"message": "boom"}}', "error"),
        (b'{"choices": [{"mess', "no server"),
        (answered({"content": "half"})[:-1] + b', "x": {}', "no server"),
        (answered({"content": "one"}) + b"\n" + answered({"content": "two"}), "no server"),
        (b"<html>", "no server"),
    ],
)
def test_what_is_no_whole_answer_is_an_error(body: bytes, error: str) -> None:
    with pytest.raises(Failed, match=error):
        passthrough.whole(body, Failures())


def test_what_is_no_utf_8_becomes_the_replacement_character() -> None:
    body = answered({"content": "caf?"}).replace(b"?", b"\xe9")

    assert json.loads(passthrough.whole(body, Failures()))["choices"][0]["message"]["content"] == "caf\ufffd"


@pytest.mark.parametrize(
    ("asked", "streamed"), [(True, True), ("true", True), (1, True), (False, False), (None, False), ("false", False)]
)
def test_a_stream_may_be_asked_for_in_many_ways(asked: Any, streamed: bool) -> None:
    assert passthrough.wants_stream(json.dumps({"stream": asked}).encode()) is streamed


@pytest.mark.parametrize(("content", "expected"), [("a\ud83c", "a�"), ("a\ud83c\udf89", "a\U0001f389"), ("\udf89b", "�b")])
def test_half_a_character_does_not_go_out(content: str, expected: str) -> None:
    body = json.loads(passthrough.whole(answered({"content": content}), Failures()))

    assert body["choices"][0]["message"]["content"] == expected


def test_a_whole_answer_becomes_the_stream_that_was_asked_for() -> None:
    calls = [{"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}]
    out = passthrough.streamed(answered({"content": "yes", "tool_calls": calls}))

    *chunks, done = [data for _, data in events([out])]
    choices = [json.loads(chunk)["choices"][0] for chunk in chunks]
    assert done == b"[DONE]"
    assert choices[0]["delta"] == {"content": "yes", "tool_calls": [{"index": 0, **calls[0]}]}
    assert [choice["finish_reason"] for choice in choices] == [None, "stop"]


@pytest.mark.parametrize("mark", ["\u2028", "\u2029", "\x85"])
def test_a_line_separator_of_unicode_does_not_end_a_line_of_an_event(mark: str) -> None:
    chunk = {"choices": [{"index": 0, "delta": {"content": f"one{mark}two, é"}, "finish_reason": None}]}
    raw = f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n".encode()

    out, error = relayed(raw, event("", "stop"))

    first, *_ = out.decode().splitlines()
    assert error == ""
    assert json.loads(first.removeprefix("data: ")) == chunk


@pytest.mark.parametrize(
    "answer",
    [{"choices": [None]}, {"choices": {"index": 0}}, {"choices": ["x"]}, {"choices": None}, [1]],
    ids=str,
)
def test_an_answer_whose_choices_are_none_is_no_model_server_s(answer: Any) -> None:
    with pytest.raises(Failed, match="no server"):
        passthrough.whole(json.dumps(answer).encode(), Failures())


@pytest.mark.parametrize("calls", [{"id": "a"}, [{"id": "a"}], [{"id": "a"}, None]], ids=str)
def test_calls_in_any_shape_are_made_a_stream(calls: Any) -> None:
    made = passthrough.streamed(json.dumps({"choices": [{"index": 0, "message": {"tool_calls": calls}}]}).encode())

    first = json.loads(made.split(b"\n\n")[0].removeprefix(b"data: "))
    assert first["choices"][0]["delta"]["tool_calls"] == [{"index": 0, "id": "a"}]


def test_an_error_in_a_choice_is_one() -> None:
    choice = {"index": 0, "error": {"message": "boom"}, "message": {"content": ""}, "finish_reason": None}

    with pytest.raises(Failed, match="error"):
        passthrough.whole(json.dumps({"choices": [choice]}).encode(), Failures())
    assert relayed(f"data: {json.dumps({'choices': [choice]})}\n\n".encode()) == (b"", "error")


def test_bytes_that_are_no_utf_8_never_go_out() -> None:
    out, error = relayed(event("caf#").replace(b"#", b"\xc3"), event("", "stop"))

    assert (error, "caf�" in out.decode()) == ("", True)


def test_thoughts_beside_choices_that_are_none_go_out_without_these() -> None:
    out, _ = relayed(b'data: {"choices": [null], "reasoning": "hm"}\n\n', event("", "stop"))

    assert json.loads(next(events([out]))[1]) == {"choices": [], "reasoning": "hm"}


def test_a_whole_answer_in_an_event_becomes_the_events_of_a_stream() -> None:
    body = {
        "id": "x",
        "object": "chat.completion",
        "choices": [{"index": 0, "message": {"content": "Hi"}, "finish_reason": "stop"}],
    }

    out, _ = relayed(b"data: " + json.dumps(body).encode() + b"\n\n")

    told = [json.loads(data) for _, data in events([out]) if data != b"[DONE]"]
    assert [each["choices"][0]["delta"] for each in told] == [{"content": "Hi"}, {}]
    assert told[-1]["choices"][0]["finish_reason"] == "stop"


def test_an_event_whose_data_is_empty_does_not_go_out() -> None:
    out, _ = relayed(b"data:\n\n", b": here\n\n", b"data: \n\n", event("Hi", "stop"))

    assert out.startswith(b": here\n\ndata: {")


@pytest.mark.parametrize(
    "data",
    [
        '{"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7,"cost":1.40e-05}}',
        '{"choices":[],"created":0,"id":"","model":"","prompt_filter_results":[{"prompt_index":0}]}',
        '{"choices":[{"index":0,"delta":{"content":"[1, null]"},"finish_reason":null}]}',
        '{"choices":[{"index":0,"delta":{"content":"Hi"},"logprobs":{"content":[{"id":7,"token":"Hi","logprob":-1.0}]}}]}',
    ],
)
def test_an_event_that_only_looks_odd_goes_out_as_it_came(data: str) -> None:
    raw = f"id: 7\ndata: {data}\n\n".encode() + event("", "stop") + DONE_EVENT

    assert relayed(raw) == (raw, "")


def texts(out: bytes) -> list[str]:
    chunks = [json.loads(data) for _, data in events([out]) if data != b"[DONE]"]
    return [each["choices"][0]["delta"].get("content", "") for each in chunks]


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        (["a\ud83d", "\ude00b"], "a\U0001f600b"),
        (["a\ud83d", "", "\ude00b"], "a\U0001f600b"),
        (["a\ud83d", "b"], "a\ufffdb"),
        (["\ude00b"], "\ufffdb"),
        (["a\ud83d"], "a\ufffd"),
    ],
    ids=["cut in two", "an empty event between", "the first alone", "the second alone", "at the end"],
)
def test_halves_of_a_character_in_events_are_joined_or_mended(pieces: list[str], expected: str) -> None:
    out, error = relayed(*map(event, pieces), b'data: {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}\n\n')

    assert ("".join(texts(out)), error) == (expected, "")


def test_an_event_whose_choices_are_null_has_none() -> None:
    out, error = relayed(b'data: {"choices": null, "id": "1"}\n\n', WHOLE)

    assert (json.loads(next(events([out]))[1])["choices"], error) == ([], "")


def test_halves_in_the_arguments_of_a_call_are_joined() -> None:
    def part(arguments: str) -> bytes:
        return event("", tool_calls=[{"index": 0, "function": {"arguments": arguments}}])

    out, _ = relayed(part('{"a": "\ud83d'), part('\ude00"}'), event("", "tool_calls"))

    chunks = [json.loads(data)["choices"][0]["delta"] for _, data in events([out]) if data != b"[DONE]"]
    calls = [call for delta in chunks for call in delta.get("tool_calls", [])]
    assert "".join(call["function"]["arguments"] for call in calls) == '{"a": "\U0001f600"}'


@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=repr)
@pytest.mark.parametrize("before", [0, 1], ids=["first", "second"])
def test_wherever_a_stream_breaks_off_only_whole_json_goes_out(before: int, end: bytes) -> None:
    called = {"tool_calls": [{"index": 0, "id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}]}
    sent = (WHOLE[: len(event("- One"))] * before + event("é", **called)).replace(b"\n", end)
    begun = len(event("- One").replace(b"\n", end)) * before

    for cut in range(begun, len(sent)):
        out, error = relayed(sent[:cut])

        assert error == "no reason"
        assert all(json.loads(data) for _, data in events([out]))
