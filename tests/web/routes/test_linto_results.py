"""What LinTO Studio's client sends, byte by byte, and what it does with a result."""

from __future__ import annotations

import io
import json
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient

from app.settings import Settings
from tests.fixtures.contents import as_text
from tests.web.conftest import Gateway
from tests.web.routes.test_linto import ORG, found, run

BOUNDARY = "--------------------------497071289370253215497071"
HEADERS = {
    "Accept": "application/json, text/plain, */*",
    "Accept-Encoding": "gzip, compress, deflate, br",
    "User-Agent": "axios/1.7.2",
}
TRANSCRIPT = "Zoé : Bonjour à tous.\nBob : Commençons."


@pytest.fixture
def settings() -> Settings:
    return Settings(linto_api="on")


@pytest.fixture
def complete(client: FlaskClient, gateway: Gateway) -> str:
    """The path of a job that is complete."""
    job_id = run(client)["job_id"]
    claim = gateway.jobs.claim(job_id)
    assert claim is not None
    claim.finish("# Minutes\n\nThey ship.", {})
    return f"/api/v1/jobs/{job_id}"


def test_the_form_of_the_client_is_read_as_it_sends_it(client: FlaskClient, gateway: Gateway) -> None:
    service = found(client, "cra")
    context = json.dumps({"conversationId": "c1", "conversationName": "Réunion"}, ensure_ascii=False)
    parts = [
        f'name="flavor_id"\r\n\r\n{service["flavors"][0]["id"]}',
        f'name="file"; filename="transcript.txt"\r\nContent-Type: text/plain\r\n\r\n{TRANSCRIPT}',
        f'name="organization_id"\r\n\r\n{ORG}',
        f'name="context"\r\n\r\n{context}',
    ]
    body = "".join(f"--{BOUNDARY}\r\nContent-Disposition: form-data; {part}\r\n" for part in parts) + f"--{BOUNDARY}--\r\n"

    answer = client.post(
        f"/api/v1/services/{service['id']}/run",
        data=body.encode(),
        headers={**HEADERS, "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"},
    )

    assert answer.status_code == 202
    assert {"job_id", "service_id", "service_name", "flavor_id", "flavor_name", "fallback_applied"} <= set(answer.json)
    order = gateway.jobs.order(answer.json["job_id"])
    assert (as_text(order.content), order.options["organization_id"]) == (TRANSCRIPT, ORG)


def test_a_result_is_edited_and_an_older_version_restored(client: FlaskClient, complete: str) -> None:
    edited = client.patch(f"{complete}/result", json={"content": "# Ours"}, headers=HEADERS)
    versions = client.get(f"{complete}/versions", headers=HEADERS).json
    first = client.get(f"{complete}/versions/1", headers=HEADERS).json
    restored = client.post(f"{complete}/versions/1/restore", json={}, headers=HEADERS).json
    job = client.get(complete, headers=HEADERS).json

    assert (edited.json["current_version"], edited.json["result"]) == (2, {"output": "# Ours"})
    assert [(each["version_number"], each["content_length"]) for each in versions] == [(1, 21), (2, 6)]
    assert first["content"] == "# Minutes\n\nThey ship."
    assert (restored["current_version"], restored["result"]["output"]) == (3, "# Minutes\n\nThey ship.")
    assert (job["current_version"], job["result"]["output"]) == (3, "# Minutes\n\nThey ship.")


def test_a_result_is_exported_as_it_is_and_as_it_was(client: FlaskClient, complete: str) -> None:
    client.patch(f"{complete}/result", json={"content": "Bob tests on Thursday."})

    exports = [client.get(f"{complete}/export/docx{query}") for query in ("", "?version_number=1")]

    said = [ZipFile(io.BytesIO(each.data)).read("word/document.xml").decode() for each in exports]
    assert ["Bob tests" in each for each in said] == [True, False]
    assert ["They ship" in each for each in said] == [False, True]


def test_a_job_is_deleted_whether_it_has_ended_or_not(client: FlaskClient, complete: str) -> None:
    waiting = f"/api/v1/jobs/{run(client)['job_id']}"

    answers = [client.delete(path).status_code for path in (complete, waiting, waiting)]

    assert answers == [200, 200, 404]


REFUSED = [
    ("GET", "/export/odt", 400, "there are"),
    ("GET", "/export/docx?version_number=7", 404, "has no version 7"),
    ("GET", "/versions/7", 404, "has no version 7"),
    ("POST", "/versions/7/restore", 404, "has no version 7"),
    ("PATCH", "/result", 400, "content: must be the new text"),
    ("DELETE", "/versions/7", 404, "has no version 7"),
    ("DELETE", "/versions/1", 405, "versions of a result are kept"),
    ("GET", "/export/docx?template_id=x", 400, "NAME.docx beside its prompt"),
    ("GET", "/export/docx?version_number=x", 400, "version_number: must be a whole number"),
]


def test_what_cannot_be_is_refused_with_a_detail_that_the_client_shows(client: FlaskClient, complete: str) -> None:
    answers = [client.open(f"{complete}{path}", method=method, json={}) for method, path, _, _ in REFUSED]

    assert [answer.status_code for answer in answers] == [status for _, _, status, _ in REFUSED]
    assert [said in answer.json["detail"] for answer, (_, _, _, said) in zip(answers, REFUSED, strict=True)] == [True] * len(
        REFUSED
    )


TEMPLATES = "/api/v1/document-templates"


def test_the_one_template_stands_for_that_of_the_service(client: FlaskClient, complete: str) -> None:
    listed = client.get(f"{TEMPLATES}?include_system=true&organization_id={ORG}&user_id=u", headers=HEADERS).json
    own = f"{TEMPLATES}/{listed[0]['id']}"

    exported = client.get(f"{complete}/export/pdf?template_id={listed[0]['id']}&timezone=Europe%2FParis", headers=HEADERS)

    assert [(each["scope"], each["is_active"]) for each in listed] == [("system", True)]
    assert client.get(own).json == listed[0]
    assert client.get(f"{own}/placeholders").json == []
    assert (exported.status_code, exported.data[:5]) == (200, b"%PDF-")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("POST", "", 400), ("GET", "/x", 404), ("GET", "/x/placeholders", 404), ("DELETE", "/x", 404)],
)
def test_templates_are_not_uploaded(client: FlaskClient, method: str, path: str, status: int) -> None:
    answer = client.open(f"{TEMPLATES}{path}", method=method, data={"file": (io.BytesIO(b"PK"), "a.docx"), "name_fr": "A"})

    assert answer.status_code == status
    assert "templates" in answer.json["detail"]


def test_the_one_template_is_nobodys_to_delete(client: FlaskClient) -> None:
    template = client.get(TEMPLATES).json[0]

    assert client.delete(f"{TEMPLATES}/{template['id']}").status_code == 405


def test_a_job_tells_the_warnings_of_its_result(client: FlaskClient, gateway: Gateway, complete: str) -> None:
    job_id = run(client)["job_id"]
    claim = gateway.jobs.claim(job_id)
    assert claim is not None
    claim.finish("They ship.", {"warnings": ["nobody heard the end"]})

    told = client.get(f"/api/v1/jobs/{job_id}").get_json()

    assert told["warnings"] == ["nobody heard the end"]
    assert "warnings" not in client.get(complete).get_json()
