from __future__ import annotations

import time
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.jobs import Claim, Jobs
from app.web import create_app
from tests.fixtures.contents import as_text
from tests.web.conftest import CRA, TRANSCRIPT, Actions, Gateway

ID = "7b0f3c1e-52a4-4a0c-9a53-7d9a5ee0f1c2"


@pytest.fixture
def job_id(actions: Actions) -> str:
    accepted: str = actions.upload().json["jobId"]
    return accepted


@pytest.fixture
def claim(gateway: Gateway, job_id: str) -> Claim:
    claim = gateway.jobs.claim(job_id)
    assert claim is not None
    return claim


def listed(client: FlaskClient, **filters: Any) -> list[str]:
    """The ids of the jobs of one page."""
    answer = client.get("/jobs", query_string=filters)
    assert answer.status_code == 200, answer.text
    return [job["jobId"] for job in answer.json["jobs"]]


def several(actions: Actions, number: int, **fields: str) -> list[str]:
    """The ids of so many new jobs, the newest first."""
    made = []
    for _ in range(number):
        made.append(actions.upload(**fields).json["jobId"])
        time.sleep(0.002)
    return made[::-1]


def test_the_newest_jobs_are_listed_first(client: FlaskClient, actions: Actions) -> None:
    made = several(actions, 3)

    assert listed(client) == made


def test_pages_follow_one_another_while_jobs_come(client: FlaskClient, actions: Actions) -> None:
    made = several(actions, 5)
    seen, cursor = [], None

    for _ in range(3):
        page = client.get("/jobs", query_string={"limit": 2, **({"cursor": cursor} if cursor else {})}).json
        seen += [job["jobId"] for job in page["jobs"]]
        cursor = page["next"]
        several(actions, 1)

    assert seen == made
    assert cursor is None


def test_jobs_are_listed_by_status(client: FlaskClient, actions: Actions, claim: Claim) -> None:
    several(actions, 1)

    assert listed(client, status="processing") == [claim.job_id]


def test_jobs_are_listed_by_service(client: FlaskClient, actions: Actions, gateway: Gateway) -> None:
    gateway.save({**CRA, "name": "other", "route": "o"}, "other")
    several(actions, 1)
    negotiate = several(actions, 2, path="/services/other/generate")

    assert listed(client, service="other") == negotiate


def test_jobs_are_listed_by_time(client: FlaskClient, actions: Actions) -> None:
    several(actions, 1)
    middle = several(actions, 1)
    begin = client.get(f"/jobs/{middle[0]}").json["created"]
    time.sleep(0.002)
    end = client.get(f"/jobs/{several(actions, 1)[0]}").json["created"]

    assert listed(client, after=begin, before=end) == middle


@pytest.mark.parametrize("moment", ["2000-01-01", "2000-01-01T00:00:00", "2000-01-01T00:00:00Z", "2000-01-01T00:00:00+02:00"])
def test_a_time_is_written_as_iso_8601_does(client: FlaskClient, job_id: str, moment: str) -> None:
    assert listed(client, after=moment) == [job_id]
    assert listed(client, before=moment) == []


def test_a_listed_job_is_told_without_its_texts(client: FlaskClient, claim: Claim) -> None:
    claim.record("batch/0", {"text": "secret words", "prompt_tokens": 30, "completion_tokens": 4})
    claim.finish("secret words", {})

    answer = client.get("/jobs")

    job = answer.json["jobs"][0]
    assert job["status"] == "complete"
    assert job["tokens"] == {"prompt": 30, "completion": 4, "cached": 0}
    assert "secret words" not in answer.text


@pytest.mark.parametrize(
    ("filters", "parameter"),
    [
        ({"status": "done"}, "status"),
        ({"after": "yesterday"}, "after"),
        ({"before": "2026-13-01"}, "before"),
        ({"after": "0001-01-01T00:00:00+23:59"}, "after"),
        ({"cursor": "x"}, "cursor"),
        ({"cursor": "é"}, "cursor"),
        ({"limit": "0"}, "limit"),
        ({"limit": "501"}, "limit"),
        ({"limit": "ten"}, "limit"),
        ({"service": "a\0b"}, "service"),
        ({"state": "complete"}, "state"),
    ],
)
def test_a_filter_that_cannot_be_used_is_named(client: FlaskClient, filters: dict[str, str], parameter: str) -> None:
    answer = client.get("/jobs", query_string=filters)

    assert answer.status_code == 400
    assert answer.json["error"]["parameter"] == parameter


