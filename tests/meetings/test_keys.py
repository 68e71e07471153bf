"""Each key sees its own meetings only: whatever is read, changed, searched or asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.keys import Key, hashed
from tests.fixtures.keys import written
from tests.meetings.conftest import TRANSCRIPT
from tests.web.talking import Talking

ANY = {"If-Match": "*"}


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return written(
        tmp_path, Key("alice", hashed("alice's")), Key("bob", hashed("bob's")), Key("root", hashed("root's"), admin=True)
    )


@pytest.fixture
def client(locked: Talking) -> FlaskClient:
    return locked.client


def as_(name: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {name}'s"}


@pytest.fixture
def job_id(locked: Talking) -> str:
    """A complete job of alice."""
    body = {"content": TRANSCRIPT, "flavor": "small"}
    made = str(locked.client.post("/services/cra/generate", json=body, headers=as_("alice")).get_json()["jobId"])
    claim = locked.gateway.jobs.claim(made)
    assert claim is not None
    items = [{"id": 0, "kind": "action", "text": "Write.", "speakers": [], "turns": [3], "unsupported": []}]
    minutes = {"version": 1, "title": "T", "language": "en", "participants": [], "summary": [], "items": items}
    claim.finish("the heating", {"minutes": minutes})
    return made


ROUTES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("GET", "/jobs/{}/transcript", {}),
    ("PATCH", "/jobs/{}/transcript", {"json": {"speakers": {"Bob Stone": "Rob"}}}),
    ("PUT", "/results/{}/minutes", {"json": {}}),
    ("PUT", "/results/{}/text", {"json": {"text": "x"}}),
    ("GET", "/results/{}/versions", {}),
    ("GET", "/results/{}/versions/1", {}),
    ("POST", "/results/{}/versions/1/restore", {}),
    ("PATCH", "/jobs/{}/actions/0", {"json": {"done": True}}),
    ("POST", "/jobs/{}/ask", {"json": {"question": "Who?"}}),
)


@pytest.mark.parametrize(("method", "path", "more"), ROUTES)
def test_what_is_somebody_elses_is_not_there(
    client: FlaskClient, job_id: str, method: str, path: str, more: dict[str, Any]
) -> None:
    answer = client.open(path.format(job_id), method=method, headers={**as_("bob"), **ANY}, **more)

    assert (answer.status_code, answer.get_json()["error"]["type"]) == (404, "job_not_found")
    assert client.open(path.format(job_id), method=method, headers=ANY, **more).status_code == 401


@pytest.mark.parametrize(("path", "key"), [("/search?q=heating", "hits"), ("/actions", "actions")])
def test_each_holder_finds_its_own_and_an_admin_all(client: FlaskClient, job_id: str, path: str, key: str) -> None:
    found = {
        name: {each["jobId"] for each in client.get(path, headers=as_(name)).get_json()[key]}
        for name in ("alice", "bob", "root")
    }

    assert found == {"alice": {job_id}, "bob": set(), "root": {job_id}}
    assert client.get(path).status_code == 401


def test_a_version_names_who_made_it_and_a_question_is_asked_for_who_asks(
    locked: Talking, client: FlaskClient, job_id: str
) -> None:
    locked.fake.answer = lambda _messages: '{"said": false, "answer": null, "turns": []}'

    client.patch(f"/jobs/{job_id}/transcript", json={"speakers": {"Bob Stone": "Rob"}}, headers={**as_("root"), **ANY})
    told = client.get(f"/results/{job_id}/versions", headers=as_("alice")).get_json()["versions"]
    asked = client.post(f"/jobs/{job_id}/ask", json={"question": "Who won?"}, headers=as_("alice"))

    assert [each["by"] for each in told] == ["root", None]
    assert (asked.status_code, asked.get_json()["said"]) == (200, False)


def test_who_may_see_a_job_is_found_out_without_its_texts(locked: Talking, job_id: str) -> None:
    asked: list[str] = []
    engine = locked.gateway.jobs.database.engine
    sa.event.listen(engine, "before_cursor_execute", lambda _c, _cursor, statement, *_: asked.append(statement))

    marked = locked.client.patch(f"/jobs/{job_id}/actions/0", json={"done": True}, headers=as_("alice"))

    assert marked.status_code == 200
    assert [each for each in asked if "jobs.holder" in each and "FROM jobs" in each] != []
    assert [each for each in asked if "jobs.result" in each or "jobs.coverage" in each] == []
