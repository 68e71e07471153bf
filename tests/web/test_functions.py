"""Function calls over HTTP as the contract has them, and the character RNN behind the routes of any model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.jobs import Status
from tests.engines.rnn.make_reference import REFERENCE
from tests.fakes.openai_server import FakeOpenAI, Reply
from tests.web.talking import FLAVOR, Talking, talking

FUNCTIONS = [
    {"name": "fn_add_numbers", "parameters": {"a": {"type": "number"}, "b": {"type": "number"}}},
    {"name": "fn_greet", "parameters": {"name": {"type": "string"}}},
]
ADD = {"name": "fn_add_numbers", "parameters": {"a": 2, "b": 3}}
QUESTION = "What is the sum of 2 and 3?"
ROUTE = "/services/functions/generate"


@pytest.fixture
def asking(talk: Talking) -> Talking:
    """A service of two functions that stand in a file of their own."""
    (talk.folder / "function_definitions.json").write_text(json.dumps(FUNCTIONS), encoding="utf-8")
    talk.save("functions", "{{ functions }}\n{{ prompt }}", "function_call", functions="function_definitions.json")
    return talk


def test_a_question_is_answered_with_a_call_in_both_spellings(asking: Talking) -> None:
    asking.fake.script(Reply(text=json.dumps(ADD)))

    answer = asking.client.post(ROUTE, json={"prompt": QUESTION})

    assert answer.status_code == 200
    body: dict[str, Any] = answer.json or {}
    assert body.pop("duration") >= 0
    assert body == {"prompt": QUESTION, "fn_name": "fn_add_numbers", "args": {"a": 2, "b": 3}, **ADD}


def test_the_server_is_told_to_keep_to_the_functions(asking: Talking) -> None:
    asking.fake.script(Reply(text=json.dumps(ADD)))

    asking.client.post(ROUTE, json={"prompt": QUESTION, "temperature": 0.5})

    (call,) = asking.fake.calls
    assert call.body["temperature"] == 0.5
    assert call.body["response_format"]["json_schema"]["strict"] is True
    assert len(call.body["response_format"]["json_schema"]["schema"]["anyOf"]) == 2


def test_what_cannot_be_validated_is_a_422_that_says_why(asking: Talking) -> None:
    asking.fake.script(*[Reply(text='{"name": "fn_greet", "parameters": {"name": 7}}')] * 2)

    answer = asking.client.post(ROUTE, json={"prompt": "Greet shrek"})

    assert answer.status_code == 422
    assert answer.json["error"] == {
        "type": "no_valid_call",
        "detail": "fn_greet: name: Input should be a valid string; say the question in other words",
        "stage": "validation",
    }
    assert len(asking.fake.calls) == 2


@pytest.mark.parametrize("body", [{}, {"prompt": ""}, {"prompt": 3}], ids=str)
def test_a_request_without_a_question_is_refused(body: dict[str, Any], asking: Talking) -> None:
    answer = asking.client.post(ROUTE, json=body)

    assert (answer.status_code, answer.json["error"]["parameter"]) == (400, "prompt")
    assert asking.fake.calls == []


def test_a_new_function_is_known_to_the_next_request(asking: Talking) -> None:
    now = {"name": "fn_now", "parameters": {}}
    (asking.folder / "function_definitions.json").write_text(json.dumps([*FUNCTIONS, now]), encoding="utf-8")
    asking.gateway.current.reload()
    asking.fake.script(Reply(text=json.dumps(now)))

    assert asking.client.post(ROUTE, json={"prompt": "What time is it?"}).json["fn_name"] == "fn_now"


def test_a_stream_is_the_whole_call(asking: Talking) -> None:
    asking.fake.script(Reply(text=json.dumps(ADD)))

    answer = asking.client.post("/services/functions/stream", json={"prompt": QUESTION})

    assert json.loads(answer.text)["args"] == {"a": 2, "b": 3}


def test_it_may_be_a_job(asking: Talking) -> None:
    answer = asking.client.post(ROUTE, json={"prompt": QUESTION, "async": True})

    assert asking.gateway.jobs.find(answer.json["jobId"]).status is Status.QUEUED


# -- the character RNN -------------------------------------------------------------------------------------------------


@pytest.fixture
def writing(tmp_path: Path, prepared: Path, fake_openai: FakeOpenAI) -> Iterator[Talking]:
    with talking(tmp_path, prepared, fake_openai, ckpt_path=str(REFERENCE / "lstm-byte.pt")) as made:
        made.write({"type": "generate", "name": "generate", "backend": "rnn", "flavor": [FLAVOR]}, "{{ prompt }}")
        yield made


def test_the_rnn_answers_like_any_model(writing: Talking) -> None:
    answer = writing.client.post("/generate", json={"prompt": "Bonjour", "max_tokens": 30, "seed": 1})

    assert (answer.status_code, answer.json["finish_reason"]) == (200, "length")
    assert answer.json["generated_text"]
    assert answer.json["usage"] == {"prompt_tokens": 7, "completion_tokens": 30, "total_tokens": 37}


def test_the_rnn_streams_what_it_answers(writing: Talking) -> None:
    request = {"prompt": "Bonjour", "max_tokens": 60, "seed": 2, "temperature": 0.8, "top_k": 20}

    streamed = writing.client.post("/generate/stream", json=request).text

    assert streamed == writing.client.post("/generate", json=request).json["generated_text"]


def test_without_a_checkpoint_the_answer_says_what_to_do(tmp_path: Path, prepared: Path, fake_openai: FakeOpenAI) -> None:
    with talking(tmp_path, prepared, fake_openai, ckpt_path=str(tmp_path / "rnn.pt")) as made:
        made.write({"type": "generate", "name": "generate", "backend": "rnn", "flavor": [FLAVOR]}, "{{ prompt }}")

        answer = made.client.post("/generate", json={"prompt": "p"})

    assert (answer.status_code, "train-rnn" in answer.json["message"]) == (503, True)
