"""The routes beside the chat, of vLLM, of llama.cpp and of a server that has none."""

from __future__ import annotations

import pytest

from app.backends.adapters.model_server import ModelServer
from app.backends.base import Message
from app.errors import BackendRefused, BackendUnavailable
from tests.fakes.openai_server import FakeOpenAI, count_messages

MESSAGES = (Message("system", "be brief"), Message("user", "what did Bob say"))
BOTH = pytest.mark.parametrize("dialect", ["vllm", "llama.cpp"])


def server(fake: FakeOpenAI) -> ModelServer:
    return ModelServer("vLLM", fake.base_url, "EMPTY")


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
