"""Every way in which a model server fails, through the real client."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import pytest

from app.backends.adapters.openai import OpenAIBackend
from app.backends.adapters.openai_package import TALKATIVE
from app.backends.base import Answer, Call, Message
from app.backends.http.timeouts import Timeouts
from app.cancellation import CancelToken
from app.errors import BackendError, BackendRefused, BackendUnavailable, Cancelled, ContextExceeded, GatewayError
from tests.fakes.openai_server import FakeOpenAI, Reply

KEY = "planted-key-4711"
SECRET = "the merger with Initech is secret until Tuesday"
CALL = Call("mixtral", (Message("system", "be brief"), Message("user", SECRET)), max_tokens=50)
SHORT = Timeouts(connect=2, first_token=0.4, between_tokens=0.3)


Maker: TypeAlias = Callable[..., OpenAIBackend]


@pytest.fixture(params=["direct", "package"])
def backend(request: pytest.FixtureRequest) -> Maker:
    """Both ways in which requests are made must do the same."""

    def make(fake: FakeOpenAI, timeouts: Timeouts | None = None) -> OpenAIBackend:
        return OpenAIBackend("vLLM", fake.base_url, KEY, timeouts, packaged=request.param == "package")

    return make


def failure(backend: Maker, fake: FakeOpenAI, reply: Reply, timeouts: Timeouts | None = None) -> GatewayError:
    """The error that a call ends in when it is answered with *reply*."""
    fake.script(reply)
    with pytest.raises(GatewayError) as caught:
        backend(fake, timeouts).complete(CALL)
    return caught.value


def test_an_answer_carries_text_reason_and_the_servers_numbers(backend: Maker, fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(text=" Bob : fine, and you? \n"))

    answer = backend(fake_openai).complete(CALL)

    assert replace(answer, seconds=0) == Answer(
        text="Bob : fine, and you?", prompt_tokens=19, completion_tokens=5, cached_tokens=2, model="mixtral"
    )
    assert 0 < answer.seconds < 5


def test_what_a_call_leaves_open_is_left_to_the_server(backend: Maker, fake_openai: FakeOpenAI) -> None:
    backend(fake_openai).complete(CALL)

    assert set(fake_openai.calls[0].body) == {"model", "messages", "max_tokens", "stream", "stream_options"}


def test_what_a_call_says_is_sent(backend: Maker, fake_openai: FakeOpenAI) -> None:
    asked = replace(CALL, temperature=0.0, top_p=0.5, stop=("END",), seed=0, frequency_penalty=1.0, presence_penalty=-1.0)

    backend(fake_openai).complete(asked)

    sent = fake_openai.calls[0].body
    assert {name: sent[name] for name in ("temperature", "top_p", "seed")} == {"temperature": 0.0, "top_p": 0.5, "seed": 0}
    assert (sent["stop"], sent["frequency_penalty"], sent["presence_penalty"]) == (["END"], 1.0, -1.0)
    assert (sent["model"], sent["max_tokens"]) == ("mixtral", 50)


def test_the_pieces_joined_are_the_text_of_the_answer(backend: Maker, fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(text="\n<think>hm, well</think>\n\nBob :  one\ntwo "))

    pieces = list(backend(fake_openai).stream(CALL))

    assert "".join(piece.text for piece in pieces) == "Bob :  one\ntwo"
    assert [piece.answer is not None for piece in pieces] == [False] * (len(pieces) - 1) + [True]
    assert pieces[-1].answer is not None
    assert pieces[-1].answer.text == "Bob :  one\ntwo"


@pytest.mark.parametrize(
    ("reply", "text", "thinking"),
    [
        (Reply(text="<think>hm</think>yes"), "yes", "hm"),
        (Reply(text="<think>never ends", finish_reason="length"), "", "never ends"),
        (Reply(text="yes", thinking="hm well"), "yes", "hm well"),
    ],
)
def test_thoughts_are_no_text(backend: Maker, fake_openai: FakeOpenAI, reply: Reply, text: str, thinking: str) -> None:
    fake_openai.script(reply)

    answer = backend(fake_openai).complete(CALL)

    assert (answer.text, answer.thinking) == (text, thinking)


def test_an_answer_cut_at_its_length_says_so(backend: Maker, fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(text="and then", finish_reason="length"))

    assert backend(fake_openai).complete(CALL).finish_reason == "length"


def test_an_empty_answer_is_no_error_but_says_so(backend: Maker, fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(text=" \n "))

    answer = backend(fake_openai).complete(CALL)

    assert (answer.empty, answer.thinking, answer.finish_reason) == (True, "", "stop")


def test_an_answer_with_a_finish_reason_is_whole_without_done(backend: Maker, fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(text="all of it", fault="no_done"))

    assert backend(fake_openai).complete(CALL).text == "all of it"


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (Reply(fault="reset"), BackendUnavailable, "broke"),
        (Reply(fault="reset_midway"), BackendUnavailable, "broke"),
        (Reply(fault="end_midway"), BackendUnavailable, "ended without a finish_reason"),
        (Reply(fault="no_finish"), BackendUnavailable, "ended without a finish_reason"),
        (Reply(fault="no_choices"), BackendUnavailable, "ended without a finish_reason"),
        (Reply(fault="not_json"), BackendUnavailable, ""),
        (Reply(fault="half_json"), BackendUnavailable, "no whole JSON"),
        (Reply(fault="error_midway"), BackendUnavailable, "failed while answering: EngineCore encountered an issue"),
        (Reply(finish_reason="abort"), BackendUnavailable, "gave the answer up"),
        (Reply(status=500, message="boom"), BackendUnavailable, "500 boom"),
        (Reply(status=503, message="Loading model"), BackendUnavailable, "503 Loading model"),
        (Reply(status=404, message="The model `mixtral` does not exist"), BackendRefused, "404 The model `mixtral`"),
        (Reply(fault="context"), ContextExceeded, "maximum context length is 32768 tokens"),
    ],
    ids=lambda value: value.fault or f"{value.status}{value.finish_reason}" if isinstance(value, Reply) else "",
)
def test_a_fault_is_an_error_with_its_real_cause(
    backend: Maker, fake_openai: FakeOpenAI, reply: Reply, kind: type[BackendError], words: str
) -> None:
    error = failure(backend, fake_openai, reply)

    assert type(error) is kind
    assert words in str(error)
    assert str(error).startswith("vLLM: ")


def test_llama_cpps_context_error_is_known(backend: Maker, fake_openai: FakeOpenAI) -> None:
    fake_openai.dialect = "llama.cpp"

    assert type(failure(backend, fake_openai, Reply(fault="context"))) is ContextExceeded


def test_a_429_carries_the_servers_wish(backend: Maker, fake_openai: FakeOpenAI) -> None:
    error = failure(backend, fake_openai, Reply(status=429, message="slow down", retry_after="3"))

    assert isinstance(error, BackendUnavailable)
    assert error.retry_after == 3.0


def test_a_refused_connection_names_the_address(backend: Maker, fake_openai: FakeOpenAI) -> None:
    with fake_openai.refusing(), pytest.raises(BackendUnavailable, match=r"cannot connect to http://127.0.0.1:\d+: .*refused"):
        backend(fake_openai).complete(CALL)


@pytest.mark.parametrize(
    ("fault", "seconds"), [("hang", 0.4), ("hang_after_headers", 0.4), ("ping", 0.4), ("hang_midway", 0.3)]
)
def test_silence_ends_in_an_error_and_at_the_server(
    backend: Maker, fake_openai: FakeOpenAI, fault: str, seconds: float
) -> None:
    error = failure(backend, fake_openai, Reply(fault=fault), SHORT)

    assert isinstance(error, BackendUnavailable)
    assert str(error) == f"vLLM: {fake_openai.root} was silent for {seconds:g} s"
    assert fake_openai.wait_for(lambda fake: fake.open == 0, 1.0)


def test_a_first_token_may_take_longer_than_the_next(backend: Maker, fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(text="late but fine", latency=0.8))

    answer = backend(fake_openai, Timeouts(first_token=10, between_tokens=0.5)).complete(CALL)

    assert answer.text == "late but fine"


def test_a_slow_reader_is_no_silent_server(backend: Maker, fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(text="one two three four five six seven eight nine", pace=0.15))
    stream = backend(fake_openai, SHORT).stream(CALL)

    next(stream)
    time.sleep(0.8)

    assert list(stream)[-1].answer is not None


def test_closing_a_stream_closes_the_request_upstream(backend: Maker, fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(text="word " * 1000, pace=0.05))
    stream = backend(fake_openai).stream(CALL)
    next(stream)

    stream.close()

    assert fake_openai.wait_for(lambda fake: fake.open == 0, 1.0)
    assert fake_openai.calls[0].outcome == "aborted"


def test_a_stream_that_is_dropped_is_closed(backend: Maker, fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(text="word " * 1000, pace=0.05))
    stream = backend(fake_openai).stream(CALL)
    next(stream)

    del stream

    assert fake_openai.wait_for(lambda fake: fake.open == 0, 1.0)


@pytest.mark.parametrize("fault", ["hang", "hang_after_headers", "hang_midway"])
def test_another_thread_can_close_a_stream_that_waits(backend: Maker, fake_openai: FakeOpenAI, fault: str) -> None:
    fake_openai.script(Reply(fault=fault))
    cancel = CancelToken()
    stream = backend(fake_openai).stream(CALL, cancel)
    ends: list[GatewayError] = []

    def read() -> None:
        try:
            list(stream)
        except GatewayError as exc:
            ends.append(exc)

    reader = threading.Thread(target=read)
    reader.start()
    assert fake_openai.wait_for(lambda fake: fake.open == 1)
    time.sleep(0.1)
    cancel.cancel()
    reader.join(5)

    assert [type(end) for end in ends] == [Cancelled]
    assert fake_openai.wait_for(lambda fake: fake.open == 0, 1.0)


def test_a_stream_closed_before_it_began_sends_nothing(backend: Maker, fake_openai: FakeOpenAI) -> None:
    cancel = CancelToken()
    stream = backend(fake_openai).stream(CALL, cancel)

    cancel.cancel()

    with pytest.raises(Cancelled):
        next(stream)
    assert fake_openai.calls == []


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=400, message=f"cannot handle {{'messages': [{{'content': '{SECRET}'}}]}} of {KEY}"),
        Reply(status=500, message=f"{KEY} said {SECRET}"),
        Reply(fault="reset"),
        Reply(fault="half_json"),
    ],
)
def test_neither_key_nor_prompt_comes_out(
    backend: Maker, fake_openai: FakeOpenAI, reply: Reply, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    error = failure(backend, fake_openai, reply)
    logging.getLogger("test").error("failed: %s", error, exc_info=error)

    for shown in (str(error), repr(error), "".join(traceback.format_exception(error)), caplog.text):
        assert KEY not in shown
        assert "Initech" not in shown


def test_the_libraries_below_log_no_request(backend: Maker, fake_openai: FakeOpenAI, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    backend(fake_openai).complete(CALL)

    assert [record for record in caplog.records if record.name.split(".")[0] in TALKATIVE] == []


def test_a_wrong_key_is_said_without_the_key(backend: Maker, fake_openai: FakeOpenAI) -> None:
    fake_openai.api_key = "another"

    error = failure(backend, fake_openai, Reply())

    assert isinstance(error, BackendRefused)
    assert (error.status, str(error).partition("; ")[0]) == (401, "vLLM: 401 Incorrect API key provided: *** (FakeError)")


def test_the_key_is_sent(backend: Maker, fake_openai: FakeOpenAI) -> None:
    backend(fake_openai).complete(CALL)

    assert fake_openai.calls[0].authorization == f"Bearer {KEY}"


def test_the_library_is_not_imported_before_the_first_call() -> None:
    program = "import sys, app.backends.registry; sys.exit('openai' in sys.modules or 'httpx2' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", program], cwd=Path(__file__).parents[3], timeout=60, check=False)

    assert done.returncode == 0


def test_what_goes_beside_the_messages_is_sent(backend: Maker, fake_openai: FakeOpenAI) -> None:
    tool = {"type": "function", "function": {"name": "greet"}}
    schema = {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "object"}}}
    asked = replace(
        CALL,
        top_k=5,
        tools=(tool,),
        tool_choice="auto",
        response_format=schema,
        logprobs=True,
        top_logprobs=2,
        extra={"min_p": 0.1},
    )

    backend(fake_openai).complete(asked)

    sent = fake_openai.calls[0].body
    assert (sent["top_k"], sent["min_p"], sent["logprobs"], sent["top_logprobs"]) == (5, 0.1, True, 2)
    assert (sent["tools"], sent["tool_choice"], sent["response_format"]) == ([tool], "auto", schema)


def test_functions_that_are_asked_for_are_put_together(backend: Maker, fake_openai: FakeOpenAI) -> None:
    parts = [
        {"index": 0, "id": "call_a", "type": "function", "function": {"name": "greet", "arguments": ""}},
        {"index": 0, "function": {"arguments": '{"name": '}},
        {"index": 0, "function": {"arguments": '"shrek"}'}},
        {"index": 1, "id": "call_b", "type": "function", "function": {"name": "add", "arguments": "{}"}},
    ]
    choices = tuple({"delta": {"tool_calls": [part]}} for part in parts)
    fake_openai.script(Reply(text="", finish_reason="tool_calls", choices=choices))

    answer = backend(fake_openai).complete(CALL)

    assert answer.finish_reason == "tool_calls"
    assert not answer.empty
    assert answer.tool_calls == (
        {"id": "call_a", "type": "function", "function": {"name": "greet", "arguments": '{"name": "shrek"}'}},
        {"id": "call_b", "type": "function", "function": {"name": "add", "arguments": "{}"}},
    )


def test_logprobs_come_with_the_answer(backend: Maker, fake_openai: FakeOpenAI) -> None:
    one = {"token": "yes", "logprob": -0.5, "bytes": None, "top_logprobs": []}
    fake_openai.script(
        Reply(text="", choices=({"delta": {"content": "yes"}, "logprobs": {"content": [one], "refusal": None}},))
    )

    answer = backend(fake_openai).complete(replace(CALL, logprobs=True))

    assert answer.logprobs == {"content": [one]}


def test_messages_about_functions_are_sent(backend: Maker, fake_openai: FakeOpenAI) -> None:
    called = {"id": "call_a", "type": "function", "function": {"name": "greet", "arguments": "{}"}}
    messages = (
        Message("user", "greet"),
        Message("assistant", "", tool_calls=(called,)),
        Message("tool", "hello", tool_call_id="call_a"),
    )

    backend(fake_openai).complete(replace(CALL, messages=messages))

    assert fake_openai.calls[0].messages[1:] == (
        {"role": "assistant", "content": "", "tool_calls": [called]},
        {"role": "tool", "content": "hello", "tool_call_id": "call_a"},
    )


@pytest.mark.parametrize(("text", "reason"), [("{\n" + "\n " * 3000, "whitespace"), ('{"a": "' + "no, " * 3000, "repetition")])
def test_a_structured_answer_that_comes_to_nothing_is_ended(
    backend: Maker, fake_openai: FakeOpenAI, text: str, reason: str
) -> None:
    words = tuple({"delta": {"content": text[at : at + 4]}} for at in range(0, len(text), 4))
    fake_openai.script(Reply(text="}", choices=words))

    answer = backend(fake_openai).complete(replace(CALL, response_format={"type": "json_object"}))

    assert answer.finish_reason == reason
    assert 0 < answer.completion_tokens <= 200
    assert fake_openai.wait_for(lambda fake: fake.open == 0, 1.0)


@pytest.mark.parametrize("fault", ["hang", "hang_midway"])
def test_a_whole_answer_can_be_abandoned_from_another_thread(backend: Maker, fake_openai: FakeOpenAI, fault: str) -> None:
    fake_openai.script(Reply(fault=fault))
    cancel = CancelToken()
    closer = threading.Timer(0.3, cancel.cancel)
    closer.start()

    with pytest.raises(Cancelled):
        backend(fake_openai).complete(CALL, cancel)

    assert fake_openai.wait_for(lambda fake: fake.open == 0, 1.0)


def test_many_calls_share_one_watch(backend: Maker, fake_openai: FakeOpenAI) -> None:
    waiting = [backend(fake_openai).stream(CALL) for _ in range(5)]
    fake_openai.default = Reply(text="word " * 100, pace=0.05)
    for stream in waiting:
        next(stream)

    watches = [thread for thread in threading.enumerate() if thread.name == "upstream-watchdog"]
    for stream in waiting:
        stream.close()

    assert len(watches) == 1


def test_half_a_character_in_a_prompt_is_no_failure(backend: Maker, fake_openai: FakeOpenAI) -> None:
    asked = replace(CALL, messages=(Message("user", "half \ud83d"),))

    assert backend(fake_openai).complete(asked).text
