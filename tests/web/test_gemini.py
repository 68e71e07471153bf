"""Google's API behind a whole gateway: what other rooms ask of a backend, asked of this one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.gemini_server import FakeGemini, Reply
from tests.fakes.openai_server import FakeOpenAI
from tests.web.talking import Talking, talking

USER = {"role": "user", "content": "What is the weather?"}


@dataclass(frozen=True)
class Google:
    talk: Talking
    fake: FakeGemini

    def chat(self, *messages: dict[str, Any], **more: Any) -> Any:
        body = {"model": "gemini-x", "messages": list(messages), **more}
        return self.talk.client.post("/v1/chat/completions", json=body)

    @property
    def asked(self) -> dict[str, Any]:
        """The last request for an answer."""
        return next(seen.body for seen in reversed(self.fake.calls) if "countTokens" not in seen.path)


@pytest.fixture
def google(tmp_path: Path, prepared: Path, fake_openai: FakeOpenAI) -> Iterator[Google]:
    with FakeGemini() as fake, talking(tmp_path, prepared, fake_openai, variables={"GOOGLE_KEY": "k-secret"}) as talk:
        entry = {"name": "google", "kind": "gemini", "apiBase": fake.root, "apiKeyEnv": "GOOGLE_KEY", "maxRetries": 0}
        (talk.folder / "backends.json").write_text(json.dumps({"backends": [entry]}))
        talk.gateway.reloader.look()
        talk.save("generate", "{{ prompt }}\n", backend="google", flavor={"modelName": "gemini-x"})
        talk.save("chat", "{{ message }}\n", "chat", backend="google", flavor={"modelName": "gemini-x"})
        yield Google(talk, fake)


def test_a_chat_in_openai_s_words_is_answered(google: Google) -> None:
    answer = google.chat({"role": "system", "content": "Be brief."}, USER, {"role": "assistant", "content": "Why?"}, USER)

    assert answer.status_code == 200
    assert answer.json["choices"][0]["message"]["content"] == "one two three"
    assert google.asked["systemInstruction"]["parts"] == [{"text": "Be brief."}]
    assert [turn["role"] for turn in google.asked["contents"]] == ["user", "model", "user"]


def test_a_chat_is_streamed(google: Google) -> None:
    said = google.chat(USER, stream=True).get_data(as_text=True)

    assert [word for word in ("one", "two", "three") if word in said] == ["one", "two", "three"]
    assert said.endswith("data: [DONE]\n\n")


def test_what_came_of_a_function_is_told(google: Google) -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": '{"place": "Nantes"}'}}
    asked = {"role": "assistant", "content": None, "tool_calls": [call]}

    answer = google.chat(USER, asked, {"role": "tool", "tool_call_id": "c1", "content": "rain"})

    assert answer.status_code == 200
    view = [part for turn in google.asked["contents"] for part in turn["parts"]]
    assert view[1]["functionCall"]["args"] == {"place": "Nantes"}
    assert view[2]["functionResponse"] == {"name": "weather", "response": {"result": "rain"}}


@pytest.mark.parametrize("path", ["/generate", "/services/generate/generate"])
def test_text_is_generated(google: Google, path: str) -> None:
    answer = google.talk.client.post(path, json={"prompt": "Say something."})

    assert answer.status_code == 200
    assert "one two three" in answer.get_data(as_text=True)


def test_a_conversation_goes_on(google: Google) -> None:
    first = google.talk.client.post("/chat", json={"message": "Hello"}).json

    second = google.talk.client.post("/chat", json={"message": "And?", "conversation_id": first["conversation_id"]})

    assert second.status_code == 200
    assert [turn["parts"][0]["text"].strip() for turn in google.asked["contents"]] == ["Hello", "one two three", "And?"]


def test_a_prompt_that_is_blocked_is_refused_with_the_reason(google: Google) -> None:
    google.fake.default = Reply(block_reason="PROHIBITED_CONTENT")

    answer = google.chat(USER)

    assert answer.status_code == 400
    assert "PROHIBITED_CONTENT" in answer.json["error"]["message"]


def test_an_answer_that_is_blocked_says_so(google: Google) -> None:
    google.fake.default = Reply(text="one", finish_reason="SAFETY")

    assert google.chat(USER).json["choices"][0]["finish_reason"] == "content_filter"


def test_a_prompt_that_is_too_long_is_refused_with_the_numbers(google: Google) -> None:
    answer = google.chat({"role": "user", "content": "word " * 1200})

    assert answer.status_code == 400
    assert answer.json["error"]["code"] == "context_length_exceeded"
    assert "1000" in answer.json["error"]["message"]


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ({"function": {"name": "f", "arguments": {"x": 1}}}, ("f", {"x": 1})),
        ({"function": {"name": "f", "arguments": None}}, ("f", {})),
        ({"function": {"name": "f", "arguments": "no json"}}, ("f", {"arguments": "no json"})),
        ({"function": {"name": "f", "arguments": "[1]"}}, ("f", {"arguments": "[1]"})),
        ({"id": "a", "type": "custom", "custom": {"name": "sh", "input": "ls"}}, ("sh", {"input": "ls"})),
    ],
    ids=str,
)
def test_earlier_calls_in_any_spelling_are_told(google: Google, call: dict[str, Any], told: tuple[str, dict[str, Any]]) -> None:
    answer = google.chat(USER, {"role": "assistant", "tool_calls": [call]}, {"role": "tool", "content": "ok"})

    assert answer.status_code == 200
    said = google.asked["contents"][1]["parts"][0]["functionCall"]
    assert (said["name"], said.get("args") or {}) == told


@pytest.mark.parametrize("tool", [{"type": "custom", "custom": {"name": "sh"}}, {"type": "function", "name": "f"}, {}], ids=str)
def test_a_tool_that_is_no_function_is_refused(google: Google, tool: dict[str, Any]) -> None:
    answer = google.chat(USER, tools=[tool])

    assert (answer.status_code, answer.json["error"]["param"]) == (400, "tools")
