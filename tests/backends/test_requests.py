"""Requests as servers of open models take them: nothing empty, roles as the model's chat template wants them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.backends import requests
from app.backends.adapters.openai import MAX_COMPLETION_TOKENS, MAX_TOKENS, OpenAIBackend
from app.backends.base import Call, Message
from app.backends.http.passthrough import PassthroughRequest
from app.backends.requests import FOLDED, MERGED, acceptable, fitted, is_about_roles
from app.errors import BackendRefused
from tests.fakes.openai_server import FakeOpenAI, Reply, count_messages

HELLO = [{"role": "user", "content": "Hello"}]
TOOL = {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"tools": [], "tool_choice": "auto", "parallel_tool_calls": True}, {}),
        ({"tools": None, "tool_choice": "required"}, {}),
        ({"tools": [TOOL], "tool_choice": "auto"}, {"tools": [TOOL], "tool_choice": "auto"}),
        ({"stop": [], "user": "", "logit_bias": {}, "response_format": None, "metadata": None}, {}),
        ({"temperature": 0, "logprobs": False}, {"temperature": 0, "logprobs": False}),
        ({"user": 42}, {"user": "42"}),
        ({"user": {"id": 1}}, {}),
        ({"user": "ann"}, {"user": "ann"}),
        ({"functions": [], "function_call": "auto"}, {}),
        ({"stop": ["", "END"]}, {"stop": ["END"]}),
        ({"max_tokens": -1}, {}),
        ({"max_completion_tokens": -1, "top_k": -1}, {"top_k": -1}),
        ({"max_tokens": -2}, {"max_tokens": -2}),
    ],
)
def test_what_is_empty_is_as_good_as_absent(given: dict[str, Any], kept: dict[str, Any]) -> None:
    sent = acceptable({"model": "m", "messages": HELLO, **given})

    assert sent == {"model": "m", "messages": HELLO, **kept}


def test_a_request_that_is_fine_is_the_same_object() -> None:
    given = {"model": "m", "messages": HELLO, "temperature": 0.5}

    assert acceptable(given) is given


@pytest.mark.parametrize(
    ("given", "structured"),
    [
        ({"guided_choice": ["red", "blue"]}, {"choice": ["red", "blue"]}),
        ({"guided_json": {"type": "object"}}, {"json": {"type": "object"}}),
        ({"guided_regex": "[a-c]{3}", "guided_whitespace_pattern": " "}, {"regex": "[a-c]{3}", "whitespace_pattern": " "}),
        ({"guided_grammar": 'root ::= "a"'}, {"grammar": 'root ::= "a"'}),
        ({"guided_choice": ["red"], "structured_outputs": {"choice": ["blue"]}}, {"choice": ["blue"]}),
    ],
)
def test_what_guides_a_server_is_said_under_its_old_and_its_new_name(given: dict[str, Any], structured: Any) -> None:
    sent = acceptable({"model": "m", "messages": HELLO, **given})

    assert sent == {"model": "m", "messages": HELLO, **given, "structured_outputs": structured}


def test_a_developer_is_the_system() -> None:
    sent = acceptable({"model": "m", "messages": [{"role": "developer", "content": "brief"}, *HELLO]})

    assert [each["role"] for each in sent["messages"]] == ["system", "user"]


def test_what_is_empty_in_a_message_is_left_out_but_its_content() -> None:
    given = {"role": "assistant", "content": "", "tool_calls": [], "name": None}

    assert acceptable({"messages": [given]})["messages"] == [{"role": "assistant", "content": ""}]


def test_a_role_that_no_model_takes_teaches_nothing(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(*[Reply(status=400, message="Unexpected role 'judge'")] * 3)
    vllm = OpenAIBackend("vLLM", fake_openai.base_url, "")
    with pytest.raises(BackendRefused):
        vllm.complete(Call("m", TALK, max_tokens=5))

    vllm.complete(Call("m", TALK, max_tokens=5))

    assert [each["content"] for each in fake_openai.calls[-1].messages] == ["be brief", "one", "two"]


def test_messages_that_cannot_be_changed_are_sent_once(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(status=400, message="Conversation roles must alternate"))

    with pytest.raises(BackendRefused):
        OpenAIBackend("vLLM", fake_openai.base_url, "").complete(Call("m", TALK[1:2], max_tokens=5))

    assert len(fake_openai.calls) == 1


def message(role: str, content: Any, **more: Any) -> dict[str, Any]:
    return {"role": role, "content": content, **more}


PARTS = [{"type": "text", "text": "b"}]


@pytest.mark.parametrize(
    ("level", "given", "expected"),
    [
        (MERGED, [message("user", "a"), message("user", "b")], [message("user", "a\n\nb")]),
        (MERGED, [message("system", "s"), message("user", "a")], [message("system", "s"), message("user", "a")]),
        (MERGED, [message("user", "a"), message("user", PARTS)], [message("user", [{"type": "text", "text": "a"}, *PARTS])]),
        (MERGED, [message("tool", "1"), message("tool", "2")], [message("tool", "1"), message("tool", "2")]),
        (FOLDED, [message("system", "s"), message("user", "a")], [message("user", "s\n\na")]),
        (FOLDED, [message("assistant", "a"), message("system", "s")], [message("user", "s"), message("assistant", "a")]),
        (FOLDED, [message("user", "a"), message("system", "s"), message("user", "b")], [message("user", "s\n\na\n\nb")]),
    ],
)
def test_messages_are_changed_no_more_than_needed(level: int, given: list[Any], expected: list[Any]) -> None:
    assert fitted(given, level) == expected


@pytest.mark.parametrize(
    "words",
    [
        "Conversation roles must alternate user/assistant/user/assistant/...",
        "After the optional system message, conversation roles must alternate user and assistant roles",
        "System role not supported",
        "Only user and assistant roles are supported!",
        "This model does not support the system role",
        "Unexpected role 'developer'",
    ],
)
def test_a_template_that_refuses_roles_is_known_by_its_words(words: str) -> None:
    assert is_about_roles(words)


def test_other_refusals_are_not_about_roles() -> None:
    assert not is_about_roles("the system is overloaded, user: Input should be a valid string")


TALK = (Message("system", "be brief"), Message("user", "one"), Message("user", "two"))


@pytest.mark.parametrize("roles", ["alternate", "no_system"])
def test_a_model_that_refuses_roles_is_asked_so_that_it_takes_them_from_then_on(fake_openai: FakeOpenAI, roles: str) -> None:
    fake_openai.roles = roles
    vllm = OpenAIBackend("vLLM", fake_openai.base_url, "")

    vllm.complete(Call("m", TALK, max_tokens=5))
    asked_once = len(fake_openai.calls)
    vllm.complete(Call("m", TALK, max_tokens=5))

    assert len(fake_openai.calls) == asked_once + 1
    sent = fake_openai.calls[-1].messages
    expected = ["be brief", "one\n\ntwo"] if roles == "alternate" else ["be brief\n\none\n\ntwo"]
    assert [each["content"] for each in sent] == expected


def test_a_relayed_request_is_changed_too(fake_openai: FakeOpenAI) -> None:
    fake_openai.roles = "no_system"
    vllm = OpenAIBackend("vLLM", fake_openai.base_url, "")
    body = json.dumps({"model": "m", "messages": [each.wire() for each in TALK], "stream": True}).encode()

    list(vllm.passthrough(PassthroughRequest("/chat/completions", body, model="m")))

    assert [each["role"] for each in fake_openai.calls[-1].messages] == ["user"]


def test_its_prompt_is_measured_as_it_is_sent(fake_openai: FakeOpenAI) -> None:
    fake_openai.roles = "no_system"

    assert OpenAIBackend("vLLM", fake_openai.base_url, "").measure("m", TALK) == 4 + 3 + 3


def test_a_model_that_refuses_them_whatever_is_done_is_an_error(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(*[Reply(status=500, message="Jinja Exception: Conversation roles must alternate")] * 3)

    with pytest.raises(BackendRefused, match="roles must alternate"):
        OpenAIBackend("vLLM", fake_openai.base_url, "").complete(Call("m", TALK, max_tokens=5))

    assert len(fake_openai.calls) == 3


@pytest.mark.parametrize("packaged", [True, False])
def test_more_than_four_stops_are_kept_though_the_server_takes_four(fake_openai: FakeOpenAI, packaged: bool) -> None:
    fake_openai.script(Reply(text="one two SIX three", pace=0.01))
    stops = ("ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX")

    answer = OpenAIBackend("vLLM", fake_openai.base_url, "", packaged=packaged).complete(
        Call("m", TALK, max_tokens=50, stop=stops)
    )

    assert (answer.text, answer.finish_reason) == ("one two", "stop")
    assert fake_openai.calls[0].body["stop"] == ["ONE", "TWO", "THREE", "FOUR"]


@pytest.mark.parametrize("packaged", [True, False])
def test_an_answer_that_we_end_costs_what_its_server_had_counted_by_then(fake_openai: FakeOpenAI, packaged: bool) -> None:
    backend = OpenAIBackend("vLLM", fake_openai.base_url, "", packaged=packaged)
    stopping = Call("m", TALK, max_tokens=50, stop=("ONE", "TWO", "THREE", "FOUR", "SIX"))
    backend.complete(Call("m", TALK, max_tokens=50))  # its first answer tells that the server is a vLLM
    fake_openai.script(Reply(text="one two SIX three", pace=0.01))

    answer = backend.complete(stopping)

    assert (answer.text, answer.completion_tokens, answer.estimated) == ("one two", 3, False)
    assert answer.prompt_tokens == count_messages([message.wire() for message in TALK])


@pytest.mark.parametrize("dialect", ["llama.cpp", "plain"])
def test_servers_that_may_not_know_it_are_not_asked_to_count_meanwhile(fake_openai: FakeOpenAI, dialect: str) -> None:
    fake_openai.dialect = dialect
    backend = OpenAIBackend("vLLM", fake_openai.base_url, "")

    for _ in range(2):
        backend.complete(Call("m", TALK, max_tokens=50, stop_loops=True))

    assert [call.body["stream_options"] for call in fake_openai.calls] == [{"include_usage": True}] * 2


OPEN = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}, "required": ["a"]}
CLOSED = {**OPEN, "required": ["a", "b"], "additionalProperties": False}


@pytest.mark.parametrize(
    ("dialect", "schema", "strict"),
    [
        (MAX_TOKENS, OPEN, True),
        (MAX_COMPLETION_TOKENS, CLOSED, True),
        (MAX_COMPLETION_TOKENS, OPEN, False),
        (MAX_COMPLETION_TOKENS, None, True),
    ],
)
def test_strict_is_only_sent_where_the_server_takes_it(dialect: Any, schema: Any, strict: bool) -> None:
    sent = dialect.tool({"type": "function", "function": {"name": "f", "parameters": schema, "strict": True}})

    assert sent["function"].get("strict", False) is strict


def test_many_stops_are_counted() -> None:
    assert requests.has_many_stops({"stop": list("abcde")})
    assert not requests.has_many_stops({"stop": "abcde"})
