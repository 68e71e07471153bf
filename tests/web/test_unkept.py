"""The OpenAI API in front of services that keep only some of its options, and where there is no route."""

from __future__ import annotations

from typing import Any

import pytest

from app.kinds import KINDS
from app.web.bodies import api_errors
from tests.fakes.openai_server import Reply
from tests.web.talking import FLAVOR, SUMMARY, TURNS, Talking

CHAT = "/v1/chat/completions"
TOOL = {"type": "function", "function": {"name": "now", "parameters": {"type": "object"}}}
MINUTES = {"type": "minutes", "name": "pv", "flavor": [FLAVOR]}
UNKEPT: dict[str, Any] = {
    "tools": [TOOL],
    "functions": [{"name": "now"}],
    "n": 2,
    "logprobs": True,
    "top_logprobs": 3,
    "response_format": {"type": "json_object"},
    "stop": ["END"],
    "seed": 0,
    "max_tokens": 5,
    "max_completion_tokens": 5,
    "logit_bias": {"5": 1},
    "presence_penalty": 0.5,
    "modalities": ["audio"],
    "reasoning_effort": "high",
    "reasoning": {"effort": "high"},
    "thinking": {"type": "enabled"},
    "enable_thinking": True,
    "options": {"num_ctx": 4096},
    "extra_body": {"top_k": 5},
    "guided_json": {"type": "object"},
}
NEUTRAL: dict[str, Any] = {
    "tools": [],
    "tool_choice": "auto",
    "parallel_tool_calls": True,
    "n": 1,
    "logprobs": False,
    "top_logprobs": None,
    "response_format": {"type": "text"},
    "stop": None,
    "logit_bias": {},
    "presence_penalty": 0,
    "frequency_penalty": 0.0,
    "modalities": ["text"],
    "user": "u",
    "metadata": {"a": "b"},
    "store": False,
    "service_tier": "auto",
    "stream_options": None,
    "temperature": 0.2,
    "top_p": 0.9,
}


def users(*contents: Any) -> list[dict[str, Any]]:
    return [{"role": "user", "content": content} for content in contents]


@pytest.fixture
def served(talk: Talking) -> Talking:
    talk.write(SUMMARY, TURNS)
    talk.write(MINUTES, "{{ turns }}")
    talk.save("calls", "{{ functions }} {{ prompt }}", "function_call", functions=[{"name": "now"}])
    return talk


@pytest.mark.parametrize("stream", [False, True])
def test_all_that_the_user_says_is_the_transcript_of_a_summary(served: Talking, *, stream: bool) -> None:
    served.fake.script(Reply(text="Bob : one"))
    messages: list[dict[str, Any]] = [
        {"role": "system", "content": "Sum up."},
        *users("Ann : The first part."),
        {"role": "assistant", "content": "Go on."},
        *users([{"type": "text", "text": "Bob : The second part."}], "Cleo : The last part."),
    ]

    answer = served.client.post(CHAT, json={"model": "cra", "messages": messages, "stream": stream})

    assert (answer.status_code, "one" in answer.text) == (200, True)
    prompts = "\n".join(call.prompt for call in served.fake.calls)
    assert all(each in prompts for each in ("Ann : The first part.", "Bob : The second part.", "Cleo : The last part."))
    assert "Go on." not in prompts


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if kind.GROWS])
def test_every_kind_that_reads_a_transcript_reads_all_messages(served: Talking, kind: str) -> None:
    name = {"summary": "cra", "minutes": "pv"}[kind]

    served.client.post(CHAT, json={"model": name, "messages": users("Ann : The first part.", "Bob : The second part.")})

    prompts = "\n".join(message["content"] for call in served.fake.calls for message in call.messages)
    assert all(each in prompts for each in ("The first part.", "The second part."))


@pytest.mark.parametrize("name", UNKEPT)
@pytest.mark.parametrize("model", ["cra", "pv:small"])
def test_an_option_that_a_service_cannot_keep_is_refused(served: Talking, model: str, name: str) -> None:
    answer = served.client.post(CHAT, json={"model": model, "messages": users("Ann : Hello."), name: UNKEPT[name]})

    error = answer.json["error"]
    assert (answer.status_code, error["param"], error["type"]) == (400, name, "invalid_request_error")
    assert served.fake.calls == []


@pytest.mark.parametrize("model", ["cra", "chat", "generate:small"])
def test_options_that_ask_for_nothing_are_as_good_as_absent(served: Talking, model: str) -> None:
    served.fake.default = Reply(text="Ann : fine")

    answer = served.client.post(CHAT, json={"model": model, "messages": users("Ann : Hello."), **NEUTRAL})

    assert answer.status_code == 200


