"""The flow of LinTO Studio (API v2), as its client goes through it: find the service, its flavor, run, follow, read."""

from __future__ import annotations

import dataclasses
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from websockets.sync.client import ClientConnection, connect

from app.jobs import Jobs
from app.keys import Key, hashed
from app.settings import Settings
from app.storage.database import sqlite_url
from app.web import create_app
from app.web.bodies import linto_json
from app.web.middleware.auth import LINTO_RULES, RULES
from app.web.routes import linto
from app.web.streaming import request_limit
from app.web.streaming.feed import Feed
from tests.fakes.openai_server import FakeOpenAI
from tests.fixtures.contents import as_text
from tests.fixtures.keys import written
from tests.web.conftest import CRA, TRANSCRIPT, Gateway
from tests.web.serving import SOON, served
from tests.web.talking import FLAVOR, Talking, talking

ORG = "65f1c2d3e4a5b6c7d8e9f0a1"
SERVICES = "/api/v1/services?page=1&page_size=100"


@pytest.fixture
def settings() -> Settings:
    return Settings(linto_api="on")


def found(client: FlaskClient, identifier: str) -> dict[str, Any]:
    """The service, as the client looks for it: by its name, its route or its id in the first page."""
    items = client.get(SERVICES).json["items"]
    return next(each for each in items if identifier in (each["name"], each["route"], each["id"]))


def run(client: FlaskClient, service: str = "cra", organization: str = ORG, **fields: str) -> dict[str, Any]:
    """What the client posts: the id of a flavor, the transcript as a file, the organization, a context."""
    flavors = client.get(f"/api/v1/services/{found(client, service)['id']}").json["flavors"]
    data = {
        "flavor_id": next(each["id"] for each in flavors if each["is_default"]),
        "file": (io.BytesIO(TRANSCRIPT.encode()), "transcript.txt", "text/plain"),
        "organization_id": organization,
        "context": json.dumps({"conversationId": "c1", "conversationName": "Weekly"}),
        **fields,
    }
    answer = client.post(f"/api/v1/services/{found(client, service)['id']}/run", data=data)
    assert answer.status_code == 202, answer.text
    body: dict[str, Any] = answer.json
    return body


@contextmanager
def followed(gateway: Gateway, organization: str | None = ORG) -> Iterator[ClientConnection]:
    app = Flask(__name__)
    linto.register(app, gateway, Feed(gateway.jobs.changes), request_limit.of_watchers(), look_seconds=0.05)
    query = f"?organization_id={organization}" if organization else ""
    with served(app) as port, connect(f"ws://127.0.0.1:{port}/ws/jobs{query}", open_timeout=SOON, close_timeout=SOON) as ws:
        yield ws


def heard(ws: ClientConnection) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(ws.recv(timeout=SOON))
    return message


@pytest.mark.parametrize("identifier", ["cra", "minutes/analytical"])
def test_a_service_is_found_by_its_name_or_route_with_its_flavors(client: FlaskClient, identifier: str) -> None:
    service = found(client, identifier)

    assert str(UUID(service["id"])) == service["id"]
    assert (service["service_type"], service["is_active"]) == ("summary", True)
    assert service["description"] == CRA["description"]
    assert [(each["name"], each["is_default"]) for each in service["flavors"]] == [("mixtral", True), ("vigostral", False)]
    assert client.get(f"/api/v1/services/{service['id']}").json == service
    assert client.get(f"/api/v1/services/{service['id']}/flavors").json == {"items": service["flavors"], "total": 2}


def test_services_come_in_pages(client: FlaskClient, gateway: Gateway) -> None:
    gateway.save({**CRA, "name": "other", "route": "other"}, "other")

    pages = [client.get(f"/api/v1/services?page={number}&page_size=1&organization_id={ORG}").json for number in (1, 2, 3)]

    assert [[each["name"] for each in page["items"]] for page in pages] == [["cra"], ["other"], []]
    assert {(page["total"], page["total_pages"], page["page_size"]) for page in pages} == {(2, 2, 1)}


@pytest.mark.parametrize("query", ["page=0", "page_size=101", "page=x", "page_size=-1"])
def test_a_page_that_there_cannot_be_is_refused(client: FlaskClient, query: str) -> None:
    assert client.get(f"/api/v1/services?{query}").status_code == 400


