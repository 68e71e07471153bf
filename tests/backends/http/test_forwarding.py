"""Requests that are handed on as they are: every way in which the server fails, and what is kept between requests."""

from __future__ import annotations

import json
import logging
import socket
import ssl
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import suppress

import pytest

from app.backends import routes
from app.backends.adapters.openai import OpenAIBackend
from app.backends.answers.events import events
from app.backends.base import Call, Message
from app.backends.http.error_mapping import ErrorMapper
from app.backends.http.forwarding import OLD, TYPED
from app.backends.http.passthrough import PassthroughHead, PassthroughRequest, PassthroughResponse, supports_passthrough
from app.backends.http.timeouts import Timeouts
from app.cancellation import CancelToken
from app.errors import BackendRefused, BackendUnavailable, Cancelled, ContextExceeded, GatewayError
from tests.fakes.openai_server import FakeOpenAI, Reply
from tests.fakes.raw_answers import http

KEY = "planted-key-4711"
SECRET = "the merger with Initech is secret until Tuesday"
SHORT = Timeouts(connect=2, first_token=0.4, between_tokens=0.3)


def passthrough(*, stream: bool = True, **further: object) -> PassthroughRequest:
    body = {"model": "m", "stream": stream, "messages": [{"role": "user", "content": SECRET}], **further}
    return PassthroughRequest("/chat/completions", json.dumps(body, indent=1).encode())


def backend(fake: FakeOpenAI, timeouts: Timeouts | None = None, **further: object) -> OpenAIBackend:
    return OpenAIBackend("vLLM", fake.base_url, KEY, timeouts, **further)


def text_of(chunks: Iterator[bytes]) -> str:
    events = [line[6:] for line in b"".join(chunks).decode().splitlines() if line.startswith("data: {")]
    deltas = [choice["delta"] for event in events for choice in json.loads(event)["choices"]]
    return "".join(delta.get("content", "") for delta in deltas)


def read(relay: PassthroughResponse) -> list[bytes]:
    next(relay)
    return list(relay)


def failure(relay: PassthroughResponse) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        read(relay)
    return caught.value


def test_a_stream_comes_through_event_by_event(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(text="one two three", pace=0.05))
    relay = backend(fake_openai).passthrough(passthrough())

    head = next(relay)
    chunks = list(relay)

    assert (head.status, head.headers["Content-Type"]) == (200, "text/event-stream; charset=utf-8")
    assert text_of(iter(chunks)) == "one two three"
    assert len(chunks) > 2
    assert chunks[-1].endswith(b"data: [DONE]\n\n")


def test_a_whole_answer_comes_through_as_it_is(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(text="fine"))
    relay = backend(fake_openai).passthrough(passthrough(stream=False))

    head = next(relay)
    answer = json.loads(b"".join(relay))

    assert head.headers["Content-Type"] == "application/json"
    assert answer["choices"][0]["message"]["content"] == "fine"


def test_the_body_is_sent_as_it_is_with_our_key(fake_openai: FakeOpenAI) -> None:
    sent = passthrough(stream=False, logit_bias={"5": 1})
    relay = backend(fake_openai).passthrough(
        PassthroughRequest(
            sent.path, sent.body, {"Authorization": "Bearer the-client's", "content-type": "application/json; charset=utf-8"}
        )
    )

    next(relay)
    list(relay)

    assert fake_openai.calls[0].body == json.loads(sent.body)
    assert fake_openai.calls[0].authorization == f"Bearer {KEY}"


def test_nothing_is_sent_before_it_begins(fake_openai: FakeOpenAI) -> None:
    backend(fake_openai).passthrough(passthrough())

    assert fake_openai.calls == []


def test_connections_are_kept(fake_openai: FakeOpenAI) -> None:
    vllm = backend(fake_openai)

    for stream in (True, False, True):
        relay = vllm.passthrough(passthrough(stream=stream))
        next(relay)
        list(relay)

    assert fake_openai.connections == 1


