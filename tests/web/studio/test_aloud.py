"""Pages as they are read aloud: texts in their own language, and links that say where they lead."""

from __future__ import annotations

import re

from tests.meetings.conftest import Desk, on_sqlite

HTML = {"Accept": "text/html,application/xhtml+xml", "Accept-Language": "en"}
FRENCH = """Anne : Bonjour à tous, nous parlons aujourd'hui du chauffage de la salle et du jardin de l'école.
Paul : Le chauffage coûte quatre cents euros au mois de mars, et personne ne sait pourquoi."""


def page(desk: Desk, path: str, language: str = "en") -> str:
    answer = desk.client.get(f"/studio/meetings/{path}", headers={**HTML, "Accept-Language": language})
    assert answer.status_code == 200, answer.text
    return answer.text


@on_sqlite
def test_a_french_meeting_on_an_english_page_is_said_to_be_french(desk: Desk) -> None:
    job_id = desk.held(content=FRENCH, language="fr")

    english, french = page(desk, job_id), page(desk, job_id, "fr")

    assert '<p class="said" dir="auto" lang="fr">Bonjour' in english
    assert english.count('dir="auto"><span lang="fr">') == 3  # two actions, a sentence of the summary
    assert 'lang="fr"' not in french.replace('<html lang="fr">', "").replace('hreflang="fr" lang="fr"', "")


@on_sqlite
def test_no_two_links_of_a_meeting_are_called_the_same(desk: Desk) -> None:
    _summary, shown = page(desk, desk.held()).split('<h3 class="action">')  # whose sentence has the words of an action

    called = re.findall(r'<a [^>]*aria-label="([^"]+)"', shown)

    assert len(called) > 10
    assert sorted(set(called)) == sorted(called)


@on_sqlite
def test_what_happens_is_told_in_regions_that_are_there_before_it(desk: Desk) -> None:
    shown = page(desk, desk.held())

    assert '<div id="state" role="status" aria-live="polite"></div>' in shown
    assert 'id="error" role="alert"' in shown
