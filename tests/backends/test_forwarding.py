"""Requests that are handed on as they are: every way in which the server fails, and what is kept between requests."""

from __future__ import annotations

import json
import logging
import threading
import time
import traceback
from collections.abc import Iterator

import pytest

from app.backends.openai import OpenAIBackend
from app.backends.relaying import Passage, Relay, can_relay
from app.backends.timeouts import Timeouts
from app.errors import BackendRefused, BackendUnavailable, Cancelled, ContextExceeded, GatewayError
from tests.fakes.openai_server import FakeOpenAI, Reply

KEY = "planted-key-4711"
SECRET = "the merger with Initech is secret until Tuesday"
SHORT = Timeouts(connect=2, first_token=0.4, between_tokens=0.3)


def passage(*, stream: bool = True, **further: object) -> Passage:
    body = {"model": "m", "stream": stream, "messages": [{"role": "user", "content": SECRET}], **further}
    return Passage("/chat/completions", json.dumps(body, indent=1).encode())


def backend(fake: FakeOpenAI, timeouts: Timeouts | None = None, **further: object) -> OpenAIBackend:
    return OpenAIBackend("vLLM", fake.base_url, KEY, timeouts, **further)


def text_of(chunks: Iterator[bytes]) -> str:
    events = [line[6:] for line in b"".join(chunks).decode().splitlines() if line.startswith("data: {")]
    deltas = [choice["delta"] for event in events for choice in json.loads(event)["choices"]]
    return "".join(delta.get("content", "") for delta in deltas)


def read(relay: Relay) -> list[bytes]:
    relay.begin()
    return list(relay)


def failure(relay: Relay) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        read(relay)
    return caught.value


def test_a_stream_comes_through_event_by_event(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(text="one two three", pace=0.05))
    relay = backend(fake_openai).passthrough(passage())

    head = relay.begin()
    chunks = list(relay)

    assert (head.status, head.headers["Content-Type"]) == (200, "text/event-stream; charset=utf-8")
    assert text_of(iter(chunks)) == "one two three"
    assert len(chunks) > 2
    assert chunks[-1].endswith(b"data: [DONE]\n\n")


def test_a_whole_answer_comes_through_as_it_is(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(text="fine"))
    relay = backend(fake_openai).passthrough(passage(stream=False))

    head = relay.begin()
    answer = json.loads(b"".join(relay))

    assert head.headers["Content-Type"] == "application/json"
    assert answer["choices"][0]["message"]["content"] == "fine"


def test_the_body_is_sent_as_it_is_with_our_key(fake_openai: FakeOpenAI) -> None:
    sent = passage(stream=False, logit_bias={"5": 1})
    relay = backend(fake_openai).passthrough(
        Passage(
            sent.path, sent.body, {"Authorization": "Bearer the-client's", "content-type": "application/json; charset=utf-8"}
        )
    )

    relay.begin()
    list(relay)

    assert fake_openai.calls[0].body == json.loads(sent.body)
    assert fake_openai.calls[0].authorization == f"Bearer {KEY}"


def test_nothing_is_sent_before_it_begins(fake_openai: FakeOpenAI) -> None:
    backend(fake_openai).passthrough(passage())

    assert fake_openai.calls == []


def test_connections_are_kept(fake_openai: FakeOpenAI) -> None:
    vllm = backend(fake_openai)

    for stream in (True, False, True):
        relay = vllm.passthrough(passage(stream=stream))
        relay.begin()
        list(relay)

    assert fake_openai.connections == 1


def test_a_kept_connection_that_the_server_closed_is_no_failure(fake_openai: FakeOpenAI) -> None:
    vllm = backend(fake_openai)
    relay = vllm.passthrough(passage())
    relay.begin()
    list(relay)
    with fake_openai.refusing():
        pass

    again = vllm.passthrough(passage())

    assert again.begin().status == 200


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (Reply(fault="reset"), BackendUnavailable, "broke"),
        (Reply(fault="reset_midway"), BackendUnavailable, "broke"),
        (Reply(fault="not_json"), BackendUnavailable, "not as a model server does"),
        (Reply(fault="no_choices"), BackendUnavailable, ""),
        (Reply(fault="half_json"), BackendUnavailable, ""),
        (Reply(status=500, message="boom"), BackendUnavailable, "500 boom"),
        (Reply(status=429, message="slow down"), BackendUnavailable, "429 slow down"),
        (Reply(status=404, message="no such model"), BackendRefused, "404 no such model"),
        (Reply(fault="context"), ContextExceeded, "maximum context length is 32768 tokens"),
    ],
    ids=lambda value: value.fault or str(value.status) if isinstance(value, Reply) else "",
)
def test_a_fault_is_an_error_with_its_cause(
    fake_openai: FakeOpenAI, reply: Reply, kind: type[GatewayError], words: str, stream: bool
) -> None:
    fake_openai.script(reply)

    error = failure(backend(fake_openai).passthrough(passage(stream=stream)))

    assert type(error) is kind
    assert words in str(error)
    assert fake_openai.wait_for(lambda fake: fake.open == 0, 1.0)