def test_a_kept_connection_that_the_server_closed_is_no_failure(fake_openai: FakeOpenAI) -> None:
    vllm = backend(fake_openai)
    relay = vllm.passthrough(passthrough())
    next(relay)
    list(relay)
    with fake_openai.refusing():
        pass

    again = vllm.passthrough(passthrough())

    assert next(again).status == 200


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

    error = failure(backend(fake_openai).passthrough(passthrough(stream=stream)))

    assert type(error) is kind
    assert words in str(error)
    assert fake_openai.wait_for(lambda fake: fake.open == 0, 1.0)


@pytest.mark.parametrize("fault", ["end_midway", "no_finish"])
def test_a_stream_without_a_finish_reason_is_no_clean_end(fake_openai: FakeOpenAI, fault: str) -> None:
    fake_openai.script(Reply(fault=fault))

    error = failure(backend(fake_openai).passthrough(passthrough()))

    assert isinstance(error, BackendUnavailable)
    assert "ended without a finish_reason" in str(error)


def test_a_stream_without_done_is_whole(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(text="all of it", fault="no_done"))
    relay = backend(fake_openai).passthrough(passthrough())

    next(relay)

    assert text_of(relay) == "all of it"


def test_a_429_carries_the_servers_wish(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(status=429, retry_after="3"))

    error = failure(backend(fake_openai).passthrough(passthrough()))

    assert isinstance(error, BackendUnavailable)
    assert (error.retry_after, error.status) == (3.0, 429)


def test_a_refused_connection_names_the_address(fake_openai: FakeOpenAI) -> None:
    relay = backend(fake_openai).passthrough(passthrough())

    with fake_openai.refusing(), pytest.raises(BackendUnavailable, match=r"cannot connect to http://127.0.0.1:\d+: .*refused"):
        next(relay)


def test_a_server_without_tls_at_an_address_with_it_is_told(fake_openai: FakeOpenAI) -> None:
    secured = OpenAIBackend("vLLM", fake_openai.base_url.replace("http:", "https:"), KEY)

    with pytest.raises(BackendUnavailable, match=r"cannot connect to https://.*; does the server speak http:// only\?"):
        next(secured.passthrough(passthrough()))
    with pytest.raises(BackendUnavailable, match=r"cannot connect to https://.*; does the server speak http:// only\?"):
        secured.complete(Call("m", (Message("user", SECRET),), 9))


@pytest.mark.parametrize(
    ("why", "remedy"),
    [
        ("self-signed certificate", "set SSL_CERT_FILE"),
        ("unable to get local issuer certificate", "set SSL_CERT_FILE"),
        ("certificate has expired", "renew the server's certificate"),
        ("certificate is not yet valid", "mend the clock"),
        ("Hostname mismatch, certificate is not valid for 'gpu'", "apiBase must name the server as its certificate does"),
        ("IP address mismatch, certificate is not valid for '10.0.0.9'", "apiBase must name the server as"),
    ],
)
def test_a_certificate_that_does_not_hold_says_what_to_do(why: str, remedy: str) -> None:
    failed = ssl.SSLCertVerificationError(f"[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: {why} (_ssl.c:1006)")

    told = str(ErrorMapper("vLLM", "https://gpu").unconnected(failed))

    assert remedy in told
    assert ("SSL_CERT_FILE" in told) == ("SSL_CERT_FILE" in remedy)


@pytest.mark.parametrize(
    ("fault", "seconds"), [("hang", 0.4), ("hang_after_headers", 0.4), ("ping", 0.4), ("hang_midway", 0.3)]
)
def test_silence_ends_in_an_error_and_at_the_server(fake_openai: FakeOpenAI, fault: str, seconds: float) -> None:
    fake_openai.script(Reply(fault=fault))

    error = failure(backend(fake_openai, SHORT).passthrough(passthrough()))

    assert isinstance(error, BackendUnavailable)
    assert str(error) == f"vLLM: {fake_openai.root} was silent for {seconds:g} s"
    assert fake_openai.wait_for(lambda fake: fake.open == 0, 1.0)