def test_a_transcript_becomes_a_job_with_the_names_that_the_client_keeps(client: FlaskClient, gateway: Gateway) -> None:
    accepted = run(client, temperature="0.3")

    job = gateway.jobs.find(accepted["job_id"])
    order = gateway.jobs.order(job.id)
    assert (accepted["status"], accepted["service_name"], accepted["flavor_name"]) == ("queued", "cra", "mixtral")
    assert accepted["fallback_applied"] is False
    assert (as_text(order.content), order.flavor["temperature"]) == (TRANSCRIPT, 0.3)


@pytest.mark.parametrize("given", ["vigostral", None])
def test_a_flavor_may_be_named(client: FlaskClient, given: str | None) -> None:
    wished = given or next(each["id"] for each in found(client, "cra")["flavors"] if each["name"] == "vigostral")

    assert run(client, flavor_id=wished)["flavor_name"] == "vigostral"


@pytest.mark.parametrize(
    ("context", "title"),
    [
        (json.dumps({"conversationId": "c1", "conversationName": " Réunion\n du 3 "}), "Réunion du 3"),
        (json.dumps({"conversationName": "x" * 1000}), "x" * linto_json.LONGEST_TITLE),
        (json.dumps({"conversationName": 3}), None),
        (json.dumps(["Weekly"]), None),
        ("{", None),
        ("[" * 10_000, None),
    ],
)
def test_what_studio_calls_the_conversation_is_the_title(
    client: FlaskClient, gateway: Gateway, context: str, title: str | None
) -> None:
    accepted = run(client, context=context)

    assert gateway.jobs.order(accepted["job_id"]).options.get("title") == title


def test_only_what_can_run_here_is_offered_and_the_first_of_it_is_the_default(
    tmp_path: Path, prepared: Path, fake_openai: FakeOpenAI
) -> None:
    flavors = [{**FLAVOR, "name": "elsewhere", "modelName": "no-such-model"}, FLAVOR]
    with talking(tmp_path, prepared, fake_openai, linto_api="on") as talk:
        talk.write({"type": "generate", "name": "generate", "flavor": flavors}, "{{ prompt }}")
        offered = talk.client.get("/api/v1/services/generate").json["flavors"]
        ran = [
            talk.client.post("/api/v1/services/generate/run", data={"file": (io.BytesIO(b"Hello"), "a.txt"), **named})
            for named in ({}, {"flavor_id": "elsewhere"})
        ]

    assert [(each["name"], each["is_active"], each["is_default"]) for each in offered] == [
        ("elsewhere", False, False),
        (FLAVOR["name"], True, True),
    ]
    assert [each.status_code for each in ran] == [202, 400]
    assert ran[0].json["flavor_name"] == FLAVOR["name"]
    assert ran[1].json["detail"].endswith(f"use {FLAVOR['name']}")


def test_a_job_is_told_from_its_beginning_to_its_result(client: FlaskClient, gateway: Gateway) -> None:
    job_id = run(client)["job_id"]
    path = f"/api/v1/jobs/{job_id}"

    told = [client.get(path).json]
    claim = gateway.jobs.claim(job_id)
    assert claim is not None
    claim.progress("summary", 1, 4, "Zoé : bonjour", 25)
    told.append(client.get(path).json)
    claim.progress("reduce", 1, 2, "", 95)
    told.append(client.get(path).json)
    claim.finish(" # Minutes\n", {})
    told.append(client.get(path).json)

    assert [each["status"] for each in told] == ["queued", "processing", "processing", "completed"]
    assert told[0]["progress"] is None
    assert told[3]["progress"] == {"current": 2, "total": 2, "percentage": 100.0, "phase": "reducing"}
    assert told[1]["progress"] == {"current": 1, "total": 4, "percentage": 25.0, "phase": "processing"}
    assert [each["progress"]["phase"] for each in told[1:3]] == ["processing", "reducing"]
    assert [each["result"] for each in told] == [None, None, None, {"output": "# Minutes"}]
    assert (told[0]["id"], told[0]["organization_id"], told[3]["error"]) == (job_id, ORG, None)


def test_a_job_that_fails_says_why(client: FlaskClient, gateway: Gateway) -> None:
    job_id = run(client)["job_id"]
    claim = gateway.jobs.claim(job_id)
    assert claim is not None
    claim.fail("vLLM: refused")

    told = client.get(f"/api/v1/jobs/{job_id}").json

    assert (told["status"], told["error"], told["result"]) == ("failed", "vLLM: refused", None)