@pytest.mark.parametrize("fault", ["end_midway", "no_finish"])
def test_a_stream_without_a_finish_reason_is_no_clean_end(fake_openai: FakeOpenAI, fault: str) -> None:
    fake_openai.script(Reply(fault=fault))

    error = failure(backend(fake_openai).passthrough(passage()))

    assert isinstance(error, BackendUnavailable)
    assert "ended without a finish_reason" in str(error)


def test_a_stream_without_done_is_whole(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(text="all of it", fault="no_done"))
    relay = backend(fake_openai).passthrough(passage())

    relay.begin()

    assert text_of(relay) == "all of it"


def test_a_429_carries_the_servers_wish(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(status=429, retry_after="3"))

    error = failure(backend(fake_openai).passthrough(passage()))

    assert isinstance(error, BackendUnavailable)
    assert (error.retry_after, error.status) == (3.0, 429)


def test_a_refused_connection_names_the_address(fake_openai: FakeOpenAI) -> None:
    relay = backend(fake_openai).passthrough(passage())

    with fake_openai.refusing(), pytest.raises(BackendUnavailable, match=r"cannot connect to http://127.0.0.1:\d+: .*refused"):
        relay.begin()


@pytest.mark.parametrize(
    ("fault", "seconds"), [("hang", 0.4), ("hang_after_headers", 0.4), ("ping", 0.4), ("hang_midway", 0.3)]
)
def test_silence_ends_in_an_error_and_at_the_server(fake_openai: FakeOpenAI, fault: str, seconds: float) -> None:
    fake_openai.script(Reply(fault=fault))

    error = failure(backend(fake_openai, SHORT).passthrough(passage()))

    assert isinstance(error, BackendUnavailable)
    assert str(error) == f"vLLM: {fake_openai.root} was silent for {seconds:g} s"
    assert fake_openai.wait_for(lambda fake: fake.open == 0, 1.0)


@pytest.mark.parametrize("fault", ["hang", "hang_after_headers", "hang_midway"])
@pytest.mark.parametrize("stream", [True, False])
def test_another_thread_can_close_it_while_it_waits(fake_openai: FakeOpenAI, fault: str, stream: bool) -> None:
    fake_openai.script(Reply(fault=fault))
    relay = backend(fake_openai).passthrough(passage(stream=stream))
    ends: list[GatewayError] = []

    def read() -> None:
        try:
            relay.begin()
            list(relay)
        except GatewayError as exc:
            ends.append(exc)

    reader = threading.Thread(target=read)
    reader.start()
    assert fake_openai.wait_for(lambda fake: fake.open == 1)
    time.sleep(0.1)
    relay.close()
    reader.join(5)

    assert [type(end) for end in ends] == [Cancelled]
    assert fake_openai.wait_for(lambda fake: fake.open == 0, 1.0)


def test_closing_midway_closes_the_request_upstream(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(text="word " * 1000, pace=0.05))
    relay = backend(fake_openai).passthrough(passage())
    relay.begin()
    next(relay)

    relay.close()

    assert fake_openai.wait_for(lambda fake: fake.open == 0, 1.0)
    assert fake_openai.calls[0].outcome == "aborted"


def test_one_closed_before_it_began_sends_nothing(fake_openai: FakeOpenAI) -> None:
    relay = backend(fake_openai).passthrough(passage())

    relay.close()

    with pytest.raises(Cancelled):
        relay.begin()
    assert fake_openai.calls == []


def test_a_late_close_does_not_reach_the_next_request_on_the_connection(fake_openai: FakeOpenAI) -> None:
    vllm = backend(fake_openai)
    first = vllm.passthrough(passage())
    first.begin()
    list(first)
    fake_openai.script(Reply(text="one two three four", pace=0.05))
    second = vllm.passthrough(passage())
    second.begin()

    first.close()

    assert text_of(second).endswith("four")
    assert fake_openai.connections == 1


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=400, message=f"cannot handle {{'messages': [{{'content': '{SECRET}'}}]}} of {KEY}"),
        Reply(status=500, message=f"{KEY} said {SECRET}"),
        Reply(fault="reset"),
    ],
)
def test_neither_key_nor_prompt_comes_out(fake_openai: FakeOpenAI, reply: Reply, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    fake_openai.script(reply)

    error = failure(backend(fake_openai).passthrough(passage()))
    logging.getLogger("test").error("failed: %s", error, exc_info=error)

    for shown in (str(error), repr(error), "".join(traceback.format_exception(error)), caplog.text, repr(passage())):
        assert KEY not in shown
        assert "Initech" not in shown


def test_further_headers_are_sent(fake_openai: FakeOpenAI) -> None:
    vllm = backend(fake_openai, headers={"X-Team": "minutes"})
    relay = vllm.passthrough(passage())

    relay.begin()
    vllm.generate_response("hello", model="m")

    assert [seen.headers.get("x-team") for seen in fake_openai.calls] == ["minutes", "minutes"]


def test_a_backend_of_this_api_relays_and_another_does_not(fake_openai: FakeOpenAI) -> None:
    from app.backends.echo import Echo

    assert can_relay(backend(fake_openai))
    assert not can_relay(Echo())
