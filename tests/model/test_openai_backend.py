"""The backend against llama.cpp's own server."""

from __future__ import annotations

import pytest

from app.backends.adapters.openai import OpenAIBackend
from app.backends.base import Call, Message
from app.errors import ContextExceeded
from tests.fixtures.embedded import Served

pytestmark = pytest.mark.model

PROMPTS = [
    (Message("user", "Hi"),),
    (Message("system", "Be brief."), Message("user", "Alice : on se voit à dix heures.\nBob : d'accord.")),
    (Message("user", "One"), Message("assistant", "two"), Message("user", "three")),
]


def backend(served: Served) -> OpenAIBackend:
    return OpenAIBackend("local", served.api_base, "")


@pytest.mark.parametrize("messages", PROMPTS)
def test_a_prompt_is_measured_as_the_server_counts_it(tiny_server: Served, messages: tuple[Message, ...]) -> None:
    asked = backend(tiny_server)

    answer = asked.complete(Call("any", messages, max_tokens=2))

    assert asked.measure("any", messages) == answer.prompt_tokens


def test_texts_are_counted_without_special_tokens(tiny_server: Served) -> None:
    assert backend(tiny_server).tokenize("any", ["hello world", ""]) == [2, 0]


def test_a_probe_tells_the_context_of_one_call(tiny_server: Served) -> None:
    health = backend(tiny_server).probe()

    assert (health.ok, health.models) == (True, {"smollm2-135m-instruct": tiny_server.context})


def test_a_prompt_beyond_the_context_is_said_to_be_so(tiny_server: Served) -> None:
    with pytest.raises(ContextExceeded):
        backend(tiny_server).complete(Call("any", (Message("user", "one " * 5000),), max_tokens=2))
