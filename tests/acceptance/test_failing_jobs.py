"""A job that cannot be carried out says why, and is the only one that ends."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.acceptance.processes import ROLLING, Fake, Gateway, House, transcript, write_service

pytestmark = pytest.mark.acceptance

RAISES = "{% for turn in turns %}{{ turn }}{% if 'bomb' in turn.text %}{{ 1 // 0 }}{% endif %}\n{% endfor %}"
TWO_CALLS = transcript(4)
COMPLETE = "complete"


@pytest.fixture(scope="module")
def fake(shared_house: House) -> Fake:
    return shared_house.fake()


@pytest.fixture(scope="module")
def gateway(shared_house: House, fake: Fake) -> Gateway:
    folder = shared_house.folder / "services"
    write_service(folder, "rolling", ROLLING)
    write_service(folder, "raises", RAISES, fields=1)
    write_service(folder, "narrow", ROLLING + "word " * 1900)
    write_service(folder, "nowhere", ROLLING, backend="gone")
    made = shared_house.gateway(folder, "--backend_retries", "1", "--job_deadline", "2", fake=fake)
    made.start()
    return made


@pytest.fixture(autouse=True)
def _well_again(fake: Fake) -> Iterator[None]:
    yield
    fake.script(default={})


def next_one(gateway: Gateway) -> str:
    return str(gateway.end_of(gateway.submit("rolling", TWO_CALLS))["status"])


def test_a_model_that_refuses_ends_the_job_with_its_reason(gateway: Gateway, fake: Fake) -> None:
    fake.script(default={"status": 400, "message": "logprobs are not for you"})

    result = gateway.end_of(gateway.submit("rolling", TWO_CALLS))

    reason = "vLLM: 400 logprobs are not for you (FakeError); change what the server names, or use another flavor"
    assert result == {"status": "error", "message": reason}
    fake.script(default={})
    assert next_one(gateway) == COMPLETE


def test_a_model_that_stays_down_ends_the_job_with_its_reason(gateway: Gateway, fake: Fake) -> None:
    fake.script(default={"status": 503, "message": "loading"})

    result = gateway.end_of(gateway.submit("rolling", TWO_CALLS))

    remedy = "GET /health shows how the backend is; try again later, or with another model or flavor"
    assert result == {"status": "error", "message": f"vLLM: 503 loading (FakeError); {remedy}"}
    fake.script(default={})
    assert next_one(gateway) == COMPLETE


def test_a_model_that_recovers_is_not_noticed(gateway: Gateway, fake: Fake) -> None:
    fake.script({"status": 503}, {}, {"fault": "reset_midway"})

    assert next_one(gateway) == COMPLETE


def test_a_template_that_fails_on_some_turns_ends_only_the_jobs_that_have_them(gateway: Gateway) -> None:
    jobs = [gateway.submit("raises", f"{TWO_CALLS}\nEve : {word}") for word in ("flower", "a bomb", "peace")]

    results = [gateway.end_of(job) for job in jobs]

    assert [result["status"] for result in results] == [COMPLETE, "error", COMPLETE]
    assert results[1]["message"].startswith("raises.txt:1: cannot be rendered: integer division or modulo by zero; ")


def test_a_bug_ends_its_job_and_no_other(house: House, services: Path) -> None:
    fake = house.fake()
    web = house.gateway(services, command="web", fake=fake)
    web.start()
    spoilt, sound = web.submit("rolling", TWO_CALLS), web.submit("rolling", TWO_CALLS)
    with closing(sqlite3.connect(web.database)) as database, database:
        database.execute("UPDATE orders SET record = json_remove(record, '$.settings.fields') WHERE job_id = ?", (spoilt,))

    house.gateway(services, command="worker", fake=fake).process.begin()

    assert web.end_of(spoilt) == {"status": "error", "message": "internal error (KeyError), see the log of the worker"}
    assert web.end_of(sound)["status"] == COMPLETE


def test_a_template_without_room_for_a_turn_is_refused_before_the_first_call(gateway: Gateway, fake: Fake) -> None:
    before = len(fake.calls)

    result = gateway.end_of(gateway.submit("narrow", TWO_CALLS))

    assert result["status"] == "error"
    assert "narrow.txt leaves no room for a turn: totalContextLength 2048 - maxGenerationLength 200" in result["message"]
    assert len(fake.calls) == before


def test_a_backend_that_there_is_not_is_named(gateway: Gateway) -> None:
    job = gateway.submit("nowhere", TWO_CALLS)

    assert "no backend 'gone'; known: vLLM" in gateway.end_of(job)["message"]
    assert next_one(gateway) == COMPLETE


def test_the_worker_never_had_to_be_started_again(gateway: Gateway) -> None:
    assert gateway.lives_of("worker") == 1


def test_a_backend_that_there_is_not_is_on_health(gateway: Gateway) -> None:
    health = gateway.ask("GET", "/health")

    assert (health.status, health.body["status"]) == (200, "degraded")
    assert health.body["backends"]["gone"]["ok"] is False
