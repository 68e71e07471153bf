"""Conversations over HTTP."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.conversations import Conversations
from tests.fakes.openai_server import MODEL, FakeOpenAI, Reply
from tests.web.talking import SUMMARY, TURNS, Talking, talking


def said(talk: Talking, message: str, conversation_id: str | None = None, **more: Any) -> Any:
    body = {"message": message, **({"conversation_id": conversation_id} if conversation_id else {}), **more}
    answer = talk.client.post("/chat", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json


def sent(talk: Talking, call: int = -1) -> list[str]:
    """The messages of a call, as `role: content`."""
    return [f"{each['role']}: {each['content']}" for each in talk.fake.calls[call].messages]


def test_a_message_starts_a_conversation(talk: Talking) -> None:
    talk.fake.script(Reply(text="Bonjour 🙂"))

    body = said(talk, "Salut")

    assert UUID(body.pop("conversation_id")).version == 4
    assert 0 <= body.pop("duration") < 5
    assert body == {
        "response": "Bonjour 🙂",
        "model": MODEL,
        "finish_reason": "stop",
        "usage": {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9},
    }


def test_what_was_said_is_the_context_of_the_next_message(talk: Talking) -> None:
    talk.fake.script(Reply(text="A1"), Reply(text="A2"))

    first = said(talk, "Q1")
    said(talk, "Q2", first["conversation_id"])

    assert sent(talk) == ["user: Q1", "assistant: A1", "user: Q2"]


def test_the_last_messages_are_the_context_and_the_first_is_a_users(talk: Talking) -> None:
    talk.fake.answer = lambda messages: "A" + messages[-1]["content"][1:]
    conversation = said(talk, "Q1")["conversation_id"]

    for number in range(2, 6):
        said(talk, f"Q{number}", conversation)

    assert sent(talk) == ["user: Q3", "assistant: A3", "user: Q4", "assistant: A4", "user: Q5"]


def test_how_many_messages_are_the_context_is_a_setting(tmp_path: Path, prepared: Path, fake_openai: FakeOpenAI) -> None:
    with talking(tmp_path, prepared, fake_openai, chat_context_messages=0) as talk:
        conversation = said(talk, "Q1")["conversation_id"]

        said(talk, "Q2", conversation)

        assert sent(talk) == ["user: Q2"]


def test_the_oldest_messages_leave_when_the_context_is_full(talk: Talking) -> None:
    talk.fake.answer = lambda messages: f"A{messages[-1]['content'][1]} " + "word " * 150
    conversation = said(talk, "Q1 " + "word " * 200)["conversation_id"]
    said(talk, "Q2 " + "word " * 200, conversation)

    said(talk, "Q3 " + "word " * 200, conversation)

    assert [each[: each.index(":") + 4] for each in sent(talk)] == ["user: Q2", "assistant: A2", "user: Q3"]
    assert talk.fake.calls[-1].body["max_tokens"] == 200


def test_a_message_that_alone_is_too_long_is_refused_and_not_kept(talk: Talking) -> None:
    conversation = said(talk, "Q1")["conversation_id"]

    answer = talk.client.post("/chat", json={"message": "word " * 1200, "conversation_id": conversation})

    assert (answer.status_code, answer.json["error"]["type"]) == (400, "prompt_too_long")
    assert len(talk.client.get(f"/chat/{conversation}").json["messages"]) == 2


def test_the_system_message_stays_until_another_one_comes(talk: Talking) -> None:
    conversation = said(talk, "Q1", system="Be short.")["conversation_id"]

    said(talk, "Q2", conversation)
    said(talk, "Q3", conversation, system="Be long.")
    said(talk, "Q4", conversation)

    assert [sent(talk, number)[0] for number in range(4)] == [
        "system: Be short.",
        "system: Be short.",
        "system: Be long.",
        "system: Be long.",
    ]


def test_a_conversation_can_be_read(talk: Talking) -> None:
    talk.fake.script(Reply(text="A1"))
    conversation = said(talk, "Q1")["conversation_id"]

    body = talk.client.get(f"/chat/{conversation}").json

    assert body["conversation_id"] == conversation
    assert [(each["role"], each["content"]) for each in body["messages"]] == [("user", "Q1"), ("assistant", "A1")]


def test_a_deleted_conversation_is_gone(talk: Talking) -> None:
    conversation = said(talk, "Q1")["conversation_id"]

    first = talk.client.delete(f"/chat/{conversation}")
    second = talk.client.delete(f"/chat/{conversation}")

    assert (first.status_code, first.data) == (204, b"")
    assert (second.status_code, second.json["error"]["type"]) == (404, "conversation_not_found")
    assert talk.client.get(f"/chat/{conversation}").status_code == 404
    assert talk.client.post("/chat", json={"message": "Q2", "conversation_id": conversation}).status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ({}, 400, "missing_parameter"),
        ({"message": ""}, 400, "missing_parameter"),
        ({"message": 1}, 400, "bad_parameter"),
        ({"message": "m", "stream": "perhaps"}, 400, "bad_parameter"),
        ({"message": "m", "conversation_id": 5}, 400, "bad_parameter"),
        ({"message": "m", "conversation_id": "../x"}, 404, "conversation_not_found"),
        ({"message": "m", "conversation_id": str(uuid4())}, 404, "conversation_not_found"),
        ({"message": "m", "flavor": "x"}, 404, "flavor_not_found"),
    ],
)
def test_what_cannot_be_answered_is_refused_and_starts_nothing(
    talk: Talking, body: dict[str, Any], status: int, kind: str
) -> None:
    answer = talk.client.post("/chat", json=body)

    assert (answer.status_code, answer.json["error"]["type"]) == (status, kind)
    assert talk.gateway.conversations.count() == 0


def test_a_message_that_the_model_does_not_answer_is_not_kept(talk: Talking) -> None:
    talk.fake.script(Reply(status=500))

    answer = talk.client.post("/chat", json={"message": "Q1"})

    assert answer.status_code == 503
    assert talk.gateway.conversations.count() == 0


def test_a_service_has_conversations_of_its_own(talk: Talking) -> None:
    talk.save("clerk", "Answer as a clerk: {{ message }}", "chat")
    first = talk.client.post("/services/clerk/chat", json={"message": "Q1"}).json["conversation_id"]

    talk.client.post("/services/clerk/chat", json={"message": "Q2", "conversation_id": first})
    elsewhere = talk.client.post("/chat", json={"message": "Q2", "conversation_id": first})

    assert sent(talk)[0] == "user: Q1"
    assert sent(talk)[-1] == "user: Answer as a clerk: Q2"
    assert elsewhere.status_code == 404


def test_a_service_of_another_kind_cannot_be_talked_with(talk: Talking) -> None:
    talk.write(SUMMARY, TURNS)

    answer = talk.client.post("/services/cra/chat", json={"content": "A : b", "flavor": "small"})

    assert (answer.status_code, answer.json["error"]["parameter"]) == (400, "service")


def test_a_streamed_answer_is_kept_like_any_other(talk: Talking) -> None:
    talk.fake.script(Reply(text="one two"))

    answer = talk.client.post("/chat", json={"message": "Q1", "stream": True})

    assert (answer.mimetype, answer.text) == ("text/plain", "one two")
    conversation = answer.headers["X-Conversation-Id"]
    assert talk.client.get(f"/chat/{conversation}").json["messages"][1]["content"] == "one two"


def test_a_stream_of_events_tells_its_conversation(talk: Talking) -> None:
    answer = talk.client.post("/chat", json={"message": "Q1", "stream": True, "stream_format": "sse"})

    done = json.loads(answer.text.split("event: done\ndata: ")[1])
    assert done["conversation_id"] == answer.headers["X-Conversation-Id"]


def test_a_stream_that_breaks_off_is_not_kept(talk: Talking) -> None:
    talk.fake.script(Reply(text="one two three", fault="end_midway"))

    answer = talk.client.post("/chat", json={"message": "Q1", "stream": True, "stream_format": "sse"})

    assert "event: error" in answer.text
    assert talk.gateway.conversations.count() == 0


def test_messages_that_come_together_are_answered_in_order(talk: Talking) -> None:
    conversation = said(talk, "Q0")["conversation_id"]
    talk.fake.latency = 0.1

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda number: said(talk, f"Q{number}", conversation), range(1, 5)))

    kept = [each["content"] for each in talk.client.get(f"/chat/{conversation}").json["messages"]]
    assert talk.fake.most_open == 1
    assert [call.prompt for call in talk.fake.calls] == kept[::2]


def test_another_process_knows_the_conversation_after_a_restart(
    tmp_path: Path, prepared: Path, fake_openai: FakeOpenAI
) -> None:
    with talking(tmp_path, prepared, fake_openai) as talk:
        conversation = said(talk, "Q1")["conversation_id"]
        database = talk.gateway.jobs.database

        others = Conversations(database, idle=3600)

        assert next(each.content for each in others.messages(conversation)) == "Q1"