def test_a_job_is_told_with_its_order_its_calls_and_its_coverage(client: FlaskClient, claim: Claim) -> None:
    claim.record("batch/0", {"text": "x", "prompt_tokens": 30, "completion_tokens": 4, "seconds": 1.5, "finish_reason": "stop"})
    made = {"speaker": "Ann", "turns": [0, 1]}
    lines = [{"line": "Ann : x", **made, "step": "batch/0"}, {"line": "y", "turns": [0, 1], "step": "reduce/0/0"}]
    claim.finish("x", {"turns": 2, "lines": lines})

    job = client.get(f"/jobs/{claim.job_id}").json

    assert (job["service"], job["flavor"], job["status"], job["attempts"]) == ("cra", "mixtral", "complete", 1)
    assert job["order"]["flavor"]["modelName"] == "mistral"
    assert job["order"]["characters"] == len(TRANSCRIPT)
    assert job["coverage"] == {
        "turns": 2,
        "lines": [
            {"text": "Ann : x", "kind": "note", **made, "step": "batch/0"},
            {"text": "y", "kind": "reduced", "turns": [0, 1], "step": "reduce/0/0"},
        ],
    }
    call = job["calls"][0]
    assert (call["step"], call["seconds"], call["finish_reason"]) == ("batch/0", 1.5, "stop")
    assert call["tokens"] == {"prompt": 30, "completion": 4, "cached": 0}


def test_nothing_of_a_transcript_or_a_prompt_is_told_of_a_job(client: FlaskClient, gateway: Gateway, actions: Actions) -> None:
    flavors = [{**flavor, "system": "You are secret"} for flavor in CRA["flavor"]]
    gateway.save({**CRA, "flavor": flavors})
    job_id = actions.upload(speakers="Zoé").json["jobId"]

    told = client.get(f"/jobs/{job_id}").text

    assert all(word not in told for word in ("Zoé", "budget", "Summarise", "secret"))


def test_a_job_that_is_cancelled_is_cancelled_at_once(client: FlaskClient, actions: Actions, claim: Claim) -> None:
    answer = client.delete(f"/jobs/{claim.job_id}")

    assert (answer.status_code, answer.json["status"]) == (200, "cancelled")
    assert actions.result(claim.job_id).json == {"status": "error", "message": "cancelled"}


def test_a_job_may_be_cancelled_twice(client: FlaskClient, job_id: str) -> None:
    client.delete(f"/jobs/{job_id}")

    answer = client.delete(f"/jobs/{job_id}")

    assert (answer.status_code, answer.json["status"]) == (200, "cancelled")


def test_a_job_that_has_ended_cannot_be_cancelled(client: FlaskClient, claim: Claim) -> None:
    claim.finish("x", {})

    answer = client.delete(f"/jobs/{claim.job_id}")

    assert answer.status_code == 409
    assert answer.json["error"]["type"] == "job_conflict"
    assert "complete" in answer.json["message"]


def test_a_failed_job_can_be_tried_again(client: FlaskClient, claim: Claim) -> None:
    claim.fail("no model")

    answer = client.post(f"/jobs/{claim.job_id}/retry")

    assert (answer.status_code, answer.json["status"]) == (202, "queued")
    assert "error" not in answer.json


def test_a_job_that_runs_cannot_be_tried_again(client: FlaskClient, claim: Claim) -> None:
    answer = client.post(f"/jobs/{claim.job_id}/retry")

    assert answer.status_code == 409
    assert answer.json["error"]["type"] == "job_conflict"


@pytest.mark.parametrize(
    "request_", [{"json": {"content": "Cem : encore un mot"}}, {"data": {"content": "Cem : encore un mot"}}]
)
def test_turns_can_be_added_to_a_job_that_has_ended(
    client: FlaskClient, gateway: Gateway, claim: Claim, request_: dict[str, Any]
) -> None:
    claim.finish("x", {})

    answer = client.post(f"/jobs/{claim.job_id}/turns", **request_)

    assert (answer.status_code, answer.json["status"]) == (202, "queued")
    assert as_text(gateway.jobs.order(claim.job_id).content) == f"{TRANSCRIPT}\nCem : encore un mot"


def test_turns_that_are_sent_twice_under_one_key_are_added_once(client: FlaskClient, gateway: Gateway, job_id: str) -> None:
    headers = {"Idempotency-Key": "k1"}

    answers = [client.post(f"/jobs/{job_id}/turns", json={"content": "Cem : un mot"}, headers=headers) for _ in range(2)]
    other = client.post(f"/jobs/{job_id}/turns", json={"content": "Cem : un autre"}, headers=headers)

    assert [answer.status_code for answer in answers] == [202, 202]
    assert (other.status_code, other.json["error"]["type"]) == (409, "idempotency_conflict")
    assert as_text(gateway.jobs.order(job_id).content) == f"{TRANSCRIPT}\nCem : un mot"