def test_a_job_is_cancelled_once(client: FlaskClient) -> None:
    path = f"/api/v1/jobs/{run(client)['job_id']}"

    answers = [client.post(f"{path}/cancel", json={}) for _ in range(2)]

    assert [each.status_code for each in answers] == [200, 200]
    assert answers[0].json["status"] == "cancelled"
    assert client.get(path).json["status"] == "cancelled"


def test_a_job_that_has_ended_cannot_be_cancelled(client: FlaskClient, gateway: Gateway) -> None:
    job_id = run(client)["job_id"]
    claim = gateway.jobs.claim(job_id)
    assert claim is not None
    claim.finish("done", {})

    assert client.post(f"/api/v1/jobs/{job_id}/cancel", json={}).status_code == 409


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/services/nobody"),
        ("GET", "/api/v1/services/nobody/flavors"),
        ("POST", "/api/v1/services/nobody/run"),
        ("GET", "/api/v1/jobs/7b0f3c1e-52a4-4a0c-9a53-7d9a5ee0f1c2"),
        ("POST", "/api/v1/jobs/7b0f3c1e-52a4-4a0c-9a53-7d9a5ee0f1c2/cancel"),
    ],
)
def test_what_is_not_there_is_404(client: FlaskClient, method: str, path: str) -> None:
    assert client.open(path, method=method).status_code == 404


def test_a_run_without_a_file_or_with_a_strange_flavor_is_refused(client: FlaskClient) -> None:
    path = f"/api/v1/services/{found(client, 'cra')['id']}/run"

    answers = [client.post(path, data=data) for data in ({"flavor_id": "mixtral"}, {"flavor_id": "nobody"})]

    assert [each.status_code for each in answers] == [400, 404]


def test_the_socket_tells_what_is_active_and_then_every_change(client: FlaskClient, gateway: Gateway) -> None:
    job_id = run(client)["job_id"]

    with followed(gateway) as ws:
        snapshot = heard(ws)
        claim = gateway.jobs.claim(job_id)
        assert claim is not None
        updates = [heard(ws)]
        claim.finish("done", {})
        while updates[-1]["status"] != "completed":
            updates.append(heard(ws))

    assert snapshot["type"] == "jobs_snapshot"
    assert [(each["job_id"], each["status"], each["service_name"]) for each in snapshot["jobs"]] == [(job_id, "queued", "cra")]
    assert {(each["type"], each["job_id"]) for each in updates} == {("job_update", job_id)}
    assert (updates[-1]["result"], updates[-1]["error"]) == ({"output": "done"}, None)


def test_a_job_that_comes_later_is_told_even_if_it_has_ended_already(client: FlaskClient, gateway: Gateway) -> None:
    with followed(gateway) as ws:
        snapshot = heard(ws)
        job_id = run(client)["job_id"]
        claim = gateway.jobs.claim(job_id)
        assert claim is not None
        claim.finish("done", {})
        updates = [heard(ws)]
        while updates[-1]["status"] != "completed":
            updates.append(heard(ws))

    assert snapshot["jobs"] == []
    assert (updates[-1]["job_id"], updates[-1]["result"]) == (job_id, {"output": "done"})


