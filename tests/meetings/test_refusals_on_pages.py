"""What a page of a meeting says when it refuses: in the language of the page."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.meetings.conftest import Desk, on_sqlite

FRENCH = {"Accept": "text/html,application/xhtml+xml", "Accept-Language": "fr"}
ENGLISH_WORDS = re.compile(r"\b(?:the|must|there|give|send|be|is|it)\b")


@on_sqlite
@pytest.mark.parametrize(
    ("path", "fields", "said"),
    [
        ("turns/1", {"edition": "0", "text": " "}, "pour écarter une prise de parole, rayez-la"),
        ("turns/1", {"edition": "0", "text": "x", "speaker": "n" * 201}, "Donnez un nom, de 200 caractères au plus"),
        ("edit/i0", {"version": "1", "text": "x", "turns": "99", "kind": "topic"}, "Donnez des numéros de prises de parole"),
        ("edit/i0", {"version": "1", "text": "x", "turns": "one", "kind": "topic"}, "Donnez des numéros de prises de parole"),
        ("edit/i0", {"version": "1", "text": " ", "turns": "1", "kind": "topic"}, "Écrivez un texte"),
        (
            "edit/i0",
            {"version": "1", "text": "x", "turns": "1", "kind": "action", "due_date": "demain"},
            "Choisissez un jour",
        ),
        ("rename", {"edition": "0", "old": "Nobody", "new": "Ann"}, "choisissez l’un de ceux de la transcription"),
        ("rename", {"edition": "0", "old": "Bob Stone", "new": " "}, "Donnez un nom"),
        ("edit/i0", {"version": "9", "text": "x", "turns": "1", "kind": "topic"}, "Quelqu’un d’autre l’a modifié"),
    ],
)
def test_a_french_page_refuses_in_french(desk: Desk, path: str, fields: dict[str, str], said: str) -> None:
    job_id = desk.held()

    page = desk.client.post(f"/studio/meetings/{job_id}/{path}", data=fields, headers=FRENCH)

    assert page.status_code in (400, 412), page.text
    wrong = [unescape(each) for each in re.findall(r'class="wrong"[^>]*>([^<]+)<', page.text)]
    assert any(said in each for each in wrong), wrong
    assert not any(ENGLISH_WORDS.search(each) for each in wrong), wrong


@on_sqlite
@pytest.mark.parametrize(
    ("path", "said"), [("nothing", "supprimée, ou l’adresse"), ("{}/versions/9/restore", "Cette version n’existe pas")]
)
def test_a_page_that_there_is_not_says_so_in_french(desk: Desk, path: str, said: str) -> None:
    job_id = desk.held()
    address = f"/studio/meetings/{path.format(job_id)}"

    get = "restore" not in path
    page = desk.client.get(address, headers=FRENCH) if get else desk.client.post(address, data={"version": "1"}, headers=FRENCH)

    assert page.status_code == 404
    assert said in unescape(page.text)


@on_sqlite
@pytest.mark.parametrize("service", ["board", "notes"])
def test_a_document_says_that_the_transcript_was_corrected_since(desk: Desk, service: str) -> None:
    job_id = desk.held(service)
    export = f"/results/{job_id}/export/md"
    before = desk.client.get(export).get_data(as_text=True)

    desk.correct(job_id, turns=[{"number": 1, "struck": True}, {"number": 3, "text": "I write to nobody."}])

    told = desk.client.get(export).get_data(as_text=True)
    assert "was corrected after" not in before
    assert "Note: the transcript was corrected after this was made; turns that changed: 1, 3" in told
