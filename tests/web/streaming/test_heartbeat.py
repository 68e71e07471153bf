"""Heartbeats before the first piece of an event stream: comments, then the stream as it would have come."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from contextvars import ContextVar
from http.client import HTTPConnection, HTTPResponse
from typing import Any

import openai
import pytest
from flask import Flask

from app.web import create_app
from app.web.streaming.heartbeat import Heartbeat, Opening
from tests.fakes.openai_server import MODEL, Reply
from tests.web.serving import SOON, served
from tests.web.streaming.test_formats import STREAMS, said
from tests.web.talking import SUMMARY, TURNS, Talking

SUMMARISED = {"content": "Ann : Hello.", "flavor": "small", "stream_format": "sse"}
EVENTS: dict[str, tuple[str, dict[str, Any]]] = {**STREAMS, "summary": ("/services/cra/stream", SUMMARISED)}
BARE: dict[str, tuple[str, dict[str, Any]]] = {
    "text": ("/generate/stream", {"prompt": "p"}),
    "chat": ("/chat", {"message": "m", "stream": True}),
}
QUICK = Heartbeat(first=0.02, every=0.02)


class Gate:
    """A model that answers *reply* when the gate is opened."""

    def __init__(self, talk: Talking) -> None:
        self.opened = threading.Event()
        self.reply = Reply(text="one two")
        talk.fake.answer = self._answer

    def _answer(self, messages: list[dict[str, str]]) -> Reply:
        self.opened.wait(SOON)
        return self.reply

    def open(self, reply: Reply) -> None:
        self.reply = reply
        self.opened.set()


@pytest.fixture
def slow(talk: Talking) -> Iterator[Gate]:
    talk.write(SUMMARY, TURNS)
    gate = Gate(talk)
    yield gate
    gate.opened.set()


@pytest.fixture
def app(talk: Talking) -> Flask:
    return create_app(talk.gateway, heartbeat=QUICK)


@contextmanager
def posted(app: Flask, path: str, body: dict[str, Any]) -> Iterator[HTTPResponse]:
    with served(app) as port, closing(HTTPConnection("127.0.0.1", port, timeout=SOON)) as connection:
        connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        with connection.getresponse() as answer:
            yield answer


@pytest.mark.parametrize("stream", EVENTS)
def test_comments_come_before_the_first_piece_and_the_stream_after_them(app: Flask, slow: Gate, stream: str) -> None:
    with posted(app, *EVENTS[stream]) as answer:
        beats = [answer.readline() + answer.readline() for _ in range(3)]
        slow.open(Reply(text="one two é"))
        rest = answer.read().decode()

    assert (answer.status, answer.headers["Content-Type"].partition(";")[0]) == (200, "text/event-stream")
    assert all(beat.startswith(b":") and beat.endswith(b"\n\n") for beat in beats)
    data = [line.removeprefix("data: ") for line in rest.splitlines() if line.startswith("data: {")]
    assert "".join(said(json.loads(each)) for each in data) == "one two é"


@pytest.mark.parametrize("stream", EVENTS)
def test_what_fails_after_the_first_comment_is_an_event(app: Flask, slow: Gate, stream: str) -> None:
    with posted(app, *EVENTS[stream]) as answer:
        first = answer.readline()
        slow.open(Reply(status=500))
        rest = answer.read().decode()

    assert (answer.status, first[:1]) == (200, b":")
    error = json.loads(next(line for line in rest.splitlines() if line.startswith("data: ")).removeprefix("data: "))["error"]
    assert "backend_unavailable" in (error.get("type"), error.get("code"))


@pytest.mark.parametrize("model", ["chat", MODEL])
def test_the_official_client_takes_the_comments_for_nothing(talk: Talking, app: Flask, slow: Gate, model: str) -> None:
    with served(app) as port, openai.OpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="x", max_retries=0) as client:
        stream = client.chat.completions.create(model=model, messages=[{"role": "user", "content": "m"}], stream=True)
        slow.open(Reply(text="one two"))
        text = "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices)

    assert text == "one two"


@pytest.mark.parametrize("model", ["chat", MODEL])
def test_the_official_client_raises_what_fails_after_a_comment(app: Flask, slow: Gate, model: str) -> None:
    with served(app) as port, openai.OpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="x", max_retries=0) as client:
        stream = client.chat.completions.create(model=model, messages=[{"role": "user", "content": "m"}], stream=True)
        slow.open(Reply(status=500))

        with pytest.raises(openai.APIError):
            list(stream)


@pytest.mark.parametrize("stream", BARE)
def test_bare_text_has_no_heartbeat_and_its_failure_a_status(app: Flask, slow: Gate, talk: Talking, stream: str) -> None:
    path, body = BARE[stream]
    with ThreadPoolExecutor(1) as threads:
        answer = threads.submit(app.test_client().post, path, json=body)
        assert talk.fake.wait_for(lambda fake: bool(fake.calls), SOON)
        slow.open(Reply(status=500))

        assert answer.result(SOON).status_code == 503


@pytest.mark.parametrize("stream", EVENTS)
def test_what_fails_in_time_has_a_status(talk: Talking, stream: str) -> None:
    talk.write(SUMMARY, TURNS)
    talk.fake.script(Reply(status=500))
    path, body = EVENTS[stream]

    answer = talk.client.post(path, json=body)

    assert answer.status_code == 503
    assert answer.mimetype == "application/json"


@pytest.mark.parametrize("stream", EVENTS)
def test_a_client_that_leaves_between_comments_ends_the_call(talk: Talking, app: Flask, stream: str) -> None:
    talk.write(SUMMARY, TURNS)
    talk.fake.default = Reply(text="one", fault="hang_after_headers")

    with served(app) as port:
        with closing(HTTPConnection("127.0.0.1", port, timeout=SOON)) as connection:
            path, body = EVENTS[stream]
            connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
            answer = connection.getresponse()
            assert answer.readline().startswith(b":")
            assert talk.fake.wait_for(lambda fake: bool(fake.calls), SOON)
            answer.close()

        assert talk.fake.wait_for(lambda fake: [call.outcome for call in fake.calls] == ["aborted"], SOON)


VARIABLE: ContextVar[str] = ContextVar("variable", default="")


def test_a_stream_runs_in_one_context_whichever_thread_reads_it() -> None:
    closed = []

    def items() -> Iterator[str]:
        token = VARIABLE.set("of the stream")
        try:
            yield VARIABLE.get()
            yield VARIABLE.get()
        finally:
            VARIABLE.reset(token)  # raises in another context
            closed.append(VARIABLE.get())

    VARIABLE.set("of the request")
    opening = Opening(items())
    reading = opening.items()
    read = [next(reading), next(reading)]
    opening.close()

    assert read == ["of the stream", "of the stream"]
    assert closed == ["of the request"]


def test_a_stream_that_is_closed_before_its_first_item_ends_when_that_is_there() -> None:
    gate, closed = threading.Event(), threading.Event()

    def items() -> Iterator[int]:
        try:
            gate.wait(SOON)
            yield 1
        finally:
            closed.set()

    opening = Opening(items())
    opening.close()
    gate.set()

    assert closed.wait(SOON)


def test_what_goes_wrong_instead_of_the_first_item_is_raised() -> None:
    def items() -> Iterator[int]:
        yield 1 // 0

    opening = Opening(items())

    assert opening.is_there_within(SOON)
    with pytest.raises(ZeroDivisionError):
        opening.first()
    with pytest.raises(ZeroDivisionError):
        next(opening.items())
