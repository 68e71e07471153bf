"""The whole gateway against the real vLLM: what its server counts, refuses, streams and survives."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from app.backends.adapters.openai import OpenAIBackend
from app.backends.base import Call, Message
from app.errors import ContextExceeded
from tests.acceptance.processes import ROOT, children, eventually, tree
from tests.vllm.conftest import CONTEXT, MODEL, Scene, measured
from tests.vllm.tiny_model import ANSWER, THOUGHT

pytestmark = [pytest.mark.vllm, pytest.mark.timeout(900)]

LONGEST = 1700  # digits, each a token: seconds of work, and more than a look at the metrics of busy engines takes
LONG = {"structured_outputs": {"regex": f"[0-9]{{{LONGEST}}}"}, "max_tokens": 1800}
TEXTS = (
    "Hello",
    "Größe, ça va ? ¿Qué tal?",
    "سلام، 你好 👍🏽\n\n\tand  more",
    "3,14 <|im_end|> <think> [INST] x" * 9,
    "\u2028é" * 40,
)


def meeting(turns: int) -> str:
    return "\n".join(f"{('Ann', 'Bob')[n % 2]} : Point {n}, which is worth {n * n} euros." for n in range(turns))


def backend(scene: Scene) -> OpenAIBackend:
    return OpenAIBackend("one", f"http://127.0.0.1:{scene.ports[0]}/v1", "")


def call(text: str, most: int = 16) -> Call:
    return Call(MODEL, (Message("user", text),), most)


def filled(scene: Scene, tokens: int) -> str:
    """A text whose whole prompt is of so many tokens."""
    around = backend(scene).measure(MODEL, (Message("user", "a"),)) - 1
    text = "a" + " a" * (tokens - around - 1)
    assert backend(scene).measure(MODEL, (Message("user", text),)) == tokens
    return text


@pytest.mark.parametrize("turns", [1, 19, 20, 21, 60])
def test_the_schema_of_minutes_is_held(scene: Scene, turns: int) -> None:
    submitted = scene.gateway.submit("noted", meeting(turns))
    ended = scene.gateway.end_of(submitted)

    assert ended["status"] == "complete", ended
    job = scene.gateway.ask("GET", f"/jobs/{submitted}").body["coverage"]
    assert (job["unread"], job["transcript_turns"], job["calls"] >= -(-turns // 20)) == (0, turns, True)
    assert not [each for each in job.get("warnings", []) if "holds answers to no" in each]
    items = scene.gateway.ask("GET", f"/results/{submitted}/minutes").body["items"]
    numbers = {turn for item in items for turn in item["turns"]}
    assert numbers <= set(range(turns))


def test_minutes_are_answered_at_once_too(scene: Scene) -> None:
    asked = {"model": "noted", "messages": [{"role": "user", "content": meeting(5)}]}
    answer = scene.gateway.ask("POST", "/v1/chat/completions", asked)

    assert answer.status == 200, answer.body
    assert answer.body["choices"][0]["message"]["content"].startswith("# ")


@pytest.mark.parametrize("service", ["rolling", "mapped", "shared"])
def test_a_meeting_becomes_minutes_and_its_tokens_are_those_that_the_server_counts(scene: Scene, service: str) -> None:
    eventually(scene.is_idle)
    before = scene.measured("prompt_tokens_total"), scene.measured("generation_tokens_total")

    job = scene.gateway.submit(service, meeting(12))
    ended = scene.gateway.end_of(job, 240)

    after = scene.measured("prompt_tokens_total"), scene.measured("generation_tokens_total")
    coverage = scene.gateway.ask("GET", f"/jobs/{job}").body["coverage"]
    assert (ended["status"], coverage["calls"] > 3) == ("complete", True), ended
    assert ANSWER in ended["summarization"]
    assert (coverage["tokens_in"], coverage["tokens_out"]) == (after[0] - before[0], after[1] - before[1])


def test_a_preview_counts_the_prompts_as_the_server_does(scene: Scene) -> None:
    planned = scene.gateway.ask("POST", "/services/mapped/preview", {"content": meeting(4), "flavor": "f"}).body

    first = planned["call"]
    asked = Call(MODEL, tuple(Message(each["role"], each["content"]) for each in first["messages"]), 4)
    assert planned["list"][0]["tokens"]["prompt"] == backend(scene).complete(asked).prompt_tokens


@pytest.mark.parametrize("text", TEXTS)
def test_measuring_a_prompt_gives_what_the_answer_says_of_it(scene: Scene, text: str) -> None:
    answer = backend(scene).complete(call(text))

    assert answer.prompt_tokens == backend(scene).measure(MODEL, (Message("user", text),))
    assert (answer.text, answer.estimated) == (ANSWER, False)


def test_a_prompt_that_leaves_one_token_is_answered_with_one(scene: Scene) -> None:
    answer = backend(scene).complete(call(filled(scene, CONTEXT - 1)))

    assert (answer.finish_reason, answer.completion_tokens, answer.prompt_tokens) == ("length", 1, CONTEXT - 1)


@pytest.mark.parametrize("over", [0, 1])
def test_a_prompt_that_fills_the_context_or_more_is_known_as_too_long(scene: Scene, over: int) -> None:
    text = filled(scene, CONTEXT + over)

    with pytest.raises(ContextExceeded):
        backend(scene).complete(call(text))
    refused = scene.chat(text)

    assert (refused.status, refused.body["error"]["code"]) == (400, "context_length_exceeded")


def test_a_wish_for_more_tokens_than_the_context_names_the_context(scene: Scene) -> None:
    with pytest.raises(ContextExceeded) as refused:
        backend(scene).complete(call("Hello", CONTEXT + 1))

    assert refused.value.limit == CONTEXT


@pytest.mark.parametrize("name", [MODEL, "text"])
def test_a_stream_comes_in_pieces_and_ends_with_its_numbers(scene: Scene, name: str) -> None:
    events = streamed(scene, name, stream_options={"include_usage": True})

    chunks = [json.loads(event) for event in events[:-1]]
    pieces = [choice["delta"].get("content") or "" for chunk in chunks for choice in chunk["choices"]]
    assert "".join(pieces) == ANSWER
    assert len(list(filter(None, pieces))) > 3
    assert events[-1] == "[DONE]"
    assert chunks[-1]["usage"]["completion_tokens"] == 8


def streamed(scene: Scene, model: str, **more: Any) -> list[str]:
    """The data of the events of one answer."""
    body = {"model": model, "messages": [{"role": "user", "content": "Hello"}], "stream": True, **more}
    with closing(HTTPConnection("127.0.0.1", scene.gateway.port, timeout=60)) as connection:
        connection.request("POST", "/v1/chat/completions", json.dumps(body), {"Content-Type": "application/json"})
        lines = connection.getresponse().read().decode().splitlines()
    return [line.removeprefix("data: ") for line in lines if line.startswith("data: ")]


@pytest.mark.parametrize("name", [MODEL, "text"])
@pytest.mark.parametrize("stream", [True, False])
def test_a_client_that_leaves_frees_the_engine(scene: Scene, name: str, stream: bool) -> None:
    eventually(scene.is_idle)
    before = scene.made()
    asked = {"model": name, "messages": [{"role": "user", "content": "Hello"}], "stream": stream, **LONG}
    data = json.dumps(asked).encode()

    with socket.create_connection(("127.0.0.1", scene.gateway.port), timeout=60) as connection:
        head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(data)}"
        connection.sendall(f"{head}\r\n\r\n".encode() + data)
        eventually(lambda: scene.made() > before, 60, 0.005, "the engine works")

    eventually(scene.is_idle, 30, 0.02, "the engine works no more")
    assert scene.made() - before < LONGEST, "the engine went on to the end of the answer"


def test_a_cancelled_job_frees_the_engine(scene: Scene) -> None:
    eventually(scene.is_idle)
    job = scene.gateway.submit("mapped", meeting(400))
    eventually(lambda: scene.measured("num_requests_running") > 0, 60, 0.01, "the engine works")

    cancelled = scene.gateway.ask("DELETE", f"/jobs/{job}")

    assert cancelled.status == 200
    eventually(scene.is_idle, 30, 0.05, "the engine works no more")
    assert scene.gateway.result(job)["status"] != "complete"


def test_what_was_read_before_is_cached_and_told(scene: Scene) -> None:
    first = scene.chat("a word " * 400).body["usage"]
    again = scene.chat("a word " * 400 + "more").body["usage"]

    assert first["prompt_tokens"] > 400
    assert again["prompt_tokens_details"]["cached_tokens"] > 200


def test_an_answer_keeps_to_a_schema(scene: Scene) -> None:
    schema = {"type": "object", "properties": {"ok": {"type": "boolean"}}, "required": ["ok"], "additionalProperties": False}
    form = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}

    answer = scene.gateway.ask("POST", "/services/text/generate", {"prompt": "Hello", "response_format": form}).body
    relayed = scene.chat(response_format=form).body

    for text in (answer["generated_text"], relayed["choices"][0]["message"]["content"]):
        assert list(json.loads(text)) == ["ok"]


def test_a_function_is_called_with_arguments_that_its_schema_allows(scene: Scene) -> None:
    answer = scene.gateway.ask("POST", "/services/calls/generate", {"prompt": "A room for three, please."})

    assert answer.status == 200, answer.body
    assert answer.body["fn_name"] == "book"
    assert (answer.body["args"]["room"] in ("A", "B"), answer.body["args"]["seats"]) == (True, 3)


def test_thoughts_come_apart_under_both_names(scene: Scene) -> None:
    message = scene.chat(chat_template_kwargs={"enable_thinking": True}).body["choices"][0]["message"]
    events = streamed(scene, MODEL, chat_template_kwargs={"enable_thinking": True})

    deltas = [choice["delta"] for event in events[:-1] for choice in json.loads(event)["choices"]]
    for name in ("reasoning", "reasoning_content"):
        assert message[name].strip() == THOUGHT
        assert "".join(delta.get(name) or "" for delta in deltas).strip() == THOUGHT
    assert message["content"] == ANSWER


def test_a_service_tells_thoughts_apart(scene: Scene) -> None:
    extra = {"chat_template_kwargs": {"enable_thinking": True}}

    answer = scene.gateway.ask("POST", "/services/text/generate", {"prompt": "Hello", "extra": extra}).body

    assert (answer["generated_text"], answer["thinking"].strip()) == (ANSWER, THOUGHT)


def test_more_than_four_stops_are_kept(scene: Scene) -> None:
    stops = ["one", "two", "three", "four", "today"]

    assert scene.chat(stop=stops).body["choices"][0]["message"]["content"].strip() == "Alice : good day"


def test_an_unknown_model_is_not_found(scene: Scene) -> None:
    refused = scene.chat(model="other")

    assert (refused.status, refused.body["error"]["code"]) == (404, "model_not_found")


def test_check_finds_nothing_wrong_with_engines_that_run(scene: Scene) -> None:
    command = [sys.executable, "-m", "app", "check", "--services", str(scene.gateway.services)]
    database = scene.gateway.folder / "checked.sqlite"
    environment = {**scene.gateway.environment, "RESULT_DB_PATH": str(database)}

    checked = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)

    assert (checked.returncode, "0 problems" in checked.stdout) == (0, True), checked.stdout + checked.stderr
    assert scene.gateway.ask("GET", "/health").body["status"] == "ok"


def test_an_engine_that_is_killed_in_the_middle_of_jobs_costs_none_of_them(scene: Scene) -> None:
    """The last test: it takes as long as an engine takes to start."""
    lives = scene.gateway.lives_of("one")
    alone, shared = (scene.gateway.submit(service, meeting(200)) for service in ("mapped", "shared"))
    eventually(lambda: measured(scene.ports[0], "num_requests_running") > 0, 60, 0.01, "the engine works")

    for pid in list(tree(children_of_engine(scene))):
        os.kill(pid, signal.SIGKILL)
    other = scene.gateway.end_of(shared, 240)
    waited = scene.gateway.end_of(alone, 600)

    assert (other["status"], waited["status"]) == ("complete", "complete")
    assert scene.gateway.lives_of("one") == lives + 1
    coverage = scene.gateway.ask("GET", f"/jobs/{alone}").body["coverage"]
    assert coverage["turns"] == 200


def children_of_engine(scene: Scene) -> int:
    """The process of the model itself: the server's is left to notice that it is gone."""
    server = scene.gateway.pid_of("one")
    found = [pid for pid in children(server) if b"EngineCore" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    return found[0]