def test_the_api_before_tools_is_told_what_there_is_instead(talk: Talking) -> None:
    """OpenAI's package of 2023 and what was written for it send `functions`, with `function_call` beside them."""
    talk.write(SUMMARY, TURNS)
    older = {"messages": [{"role": "user", "content": "Ann: Hello."}], "functions": [{"name": "now"}], "function_call": "auto"}

    chat, summary = (talk.client.post(CHAT, json={"model": model, **older}) for model in ("chat", "cra"))

    assert (chat.status_code, summary.status_code) == (400, 400)
    assert "send `tools` and `tool_choice` instead" in chat.json["error"]["message"]
    assert "leave it out" in summary.json["error"]["message"]


@pytest.mark.parametrize(
    ("model", "name"), [("calls", "tools"), ("calls", "response_format"), ("chat", "functions"), ("chat", "audio")]
)
def test_other_kinds_refuse_what_they_cannot_keep(served: Talking, model: str, name: str) -> None:
    option = {**UNKEPT, "audio": {"voice": "alloy"}}[name]

    answer = served.client.post(CHAT, json={"model": model, "messages": users("What time is it?"), name: option})

    assert (answer.status_code, answer.json["error"]["param"]) == (400, name)


@pytest.mark.parametrize(
    "name", ["tools", "logprobs", "response_format", "stop", "seed", "max_tokens", "logit_bias", "guided_json", "thinking"]
)
def test_a_chat_keeps_them(served: Talking, name: str) -> None:
    served.fake.default = Reply(text='{"a": 1}')

    answer = served.client.post(CHAT, json={"model": "chat", "messages": users("Hello"), name: UNKEPT[name]})

    assert answer.status_code == 200
    assert served.fake.calls[0].body[name] == UNKEPT[name]


