"""Exports over HTTP; the formats themselves are tested in tests/documents."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.http import parse_options_header

from app.documents.formats import FORMATS
from app.settings import Settings
from app.web.routes.documents import disposition
from tests.documents.made import item, minutes
from tests.documents.words import template, texts
from tests.web.conftest import Actions, Gateway

VTT = "WEBVTT\n\n00:01.000 --> 00:03.000\n<v Zoé>Bonjour à tous.\n\n00:04.000 --> 00:06.000\n<v Bob>Le budget.\n"
RECORD: dict[str, Any] = minutes(
    item(0, "Bob sends it.", "action", owner="Bob", due="Friday", due_date="2026-03-06"), title='Bilan "été" / 50 %'
).minutes


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(services=str(tmp_path / "services"))


@pytest.fixture
def job_id(actions: Actions, gateway: Gateway) -> str:
    """A finished job of the kind `summary`."""
    return finished(actions, gateway, {})


def finished(actions: Actions, gateway: Gateway, coverage: dict[str, Any]) -> str:
    accepted: str = actions.upload(VTT, filename="meeting.vtt").json["jobId"]
    claim = gateway.jobs.claim(accepted)
    assert claim is not None
    claim.finish("# Réunion\n\nZoé : ouvre la séance.", coverage)
    return accepted


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "ics"])
def test_each_format_comes_as_a_file_of_its_media_type(client: FlaskClient, job_id: str, form: str) -> None:
    answer = client.get(f"/results/{job_id}/export/{form}")

    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == FORMATS[form].media
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    kind, given = parse_options_header(answer.headers["Content-Disposition"])
    assert (kind, given["filename"]) == ("attachment", f"Réunion.{form}")
    assert answer.data


def test_the_document_speaks_the_language_that_is_asked_for(client: FlaskClient, job_id: str) -> None:
    own, german = (client.get(f"/results/{job_id}/export/md{query}").text for query in ("", "?lang=de"))

    assert "## À propos de ce document" in own
    assert "## Zu diesem Dokument" in german


def test_evidence_and_transcript_are_as_asked(client: FlaskClient, job_id: str) -> None:
    text = client.get(f"/results/{job_id}/export/md?evidence=none&transcript=appendix").text

    assert "[^" not in text
    assert "[1] **Bob** (00:00:04): Le budget." in text


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("doc", 'is none; there are md, html, docx, pdf, json, srt, vtt, csv, ics; did you mean "docx"?'),
        ("md?lang=xx", "is none; there are en, fr, es, de, fa"),
        ("md?evidence=all", "is none; there are footnotes, none"),
        ("md?transcript=yes", "is none; there are appendix, none"),
        ("md?language=de", "is no option of exports; there are lang, evidence, transcript"),
    ],
)
def test_what_is_misspelled_is_refused(client: FlaskClient, job_id: str, path: str, detail: str) -> None:
    answer = client.get(f"/results/{job_id}/export/{path}")

    assert answer.status_code == 400
    assert detail in answer.json["error"]["detail"]


def test_a_job_that_runs_has_no_documents(client: FlaskClient, actions: Actions) -> None:
    job_id = actions.upload().json["jobId"]

    answer = client.get(f"/results/{job_id}/export/md")

    assert answer.status_code == 409
    assert answer.json["error"]["type"] == "job_conflict"


def test_a_job_that_never_was_has_no_documents(client: FlaskClient) -> None:
    assert client.get("/results/nothing/export/md").status_code == 404


def test_a_summary_has_no_calendar(client: FlaskClient, job_id: str) -> None:
    answer = client.get(f"/results/{job_id}/export/ics")

    assert answer.status_code == 409
    assert "no action" in answer.json["message"]


def test_a_word_template_is_live_as_soon_as_it_is_saved(client: FlaskClient, job_id: str, gateway: Gateway) -> None:
    file = gateway.folder / "cra.docx"
    told = []
    for words in ("First {{ title }}", "Second {{ title }}"):
        file.write_bytes(template(words).content)
        told.append(texts(client.get(f"/results/{job_id}/export/docx").data)[0])
    file.unlink()
    told.append(texts(client.get(f"/results/{job_id}/export/docx").data)[0])

    assert told == ["First Réunion", "Second Réunion", "Réunion"]


def test_a_broken_word_template_is_named_with_its_file(client: FlaskClient, job_id: str, gateway: Gateway) -> None:
    (gateway.folder / "cra.docx").write_bytes(template("{{ titel }}").content)

    answer = client.get(f"/results/{job_id}/export/docx")

    assert answer.status_code == 500
    assert answer.json["error"]["type"] == "service_misconfigured"
    assert answer.json["message"].startswith('cra.docx: there is no titel; did you mean "title"?')


def test_a_pipe_in_the_place_of_a_template_holds_nothing_up(client: FlaskClient, job_id: str, gateway: Gateway) -> None:
    os.mkfifo(gateway.folder / "cra.docx")

    assert client.get(f"/results/{job_id}/export/docx").status_code == 200


def test_minutes_are_exported_with_their_items(client: FlaskClient, gateway: Gateway) -> None:
    of = minutes()
    job = gateway.jobs.submit(of.order)
    claim = gateway.jobs.claim(job.id)
    assert claim is not None
    claim.finish("# Bilan", {"minutes": RECORD})

    csv, ics = (client.get(f"/results/{job.id}/export/{form}") for form in ("csv", "ics"))

    assert "Bob sends it." in csv.text
    assert "DTSTART;VALUE=DATE:20260306" in ics.text
    _, given = parse_options_header(csv.headers["Content-Disposition"])
    assert given["filename"] == "Bilan été 50 2026-03-05.csv"


@pytest.mark.parametrize("name", ["Réunion.pdf", "صورت.pdf", 'a".pdf', "a;b.pdf"])
def test_the_name_of_a_file_reads_the_same_again(name: str) -> None:
    header = disposition(name)

    assert header.isascii()
    assert parse_options_header(header) == ("attachment", {"filename": name})


def test_corrections_and_edits_are_in_the_documents(client: FlaskClient, job_id: str) -> None:
    correction = {"speakers": {"Bob": "Robert"}, "turns": [{"number": 0, "text": "Salut à tous."}]}
    corrected = client.patch(f"/jobs/{job_id}/transcript", json=correction, headers={"If-Match": "*"})
    edited = client.put(f"/results/{job_id}/text", json={"text": "# Séance\n\nRobert : parle."}, headers={"If-Match": "*"})

    srt, md = (client.get(f"/results/{job_id}/export/{form}").text for form in ("srt", "md"))

    assert (corrected.status_code, edited.status_code) == (200, 200), (corrected.text, edited.text)
    assert "Robert: Le budget." in srt
    assert "Zoé: Salut à tous." in srt
    assert md.startswith("# Séance\n")
    assert "**Robert:** parle." in md


def test_a_struck_turn_is_in_no_document(client: FlaskClient, job_id: str) -> None:
    client.patch(f"/jobs/{job_id}/transcript", json={"turns": [{"number": 1, "struck": True}]}, headers={"If-Match": "*"})

    assert "Le budget" not in client.get(f"/results/{job_id}/export/md?transcript=appendix").text
