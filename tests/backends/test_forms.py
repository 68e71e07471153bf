"""Servers that hold no JSON Schema: the next best form is asked for, once for each model, and the answer says so."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

import pytest

from app.backends import forms
from app.backends.adapters.openai import OpenAIBackend
from app.backends.base import Call, Message
from app.backends.form_refusals import Cause, cause
from app.backends.forms import AN_OBJECT, AS_IT_IS, HOLDS, IN_WORDS, WITH_A_SCHEMA, FittingForms
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
    assert (cause(failed) is not None) is tried


OTHER = replace(CALL, messages=(Message("user", "How many more? As JSON."),))
OTHER_FORM: dict[str, Any] = {"type": "json_schema", "json_schema": {"name": "m", "schema": {"type": "object"}}}
OTHER_SCHEMA = replace(CALL, response_format=OTHER_FORM)


@pytest.mark.parametrize(("status", "words"), WORDS.values(), ids=WORDS)
def test_it_is_learned_for_the_model_or_for_the_schema_that_was_refused(
    fake_openai: FakeOpenAI, backend: OpenAIBackend, status: int, words: str
) -> None:
    fake_openai.forms, fake_openai.refuses_forms = frozenset({"json_object"}), (status, words)
    of_one = "schema" in words.replace("json_schema", "") or "grammar" in words

    backend.complete(CALL)
    backend.complete(OTHER_SCHEMA)
    if words == "bad request":  # which one refusal does not teach
        assert asked(fake_openai)[2] == OTHER_FORM
        return

    assert asked(fake_openai)[2] == (OTHER_FORM if of_one else {"type": "json_object", "schema": {"type": "object"}})
    backend.complete(CALL)
    assert asked(fake_openai)[-1] == {"type": "json_object", "schema": SCHEMA}


def test_refusals_without_a_reason_teach_when_another_call_is_refused_too(
    fake_openai: FakeOpenAI, backend: OpenAIBackend
) -> None:
    fake_openai.forms, fake_openai.refuses_forms = frozenset({"json_object"}), (400, "bad request")

    for call in (CALL, CALL, OTHER, CALL):
        backend.complete(call)

    beside = {"type": "json_object", "schema": SCHEMA}
    assert asked(fake_openai) == [FORM, beside, FORM, beside, FORM, beside, beside]


def test_refusals_without_a_reason_between_calls_that_are_taken_teach_nothing(
    fake_openai: FakeOpenAI, backend: OpenAIBackend
) -> None:
    for call in (CALL, OTHER):
        fake_openai.script(Reply(status=400, message="bad request"))
        backend.complete(call)
        backend.complete(call)

    assert [form["type"] for form in asked(fake_openai)] == ["json_schema", "json_object", "json_schema"] * 2


@pytest.mark.parametrize("words", ["Failed to generate JSON. Please adjust your prompt.", "json_validate_failed"])
def test_an_answer_that_was_no_json_is_asked_for_again_and_teaches_nothing(
    fake_openai: FakeOpenAI, backend: OpenAIBackend, words: str
) -> None:
    for call in (CALL, OTHER, CALL):
        fake_openai.script(Reply(status=400, message=words))
        assert backend.complete(call).text == '{"n": 3}'
    backend.complete(CALL)

    assert asked(fake_openai)[-1] == FORM


@pytest.mark.parametrize(
    ("words", "param"),
    [
        ("temperature must be at most 2", None),
        ("Input is out of range", "temperature"),
        ("This is not supported with this model.", "max_tokens"),
        ("Invalid schema for function 'book'", "tools[0].function.parameters"),
        ("Invalid value", "messages[0].content"),
        ("The response was filtered due to the content management policy", None),
        ("The model is loading", None),
    ],
)
def test_what_is_about_another_thing_is_asked_once(
    fake_openai: FakeOpenAI, backend: OpenAIBackend, words: str, param: str | None
) -> None:
    fake_openai.script(Reply(status=400, message=words, param=param))

    with pytest.raises(BackendRefused):
        backend.complete(CALL)
    assert asked(fake_openai) == [FORM]


def test_a_field_that_has_the_form_is_named_by_a_refusal(fake_openai: FakeOpenAI, backend: OpenAIBackend) -> None:
    fake_openai.script(Reply(status=400, message="Invalid value", param="response_format.type"))

    backend.complete(CALL)
    backend.complete(OTHER_SCHEMA)

    assert [form["type"] for form in asked(fake_openai)] == ["json_schema", "json_object", "json_object"]


def test_a_stricter_form_is_asked_for_again_after_an_hour(caplog: pytest.LogCaptureFixture) -> None:
    now = [100.0]
    known = FittingForms(lambda: now[0])

    with caplog.at_level(logging.WARNING, forms.__name__):
        known.learn("s", CALL, AN_OBJECT, Cause.FORM)
        assert list(known.levels(OTHER_SCHEMA)) == [AN_OBJECT, IN_WORDS]
        now[0] += HOLDS
        assert list(known.levels(CALL)) == [AS_IT_IS, WITH_A_SCHEMA, AN_OBJECT, IN_WORDS]
        known.learn("s", CALL, AN_OBJECT, Cause.FORM)

    assert list(known.levels(CALL)) == [AN_OBJECT, IN_WORDS]
    assert len(caplog.records) == 1  # nothing new

    now[0] += HOLDS
    known.learn("s", CALL, WITH_A_SCHEMA, Cause.FORM)
    assert next(known.levels(CALL)) == WITH_A_SCHEMA


def test_many_schemas_are_not_all_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "MOST_LEARNED", 2)
    known = FittingForms()
    calls = [replace(CALL, response_format={**FORM, "json_schema": {"name": str(number)}}) for number in range(3)]

    for call in calls:
        known.learn("s", call, IN_WORDS, Cause.SCHEMA)

    assert [next(known.levels(call)) for call in calls] == [AS_IT_IS, IN_WORDS, IN_WORDS]


@pytest.mark.parametrize(
    ("failed", "found"),
    [
        (BackendUnavailable("s: 500 Internal error in database schema", status=500), None),
        (BackendUnavailable("s: 500 the JSON object must be str, not NoneType", status=500), None),
        (BackendUnavailable("s: 500 json mode is not supported", status=500), Cause.FORM),
        (BackendUnavailable("grammar-guided: 500 boom", status=500), None),
        (BackendRefused("grammar-guided: 404 the model outlines-7b is not here", status=404), None),
        (BackendRefused("grammar-guided: 400 bad request", status=400), Cause.UNSAID),
        (BackendRefused("s: 400 no JSON", status=400, code="json_validate_failed"), Cause.ANSWER),
        (BackendRefused("s: 400 response_format: the content_filter took it", status=400), None),
        (BackendRefused("s: 422 messages.0.content: Input should be a valid string", status=422), None),
        (BackendRefused("s: 400 [{'loc': ('body', 'seed'), 'msg': 'Input should be an integer'}]", status=400), None),
        (BackendRefused("s: 400 the loaded model does not support response_format", status=400), Cause.FORM),
        (BackendRefused("s: 400 guided decoding ran out of memory", status=400), Cause.SCHEMA),
    ],
    ids=str,
)
def test_the_words_of_a_refusal_tell_what_it_is_about(failed: BackendError, found: Cause | None) -> None:
    name = str(failed).partition(":")[0]

    assert cause(failed, name, "outlines-7b") is found
