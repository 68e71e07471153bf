"""Answers and requests in odd shapes, through every kind of service and through the pass-through of `/v1`."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest

from tests.fakes.openai_server import MODEL, FakeOpenAI, Reply
from tests.fakes.raw_answers import answer, http, streamed, whole
from tests.web.serving import served
from tests.web.talking import SUMMARY, Talking, talking

HELLO: list[Any] = [{"role": "user", "content": "Hello"}]
CALLED = [{"id": f"a{n}", "type": "function", "function": {"name": "book", "arguments": f'{{"room": {n}}}'}} for n in (4, 5)]


@pytest.fixture
def client(talk: Talking) -> Iterator[openai.OpenAI]:
    with served(talk.app) as port, openai.OpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="x", max_retries=0) as made:
        yield made


@pytest.mark.parametrize("form", [whole, streamed])
def test_half_a_character_does_not_break_a_conversation(talk: Talking, form: Any) -> None:
    talk.fake.script(Reply(raw=form(answer({"content": "- party \ud83c"}))), Reply(text="fine"))

    said = talk.client.post("/chat", json={"message": "Hello"})
    again = talk.client.post("/chat", json={"message": "And?", "conversation_id": said.json["conversation_id"]})
    told = talk.client.get(f"/chat/{said.json['conversation_id']}")

    assert (said.status_code, said.json["response"]) == (200, "- party �")
    assert (again.status_code, again.json["response"]) == (200, "fine")
    assert [each["content"] for each in told.json["messages"]] == ["Hello", "- party �", "And?", "fine"]


def test_a_streamed_conversation_is_not_broken_either(talk: Talking) -> None:
    talk.fake.script(Reply(raw=streamed(answer({"content": "\ud83c party"}))))

    said = talk.client.post("/chat", json={"message": "Hello", "stream": True})
    text = said.text
    told = talk.client.get(f"/chat/{said.headers['X-Conversation-Id']}")

    assert text == "� party"
    assert told.json["messages"][1]["content"] == "� party"


def test_numbers_that_a_server_does_not_give_are_our_own_and_say_so(talk: Talking) -> None:
    usage = {"prompt_tokens": "40", "completion_tokens": None, "total_tokens": 0}
    talk.fake.script(Reply(raw=whole(answer({"content": "- one two"}, usage=usage))))

    said = talk.client.post("/generate", json={"prompt": "Hello"}).json

    assert said["usage"] == {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10, "estimated": True}


def test_a_model_that_only_thought_says_so(talk: Talking) -> None:
    usage = {"prompt_tokens": 40, "completion_tokens": 9, "completion_tokens_details": {"reasoning_tokens": 9}}
    talk.fake.script(Reply(raw=whole(answer({"content": None, "reasoning": "so much"}, "length", usage=usage))))

    said = talk.client.post("/generate", json={"prompt": "Hello"}).json

    assert (said["generated_text"], said["thinking"], said["finish_reason"]) == ("", "so much", "length")
    assert said["usage"]["completion_tokens_details"] == {"reasoning_tokens": 9}


def test_a_prompt_that_was_read_in_part_is_said(talk: Talking) -> None:
    usage = {"prompt_tokens": 40, "completion_tokens": 2}
    talk.fake.script(Reply(raw=whole(answer({"content": "- one"}, usage=usage))))

    said = talk.client.post("/generate", json={"prompt": "word " * 200}).json

    assert said["warnings"] == ["the server read 40 of 206 tokens"]


@pytest.mark.parametrize("name", ["chat", MODEL])
@pytest.mark.parametrize("form", [whole, streamed])
def test_thoughts_go_out_under_both_names(talk: Talking, client: openai.OpenAI, name: str, form: Any) -> None:
    talk.fake.script(*[Reply(raw=form(answer({"content": "Yes", "reasoning": "hm"})))] * 2)

    chunks = list(client.chat.completions.create(model=name, messages=HELLO, stream=True))

    for field in ("reasoning", "reasoning_content"):
        assert "".join(getattr(chunk.choices[0].delta, field, None) or "" for chunk in chunks if chunk.choices) == "hm"


@pytest.mark.parametrize("form", [whole, streamed])
def test_two_calls_under_one_index_are_two(talk: Talking, client: openai.OpenAI, form: Any) -> None:
    raw = form(answer({"content": None, "tool_calls": CALLED}, "tool_calls")).replace(b'"index": 1', b'"index": 0')
    talk.fake.script(Reply(raw=raw))

    said = client.chat.completions.create(
        model="chat", messages=HELLO, tools=[{"type": "function", "function": {"name": "book"}}]
    )

    assert [call.function.arguments for call in said.choices[0].message.tool_calls or ()] == ['{"room": 4}', '{"room": 5}']


EVENT = b'data: {"choices": [{"index": 0, "delta": {"content": "half a"}, "finish_reason": null}]}\n\n'
BROKEN = {
    "an error in a 200": (b'data: {"error": {"message": "boom", "code": 500}}\n\ndata: [DONE]\n\n', ""),
    "nothing but its end": (b"data: [DONE]\n\n", ""),
    "a cut line": (EVENT + b'data: {"choices": [{"index": 0, "del', "half a"),
    "an error midway": (EVENT + b'data: {"error": {"message": "boom"}}\n\ndata: [DONE]\n\n', "half a"),
    "an end without a reason": (EVENT + b"data: [DONE]\n\n", "half a"),
    "an answer given up": (EVENT + EVENT.replace(b"half a", b"").replace(b"null", b'"abort"') + b"data: [DONE]\n\n", "half a"),
}


@pytest.mark.parametrize("name", ["chat", MODEL])
@pytest.mark.parametrize(("body", "text"), BROKEN.values(), ids=BROKEN)
def test_an_answer_that_is_not_whole_is_an_error_for_the_official_client(
    talk: Talking, client: openai.OpenAI, name: str, body: bytes, text: str
) -> None:
    talk.fake.script(Reply(raw=http(body, "text/event-stream")))
    seen: list[str] = []

    def read() -> None:
        for chunk in client.chat.completions.create(model=name, messages=HELLO, stream=True):
            seen.extend(choice.delta.content or "" for choice in chunk.choices)

    with pytest.raises(openai.APIError):
        read()

    assert "".join(seen) == text


@pytest.mark.parametrize(("body", "text"), BROKEN.values(), ids=BROKEN)
def test_a_broken_stream_ends_in_one_error_on_lines_of_its_own(talk: Talking, body: bytes, text: str) -> None:
    talk.fake.script(Reply(raw=http(body, "text/event-stream")))

    said = talk.client.post("/v1/chat/completions", json={"model": MODEL, "messages": HELLO, "stream": True})

    assert "[DONE]" not in said.text
    assert said.text.count('"error"') == 1
    if text:
        assert [json.loads(line[6:]) for line in said.text.splitlines() if line]
    else:
        assert said.status_code == 503


def test_an_error_in_a_whole_200_has_its_status(talk: Talking, client: openai.OpenAI) -> None:
    talk.fake.script(Reply(raw=whole({"error": {"message": "boom", "code": 500}})))

    with pytest.raises(openai.InternalServerError, match="boom"):
        client.chat.completions.create(model=MODEL, messages=HELLO)


def test_a_server_that_does_not_stream_is_streamed(talk: Talking, client: openai.OpenAI) -> None:
    talk.fake.script(Reply(raw=whole(answer({"content": "all of it"}))))

    chunks = list(client.chat.completions.create(model=MODEL, messages=HELLO, stream=True))

    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == "all of it"
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "stop"


@pytest.mark.parametrize("name", ["chat", MODEL])
@pytest.mark.parametrize(
    "fields",
    [
        {"tools": [], "tool_choice": "auto", "parallel_tool_calls": True},
        {"tools": None, "tool_choice": None, "stop": [], "logit_bias": {}, "user": ""},
        {"user": 42},
        {"stop": ["a1", "b2", "c3", "d4", "e5", "f6"]},
        {"tools": {}, "functions": [], "function_call": "auto", "stop": "", "response_format": {}, "stream_options": {}},
    ],
)
@pytest.mark.parametrize("stream", [True, False])
def test_what_a_strict_server_would_refuse_is_not_sent(talk: Talking, name: str, fields: dict[str, Any], stream: bool) -> None:
    talk.fake.strict = True
    talk.fake.roles = "no_system"
    messages = [{"role": "developer", "content": "be brief"}, *HELLO, *HELLO]

    said = talk.client.post("/v1/chat/completions", json={"model": name, "messages": messages, "stream": stream, **fields})

    assert said.status_code == 200, said.text
    assert '"error"' not in said.text


ASSISTANT: dict[str, tuple[dict[str, Any], str]] = {
    "thoughts in parts": ({"content": [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "Yes"}]}, "Yes"),
    "encrypted thoughts": ({"content": [{"type": "redacted_thinking", "data": "x"}, {"type": "text", "text": "Yes"}]}, "Yes"),
    "a refusal in parts": ({"content": [{"type": "refusal", "refusal": "I cannot"}]}, "I cannot"),
    "a refusal": ({"content": None, "refusal": "I cannot"}, "I cannot"),
}


@pytest.mark.parametrize(("message", "sent"), ASSISTANT.values(), ids=ASSISTANT)
def test_an_answer_may_be_sent_back_as_a_client_got_it(talk: Talking, message: dict[str, Any], sent: str) -> None:
    messages = [*HELLO, {"role": "assistant", **message}, *HELLO]

    said = talk.client.post("/v1/chat/completions", json={"model": "chat", "messages": messages})

    assert said.status_code == 200, said.text
    assert [each["content"] for each in talk.fake.calls[0].messages if each["role"] == "assistant"] == [sent]


def test_numbers_of_minutes_that_are_our_own_say_so(talk: Talking) -> None:
    talk.write({**SUMMARY, "fields": 1}, "{{ turns }}\n")
    talk.fake.default = Reply(raw=whole(answer({"content": "- Good day."}, usage=None)))

    said = talk.client.post(
        "/v1/chat/completions", json={"model": "cra", "messages": [{"role": "user", "content": "Ann : Good day."}]}
    )

    assert said.json["usage"]["estimated"] is True


@pytest.mark.parametrize("form", [whole, streamed])
@pytest.mark.parametrize("message", [{"content": None, "refusal": "No."}, {"content": [{"type": "refusal", "refusal": "No."}]}])
def test_what_a_server_calls_a_refusal_is_never_minutes(talk: Talking, form: Any, message: dict[str, Any]) -> None:
    talk.write({**SUMMARY, "fields": 1}, "{{ turns }}\n")
    talk.fake.default = Reply(raw=form(answer(message)))

    said = talk.client.post(
        "/v1/chat/completions", json={"model": "cra", "messages": [{"role": "user", "content": "Ann : Good day."}]}
    )

    assert said.status_code == 502
    assert "the model refused" in said.json["error"]["message"]


@pytest.mark.parametrize("name", ["chat", MODEL])
def test_an_error_that_llama_cpp_spells_as_a_field_is_told_in_its_words(talk: Talking, name: str) -> None:
    body = EVENT + b'error: {"code": 500, "message": "the slot is gone", "type": "server_error"}\n\n'
    talk.fake.script(Reply(raw=http(body, "text/event-stream")))

    said = talk.client.post("/v1/chat/completions", json={"model": name, "messages": HELLO, "stream": True})

    assert "the slot is gone" in said.text


@pytest.mark.parametrize("path", ["/generate", "/v1/chat/completions"])
@pytest.mark.parametrize("wish", ["31536000", "1e999", "Fri, 31 Dec 2100 23:59:59 GMT"])
def test_a_wish_for_a_year_is_not_waited_for_and_429_stays_429(
    tmp_path: Path, prepared: Path, fake_openai: FakeOpenAI, path: str, wish: str
) -> None:
    fake_openai.default = Reply(status=429, retry_after=wish)

    with talking(tmp_path, prepared, fake_openai, timeout=2, backend_retries=30) as talk:
        began = time.monotonic()
        said = talk.client.post(path, json={"model": MODEL, "messages": HELLO, "prompt": "Hello"})
        took = time.monotonic() - began

    assert said.status_code == 429
    assert int(said.headers["Retry-After"]) >= 1
    assert took < 40  # thirty tries would take a quarter of an hour


@pytest.mark.parametrize("path", ["/generate", "/generate/stream"])
def test_the_context_that_a_server_names_is_kept_to(talk: Talking, path: str) -> None:
    talk.fake.context, talk.fake.enforce_context = 150, True

    said = talk.client.post(path, json={"prompt": "word " * 20})

    assert said.status_code == 200
    assert said.text
    assert [call.body["max_tokens"] for call in talk.fake.calls] == [200, 150 - 26]


def test_a_refusal_in_the_minutes_is_said_with_the_result(talk: Talking) -> None:
    talk.write({**SUMMARY, "fields": 1}, "{{ turns }}\n")
    refusal = "I'm sorry, but I can't help with that request."
    talk.fake.answer = lambda messages: refusal if "secret" in messages[-1]["content"] else "- Good day, hello."
    content = "Ann : Good day.\nBob : Hello.\nAnn : A secret thing.\nBob : Indeed."
    job = talk.client.post("/services/cra/generate", json={"content": content, "flavor": "small"}).json["jobId"]

    carry_out(talk, job)
    told = talk.client.get(f"/results/{job}").json

    assert (told["message"], told["summarization"]) == ("success", "- Good day, hello.")
    assert told["warnings"] == ["a part of the transcript is not in the minutes: the model refused (batch/1)"]


def carry_out(talk: Talking, job_id: str) -> None:
    from app.kinds import KINDS
    from app.tokens import Tokenizers
    from app.worker import Worker

    Worker(talk.gateway.jobs, talk.gateway.backends.of, Tokenizers(), KINDS).carry_out(job_id)