@pytest.mark.parametrize("path", ["/v1", "/v1/", "/v1/embedding", "/v1/chat/completion", "/v1/nothing/x", "//v1//x/"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_where_there_is_no_route_openais_words_name_those_that_there_are(talk: Talking, path: str, method: str) -> None:
    answer = talk.client.open("/", method=method, environ_overrides={"PATH_INFO": path})

    assert answer.status_code == 404
    error = answer.json["error"]
    assert (set(answer.json), error["type"], error["code"]) == ({"error"}, "invalid_request_error", "not_found")
    assert all(each in error["message"] for each in ("GET /v1/models, ", "GET /v1/models/{name}", "POST /v1/chat/completions"))


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_route_that_only_takes_post_says_so_in_openais_words(talk: Talking, method: str) -> None:
    answer = talk.client.open("/v1/embeddings", method=method)

    assert (answer.status_code, set(answer.json), answer.headers["Allow"]) == (405, {"error"}, "POST")


@pytest.mark.parametrize("path", ["/v1/files/x", "/v1/load_lora_adapter", "/v1/sleep"])
def test_what_administers_a_model_server_is_refused_in_openais_words(talk: Talking, path: str) -> None:
    answer = talk.client.post(path, json={"model": "m"})

    assert (answer.status_code, set(answer.json)) == (403, {"error"})


def test_the_route_that_is_probably_meant_is_named(talk: Talking) -> None:
    answer = talk.client.post("/v1/chat/completion", json={})

    assert 'did you mean "/v1/chat/completions"?' in answer.json["error"]["message"]


def test_the_model_that_is_probably_meant_is_named(talk: Talking) -> None:
    answer = talk.client.post(CHAT, json={"model": "openai/chat", "messages": users("Hello")})

    error = answer.json["error"]
    assert (answer.status_code, error["code"]) == (404, "model_not_found")
    assert """The model 'openai/chat' does not exist; did you mean "chat"? GET /v1/models""" in error["message"]


def test_the_flavors_are_named_for_one_that_is_not_there(talk: Talking) -> None:
    answer = talk.client.post(CHAT, json={"model": "chat:smal", "messages": users("Hello")})

    error = answer.json["error"]
    assert (answer.status_code, error["code"]) == (404, "model_not_found")
    assert """The model 'chat:smal' does not exist; did you mean "chat:small"? GET /v1/models""" in error["message"]
    assert error["message"].endswith("that there are: chat:small")


def test_calls_of_the_api_before_tools_are_told_as_tools(talk: Talking) -> None:
    called = {"name": "now", "arguments": "{}"}
    old = [
        {"role": "assistant", "content": None, "function_call": called},
        {"role": "function", "name": "now", "content": "12:00"},
    ]

    answer = talk.client.post(CHAT, json={"model": "chat", "messages": [*users("What time is it?"), *old], "tools": [TOOL]})

    assert answer.status_code == 200
    assistant, tool = talk.fake.calls[0].messages[1:]
    assert assistant["tool_calls"] == [{"id": "now", "type": "function", "function": called}]
    assert (tool["role"], tool["tool_call_id"], tool["content"]) == ("tool", "now", "12:00")


@pytest.mark.parametrize("call", [{}, {"function": {}}, {"function": {"arguments": "{}"}}, "now", None], ids=str)
def test_a_call_without_a_name_is_refused(talk: Talking, call: Any) -> None:
    messages = [*users("q"), {"role": "assistant", "tool_calls": [call]}]

    answer = talk.client.post(CHAT, json={"model": "chat", "messages": messages})

    assert (answer.status_code, answer.json["error"]["param"]) == (400, "messages.1.tool_calls.0")


@pytest.mark.parametrize("stream", [False, True])
def test_a_call_that_the_server_leaves_in_the_text_is_one(talk: Talking, *, stream: bool) -> None:
    talk.fake.script(Reply(text='<tool_call> {"name": "now", "arguments": {}} </tool_call>'))

    answer = talk.client.post(CHAT, json={"model": "chat", "messages": users("q"), "tools": [TOOL], "stream": stream})

    assert ('"finish_reason":"tool_calls"' in answer.text, '"name":"now"' in answer.text) == (True, True)
    assert "<tool_call>" not in answer.text


@pytest.mark.parametrize("path", ["/v10", "/v1x/models", "/nowhere"])
def test_elsewhere_it_is_told_in_our_words(talk: Talking, path: str) -> None:
    answer = talk.client.get(path)

    assert (answer.status_code, answer.json["message"]) == (404, "Not Found")


@pytest.mark.parametrize("path", ["/v1", "/v1/embeddings", "/v1/models"])
def test_a_client_without_a_key_is_told_so_in_openais_words(locked: Talking, path: str) -> None:
    answer = locked.client.get(path)

    assert (answer.status_code, set(answer.json), answer.json["error"]["code"]) == (401, {"error"}, "no_key")


@pytest.mark.parametrize(
    ("body", "kind", "status", "words"),
    [
        (b"", "application/json", 400, "the body is empty: send a JSON object"),
        (b" \n", None, 400, "the body is empty: send a JSON object"),
        (
            b'--x\r\nContent-Disposition: form-data; name="model"\r\n\r\nm\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
            415,
            "a form",
        ),
    ],
)
def test_a_body_of_another_kind_is_called_so(served: Talking, body: bytes, kind: str | None, status: int, words: str) -> None:
    answer = served.client.post(CHAT, data=body, content_type=kind)

    assert answer.status_code == status
    assert words in answer.json["error"]["message"]


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("v1/chat/completions", "chat/completions"),
        ("engines/davinci/completions", "completions"),
        ("chat", "chat/completions"),
        ("embedding", "embeddings"),
        ("chat-completions", "chat/completions"),
        ("transcriptions", "audio/transcriptions"),
        ("mesages/count_tokens", "messages/count_tokens"),
        ("frobnicate", ""),
        ("moderations", ""),
        ("images/generations", ""),
        ("", ""),
    ],
)
def test_only_a_path_that_is_near_is_meant(path: str, meant: str) -> None:
    known = ["chat/completions", "completions", "embeddings", "audio/transcriptions", "messages/count_tokens", "tokenize"]

    assert api_errors.meant(f"/v1/{path}", known) == (f'; did you mean "/v1/{meant}"?' if meant else "")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("files", "/batch/generate"),
        ("batches", "/batch/generate"),
        ("batches/b1/cancel", "/batch/generate"),
        ("messages/batches", "/batch/generate"),
        ("threads/t1/runs", "previous_response_id"),
        ("conversations", "previous_response_id"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_clients_of_other_apis_look_for_is_told_with_what_there_is(
    talk: Talking, method: str, path: str, words: str
) -> None:
    answer = talk.client.open(f"/v1/{path}", method=method, json={"model": "m"} if method == "POST" else None)

    assert answer.status_code in (403, 404)
    assert words in answer.json["error"]["message"]


UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


@pytest.mark.parametrize(
    "path", ["/v1/realtime?model=m", "/v1/responses", "/v1/messages", "/v1/chat/completions", "/v1/models"]
)
def test_a_websocket_below_v1_is_refused_in_the_words_of_the_api(talk: Talking, path: str) -> None:
    answer = talk.client.get(path, headers=UPGRADE)

    error = answer.json["error"]
    assert (answer.status_code, error["type"]) == (400, "invalid_request_error")
    assert "there is no WebSocket at /v1/" in error["message"]


def test_a_websocket_at_another_route_is_told_that_it_is_none(talk: Talking) -> None:
    answer = talk.client.get("/jobs", headers=UPGRADE)

    assert answer.status_code == 400
    assert answer.json["message"].startswith("this route is no WebSocket")
    assert talk.client.get("/ws/results").json["message"].startswith("this is a WebSocket")
