"""Servers that hold no JSON Schema: the next best form is asked for, once for each model, and the answer says so."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

import pytest

from app.backends import forms
from app.backends.adapters.openai import OpenAIBackend
from app.backends.base import Call, Message
from app.backends.forms import may_be_about_the_form
from app.backends.requests import RolesRefused
from app.errors import BackendError, BackendRefused, BackendUnavailable, ContextExceeded
from tests.fakes.openai_server import FakeOpenAI, Reply

SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"], "additionalProperties": False}
FORM = {"type": "json_schema", "json_schema": {"name": "n", "schema": SCHEMA, "strict": True}}
CALL = Call("fake-model", (Message("user", "How many? As JSON."),), max_tokens=50, response_format=FORM, loosely=True)
# How servers say that they do not know a form.
WORDS = {
    "DeepSeek": (400, "This response_format type is unavailable now"),
    "DeepSeek, once": (422, "Failed to deserialize the JSON body: response_format.type `json_schema` is unavailable now"),
    "an older vLLM": (
        400,
        "[{'type': 'literal_error', 'loc': ('body', 'response_format', 'type'), 'msg': \"Input should be 'text'\"}]",
    ),
    "OpenAI's older models": (
        400,
        "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.",
    ),
    "OpenAI's strict rules": (400, "Invalid schema for response_format 'n': 'additionalProperties' is required to be supplied"),
    "OpenRouter": (404, "No endpoints found that can handle the requested parameters: response_format"),
    "llama.cpp": (500, "failed to parse grammar"),
    "vLLM, a schema that its grammar cannot hold": (
        400,
        "The provided JSON schema contains features not supported by xgrammar.",
    ),
    "a proxy": (501, "structured output is not implemented"),
    "says nothing": (400, "bad request"),
}


@pytest.fixture(params=["direct", "package"])
def backend(request: pytest.FixtureRequest, fake_openai: FakeOpenAI) -> OpenAIBackend:
    fake_openai.default = Reply(text='{"n": 3}')
    return OpenAIBackend("s", fake_openai.base_url, "", packaged=request.param == "package")


def asked(fake: FakeOpenAI) -> list[Any]:
    return [seen.body.get("response_format") for seen in fake.calls]


def test_a_server_that_holds_a_schema_is_asked_for_it_alone(fake_openai: FakeOpenAI, backend: OpenAIBackend) -> None:
    answer = backend.complete(CALL)

    assert (answer.text, answer.warnings, asked(fake_openai)) == ('{"n": 3}', (), [FORM])


@pytest.mark.parametrize(("status", "words"), WORDS.values(), ids=WORDS)
def test_a_server_that_takes_no_form_is_asked_in_words_and_that_is_said(
    fake_openai: FakeOpenAI, backend: OpenAIBackend, status: int, words: str
) -> None:
    fake_openai.forms, fake_openai.refuses_forms = frozenset({"text"}), (status, words)

    answer = backend.complete(CALL)

    assert answer.text == '{"n": 3}'
    assert answer.warnings == (
        "the server holds answers to no form: they were asked for in words, and what they say is checked",
    )
    assert [form and form["type"] for form in asked(fake_openai)] == ["json_schema", "json_object", "json_object", None]


def test_it_is_learned_once_for_a_model(
    fake_openai: FakeOpenAI, backend: OpenAIBackend, caplog: pytest.LogCaptureFixture
) -> None:
    fake_openai.forms = frozenset({"json_object"})

    with caplog.at_level(logging.WARNING, forms.__name__):
        answers = [backend.complete(CALL) for _ in range(3)]

    beside = {"type": "json_object", "schema": SCHEMA}
    assert asked(fake_openai) == [FORM, beside, beside, beside]
    assert {each.warnings for each in answers} == {forms.warned(forms.WITH_A_SCHEMA)}
    assert [each.getMessage() for each in caplog.records] == [
        "s: the server may hold answers to no JSON Schema, only to JSON: what they say is checked (model fake-model)"
    ]


def test_the_word_json_is_said_where_a_server_wants_it(fake_openai: FakeOpenAI, backend: OpenAIBackend) -> None:
    fake_openai.forms = frozenset({"json_object"})

    assert backend.complete(replace(CALL, messages=(Message("user", "How many?"),))).text == '{"n": 3}'
    assert fake_openai.calls[-1].prompt == "How many?\n\nAnswer with one JSON object only."


def test_who_does_not_check_gets_the_server_s_refusal(fake_openai: FakeOpenAI, backend: OpenAIBackend) -> None:
    fake_openai.forms = frozenset({"json_object"})

    with pytest.raises(BackendRefused, match="unavailable now"):
        backend.complete(replace(CALL, loosely=False))
    assert asked(fake_openai) == [FORM]


def test_a_refusal_for_another_reason_stays_what_it_is_and_teaches_nothing(
    fake_openai: FakeOpenAI, backend: OpenAIBackend
) -> None:
    fake_openai.script(*(Reply(status=400, message=f"reason {number}") for number in range(4)))

    with pytest.raises(BackendRefused, match="reason 0"):
        backend.complete(CALL)
    backend.complete(CALL)

    assert asked(fake_openai)[-1] == FORM


@pytest.mark.parametrize(
    ("failed", "tried"),
    [
        (BackendRefused("no key", status=401), False),
        (BackendRefused("The model `x` does not exist.", status=404), False),
        (BackendRefused("too many", status=429), False),
        (RolesRefused("System role not supported"), False),
        (ContextExceeded("too long"), False),
        (BackendUnavailable("boom", status=500), False),
        (BackendUnavailable("the connection broke"), False),
        (BackendUnavailable("failed to parse grammar", status=500), True),
        (BackendRefused("bad request", status=400), True),
    ],
    ids=repr,
)
def test_only_what_may_be_about_the_form_is_asked_again_otherwise(failed: BackendError, tried: bool) -> None:
    assert may_be_about_the_form(failed) is tried