@pytest.mark.parametrize("fault", ["hang", "hang_after_headers", "hang_midway"])
@pytest.mark.parametrize("stream", [True, False])
def test_another_thread_can_close_it_while_it_waits(fake_openai: FakeOpenAI, fault: str, stream: bool) -> None:
    fake_openai.script(Reply(fault=fault))
    cancel = CancelToken()
    relay = backend(fake_openai).passthrough(passthrough(stream=stream), cancel)
    ends: list[GatewayError] = []

    def read() -> None:
        try:
            next(relay)
            list(relay)
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


def test_closing_midway_closes_the_request_upstream(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(text="word " * 1000, pace=0.05))
    relay = backend(fake_openai).passthrough(passthrough())
    next(relay)
    next(relay)

    relay.close()

    assert fake_openai.wait_for(lambda fake: fake.open == 0, 1.0)
    assert fake_openai.calls[0].outcome == "aborted"


def test_one_closed_before_it_began_sends_nothing(fake_openai: FakeOpenAI) -> None:
    cancel = CancelToken()
    relay = backend(fake_openai).passthrough(passthrough(), cancel)

    cancel.cancel()

    with pytest.raises(Cancelled):
        next(relay)
    assert fake_openai.calls == []


def test_a_late_close_does_not_reach_the_next_request_on_the_connection(fake_openai: FakeOpenAI) -> None:
    vllm = backend(fake_openai)
    first = vllm.passthrough(passthrough())
    next(first)
    list(first)
    fake_openai.script(Reply(text="one two three four", pace=0.05))
    second = vllm.passthrough(passthrough())
    next(second)

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

    error = failure(backend(fake_openai).passthrough(passthrough()))
    logging.getLogger("test").error("failed: %s", error, exc_info=error)

    for shown in (str(error), repr(error), "".join(traceback.format_exception(error)), caplog.text, repr(passthrough())):
        assert KEY not in shown
        assert "Initech" not in shown


def test_further_headers_are_sent(fake_openai: FakeOpenAI) -> None:
    vllm = backend(fake_openai, headers={"X-Team": "minutes"})
    relay = vllm.passthrough(passthrough())

    next(relay)
    vllm.generate_response("hello", model="m")

    assert [seen.headers.get("x-team") for seen in fake_openai.calls] == ["minutes", "minutes"]


def test_a_backend_of_this_api_relays_and_another_does_not(fake_openai: FakeOpenAI) -> None:
    from app.backends.adapters.echo import Echo

    assert supports_passthrough(backend(fake_openai))
    assert not supports_passthrough(Echo())


class Scripted:
    """A server of one connection that answers any request with the same parts, and then does nothing more."""

    def __init__(self, *parts: bytes, pause: float = 0.0, times: int = 1) -> None:
        self._parts, self._pause, self._times = parts, pause, times
        self._over = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def __enter__(self) -> OpenAIBackend:
        base = f"http://127.0.0.1:{self._listening.getsockname()[1]}/v1"
        return OpenAIBackend("vLLM", base, KEY, Timeouts(connect=2, first_token=1.0, between_tokens=60))

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._listening.close()

    def _serve(self) -> None:
        self._listening.settimeout(10)
        connection, _ = self._listening.accept()
        with connection, suppress(OSError):
            connection.recv(65536)
            for part in self._parts * self._times:
                connection.sendall(part)
                self._over.wait(self._pause)
            self._over.wait(30)


CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
EVENT = b'data: {"choices": [{"delta": {"content": "yes"}, "finish_reason": "stop"}]}\n\ndata: [DONE]\n\n'


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def test_an_answer_that_is_done_is_not_waited_for_any_longer() -> None:
    with Scripted(CHUNKED, chunk(EVENT)) as vllm:  # the body is left open
        began = time.monotonic()
        read(vllm.passthrough(passthrough()))
        took = time.monotonic() - began

    assert took < 20  # from token to token, this server may take 60


