"""A job is run again with the present files, or with others; the stored one stays as it is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.web.conftest import CRA, Actions, Gateway

SHORT = "Short.\n{{ previous }}\n{{ turns }}"


def replayed(client: FlaskClient, job: str, **fields: Any) -> Any:
    return client.post(f"/jobs/{job}/replay", json=fields)


def test_a_replay_is_a_job_of_the_lowest_priority_that_names_the_stored_one(client: FlaskClient, actions: Actions) -> None:
    job = actions.upload(temperature="0.7").json["jobId"]
    before = client.get(f"/jobs/{job}?texts=true").json

    made = replayed(client, job, flavor="vigostral")

    assert made.status_code == 202
    told = client.get(f"/jobs/{made.json['jobId']}").json
    assert (told["replayOf"], told["priority"], told["flavor"], told["order"]["flavor"]["temperature"]) == (
        job,
        9,
        "vigostral",
        0.7,
    )
    assert client.get(f"/jobs/{job}?texts=true").json == before


def test_the_same_replay_is_one_job_until_the_template_is_edited(
    client: FlaskClient, actions: Actions, gateway: Gateway
) -> None:
    job = actions.upload().json["jobId"]
    first, same = replayed(client, job).json["jobId"], replayed(client, job).json["jobId"]
    (gateway.folder / "cra.txt").write_text(SHORT, encoding="utf-8")
    gateway.current.reload()

    third = replayed(client, job).json["jobId"]

    assert first == same != third
    texts = client.get(f"/jobs/{third}?texts=true").json["versions"]["templates"]["texts"]
    assert texts == {"cra": SHORT}


def test_what_cannot_be_replayed_is_refused(client: FlaskClient, actions: Actions, gateway: Gateway) -> None:
    gateway.save({"type": "generate", "name": "g", "flavor": CRA["flavor"][:1]}, "g")
    (gateway.folder / "g.txt").write_text("{{ prompt }}", encoding="utf-8")
    flavor = {name: CRA["flavor"][0][name] for name in ("name", "modelName", "totalContextLength", "maxGenerationLength")}
    gateway.save({"type": "generate", "name": "g", "flavor": [flavor]}, "g")
    (gateway.folder / "g.txt").write_text("{{ prompt }}", encoding="utf-8")
    gateway.current.reload()
    job = actions.upload().json["jobId"]

    answers = [replayed(client, job, **fields) for fields in ({"service": "g"}, {"variant": "x"}, {"flavour": "mixtral"})]

    assert [each.status_code for each in answers] == [400, 400, 400]
    assert "of the type generate" in answers[0].text
    assert replayed(client, "0b9e0c1e-52a4-4a0c-9a53-7d9a5ee0f1c2").status_code == 404


def test_a_replay_is_not_found_beside_the_stored_meeting(client: FlaskClient, actions: Actions) -> None:
    job = actions.upload().json["jobId"]
    replayed(client, job)

    found = client.get("/search?q=budget").json

    assert [hit["jobId"] for hit in found["hits"]] == [job]


def test_a_replay_may_bring_a_template_that_is_not_in_the_folder(
    client: FlaskClient, actions: Actions, gateway: Gateway
) -> None:
    job = actions.upload().json["jobId"]
    before = {file.name: file.read_text(encoding="utf-8") for file in gateway.folder.iterdir()}

    own = replayed(client, job, files={"cra.txt": SHORT}).json["jobId"]
    again = replayed(client, job, files={"cra.txt": SHORT}).json["jobId"]
    variant = replayed(client, job, files={"cra.short.txt": SHORT}, variant="short").json["jobId"]

    assert own == again != variant
    texts = [client.get(f"/jobs/{each}?texts=true").json["versions"]["templates"]["texts"] for each in (own, variant)]
    assert texts == [{"cra": SHORT}, {"cra.short": SHORT}]
    assert {file.name: file.read_text(encoding="utf-8") for file in gateway.folder.iterdir()} == before
    assert client.post(f"/jobs/{job}/replay/preview", json={"variant": "short"}).status_code == 400


def test_a_replay_may_bring_a_manifest_that_is_not_in_the_folder(client: FlaskClient, actions: Actions) -> None:
    job = actions.upload().json["jobId"]
    files = {"new.json": json.dumps({**CRA, "name": "new", "route": "new"}), "new.txt": SHORT}

    made = replayed(client, job, service="new", files=files).json

    texts = client.get(f"/jobs/{made['jobId']}?texts=true").json["versions"]["templates"]["texts"]
    assert (made["service"], texts) == ("new", {"new": SHORT})
    assert client.get("/services/new").status_code == 404


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"cra.short.txt": "Short.\n{{ turns"}, "cra.short.txt:2: "),
        ({"../cra.txt": SHORT}, "is no name of a manifest or a template"),
        ({"backends.json": "{}"}, "is no name of a manifest or a template"),
        ({"cra.txt": 1}, "must be an object of texts by file name"),
        ([SHORT], "must be an object of texts by file name"),
        ({"cra.txt": "x" * 2**21}, "cra.txt has more than 1048576 bytes"),
    ],
)
def test_files_that_cannot_be_used_are_refused(client: FlaskClient, actions: Actions, files: Any, message: str) -> None:
    job = actions.upload().json["jobId"]

    answer = replayed(client, job, files=files, variant="short")

    assert (answer.status_code, message in answer.text) == (400, True)
