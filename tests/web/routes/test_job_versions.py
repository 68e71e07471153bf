"""A job tells which template and which manifest it ran with, whatever became of the files since."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from app.orders import Order
from app.web.bodies.job_json import full
from tests.web.conftest import CRA, TEMPLATE, Actions, Gateway


def versions(client: FlaskClient, actions: Actions) -> dict[str, Any]:
    """The versions of a new job of `cra`."""
    found: dict[str, Any] = client.get(f"/jobs/{actions.upload().json['jobId']}?texts=true").json["versions"]
    return found


def test_a_job_shows_the_texts_that_it_was_accepted_with(client: FlaskClient, actions: Actions, gateway: Gateway) -> None:
    told = versions(client, actions)

    assert told["templates"]["texts"] == {"cra": TEMPLATE}
    assert told["manifest"]["text"] == (gateway.folder / "cra.json").read_text(encoding="utf-8")


def test_without_being_asked_only_digests_are_told(client: FlaskClient, actions: Actions) -> None:
    job = actions.upload().json["jobId"]

    told = client.get(f"/jobs/{job}").json["versions"]

    assert {name: set(each) for name, each in told.items()} == {
        "templates": {"digest"},
        "manifest": {"digest"},
        "service": {"digest"},
    }
    assert client.get(f"/jobs/{job}?texts=perhaps").status_code == 400


def test_an_edit_changes_the_digest_of_later_jobs_only(client: FlaskClient, actions: Actions, gateway: Gateway) -> None:
    before = actions.upload().json["jobId"]
    first = client.get(f"/jobs/{before}?texts=true").json["versions"]
    gateway.save({**CRA, "description": "shorter"})
    (gateway.folder / "cra.txt").write_text(f"Be short.\n{TEMPLATE}", encoding="utf-8")
    gateway.current.reload()

    second = versions(client, actions)

    assert client.get(f"/jobs/{before}?texts=true").json["versions"] == first
    assert second["templates"]["digest"] != first["templates"]["digest"]
    assert second["manifest"]["digest"] != first["manifest"]["digest"]


def test_an_included_template_counts(client: FlaskClient, actions: Actions, gateway: Gateway) -> None:
    (gateway.folder / "cra.txt").write_text('{% include "tone.txt" %}\n{{ previous }}\n{{ turns }}', encoding="utf-8")
    told = []
    for text in ("Be kind.", "Be short."):
        (gateway.folder / "tone.txt").write_text(text, encoding="utf-8")
        gateway.current.reload()
        told.append(versions(client, actions)["templates"])

    assert [each["texts"]["tone"] for each in told] == ["Be kind.", "Be short."]
    assert told[0]["digest"] != told[1]["digest"]


def test_the_same_files_have_the_same_digest(client: FlaskClient, actions: Actions) -> None:
    assert versions(client, actions) == versions(client, actions)


def test_a_job_of_an_earlier_release_has_no_manifest(client: FlaskClient, actions: Actions, gateway: Gateway) -> None:
    job = gateway.jobs.find(actions.upload().json["jobId"])
    order = gateway.jobs.order(job.id)
    record = {name: value for name, value in order.record().items() if name != "manifest"}

    told = full(job, Order.recall(record, order.content), ())

    assert told["versions"]["manifest"] is None