@pytest.mark.parametrize("ping", [b": ping\n\n", b": ping\r\n\r\n"])
def test_comments_are_no_sign_of_life(ping: bytes) -> None:
    with Scripted(CHUNKED, *[chunk(ping)] * 40, pause=0.1) as vllm:
        error = failure(vllm.passthrough(passthrough()))

    assert "was silent for 1 s" in str(error)


def test_a_stream_may_come_byte_by_byte() -> None:
    with Scripted(CHUNKED, *[chunk(bytes([byte])) for byte in EVENT], b"0\r\n\r\n") as vllm:
        assert b"".join(read(vllm.passthrough(passthrough()))) == EVENT


def test_one_whose_end_is_that_of_its_connection_can_be_closed() -> None:
    with Scripted(b"HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + b'data: {"choices": []}\n\n') as vllm:
        cancel = CancelToken()
        relay = vllm.passthrough(passthrough(), cancel)
        next(relay)
        next(relay)
        threading.Timer(0.3, cancel.cancel).start()

        with pytest.raises(Cancelled):
            list(relay)


def test_a_connection_that_was_idle_for_long_is_not_trusted(fake_openai: FakeOpenAI) -> None:
    vllm = backend(fake_openai)
    read(vllm.passthrough(passthrough()))
    kept = vllm._forwarder._kept
    kept[0] = (kept[0][0], time.monotonic() - OLD)

    read(vllm.passthrough(passthrough()))

    assert (fake_openai.connections, len(kept)) == (2, 1)


def test_a_proxy_for_everything_is_a_proxy(fake_openai: FakeOpenAI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://proxy.example:3128")

    assert not OpenAIBackend("vLLM", "http://models.example/v1", KEY).supports_passthrough
    assert backend(fake_openai).supports_passthrough


def test_a_refused_request_may_be_nested_as_deeply_as_it_likes() -> None:
    deep = PassthroughRequest("/chat/completions", b'{"model": "m", "x": ' + b"[" * 5000 + b"]" * 5000 + b"}")

    with Scripted(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\nno") as vllm:
        assert isinstance(failure(vllm.passthrough(deep)), BackendRefused)


@pytest.mark.parametrize("key", ["sk-…", "sk-a\nb"])
def test_a_key_that_no_header_may_hold_is_refused_without_being_said(fake_openai: FakeOpenAI, key: str) -> None:
    error = failure(OpenAIBackend("vLLM", fake_openai.base_url, key).passthrough(passthrough()))

    assert isinstance(error, BackendRefused)
    assert key not in str(error)
    assert "the key or a header" in str(error)


@pytest.mark.parametrize("kind", ["text/event-stream", "application/json", "text/plain", ""])
def test_a_stream_is_known_by_how_it_begins(fake_openai: FakeOpenAI, kind: str) -> None:
    fake_openai.script(Reply(raw=http(b"\xef\xbb\xbf" + EVENT, kind)))
    relay = backend(fake_openai).passthrough(passthrough())

    head = next(relay)

    assert head.headers["Content-Type"].startswith("text/event-stream")
    assert b"".join(relay) == EVENT


@pytest.mark.parametrize("kind", ["text/event-stream", "application/json", "text/plain", ""])
def test_a_whole_answer_is_known_by_how_it_begins(fake_openai: FakeOpenAI, kind: str) -> None:
    body = b'{"choices": [{"message": {"content": "yes"}, "finish_reason": "stop"}]}'
    fake_openai.script(Reply(raw=http(body, kind)))
    relay = backend(fake_openai).passthrough(passthrough(stream=False))

    head = next(relay)

    assert head.headers["Content-Type"] == "application/json"
    assert b"".join(relay) == body


def test_a_stream_that_was_not_asked_for_is_an_error_with_the_servers_words_if_it_has_some(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(raw=http(EVENT, "text/event-stream")), Reply(raw=http(b'data: {"error": "boom"}\n\n')))

    errors = [failure(backend(fake_openai).passthrough(passthrough(stream=False))) for _ in range(2)]

    assert isinstance(errors[0], BackendUnavailable)
    assert ["as a whole" in str(errors[0]), "boom" in str(errors[1])] == [True, True]


def test_roles_in_a_refusal_are_not_taken_for_words_of_the_request(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(status=400, message="the user and the assistant may not both speak first"))

    assert "the user and the assistant may not both speak first" in str(
        failure(backend(fake_openai).passthrough(passthrough()))
    )


RESPONSE = {"id": "r", "object": "response", "status": "completed", "output": []}
COMPLETED = {"type": "response.completed", "response": RESPONSE}
OF_A_ROUTE = {
    "application/json": json.dumps(RESPONSE).encode(),
    "text/event-stream": b"data: " + json.dumps(COMPLETED).encode() + b"\n\n",
}


def of_responses(*, stream: bool) -> PassthroughRequest:
    body = json.dumps({"model": "m", "input": "Hello", "stream": stream}).encode()
    return PassthroughRequest("/responses", body, TYPED, route=routes.RESPONSES, streamed=stream)


@pytest.mark.parametrize("status", ["queued", "in_progress"])
def test_a_response_that_has_not_ended_is_no_stream(fake_openai: FakeOpenAI, status: str) -> None:
    """Clients read nothing in it, and do not say so."""
    fake_openai.script(Reply(raw=http(json.dumps({**RESPONSE, "status": status}).encode())))

    with pytest.raises(BackendUnavailable, match="as a whole"):
        read(backend(fake_openai).passthrough(of_responses(stream=True)))


@pytest.mark.parametrize("kind", ["text/event-stream", "application/json", "text/plain", ""])
def test_a_route_s_stream_that_was_not_asked_for_is_an_error(fake_openai: FakeOpenAI, kind: str) -> None:
    fake_openai.script(Reply(raw=http(OF_A_ROUTE["text/event-stream"], kind)))

    with pytest.raises(BackendUnavailable, match="as a whole"):
        read(backend(fake_openai).passthrough(of_responses(stream=False)))


@pytest.mark.parametrize("kind", ["text/event-stream", "application/json", "text/plain", ""])
@pytest.mark.parametrize(("form", "stream"), [("application/json", False), ("text/event-stream", True)])
def test_a_route_s_answer_in_the_form_that_was_asked_for_goes_out(
    fake_openai: FakeOpenAI, form: str, stream: bool, kind: str
) -> None:
    """Servers' content types may say either."""
    fake_openai.script(Reply(raw=http(b"\xef\xbb\xbf" + OF_A_ROUTE[form], kind)))

    head, *parts = backend(fake_openai).passthrough(of_responses(stream=stream))

    assert isinstance(head, PassthroughHead)
    assert head.headers["Content-Type"] == form
    assert b"".join(part for part in parts if isinstance(part, bytes)) == OF_A_ROUTE[form]


@pytest.mark.parametrize(("path", "kind"), [("embeddings", "application/octet-stream"), ("score", "audio/pcm")])
def test_what_is_no_text_goes_out_byte_by_byte(fake_openai: FakeOpenAI, path: str, kind: str) -> None:
    """Embeddings may be asked for so (`encoding_format`), and what looks like a byte order mark is a part of them."""
    came = b"\xef\xbb\xbf{\x00\xff\n\n"
    fake_openai.script(Reply(raw=http(came, kind)))
    request = PassthroughRequest(f"/{path}", b'{"model": "m"}', TYPED, route=routes.KNOWN.get(path, routes.Route(path)))

    head, *parts = backend(fake_openai).passthrough(request)

    assert isinstance(head, PassthroughHead)
    assert head.headers == {"Content-Type": kind}
    assert parts == [came]


def test_a_route_s_whole_answer_becomes_the_events_that_were_asked_for(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(raw=http(OF_A_ROUTE["application/json"])))

    head, *parts = backend(fake_openai).passthrough(of_responses(stream=True))

    assert isinstance(head, PassthroughHead)
    assert head.headers["Content-Type"] == "text/event-stream"
    *_, (name, data) = events([part for part in parts if isinstance(part, bytes)])
    assert (name, json.loads(data)["response"]) == ("response.completed", RESPONSE)
