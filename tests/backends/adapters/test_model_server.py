"""The routes beside the chat, of vLLM, of llama.cpp and of a server that has none."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from typing import Any

import pytest

from app.backends.adapters.model_server import ModelServer
from app.backends.base import Message
from app.errors import BackendRefused, BackendUnavailable
from tests.fakes.openai_server import FakeOpenAI, count_messages

MESSAGES = (Message("system", "be brief"), Message("user", "what did Bob say"))
BOTH = pytest.mark.parametrize("dialect", ["vllm", "llama.cpp"])


def server(fake: FakeOpenAI) -> ModelServer:
    return ModelServer("vLLM", fake.base_url, "EMPTY")


@contextmanager
def listing(answer: Any) -> Iterator[ModelServer]:
    """A server whose every answer to a GET is *answer*."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        yield ModelServer("vLLM", f"http://127.0.0.1:{http.server_port}/v1", "")
        http.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("answer", "models"),
    [
        ([{"id": "a", "context_length": 8192}, {"id": "b"}], {"a": 8192, "b": 0}),
        ({"object": "list", "data": [{"id": "a", "context_window": 131072}]}, {"a": 131072}),
        ({"data": [{"id": "a", "max_context_length": 32768}]}, {"a": 32768}),
        ({"data": [{"id": "a", "max_model_len": 4096, "context_length": 9999}]}, {"a": 4096}),
        ({"data": [{"id": "a", "max_model_len": None, "context_length": "8k"}]}, {"a": 0}),
    ],
    ids=str,
)
def test_lists_of_models_are_read_as_servers_write_them(answer: Any, models: dict[str, int]) -> None:
    with listing(answer) as asked:
        assert asked.models() == models


def test_a_list_of_models_of_another_api_is_called_so() -> None:
    with listing("<html>") as asked:
        assert "not as a model server does" in asked.probe().detail


class Lasting(BaseHTTPRequestHandler):
    """Every answer to a GET begins at once, and comes bit by bit for 20 seconds unless the client leaves."""

    head: bytes
    left: threading.Event

    def do_GET(self) -> None:
        with suppress(OSError):
            self.wfile.write(b"HTTP/1.1 200 OK\r\n" + self.head)
            for _ in range(200):
                time.sleep(0.1)
                self.wfile.write(b"x")
            self.wfile.write(b"\r\n\r\n{}")
            return
        self.left.set()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.mark.parametrize("head", [b"X-Slow: ", b"Content-Type: application/json\r\n\r\n"], ids=["headers", "body"])
def test_a_server_that_sends_a_byte_now_and_then_does_not_hold_a_probe(head: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.backends.adapters.model_server.PROBE", 0.5)

    class Handler(Lasting):
        pass

    Handler.head, Handler.left = head, threading.Event()
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        health = ModelServer("vLLM", f"http://127.0.0.1:{http.server_port}/v1", "").probe()
        http.shutdown()
        thread.join()

    assert Handler.left.wait(10), "the probe waited for the end of the answer"
    assert "was silent for 0.5 s" in health.detail


def test_an_answer_without_an_end_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.backends.adapters.model_server.LARGEST", 1000)
    with listing("x" * 2000) as asked:
        assert "answers with more than 1,000 bytes" in asked.probe().detail


@BOTH
def test_texts_are_counted_without_special_tokens(fake_openai: FakeOpenAI, dialect: str) -> None:
    fake_openai.dialect = dialect

    counts = server(fake_openai).tokenize("m", ["one two", "", "three", "one two"])

    assert counts == [2, 0, 1, 2]


@BOTH
def test_many_texts_keep_their_order(fake_openai: FakeOpenAI, dialect: str) -> None:
    fake_openai.dialect = dialect
    texts = ["word " * number for number in range(1, 60)]

    counts = server(fake_openai).tokenize("m", texts)

    assert counts == list(range(1, 60))


def test_a_text_is_asked_for_once_and_the_dialect_too(fake_openai: FakeOpenAI) -> None:
    server(fake_openai).tokenize("m", ["one", "two", "one", "two"] * 20)

    assert fake_openai.tokenized == 3


@BOTH
def test_a_prompt_is_measured_with_the_chat_template(fake_openai: FakeOpenAI, dialect: str) -> None:
    fake_openai.dialect = dialect

    measured = server(fake_openai).measure("m", MESSAGES)

    assert measured == count_messages([message.wire() for message in MESSAGES])


def test_a_server_without_a_tokenizer_says_so(fake_openai: FakeOpenAI) -> None:
    fake_openai.dialect = "plain"

    with pytest.raises(BackendRefused) as refused:
        server(fake_openai).tokenize("m", ["one"])

    assert refused.value.status == 404


@BOTH
def test_the_context_is_what_the_server_gives_a_call(fake_openai: FakeOpenAI, dialect: str) -> None:
    fake_openai.dialect, fake_openai.context = dialect, 2048

    health = server(fake_openai).probe()

    assert (health.ok, health.models) == (True, {"fake-model": 2048})


def test_a_server_that_does_not_say_its_context_has_none(fake_openai: FakeOpenAI) -> None:
    fake_openai.dialect = "plain"

    assert server(fake_openai).models() == {"fake-model": 0}


def test_a_probe_of_nobody_is_not_ok_and_says_why(fake_openai: FakeOpenAI) -> None:
    with fake_openai.refusing():
        health = server(fake_openai).probe()

    assert not health.ok
    assert health.detail == f"vLLM: cannot connect to {fake_openai.root}: [Errno 111] Connection refused"


def test_counting_goes_on_when_the_server_comes_back(fake_openai: FakeOpenAI) -> None:
    asked = server(fake_openai)
    asked.tokenize("m", ["one"])
    with fake_openai.refusing(), pytest.raises(BackendUnavailable):
        asked.tokenize("m", ["two"])

    counts = asked.tokenize("m", ["two"])

    assert counts == [1]
