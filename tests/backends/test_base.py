"""The one seam for text: a message in, text out, whatever serves the model."""

from __future__ import annotations

import threading

import pytest

from app.backends.adapters.echo import Echo
from app.backends.adapters.openai import MAX_COMPLETION_TOKENS, OpenAIBackend
from app.backends.base import DEFAULT_MAX_TOKENS, Backend
from app.backends.wrappers.limited import Limited
from app.backends.wrappers.retrying import Retrying
from app.errors import BackendRefused, Cancelled
from tests.fakes.openai_server import FakeOpenAI, Reply


def backend(fake: FakeOpenAI) -> Backend:
    return Retrying(Limited(OpenAIBackend("vLLM", fake.base_url, "EMPTY", model="mixtral"), 4), 2)


def test_a_message_in_and_text_out(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(text="Paris"))

    text = backend(fake_openai).generate_response("What is the capital of France?", "You are helpful.", 100)

    sent = fake_openai.calls[0]
    assert text == "Paris"
    assert sent.messages == (
        {"role": "system", "content": "You are helpful."},
        {"role": "user", "content": "What is the capital of France?"},
    )
    assert (sent.model, sent.body["max_tokens"]) == ("mixtral", 100)


def test_what_is_not_said_is_usual(fake_openai: FakeOpenAI) -> None:
    backend(fake_openai).generate_response("hello")

    sent = fake_openai.calls[0]
    assert [message["role"] for message in sent.messages] == ["user"]
    assert set(sent.body) == {"model", "messages", "max_tokens", "stream", "stream_options"}
    assert sent.body["max_tokens"] == DEFAULT_MAX_TOKENS


def test_further_wishes_are_those_of_a_call(fake_openai: FakeOpenAI) -> None:
    backend(fake_openai).generate_response("hello", model="other", temperature=0.3, stop=("END",))

    sent = fake_openai.calls[0].body
    assert (sent["model"], sent["temperature"], sent["stop"]) == ("other", 0.3, ["END"])


def test_without_a_model_the_servers_first_is_asked(fake_openai: FakeOpenAI) -> None:
    OpenAIBackend("vLLM", fake_openai.base_url, "EMPTY").generate_response("hello")

    assert fake_openai.calls[0].model == fake_openai.model


def test_a_server_without_a_model_is_said(fake_openai: FakeOpenAI) -> None:
    class Nothing(OpenAIBackend):
        pass

    silent = Nothing("vLLM", fake_openai.root + "/nowhere", "EMPTY")

    with pytest.raises(BackendRefused):
        silent.generate_response("hello")


def test_its_twin_gives_the_text_as_it_comes(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(text="one two three"))

    texts = list(backend(fake_openai).stream_response("count"))

    assert len(texts) == 3
    assert "".join(texts) == "one two three"


def test_any_thread_can_end_it(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(fault="hang_midway"))
    texts = backend(fake_openai).stream_response("count")
    ends: list[BaseException] = []

    def read() -> None:
        try:
            list(texts)
        except Cancelled as exc:
            ends.append(exc)

    reader = threading.Thread(target=read)
    reader.start()
    assert fake_openai.wait_for(lambda fake: fake.open == 1)
    texts.close()
    reader.join(5)

    assert len(ends) == 1
    assert fake_openai.wait_for(lambda fake: fake.open == 0, 1.0)


def test_a_backend_without_a_server_speaks_too() -> None:
    assert Echo().generate_response("one two three", max_tokens=100) == "one two three"


def test_openais_own_models_know_the_longest_answer_by_another_name(fake_openai: FakeOpenAI) -> None:
    OpenAIBackend("openai", fake_openai.base_url, "k", dialect=MAX_COMPLETION_TOKENS).generate_response(
        "hello", model="o9", max_tokens=7
    )

    sent = fake_openai.calls[0].body
    assert sent["max_completion_tokens"] == 7
    assert "max_tokens" not in sent
