from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.jobs import Claim
from app.web import create_app
from app.web.routes import events
from app.web.streaming.feed import Feed
from tests.web.conftest import Actions, Gateway
from tests.web.serving import Events, served


@pytest.fixture
def port(gateway: Gateway) -> Iterator[int]:
    with served(create_app(gateway)) as port:
        yield port


@pytest.fixture
def job_id(actions: Actions) -> str:
    accepted: str = actions.upload().json["jobId"]
    return accepted


@pytest.fixture
def claim(gateway: Gateway, job_id: str) -> Claim:
    claim = gateway.jobs.claim(job_id)
    assert claim is not None
    return claim


def shown(event: dict[str, Any]) -> tuple[Any, ...]:
    return event["status"], event["progress"]["done"], event["progress"]["total"], event.get("text")


def test_a_job_is_told_from_where_it_stands_to_its_end(port: int, gateway: Gateway, job_id: str) -> None:
    with Events(port, f"/jobs/{job_id}/events") as stream:
        told = iter(stream)
        seen = [shown(next(told))]
        claim = gateway.jobs.claim(job_id)
        assert claim is not None
        seen.append(shown(next(told)))
        claim.progress("summary", 1, 2, "Zoé : bonjour", 50)
        seen.append(shown(next(told)))
        claim.finish("Zoé : bonjour\nBob : le budget", {})
        seen += [shown(event) for event in told]

    assert seen == [
        ("queued", 0, 0, ""),
        ("processing", 0, 0, None),
        ("processing", 1, 2, "Zoé : bonjour"),
        ("complete", 2, 2, "Zoé : bonjour\nBob : le budget"),
    ]


def test_an_event_carries_phase_batches_per_cent_and_tokens(port: int, claim: Claim, job_id: str) -> None:
    claim.record("batch/0", {"text": "x", "prompt_tokens": 30, "completion_tokens": 4})
    claim.progress("summary", 1, 4, "x", 25)

    with Events(port, f"/jobs/{job_id}/events") as stream:
        event = next(iter(stream))

    assert event["progress"] == {"phase": "summary", "done": 1, "total": 4, "percent": 25}
    assert event["tokens"] == {"prompt": 30, "completion": 4, "cached": 0}


def test_the_last_event_has_the_text_although_it_was_told_before(port: int, claim: Claim, job_id: str) -> None:
    claim.progress("summary", 1, 1, "all", 100)

    with Events(port, f"/jobs/{job_id}/events") as stream:
        told = iter(stream)
        next(told)
        claim.finish("all", {})
        texts = [event["text"] for event in told]

    assert texts == ["all"]


def test_a_failed_job_ends_with_its_reason(port: int, claim: Claim, job_id: str) -> None:
    claim.fail("vLLM: connection refused")

    with Events(port, f"/jobs/{job_id}/events") as stream:
        told = list(stream)

    assert [(event["status"], event["error"]) for event in told] == [("error", "vLLM: connection refused")]


def test_who_comes_back_is_told_what_he_missed(port: int, claim: Claim, job_id: str) -> None:
    with Events(port, f"/jobs/{job_id}/events") as stream:
        next(iter(stream))
        last = stream.last_id
    claim.progress("summary", 1, 4, "a", 25)
    claim.progress("summary", 2, 4, "a\nb", 50)

    with Events(port, f"/jobs/{job_id}/events", last) as stream:
        event = next(iter(stream))

    assert shown(event) == ("processing", 2, 4, "a\nb")


def test_who_missed_nothing_is_told_nothing_twice(port: int, claim: Claim, job_id: str) -> None:
    with Events(port, f"/jobs/{job_id}/events") as stream:
        next(iter(stream))
        last = stream.last_id

    with Events(port, f"/jobs/{job_id}/events", last) as stream:
        claim.finish("done", {})
        told = [event["status"] for event in stream]

    assert told == ["complete"]


def test_who_has_seen_the_end_is_told_not_to_come_again(port: int, claim: Claim, job_id: str, client: FlaskClient) -> None:
    claim.finish("done", {})
    with Events(port, f"/jobs/{job_id}/events") as stream:
        list(stream)

    answer = client.get(f"/jobs/{job_id}/events", headers={"Last-Event-ID": stream.last_id})

    assert (answer.status_code, answer.data) == (204, b"")


@pytest.mark.parametrize("last", ["x", "-1", "1.5", "99999", "9" * 40, "²"])
def test_an_id_that_was_never_given_counts_for_none(client: FlaskClient, claim: Claim, job_id: str, last: str) -> None:
    claim.finish("done", {})

    answer = client.get(f"/jobs/{job_id}/events", headers={"Last-Event-ID": last})

    assert '"status": "complete"' in answer.text


def test_silence_is_filled_with_comments(gateway: Gateway, claim: Claim, job_id: str) -> None:
    app = Flask(__name__)
    app.register_blueprint(events.blueprint(gateway, Feed(gateway.jobs.changes), heartbeat=0.05))
    with served(app) as port, Events(port, f"/jobs/{job_id}/events") as stream:
        told = iter(stream)
        next(told)
        ending = threading.Timer(0.5, claim.finish, ("done", {}))
        ending.start()

        list(told)

        ending.join()
    assert stream.comments >= 2


def test_proxies_and_caches_are_told_to_keep_their_hands_off(client: FlaskClient, claim: Claim, job_id: str) -> None:
    claim.finish("done", {})

    answer = client.get(f"/jobs/{job_id}/events")

    assert answer.mimetype == "text/event-stream"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Accel-Buffering"] == "no"


def test_there_are_no_events_of_no_job(client: FlaskClient) -> None:
    answer = client.get("/jobs/none/events")

    assert answer.status_code == 404
    assert answer.json["error"]["type"] == "job_not_found"


def test_a_process_that_is_about_to_end_ends_its_streams(gateway: Gateway, job_id: str) -> None:
    closing = threading.Event()
    with served(create_app(gateway, closing.is_set)) as port, Events(port, f"/jobs/{job_id}/events") as stream:
        told = iter(stream)
        next(told)

        closing.set()

        assert list(told) == []


def test_a_line_separator_of_unicode_does_not_end_a_line_of_an_event(port: int, claim: Claim, job_id: str) -> None:
    claim.finish("one\u2028two\u2029three\x85four", {})

    with Events(port, f"/jobs/{job_id}/events") as stream:
        lines = stream.answer.read().decode().splitlines()

    (data,) = (line for line in lines if line.startswith("data: "))
    assert json.loads(data.removeprefix("data: "))["text"] == "one\u2028two\u2029three\x85four"
