from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient

from app.jobs import Claim
from tests.web.conftest import Actions, Gateway


@pytest.fixture
def job_id(actions: Actions) -> str:
    accepted: str = actions.upload().json["jobId"]
    return accepted


@pytest.fixture
def claim(gateway: Gateway, job_id: str) -> Claim:
    claim = gateway.jobs.claim(job_id)
    assert claim is not None
    return claim


def test_a_queued_job_is_at_nought(actions: Actions, job_id: str) -> None:
    answer = actions.result(job_id)

    assert answer.status_code == 202
    assert answer.json == {"status": "queued", "message": "Processing 0%"}


def test_a_running_job_tells_a_number_and_a_whole_number_as_text(actions: Actions, job_id: str, claim: Claim) -> None:
    claim.progress("summary", 3, 8, "", 37.5)

    answer = actions.result(job_id)

    assert answer.status_code == 202
    assert answer.json == {"status": "processing", "message": 37.5, "progress": "37"}


def test_the_progress_of_a_running_job_is_a_json_number_from_the_start(actions: Actions, job_id: str, claim: Claim) -> None:
    claim.progress("summary", 0, 8, "", 0)

    answer = actions.result(job_id)

    assert type(answer.json["message"]) in (int, float)
    assert answer.json["progress"] == "0"


def test_a_complete_job_gives_its_text_stripped_and_as_it_is(actions: Actions, job_id: str, claim: Claim) -> None:
    claim.finish("\n Zoé : ouvre la séance. \U0001f600\n\n", {})

    answer = actions.result(job_id)

    assert answer.status_code == 200
    assert answer.json == {"status": "complete", "message": "success", "summarization": "Zoé : ouvre la séance. \U0001f600"}
    assert "séance. \U0001f600" in answer.text


def test_a_summary_that_reads_like_progress_is_a_summary(actions: Actions, job_id: str, claim: Claim) -> None:
    claim.finish("Processing 12.5%", {})

    answer = actions.result(job_id)

    assert answer.json == {"status": "complete", "message": "success", "summarization": "Processing 12.5%"}


def test_a_failed_job_says_why(actions: Actions, job_id: str, claim: Claim) -> None:
    claim.fail("vLLM: connection refused")

    answer = actions.result(job_id)

    assert answer.status_code == 400
    assert answer.json == {"status": "error", "message": "vLLM: connection refused"}


def test_a_cancelled_job_has_ended_in_error(actions: Actions, job_id: str, gateway: Gateway) -> None:
    gateway.jobs.cancel(job_id)

    answer = actions.result(job_id)

    assert answer.status_code == 400
    assert answer.json == {"status": "error", "message": "cancelled"}


@pytest.mark.parametrize(
    "job_id", ["7b0f3c1e-52a4-4a0c-9a53-7d9a5ee0f1c2", "no job", "\u00e9\u20ac", "x" * 3000, "a\0b", "None"]
)
def test_an_unknown_id_is_no_job(client: FlaskClient, job_id: str) -> None:
    answer = client.get(f"/results/{job_id}")

    assert answer.status_code == 404
    assert answer.json["status"] == "nojob"
    assert answer.json["message"] == f"{job_id} does not exist"


def test_a_result_is_never_cached(actions: Actions, job_id: str) -> None:
    answer = actions.result(job_id)

    assert answer.headers["Cache-Control"] == "no-store"


def test_a_trailing_slash_and_double_slashes_are_read(client: FlaskClient, job_id: str) -> None:
    answer = client.get("/", environ_overrides={"PATH_INFO": f"//results//{job_id}/"})

    assert json.loads(answer.data)["status"] == "queued"


def test_a_result_tells_how_its_transcript_was_read(client: FlaskClient, claim: Claim) -> None:
    told = {"format": "vtt", "speakers": {"Zoé": 2}, "left_out": {"notes": 1}, "warnings": []}
    claim.finish("x", {**told, "turns": 2, "lines": []})

    answer = client.get(f"/results/{claim.job_id}")

    assert answer.json == {"status": "complete", "message": "success", "summarization": "x", "coverage": told}
