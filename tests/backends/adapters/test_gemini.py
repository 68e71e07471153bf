"""Gemini through the official package, against a fake of its REST API."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.backends.adapters.gemini import TALKATIVE, Gemini
from app.backends.base import Answer, Call, Message
from app.backends.config.setup import Setup
from app.backends.http.timeouts import Timeouts
from app.cancellation import CancelToken
from app.errors import BackendRefused, BackendUnavailable, Cancelled, ContextExceeded, GatewayError
from tests.fakes.gemini_server import FakeGemini, Reply

KEY = "planted-key-4711"
SECRET = "the merger with Initech is secret until Tuesday"
CALL = Call("gemini-x", (Message("system", "be brief"), Message("user", SECRET)), max_tokens=50)
SHORT = Timeouts(connect=2, first_token=0.5, between_tokens=0.4)
TOOL = {"type": "function", "function": {"name": "greet", "description": "says hello", "parameters": {"type": "object"}}}


@pytest.fixture
def fake() -> Iterator[FakeGemini]:
    with FakeGemini() as made:
        yield made


def gemini(fake: FakeGemini, timeouts: Timeouts | None = None) -> Gemini:
    return Gemini(
        Setup("gemini", "gemini", (fake.root,), KEY, (("X-Team", "m"),), model="gemini-usual", timeouts=timeouts or Timeouts())
    )


def asked(fake: FakeGemini, call: Call) -> dict[str, Any]:
    """The body of the request that a call makes."""
    gemini(fake).complete(call)
    return fake.calls[-1].body


def failure(fake: FakeGemini, reply: Reply, timeouts: Timeouts | None = None) -> GatewayError:
    fake.script(reply)
    with pytest.raises(GatewayError) as caught:
        gemini(fake, timeouts).complete(CALL)
    return caught.value


def test_an_answer_carries_text_reason_and_the_servers_numbers(fake: FakeGemini) -> None:
    answer = gemini(fake).complete(CALL)

    assert replace(answer, seconds=0) == Answer(
        "one two three", "stop", prompt_tokens=8, completion_tokens=3, cached_tokens=1, model="gemini-x-001"
    )


def test_the_pieces_joined_are_the_text(fake: FakeGemini) -> None:
    pieces = list(gemini(fake).stream(CALL))

    assert [piece.text for piece in pieces[:3]] == ["one", " two", " three"]
    assert pieces[-1].answer is not None


def test_the_systems_words_are_its_instruction(fake: FakeGemini) -> None:
    body = asked(fake, CALL)

    assert body["systemInstruction"]["parts"] == [{"text": "be brief"}]
    assert body["contents"] == [{"role": "user", "parts": [{"text": SECRET}]}]


def test_roles_are_googles_and_those_in_a_row_are_merged(fake: FakeGemini) -> None:
    roles = [("user", "a"), ("user", "b"), ("assistant", "c"), ("assistant", "d"), ("user", "e")]

    body = asked(fake, replace(CALL, messages=tuple(Message(role, text) for role, text in roles)))

    assert body["contents"] == [
        {"role": "user", "parts": [{"text": "a"}, {"text": "b"}]},
        {"role": "model", "parts": [{"text": "c"}, {"text": "d"}]},
        {"role": "user", "parts": [{"text": "e"}]},
    ]


def test_a_system_message_alone_is_said_by_the_user(fake: FakeGemini) -> None:
    body = asked(fake, replace(CALL, messages=(Message("system", "say hello"),)))

    assert body["contents"] == [{"role": "user", "parts": [{"text": "say hello"}]}]


def test_what_a_call_says_is_sent_and_what_it_leaves_open_is_not(fake: FakeGemini) -> None:
    plain = asked(fake, CALL)["generationConfig"]
    full = asked(fake, replace(CALL, temperature=0.0, top_p=0.5, top_k=4, stop=("END",), seed=0))["generationConfig"]

    assert plain == {"maxOutputTokens": 50}
    assert full == {
        "maxOutputTokens": 50,
        "temperature": 0.0,
        "topP": 0.5,
        "topK": 4,
        "stopSequences": ["END"],
        "seed": 0,
    }


def test_a_schema_is_sent(fake: FakeGemini) -> None:
    schema = {"type": "object", "properties": {"a": {"type": "number"}}}

    body = asked(fake, replace(CALL, response_format={"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}))

    assert body["generationConfig"]["responseMimeType"] == "application/json"
    assert body["generationConfig"]["responseJsonSchema"] == schema


def test_functions_are_declared_and_called(fake: FakeGemini) -> None:
    fake.script(Reply(parts=({"functionCall": {"name": "greet", "args": {"name": "shrek"}}},)))

    answer = gemini(fake).complete(replace(CALL, tools=(TOOL,), tool_choice="required"))

    sent = fake.calls[0].body
    assert sent["tools"][0]["functionDeclarations"][0]["name"] == "greet"
    assert sent["toolConfig"]["functionCallingConfig"]["mode"] == "ANY"
    assert answer.finish_reason == "tool_calls"
    assert answer.tool_calls == (
        {"id": "call_0", "type": "function", "function": {"name": "greet", "arguments": '{"name": "shrek"}'}},
    )


def test_what_came_of_a_function_is_sent(fake: FakeGemini) -> None:
    called = {"id": "call_0", "type": "function", "function": {"name": "greet", "arguments": '{"name": "shrek"}'}}
    messages = (
        Message("user", "greet shrek"),
        Message("assistant", "", tool_calls=(called,)),
        Message("tool", "Hello, shrek!", tool_call_id="call_0"),
    )

    contents = asked(fake, replace(CALL, messages=messages))["contents"]

    assert contents[1]["parts"] == [{"functionCall": {"name": "greet", "args": {"name": "shrek"}}}]
    assert contents[2]["parts"] == [{"functionResponse": {"name": "greet", "response": {"result": "Hello, shrek!"}}}]


def test_thoughts_are_no_text(fake: FakeGemini) -> None:
    fake.script(Reply(parts=({"text": "hm", "thought": True}, {"text": "yes"})))

    answer = gemini(fake).complete(CALL)

    assert (answer.text, answer.thinking) == ("yes", "hm")


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("STOP", "stop"), ("MAX_TOKENS", "length"), ("SAFETY", "content_filter"), ("PROHIBITED_CONTENT", "content_filter")],
)
def test_reasons_are_told_in_openais_words(fake: FakeGemini, theirs: str, ours: str) -> None:
    fake.script(Reply(finish_reason=theirs))

    assert gemini(fake).complete(CALL).finish_reason == ours


def test_a_blocked_prompt_is_refused(fake: FakeGemini) -> None:
    error = failure(fake, Reply(block_reason="SAFETY"))

    assert isinstance(error, BackendRefused)
    assert (str(error), error.status) == ("gemini: the prompt was blocked (SAFETY)", 400)


def _error(status: int, message: str, name: str, *details: dict[str, Any]) -> Reply:
    return Reply(status=status, error={"error": {"code": status, "message": message, "status": name, "details": list(details)}})


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (_error(400, "API key not valid", "INVALID_ARGUMENT"), BackendRefused, "gemini: 400 API key not valid"),
        (_error(404, "models/x is not found", "NOT_FOUND"), BackendRefused, "404 models/x is not found"),
        (
            _error(400, "The input token count (9) exceeds the maximum number of tokens allowed (8).", "INVALID_ARGUMENT"),
            ContextExceeded,
            "maximum number of tokens allowed (8)",
        ),
        (_error(500, "An internal error has occurred", "INTERNAL"), BackendUnavailable, "500 An internal error"),
        (_error(503, "The model is overloaded", "UNAVAILABLE"), BackendUnavailable, "503 The model is overloaded"),
        (Reply(fault="reset"), BackendUnavailable, "broke"),
        (Reply(fault="end_midway"), BackendUnavailable, "ended without a finish_reason"),
        (Reply(fault="half_json"), BackendUnavailable, "no whole JSON"),
        (Reply(finish_reason="MALFORMED_FUNCTION_CALL"), BackendUnavailable, "gave the answer up (MALFORMED_FUNCTION_CALL)"),
        (Reply(finish_reason="OTHER"), BackendUnavailable, "gave the answer up (OTHER)"),
    ],
)
def test_a_fault_is_an_error_with_its_real_cause(fake: FakeGemini, reply: Reply, kind: type[GatewayError], words: str) -> None:
    error = failure(fake, reply)

    assert type(error) is kind
    assert words in str(error)


def test_it_is_asked_once_only(fake: FakeGemini) -> None:
    failure(fake, Reply(status=503))

    assert len(fake.calls) == 1


def test_a_429_carries_googles_wish(fake: FakeGemini) -> None:
    requested = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "7s"}

    error = failure(fake, _error(429, "Quota exceeded", "RESOURCE_EXHAUSTED", requested))

    assert isinstance(error, BackendUnavailable)
    assert error.retry_after == 7.0


@pytest.mark.parametrize(("fault", "seconds"), [("hang", 0.5), ("hang_midway", 0.4)])
def test_silence_ends_in_an_error_and_at_the_server(fake: FakeGemini, fault: str, seconds: float) -> None:
    error = failure(fake, Reply(fault=fault), SHORT)

    assert str(error) == f"gemini: {fake.root} was silent for {seconds:g} s"
    assert fake.wait_for_open(0, 1.0)


def test_another_thread_can_close_a_stream_that_waits(fake: FakeGemini) -> None:
    fake.script(Reply(fault="hang_midway"))
    cancel = CancelToken()
    stream = gemini(fake).stream(CALL, cancel)
    ends: list[GatewayError] = []

    def read() -> None:
        try:
            list(stream)
        except GatewayError as exc:
            ends.append(exc)

    reader = threading.Thread(target=read)
    reader.start()
    assert fake.wait_for_open(1)
    time.sleep(0.1)
    cancel.cancel()
    reader.join(5)

    assert [type(end) for end in ends] == [Cancelled]
    assert fake.wait_for_open(0, 1.0)


def test_closing_a_stream_closes_the_request(fake: FakeGemini) -> None:
    fake.script(Reply(text="word " * 500, pace=0.05))
    stream = gemini(fake).stream(CALL)
    next(stream)

    stream.close()

    assert fake.wait_for_open(0, 1.0)


@pytest.mark.parametrize(
    "reply", [_error(400, f"cannot take '{SECRET}' of {KEY}", "INVALID_ARGUMENT"), Reply(fault="half_json"), Reply(status=500)]
)
def test_neither_key_nor_prompt_comes_out(fake: FakeGemini, reply: Reply, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    error = failure(fake, reply)

    for shown in (str(error), "".join(traceback.format_exception(error)), caplog.text):
        assert KEY not in shown
        assert "Initech" not in shown


def test_the_libraries_below_log_no_request(fake: FakeGemini, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    gemini(fake).complete(replace(CALL, tools=(TOOL,)))

    assert [record for record in caplog.records if record.name.split(".")[0] in TALKATIVE] == []


def test_key_headers_and_the_usual_model_are_sent(fake: FakeGemini) -> None:
    text = gemini(fake).generate_response("hello", system_prompt="be brief", max_tokens=20)

    seen = fake.calls[0]
    assert text == "one two three"
    assert (seen.headers["x-goog-api-key"], seen.headers["x-team"]) == (KEY, "m")
    assert "gemini-usual:streamGenerateContent" in seen.path


def test_it_counts_with_googles_own_tokenizer(fake: FakeGemini) -> None:
    counting = gemini(fake)

    assert counting.tokenize("gemini-x", ["one two", "", "three"]) == [2, 0, 1]
    assert counting.measure("gemini-x", CALL.messages) == 10


def test_a_probe_says_how_much_its_models_take_in(fake: FakeGemini) -> None:
    health = gemini(fake).probe()

    assert health.ok
    assert health.models == {"gemini-x": 1000, "gemini-y": 2000}


def test_a_probe_of_a_dead_server_says_so() -> None:
    health = Gemini(Setup("gemini", "gemini", ("http://127.0.0.1:9",), KEY, timeouts=SHORT)).probe()

    assert not health.ok
    assert "cannot connect" in health.detail


def test_the_library_is_not_imported_before_the_first_call() -> None:
    program = "import sys, app.backends.adapters.gemini, app.backends.registry; sys.exit('google.genai' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", program], cwd=Path(__file__).parents[3], timeout=60, check=False)

    assert done.returncode == 0