def test_no_turns_are_no_turns(client: FlaskClient, job_id: str) -> None:
    answer = client.post(f"/jobs/{job_id}/turns", json={"content": " \n"})

    assert answer.status_code == 400
    assert answer.json["error"]["type"] == "missing_parameter"


@pytest.mark.parametrize("job_id", [ID, "no job", "a\0b", "x" * 3000])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/jobs/{}"),
        ("DELETE", "/jobs/{}"),
        ("POST", "/jobs/{}/retry"),
        ("POST", "/jobs/{}/turns"),
        ("GET", "/jobs/{}/events"),
    ],
)
def test_an_unknown_job_is_not_found(client: FlaskClient, method: str, path: str, job_id: str) -> None:
    answer = client.open(path.format(job_id), method=method, json={"content": "A : b"} if method == "POST" else None)

    assert answer.status_code == 404
    assert answer.json["error"]["type"] == "job_not_found"


def sent(client: FlaskClient, key: str, **fields: Any) -> Any:
    body = {"content": TRANSCRIPT, "flavor": "mixtral", **fields}
    return client.post("/services/cra/generate", json=body, headers={"Idempotency-Key": key})


def test_the_same_request_under_one_key_is_one_job(client: FlaskClient, gateway: Gateway) -> None:
    first, second = sent(client, "k"), sent(client, "k")

    assert first.json == second.json
    assert sum(gateway.jobs.counts().values()) == 1


def test_the_same_request_is_the_same_after_a_hot_reload_and_by_another_route(client: FlaskClient, gateway: Gateway) -> None:
    first = sent(client, "k")
    gateway.save({**CRA, "description": "edited"})

    second = client.post(
        "/services/minutes/analytical/generate",
        json={"flavor": "mixtral", "content": TRANSCRIPT},
        headers={"Idempotency-Key": "k"},
    )

    assert first.json == second.json


@pytest.mark.parametrize("other", [{"content": "Bob : non"}, {"flavor": "vigostral"}, {"temperature": 0.3}])
def test_another_request_under_the_same_key_is_a_conflict(client: FlaskClient, gateway: Gateway, other: dict[str, Any]) -> None:
    sent(client, "k")

    answer = sent(client, "k", **other)

    assert answer.status_code == 409
    assert answer.json["error"]["type"] == "idempotency_conflict"
    assert sum(gateway.jobs.counts().values()) == 1


def test_another_key_is_another_job(client: FlaskClient) -> None:
    assert sent(client, "k").json != sent(client, "l").json


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "é"])
def test_a_key_that_cannot_be_one_is_refused(client: FlaskClient, key: str) -> None:
    answer = sent(client, key)

    assert answer.status_code == 400
    assert answer.json["error"]["parameter"] == "Idempotency-Key"


def test_a_full_queue_says_when_to_come_again(gateway: Gateway) -> None:
    with closing(Jobs(gateway.jobs.database.url, most_queued=1)) as jobs:
        client = create_app(replace(gateway, jobs=jobs)).test_client()
        sent(client, "k")

        answer = sent(client, "l")

    assert answer.status_code == 429
    assert answer.json["error"]["type"] == "queue_full"
    assert f"in {answer.headers['Retry-After']} s" in answer.json["message"]


@pytest.mark.parametrize("priority", [0, 9, "3"])
def test_a_priority_travels_with_the_job(client: FlaskClient, priority: Any) -> None:
    job_id = sent(client, "k", priority=priority).json["jobId"]

    assert client.get(f"/jobs/{job_id}").json["priority"] == int(priority)


@pytest.mark.parametrize("priority", [-1, 10, 1.5, "first", True])
def test_a_priority_that_is_none_is_refused(client: FlaskClient, priority: Any) -> None:
    answer = sent(client, "k", priority=priority)

    assert answer.status_code == 400
    assert answer.json["error"]["parameter"] == "priority"


@pytest.mark.parametrize("url", [5, "x" * 3000])
def test_a_callback_that_is_no_address_is_refused(client: FlaskClient, url: Any) -> None:
    answer = sent(client, "k", callback_url=url)

    assert answer.status_code == 400
    assert answer.json["error"]["parameter"] == "callback_url"
