"""The OpenAI front: with the official client behind a real socket, and as bare HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import openai
import pytest

from tests.fakes.openai_server import MODEL, Reply
from tests.fakes.raw_answers import http
from tests.web.serving import served
from tests.web.talking import FLAVOR, SUMMARY, TURNS, Talking

HELLO: list[Any] = [{"role": "user", "content": "Hello"}]
TOOLS: list[Any] = [{"type": "function", "function": {"name": "add", "parameters": {"type": "object"}}}]
NAMES = ["chat", "generate:small", MODEL]  # a service, a flavor of one, a model of a backend


@pytest.fixture
def client(talk: Talking) -> Iterator[openai.OpenAI]:
    with served(talk.app) as port, openai.OpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="x", max_retries=0) as made:
        yield made


def test_services_their_flavors_and_the_models_of_backends_are_listed(client: openai.OpenAI) -> None:
    listed = [(model.id, model.owned_by) for model in client.models.list()]

    assert listed == [
        ("chat", "llm-gateway"),
        ("chat:small", "llm-gateway"),
        ("generate", "llm-gateway"),
        ("generate:small", "llm-gateway"),
        (MODEL, "vLLM"),
    ]


def test_each_model_tells_its_context(talk: Talking, client: openai.OpenAI) -> None:
    told = {model.id: model.to_dict()["max_model_len"] for model in client.models.list()}

    assert told[MODEL] == talk.fake.context
    assert told["chat"] == told["chat:small"] == FLAVOR["totalContextLength"]
    assert client.models.retrieve("chat:small").to_dict()["max_model_len"] == FLAVOR["totalContextLength"]


def test_each_model_tells_a_time_that_clients_read(client: openai.OpenAI) -> None:
    assert all(datetime.fromtimestamp(model.created, UTC).year >= 2026 for model in client.models.list())


@pytest.mark.parametrize(("name", "owner"), [("chat", "llm-gateway"), (MODEL, "vLLM")])
def test_one_model_is_told(client: openai.OpenAI, name: str, owner: str) -> None:
    assert client.models.retrieve(name).owned_by == owner


@pytest.mark.parametrize("name", NAMES)
def test_a_chat_is_answered(talk: Talking, client: openai.OpenAI, name: str) -> None:
    talk.fake.script(Reply(text="Voilà."))

    answer = client.chat.completions.create(model=name, messages=HELLO, max_tokens=9, stop=["END"], seed=4)

    assert answer.choices[0].message.content == "Voilà."
    assert answer.choices[0].finish_reason == "stop"
    assert answer.model == name
    assert answer.usage is not None
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (7, 1)
    assert {name: talk.fake.calls[0].body[name] for name in ("model", "max_tokens", "stop", "seed")} == {
        "model": MODEL,
        "max_tokens": 9,
        "stop": ["END"],
        "seed": 4,
    }


@pytest.mark.parametrize("name", NAMES)
def test_the_field_that_the_server_refuses_is_named(talk: Talking, client: openai.OpenAI, name: str) -> None:
    talk.fake.script(Reply(status=400, message="must be lower", param="body.temperature"))

    with pytest.raises(openai.BadRequestError) as refused:
        client.chat.completions.create(model=name, messages=HELLO)

    assert refused.value.param == "temperature"


@pytest.mark.parametrize("name", NAMES)
def test_a_chat_is_streamed_with_its_usage(talk: Talking, client: openai.OpenAI, name: str) -> None:
    talk.fake.script(Reply(text="one two three"))

    stream = client.chat.completions.create(model=name, messages=HELLO, stream=True, stream_options={"include_usage": True})
    chunks = list(stream)

    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == "one two three"
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "stop"
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.completion_tokens == 3
    assert len({chunk.id for chunk in chunks}) == 1


@pytest.mark.parametrize("name", ["generate", MODEL])
def test_a_prompt_is_completed(talk: Talking, client: openai.OpenAI, name: str) -> None:
    talk.fake.script(Reply(text="one two"))

    answer = client.completions.create(model=name, prompt="Hello")

    assert (answer.choices[0].text, answer.choices[0].finish_reason) == ("one two", "stop")


def test_a_completion_is_streamed(talk: Talking, client: openai.OpenAI) -> None:
    talk.fake.script(Reply(text="one two"))

    chunks = list(client.completions.create(model="generate", prompt="Hello", stream=True))

    assert [chunk.choices[0].text for chunk in chunks] == ["one", " two", ""]


def test_a_service_puts_its_template_around_the_last_message_of_the_user(talk: Talking, client: openai.OpenAI) -> None:
    talk.save("clerk", "As a clerk: {{ message }}", "chat", flavor={"system": "Be exact."})
    messages: list[Any] = [
        {"role": "system", "content": "Be short."},
        {"role": "user", "content": "Q1"},
        {"role": "assistant", "content": "A1"},
        {"role": "user", "content": [{"type": "text", "text": "Q2"}]},
    ]

    client.chat.completions.create(model="clerk", messages=messages)

    assert [(each["role"], each["content"]) for each in talk.fake.calls[0].messages] == [
        ("system", "Be exact.\n\nBe short."),
        ("user", "Q1"),
        ("assistant", "A1"),
        ("user", "As a clerk: Q2"),
    ]


@pytest.mark.parametrize("name", ["chat", MODEL])
def test_what_the_server_alone_knows_goes_through(talk: Talking, client: openai.OpenAI, name: str) -> None:
    wishes: dict[str, Any] = {
        "tools": TOOLS,
        "tool_choice": "auto",
        "response_format": {"type": "text"},
        "logprobs": True,
        "top_logprobs": 2,
        "temperature": 0.5,
        "presence_penalty": 0.25,
    }

    client.chat.completions.create(model=name, messages=HELLO, extra_body={"min_p": 0.1}, **wishes)

    body = talk.fake.calls[0].body
    assert {name: body.get(name) for name in (*wishes, "min_p")} == {**wishes, "min_p": 0.1}


def test_tools_take_their_room_in_the_context(talk: Talking, client: openai.OpenAI) -> None:
    tool = {"type": "function", "function": {"name": "weather", "description": 700 * "word ", "parameters": {"type": "object"}}}

    client.chat.completions.create(model="generate", messages=HELLO, tools=[tool], max_tokens=200)
    client.chat.completions.create(model="generate", messages=[{"role": "user", "content": 150 * "word "}], tools=[tool])

    short, long = (call.body["max_tokens"] for call in talk.fake.calls)
    assert short == 200
    assert long < 1000 - 150 - 700


def test_results_of_tools_go_back_to_the_model(talk: Talking, client: openai.OpenAI) -> None:
    called = {"id": "c1", "type": "function", "function": {"name": "add", "arguments": "{}"}}
    messages: list[Any] = [
        *HELLO,
        {"role": "assistant", "content": None, "tool_calls": [called]},
        {"role": "tool", "content": "3", "tool_call_id": "c1"},
    ]

    client.chat.completions.create(model="chat", messages=messages, tools=TOOLS)

    _, assistant, tool = talk.fake.calls[0].messages
    assert assistant["tool_calls"] == [called]
    assert (tool["role"], tool["tool_call_id"]) == ("tool", "c1")


def test_thoughts_stand_in_their_own_field(talk: Talking, client: openai.OpenAI) -> None:
    talk.fake.script(Reply(text="<think>Hm.</think>Yes."), Reply(text="<think>Hm.</think>Yes."))

    whole = client.chat.completions.create(model="chat", messages=HELLO).choices[0].message
    chunks = list(client.chat.completions.create(model="chat", messages=HELLO, stream=True))

    deltas = [chunk.choices[0].delta for chunk in chunks]
    assert (whole.content, getattr(whole, "reasoning_content", None)) == ("Yes.", "Hm.")
    assert "".join(delta.content or "" for delta in deltas) == "Yes."
    assert "".join(getattr(delta, "reasoning_content", None) or "" for delta in deltas) == "Hm."


@pytest.mark.parametrize(
    "reply", [Reply(text="<think>one two three</think>Yes."), Reply(text="Yes.", thinking="one two three")]
)
def test_thoughts_are_streamed_as_they_come(talk: Talking, client: openai.OpenAI, reply: Reply) -> None:
    talk.fake.script(reply)

    chunks = list(client.chat.completions.create(model="chat", messages=HELLO, stream=True))

    deltas = [chunk.choices[0].delta for chunk in chunks]
    thoughts = [each for delta in deltas if (each := getattr(delta, "reasoning_content", None))]
    assert "".join(thoughts).split() == ["one", "two", "three"]
    assert len(thoughts) >= 3


def test_a_transcript_is_summed_up_and_the_stream_shows_it_growing(talk: Talking, client: openai.OpenAI) -> None:
    talk.write(SUMMARY, TURNS)
    talk.fake.script(Reply(text="Bob : one"), Reply(text="Bob : two"))
    transcript = "\n".join(f"Bob : sentence {number}." for number in range(4))

    stream = client.chat.completions.create(
        model="cra", messages=[{"role": "user", "content": transcript}], stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)

    assert [chunk.choices[0].delta.content for chunk in chunks if chunk.choices] == ["", "Bob : one", "\nBob : two", None]
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.completion_tokens == 6


def test_a_transcript_is_summed_up_at_once(talk: Talking, client: openai.OpenAI) -> None:
    talk.write(SUMMARY, TURNS)
    talk.fake.script(Reply(text="Bob : one"))

    answer = client.chat.completions.create(model="cra:small", messages=[{"role": "user", "content": "Bob : Hello."}])

    assert answer.choices[0].message.content == "Bob : one"


@pytest.mark.parametrize("name", ["chat", MODEL])
def test_a_stream_that_breaks_off_is_an_error_for_the_client(talk: Talking, client: openai.OpenAI, name: str) -> None:
    talk.fake.script(Reply(text="one two three four", fault="reset_midway"))

    with pytest.raises(openai.APIError, match="vLLM"):
        list(client.chat.completions.create(model=name, messages=HELLO, stream=True))


@pytest.mark.parametrize("name", ["chat", MODEL])
@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(status=500), openai.InternalServerError),
        (Reply(fault="reset"), openai.InternalServerError),
        (Reply(fault="context"), openai.BadRequestError),
        (Reply(status=422), openai.UnprocessableEntityError),
        (Reply(status=401), openai.InternalServerError),
    ],
)
@pytest.mark.parametrize("streamed", [False, True])
def test_what_fails_before_the_first_byte_has_a_status(
    talk: Talking, client: openai.OpenAI, *, name: str, reply: Reply, error: type[openai.APIStatusError], streamed: bool
) -> None:
    talk.fake.script(reply)

    with pytest.raises(error) as caught:
        client.chat.completions.create(model=name, messages=HELLO, stream=streamed)

    assert caught.value.body is not None
    assert set(caught.value.body) == {"message", "type", "param", "code"}  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("path", "body", "status", "param", "code"),
    [
        ("chat/completions", {}, 400, "model", "missing_parameter"),
        ("chat/completions", {"model": 3}, 400, "model", "bad_parameter"),
        ("chat/completions", {"model": "nobody", "messages": HELLO}, 404, None, "model_not_found"),
        ("chat/completions", {"model": "chat:nobody", "messages": HELLO}, 404, None, "model_not_found"),
        ("chat/completions", {"model": "chat"}, 400, "messages", "missing_parameter"),
        ("chat/completions", {"model": "chat", "messages": "hi"}, 400, "messages", "bad_parameter"),
        (
            "chat/completions",
            {"model": "chat", "messages": [{"role": "user", "content": " "}]},
            400,
            "messages",
            "bad_parameter",
        ),
        ("chat/completions", {"model": "generate", "messages": [{"role": "user"}]}, 400, "messages", "bad_parameter"),
        ("chat/completions", {"model": "chat", "input": "hi"}, 400, "input", "bad_parameter"),
        ("chat/completions", {"model": "chat", "messages": HELLO, "n": 2}, 400, "n", "bad_parameter"),
        ("chat/completions", {"model": "chat", "messages": HELLO, "temperature": 9}, 400, "temperature", "bad_parameter"),
        ("completions", {"model": "generate"}, 400, "prompt", "missing_parameter"),
        ("completions", {"model": "generate", "prompt": ["a", "b"]}, 400, "prompt", "bad_parameter"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_openais_words(
    talk: Talking, *, path: str, body: dict[str, Any], status: int, param: str | None, code: str
) -> None:
    answer = talk.client.post(f"/v1/{path}", json=body)

    error = answer.json["error"]
    assert (answer.status_code, error["param"], error["code"]) == (status, param, code)
    assert (error["type"], set(answer.json)) == ("invalid_request_error", {"error"})
    assert talk.fake.calls == []


@pytest.mark.parametrize("path", ["chat/completions", "completions", "embeddings", "messages", "models"])
def test_a_model_whose_server_is_away_is_no_unknown_model(talk: Talking, path: str) -> None:
    with talk.fake.refusing():
        asked = {"model": MODEL, "messages": HELLO, "prompt": "Hi", "input": "Hi", "max_tokens": 9}
        answer = talk.client.get(f"/v1/models/{MODEL}") if path == "models" else talk.client.post(f"/v1/{path}", json=asked)

    error = answer.json["error"]
    assert (answer.status_code, error["type"]) == (503, "overloaded_error" if path == "messages" else "server_error")
    assert int(answer.headers["Retry-After"]) > 0
    assert "vLLM does not answer" in error["message"]


@pytest.mark.parametrize("model", [MODEL, "chat"])
@pytest.mark.parametrize(("stream", "streamed"), [("true", True), ("False", False), (1, True), ("0", False)])
def test_whether_to_stream_may_be_said_as_text(talk: Talking, model: str, stream: Any, streamed: bool) -> None:
    answer = talk.client.post("/v1/chat/completions", json={"model": model, "messages": HELLO, "stream": stream})

    assert answer.status_code == 200
    assert answer.text.startswith("data:") is streamed


def test_a_body_that_is_no_json_is_refused_in_openais_words(talk: Talking) -> None:
    answer = talk.client.post("/v1/chat/completions", data=b"{", content_type="application/json")

    assert (answer.status_code, answer.json["error"]["type"]) == (400, "invalid_request_error")


@pytest.mark.parametrize(
    ("method", "path", "status"), [("POST", "/v1/images/generations", 404), ("GET", "/v1/chat/completions", 405)]
)
def test_what_is_not_there_is_refused_in_openais_words(talk: Talking, method: str, path: str, status: int) -> None:
    answer = talk.client.open(path, method=method, json={"model": "chat"} if method == "POST" else None)

    assert (answer.status_code, answer.json["error"]["type"]) == (status, "invalid_request_error")
    assert set(answer.json) == {"error"}


def test_a_service_whose_model_is_not_there_is_no_unknown_model(talk: Talking) -> None:
    talk.fake.script(Reply(status=404, message="The model `gone` does not exist"))

    answer = talk.client.post("/v1/chat/completions", json={"model": "chat", "messages": [{"role": "user", "content": "Hi"}]})

    assert answer.status_code == 502
    assert "use another flavor" in answer.json["error"]["message"]


def test_a_prompt_that_is_too_long_is_told_as_openai_tells_it(talk: Talking, client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(model="chat", messages=[{"role": "user", "content": "word " * 1200}])

    assert caught.value.code == "context_length_exceeded"


def test_the_request_for_a_backends_model_is_handed_on_as_it_is(talk: Talking) -> None:
    raw = f'{{"model":  "{MODEL}", "messages": [{{"role": "user", "content": "é"}}], "strange": {{"key": 1}}}}'

    answer = talk.client.post("/v1/chat/completions", data=raw.encode(), content_type="application/json")

    assert talk.fake.calls[0].body == json.loads(raw)
    assert answer.json["id"] == "chatcmpl-fake"


def test_a_request_that_is_handed_on_names_one_model(talk: Talking) -> None:
    twice = b'{"model": "other", "messages": [{"role": "user", "content": "x"}], "mod\\u0065l": "' + MODEL.encode() + b'"}'
    answer = talk.client.post("/v1/chat/completions", data=twice, content_type="application/json")
    refused = talk.client.post("/v1/chat/completions", json={"model": MODEL, "Model": "other", "messages": HELLO})

    assert (answer.status_code, refused.status_code, refused.json["error"]["param"]) == (200, 400, "model")
    assert [call.body["model"] for call in talk.fake.calls] == [MODEL]


def test_a_model_of_a_backend_that_hands_nothing_on_is_answered_too(talk: Talking) -> None:
    flavor = {**FLAVOR, "backend": "echo", "modelName": "parrot"}
    talk.write({"type": "chat", "name": "bird", "flavor": [flavor]}, "{{ message }}")

    answer = talk.client.post("/v1/chat/completions", json={"model": "bird", "messages": HELLO})

    assert answer.json["choices"][0]["message"]["content"] == "Hello"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("code", "told"), [("content_filter", "content_filter"), ("sk-a key!", "backend_refused"), (400, "backend_refused")]
)
def test_the_server_s_name_for_an_error_is_told(talk: Talking, name: str, code: Any, told: str) -> None:
    body = json.dumps({"error": {"message": "filtered", "code": code}}).encode()
    talk.fake.script(Reply(raw=http(body, status="400 Bad Request")))

    answer = talk.client.post("/v1/chat/completions", json={"model": name, "messages": HELLO})

    assert (answer.status_code, answer.json["error"]["code"]) == (400, told)
