"""Errors below `/v1` in the words by which clients of OpenAI's and Anthropic's APIs tell one from another."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from app.errors import ModelNotFound
from app.web import problems
from tests.fakes.openai_server import MODEL, Reply
from tests.web.bodies.test_models import EmptyCatalog, find, gateway, serving
from tests.web.talking import Talking

VLLM = "This model's maximum context length is 1000 tokens. However, you requested 1200 tokens in the messages."
HELLO = [{"role": "user", "content": "Hello"}]


def refused(talk: Talking, path: str, **body: Any) -> dict[str, Any]:
    answer = talk.client.post(path, json={"messages": HELLO, **body})
    assert answer.status_code == 400
    error: dict[str, Any] = answer.json["error"]
    return error


def test_a_service_says_in_openai_s_words_that_a_prompt_is_too_long(talk: Talking) -> None:
    said = refused(talk, "/v1/chat/completions", model="chat", messages=[{"role": "user", "content": "word " * 1200}])

    # litellm makes its ContextWindowExceededError of these words, and looks at no `code`
    assert "this model's maximum context length is 1000 tokens" in said["message"]
    assert "shorten the prompt by" in said["message"]


@pytest.mark.parametrize("model", ["chat", MODEL])
@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("the input length exceeds the context length", "this model's maximum context length is exceeded"),
        ("request exceeds the available context size (1000 tokens)", "this model's maximum context length is 1000 tokens"),
    ],
)
def test_what_servers_say_in_other_words_is_said_in_openai_s_too(talk: Talking, model: str, words: str, told: str) -> None:
    talk.fake.script(Reply(status=400, message=words))

    said = refused(talk, "/v1/chat/completions", model=model)

    assert (words in said["message"], told in said["message"]) == (True, True)
    assert said["code"] == "context_length_exceeded"


def test_openai_s_words_are_said_once(talk: Talking) -> None:
    talk.fake.script(Reply(status=400, message=VLLM))

    assert refused(talk, "/v1/chat/completions", model=MODEL)["message"].count("maximum context length") == 1


def test_a_message_that_is_too_long_is_told_in_anthropic_s_words(talk: Talking) -> None:
    talk.fake.script(Reply(status=400, message=VLLM), Reply(status=400, message="max_tokens: must be lower"))

    too_long = refused(talk, "/v1/messages", model=MODEL, max_tokens=9)
    other = refused(talk, "/v1/messages", model=MODEL, max_tokens=9)

    # LangChain's client of Anthropic's API looks for these words; that API has no code for it
    assert too_long["message"].startswith("prompt is too long: ")
    assert "maximum context length is 1000 tokens" in too_long["message"]
    assert "too long" not in other["message"]


def test_an_unknown_model_is_answered_with_models_of_servers_and_with_services() -> None:
    """Clients that were written for another API ask for its models first (`gpt-4o`): they shall see what they may ask for."""
    services = {f"service-{number}": SimpleNamespace(service=SimpleNamespace(backends=())) for number in range(30)}
    models, _, _ = gateway(gpu=serving("one", "two"))

    with pytest.raises(ModelNotFound) as caught:
        find(models, "gpt-4o", EmptyCatalog(services=services))

    said = problems.sentence(caught.value)
    assert all(name in said for name in ("one", "two", "service-0", "service-9"))


@pytest.mark.parametrize("path", ["/v1/moderations", "/v1/images/generations"])
def test_a_path_that_few_servers_have_needs_a_model(talk: Talking, path: str) -> None:
    """OpenAI's package names no model for a moderation and for an image, if its caller names none."""
    answer = talk.client.post(path, json={"input": "Hello"})

    assert answer.status_code == 404
    assert "another path that it has" in answer.json["error"]["message"]
    assert "`model`" in answer.json["error"]["message"]
