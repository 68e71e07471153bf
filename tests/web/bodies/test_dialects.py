"""Both columns of the contract's table, case by case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from unittest.mock import ANY

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.jobs import Claim
from app.settings import Settings
from tests.web.conftest import Actions, Gateway

DEFAULT, FASTAPI = "default", "fastapi"
CRA = "/services/cra/generate"
NO_FLAVOR = {"detail": [{"type": "missing", "loc": ["body", "flavor"], "msg": "Field required", "input": None}]}
DONE = {"status": "complete", "message": "success", "summarization": "Zoé : bonjour"}


@pytest.fixture(params=(DEFAULT, FASTAPI))
def settings(request: pytest.FixtureRequest) -> Settings:
    return Settings(v1_dialect=request.param)


@dataclass(frozen=True)
class World:
    """What a case may do."""

    gateway: Gateway
    actions: Actions
    client: FlaskClient

    def result(self, deed: Callable[[Claim], Any] | None = None) -> TestResponse:
        """The result of a job after a worker took it and did that with it; of a waiting one where nothing was done."""
        job_id = self.actions.upload().json["jobId"]
        if deed is not None:
            claim = self.gateway.jobs.claim(job_id)
            assert claim is not None
            deed(claim)
        return self.actions.result(job_id)

    def cancelled(self) -> TestResponse:
        job_id = self.actions.upload().json["jobId"]
        self.gateway.jobs.cancel(job_id)
        return self.actions.result(job_id)


@pytest.fixture
def world(gateway: Gateway, actions: Actions, client: FlaskClient) -> World:
    return World(gateway, actions, client)


def half(claim: Claim) -> None:
    claim.progress("summary", 3, 8, "", 37.5)


# What is done, and the status and body that each dialect answers with.
TABLE: dict[str, tuple[Callable[[World], TestResponse], tuple[int, Any], tuple[int, Any]]] = {
    "accepted": (
        lambda world: world.actions.upload(),
        (200, {"message": "request successfulty queued", "jobId": ANY}),
        (200, {"message": "Request successfully queued", "jobId": ANY}),
    ),
    "no file": (
        lambda world: world.client.post(CRA, data={"flavor": "mixtral"}),
        (400, {"message": "Missing request parameter: content"}),
        (400, {"detail": "400: Missing content"}),
    ),
    "empty file": (
        lambda world: world.actions.upload(b""),
        (400, {"message": "Missing request parameter: content"}),
        (400, {"detail": "400: Missing content"}),
    ),
    "no flavor": (
        lambda world: world.client.post(CRA, json={"content": "A : b"}),
        (400, {"message": "Missing request parameter: flavor"}),
        (422, NO_FLAVOR),
    ),
    "unknown flavor": (
        lambda world: world.actions.upload(flavor="nope"),
        (404, {"message": "Flavor not found"}),
        (400, {"detail": "404: Flavor not found"}),
    ),
    "unknown service": (
        lambda world: world.actions.upload(path="/services/nope/generate"),
        (404, {"message": "Service not found"}),
        (404, {"detail": "Not Found"}),
    ),
    "no text": (
        lambda world: world.actions.upload(b"\x89PNG\r\n\x1a\n\0\0"),
        (400, {"message": ANY}),
        (400, {"detail": ANY}),
    ),
    "wrong method": (
        lambda world: world.client.get(CRA),
        (405, {"message": "Method Not Allowed"}),
        (405, {"detail": "Method Not Allowed"}),
    ),
    "queued": (
        lambda world: world.result(),
        (202, {"status": "queued", "message": "Processing 0%"}),
        (202, {"status": "queued", "message": "Task is in queue"}),
    ),
    "started": (
        lambda world: world.result(lambda claim: None),
        (202, {"status": "processing", "message": 0, "progress": "0"}),
        (202, {"status": "started", "message": "Task started"}),
    ),
    "waiting": (
        lambda world: world.result(lambda claim: claim.wait("vLLM: cannot connect")),
        (202, {"status": "processing", "message": 0, "progress": "0", "trouble": "vLLM: cannot connect"}),
        (202, {"status": "started", "message": "Task started", "trouble": "vLLM: cannot connect"}),
    ),
    "running": (
        lambda world: world.result(half),
        (202, {"status": "processing", "message": 37.5, "progress": "37"}),
        (202, {"status": "processing", "message": "Task is in progress", "progress": "37"}),
    ),
    "done": (
        lambda world: world.result(lambda claim: claim.finish(" Zoé : bonjour\n", {})),
        (200, DONE),
        (200, DONE),
    ),
    "failed": (
        lambda world: world.result(lambda claim: claim.fail("no model")),
        (400, {"status": "error", "message": "no model"}),
        (500, {"status": "error", "message": "Task failed", "details": "no model"}),
    ),
    "cancelled": (
        lambda world: world.cancelled(),
        (400, {"status": "error", "message": "cancelled"}),
        (500, {"status": "error", "message": "Task failed", "details": "cancelled"}),
    ),
    "unknown id": (
        lambda world: world.actions.result("7b0f3c1e-52a4-4a0c-9a53-7d9a5ee0f1c2"),
        (404, {"status": "nojob", "message": "7b0f3c1e-52a4-4a0c-9a53-7d9a5ee0f1c2 does not exist"}),
        (404, {"detail": "Unknown task status"}),
    ),
}


@pytest.mark.parametrize("case", TABLE)
def test_each_dialect_answers_in_its_words(world: World, settings: Settings, case: str) -> None:
    act, default, fastapi = TABLE[case]
    status, body = fastapi if settings.v1_dialect == FASTAPI else default

    answer = act(world)

    # our own dialect says more: `error`, with the remedy
    said = {name: value for name, value in answer.json.items() if name != "error"}
    assert (answer.status_code, said) == (status, body)


def test_other_routes_have_one_language(world: World) -> None:
    answer = world.client.get("/jobs/nobody")

    assert answer.status_code == 404
    assert answer.json["error"]["type"] == "job_not_found"


def test_a_body_of_another_type_is_told_what_to_send_in_both_dialects(world: World, settings: Settings) -> None:
    answer = world.client.post(CRA, data=b"<a/>", content_type="application/xml")

    told = answer.json["detail"] if settings.v1_dialect == FASTAPI else answer.json["error"]["detail"]
    assert (answer.status_code, "multipart/form-data" in told) == (415, True)
