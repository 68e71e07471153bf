"""A preview: the calls that a job would make, byte for byte, and no model is asked."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.keys import Key, hashed
from app.kinds import KINDS
from app.storage.tables import jobs
from app.tokens import Tokenizers
from app.worker import Worker
from tests.fakes.openai_server import count_messages
from tests.fixtures.keys import written
from tests.web.talking import FLAVOR, SUMMARY, Talking

TURN = "{} : we send {} {} to the office in {} before Friday."
THINGS = ["chairs", "desks", "lamps", "plants", "books", "screens", "cables", "phones", "shelves", "boards", "doors"]
CITIES = ["Lyon", "Paris", "Rome", "Madrid", "Berlin", "Vienna", "Prague", "Oslo", "Dublin", "Lisbon", "Athens"]
TRANSCRIPT = "\n".join(
    TURN.format("Ann" if number % 2 else "Bob", number + 10, THINGS[number], CITIES[number]) for number in range(11)
)
ONCE = "Write the minutes.\n\n{{ turns }}\n"
BOTH = "Write the minutes.\n\nSo far:\n{{ previous }}\n\nNew:\n{{ turns }}\n"
MINUTES: dict[str, Any] = {
    "type": "minutes",
    "name": "minutes",
    "flavor": [{**FLAVOR, "totalContextLength": 2000, "maxNewTurns": 3}],
}


EXTRACTIVE: dict[str, Any] = {
    "type": "minutes",
    "name": "quoted",
    "flavor": [{**FLAVOR, "totalContextLength": 2000, "mode": "extractive"}],
}


@pytest.fixture
def services(talk: Talking) -> Talking:
    """Summaries with `fields` 1 (`once`) and 2 (`cra`), `minutes` and `quoted`."""
    for service in (MINUTES, EXTRACTIVE):
        (talk.folder / f"{service['name']}.json").write_text(json.dumps(service), encoding="utf-8")
    talk.write({**SUMMARY, "name": "once", "fields": 1}, ONCE)
    talk.write(SUMMARY, BOTH)
    talk.fake.answer = lambda messages: '{"items": []}' if "JSON" in messages[-1]["content"] else "Clerk : noted."
    return talk


def preview(talk: Talking, service: str, call: int = 1, **fields: Any) -> dict[str, Any]:
    body = {"content": TRANSCRIPT, "flavor": "small", **fields}
    answer = talk.client.post(f"/services/{service}/preview?call={call}", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def previewed(talk: Talking, service: str) -> list[dict[str, Any]]:
    """Every call that is foreseen."""
    return [preview(talk, service, number)["call"] for number in range(1, preview(talk, service)["calls"] + 1)]


def carried_out(talk: Talking, service: str) -> list[dict[str, Any]]:
    """The bodies that the model server received for a job of *service*."""
    job = talk.client.post(f"/services/{service}/generate", json={"content": TRANSCRIPT, "flavor": "small"}).json["jobId"]
    Worker(talk.gateway.jobs, talk.gateway.backends.of, Tokenizers(), KINDS).carry_out(job)
    return [call.body for call in talk.fake.calls]


def messages(calls: list[dict[str, Any]]) -> list[str]:
    return sorted(json.dumps(call["messages"], sort_keys=True) for call in calls)


@pytest.mark.parametrize("service", ["once", "minutes", "quoted"])
def test_the_previewed_calls_are_those_that_the_model_server_receives_byte_for_byte(services: Talking, service: str) -> None:
    expected = previewed(services, service)

    received = carried_out(services, service)

    most = expected[0]["max_tokens"]  # a server without log probabilities is asked once more, for more tokens
    assert len(expected) > 1
    assert messages([call for call in received if call["max_tokens"] == most]) == messages(expected)


def test_the_first_call_of_a_rolling_summary_is_exact_and_no_batch_is_larger_than_foreseen(services: Talking) -> None:
    expected = previewed(services, "cra")

    received = carried_out(services, "cra")

    assert received[0]["messages"] == expected[0]["messages"]
    assert [call["exact"] for call in expected] == [True, *[False] * (len(expected) - 1)]
    assert len(received) <= len(expected)
    assert "summary so far" in expected[1]["messages"][-1]["content"]


def test_no_model_is_asked_and_no_job_is_stored(services: Talking) -> None:
    for service in ("once", "cra", "minutes", "quoted"):
        preview(services, service)

    assert services.fake.calls == []
    assert services.client.get("/jobs").json["jobs"] == []


def test_a_preview_tells_turns_speakers_and_tokens_that_add_up(services: Talking) -> None:
    told = preview(services, "once")

    assert (told["transcript_turns"], told["turns"], told["speakers"]) == (11, 11, {"Bob": 6, "Ann": 5})
    assert (told["batches"], told["calls"], told["exact"], told["more_calls"]) == (6, 6, True, "")
    assert [(each["first_turn"], each["last_turn"]) for each in told["list"]] == [(n, min(n + 1, 10)) for n in range(0, 11, 2)]
    for tokens in (told["tokens"], *(each["tokens"] for each in told["list"])):
        assert tokens["prompt"] == tokens["template"] + tokens["previous"] + tokens["turns"]


def test_the_tokens_of_a_call_are_those_that_the_server_counts(services: Talking) -> None:
    told = preview(services, "once")

    carried_out(services, "once")

    assert told["tokens"]["prompt"] == sum(count_messages(call.messages) for call in services.fake.calls)


@pytest.mark.parametrize(("service", "field"), [("generate", "prompt"), ("chat", "message")])
def test_a_service_whose_client_waits_has_one_call(services: Talking, service: str, field: str) -> None:
    told = preview(services, service, **{field: "Say hello.", "content": None, "system": "Be short."})

    assert (told["calls"], told["exact"], told["turns"]) == (1, True, None)
    assert told["call"]["messages"][-1] == {"role": "user", "content": "Say hello."}


def test_a_question_about_functions_is_previewed_as_it_is_asked(services: Talking) -> None:
    function = {"name": "greet", "description": "Greets.", "parameters": {"name": {"type": "string"}}}
    services.save("calls", "{{ functions }}\n{{ prompt }}", "function_call", functions=[function])
    services.fake.answer = lambda _messages: '{"name": "greet", "parameters": {"name": "Bo"}}'

    expected = preview(services, "calls", content=None, prompt="Greet Bo.")["call"]
    services.client.post("/services/calls/generate", json={"prompt": "Greet Bo."})

    assert messages([call.body for call in services.fake.calls]) == messages([expected])


def test_calls_come_in_pages(services: Talking) -> None:
    many = "\n".join(TURN.format(f"P{number}", number, "chairs", "Lyon") for number in range(230))

    first = preview(services, "once", content=many)
    last = preview(services, "once", first["next_call"], content=many)

    assert (first["calls"], len(first["list"]), first["next_call"]) == (115, 100, 101)
    assert ([each["call"] for each in last["list"]], last["next_call"]) == (list(range(101, 116)), None)
    assert (len(first["speakers"]), last["call"]["step"]) == (200, "batch/100")


@pytest.mark.parametrize(
    ("query", "body", "status", "parameter"),
    [
        ("?call=0", {}, 400, "call"),
        ("?call=seven", {}, 400, "call"),
        ("?call=7", {}, 400, "call"),
        ("", {"content": ""}, 400, "content"),
        ("", {"flavor": ""}, 400, "flavor"),
        ("", {"flavor": "large"}, 404, None),
        ("", {"temperature": "hot"}, 400, "temperature"),
        ("", {"langauge": "fr"}, 400, "langauge"),
    ],
)
def test_what_cannot_be_previewed_is_refused_as_the_request_would_be(
    services: Talking, query: str, body: dict[str, Any], status: int, parameter: str | None
) -> None:
    answer = services.client.post(f"/services/once/preview{query}", json={"content": TRANSCRIPT, "flavor": "small", **body})

    assert (answer.status_code, answer.json["error"].get("parameter")) == (status, parameter)


def test_an_unknown_service_is_404(services: Talking) -> None:
    answer = services.client.post("/services/none/preview", json={"content": TRANSCRIPT, "flavor": "small"})

    assert answer.status_code == 404


def test_a_server_that_is_down_leaves_an_estimate_and_says_so(services: Talking) -> None:
    with services.fake.refusing():
        told = preview(services, "once")

    assert (told["tokenizer"], told["exact_counts"]) == ("estimate", False)
    assert told["notes"][-1].startswith("the model's server did not answer")


# -- time --------------------------------------------------------------------------------------------------------------------


def settled(talk: Talking, seconds: float, tokens: int, **changed: Any) -> None:
    """A job of `once` that ended after *seconds* with *tokens* of prompts."""
    job = talk.client.post("/services/once/generate", json={"content": TRANSCRIPT, "flavor": "small"}).json["jobId"]
    began = datetime(2026, 1, 1, tzinfo=UTC)
    values = {
        "status": "complete",
        "started": began,
        "finished": began + timedelta(seconds=seconds),
        "prompt_tokens": tokens,
        **changed,
    }
    talk.gateway.jobs.database.write(
        lambda connection: connection.execute(sa.update(jobs).where(jobs.c.id == job).values(values))
    )


def test_without_a_complete_job_the_time_is_not_known(services: Talking) -> None:
    settled(services, 60, 600, status="error")
    settled(services, 60, 600, original_flavor="large")

    told = preview(services, "once")

    assert (told["seconds"], told["estimated_from"]) == (None, 0)


def test_the_time_is_estimated_from_the_median_of_past_jobs(services: Talking) -> None:
    for seconds in (10, 20, 6000):
        settled(services, seconds, 1000)

    told = preview(services, "once")

    assert (told["seconds"], told["estimated_from"]) == (round(told["tokens"]["prompt"] * 0.02, 1), 3)


# -- keys --------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return written(tmp_path, Key("alice", hashed("alice's"), services=("gen*",)))


@pytest.mark.parametrize(
    ("service", "headers", "status"),
    [
        ("generate", {"Authorization": "Bearer alice's"}, 200),
        ("chat", {"Authorization": "Bearer alice's"}, 403),
        ("generate", {}, 401),
    ],
)
def test_a_key_previews_the_services_that_it_opens(locked: Talking, service: str, headers: dict[str, str], status: int) -> None:
    answer = locked.client.post(f"/services/{service}/preview", json={"prompt": "Hello"}, headers=headers)

    assert answer.status_code == status