def test_the_socket_tells_jobs_however_many_others_wait(
    client: FlaskClient, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = {run(client)["job_id"] for _ in range(2)}
    for _ in range(3):
        run(client, organization="other")
    monkeypatch.setattr(linto, "MOST_LISTED", 2)

    with followed(gateway) as ws:
        snapshot = heard(ws)
        monkeypatch.undo()
        came = run(client)["job_id"]
        later = heard(ws)

    assert {each["job_id"] for each in snapshot["jobs"]} == waiting
    assert later["job_id"] == came


def test_a_job_that_is_deleted_while_it_is_looked_at_ends_no_socket(
    client: FlaskClient, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = run(client)["job_id"]
    listed = gateway.jobs.list

    def list_and_delete(**asked: Any) -> Any:
        page = listed(**asked)
        gateway.jobs.delete(gateway.jobs.cancel(gone).id)
        monkeypatch.undo()
        return page

    monkeypatch.setattr(gateway.jobs, "list", list_and_delete)
    with followed(gateway) as ws:
        snapshot = heard(ws)
        job_id = run(client)["job_id"]
        later = heard(ws)

    assert (snapshot["jobs"], later["job_id"]) == ([], job_id)


@pytest.mark.parametrize(("organization", "seen"), [(ORG, ["mine"]), ("other", ["theirs"]), (None, ["mine", "theirs"])])
def test_an_organization_hears_of_its_own_jobs_only(
    client: FlaskClient, gateway: Gateway, organization: str | None, seen: list[str]
) -> None:
    names = {run(client)["job_id"]: "mine", run(client, organization="other")["job_id"]: "theirs"}

    with followed(gateway, organization) as ws:
        snapshot = heard(ws)
        names |= {run(client)["job_id"]: "mine", run(client, organization="other")["job_id"]: "theirs"}
        later = [heard(ws) for _ in seen]

    assert sorted(names[each["job_id"]] for each in snapshot["jobs"]) == seen
    assert sorted(names[each["job_id"]] for each in later) == seen


@pytest.mark.parametrize(("accept", "body"), [("application/json, text/plain, */*", {"status": "healthy"}), ("*/*", 1)])
def test_the_health_is_told_in_the_word_that_the_client_reads(client: FlaskClient, accept: str, body: Any) -> None:
    assert client.get("/healthcheck", headers={"Accept": accept}).json == body


def test_the_client_is_not_told_that_all_is_well_while_no_job_can_be_read(gateway: Gateway) -> None:
    """It forgets a job that it cannot read if the gateway is healthy otherwise."""
    away = dataclasses.replace(gateway, jobs=Jobs(sqlite_url(gateway.folder / "none" / "x.sqlite")))
    client = create_app(away).test_client()

    told = client.get("/healthcheck", headers={"Accept": "application/json"})

    assert (client.get("/api/v1/jobs/x").status_code, told.json) == (503, {"status": "unhealthy"})
    assert client.get("/healthcheck").json == 1


def test_by_default_there_are_no_such_routes(gateway: Gateway) -> None:
    client = create_app(dataclasses.replace(gateway, settings=Settings())).test_client()

    assert client.get(SERVICES).status_code == 404
    assert client.get("/healthcheck", headers={"Accept": "application/json"}).json == 1


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return written(tmp_path, Key("alice", hashed("alice's"), services=("generate",)), Key("bob", hashed("bob's")))


@pytest.fixture
def locked(tmp_path: Path, prepared: Path, fake_openai: FakeOpenAI, keys: Path) -> Iterator[Talking]:
    with talking(tmp_path, prepared, fake_openai, api_keys_file=str(keys), linto_api="on") as made:
        yield made


def test_each_route_has_a_rule_and_each_rule_a_route(locked: Talking) -> None:
    assert {rule.endpoint for rule in locked.app.url_map.iter_rules()} == RULES | LINTO_RULES


@pytest.mark.parametrize(("key", "status"), [("bob's", "healthy"), ("nobody's", "unhealthy"), ("", "unhealthy")])
def test_the_client_is_well_only_if_its_key_is(locked: Talking, key: str, status: str) -> None:
    headers = {"Accept": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}

    assert locked.client.get("/healthcheck", headers=headers).json == {"status": status}


@pytest.mark.parametrize("path", [SERVICES, "/api/v1/services/generate", "/api/v1/jobs/x", "/ws/jobs"])
def test_no_route_opens_without_a_key(locked: Talking, path: str) -> None:
    assert locked.client.get(path).status_code == 401


def test_a_key_shows_its_own_services_and_jobs(locked: Talking) -> None:
    alice, bob = ({"Authorization": f"Bearer {name}'s"} for name in ("alice", "bob"))

    services = [[each["name"] for each in locked.client.get(SERVICES, headers=key).json["items"]] for key in (alice, bob)]
    ran = locked.client.post(
        "/api/v1/services/generate/run", data={"file": (io.BytesIO(b"Hello"), "a.txt"), "flavor_id": "small"}, headers=bob
    )
    read = [locked.client.get(f"/api/v1/jobs/{ran.json['job_id']}", headers=key).status_code for key in (alice, bob)]

    assert services == [["generate"], ["chat", "generate"]]
    assert (ran.status_code, read) == (202, [404, 200])
