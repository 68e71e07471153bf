"""The studio's pages, as a browser without script sees them."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadParameter, FlavorNotFound
from app.settings import Settings
from app.web import create_app
from app.web.studio import entrance, listing, pages, submitting
from app.web.studio.words import words
from tests.web.conftest import CRA, TRANSCRIPT, Gateway

HTML = {"Accept": "text/html,application/xhtml+xml"}
JSON = {"Accept": "application/json"}
LIT_HTML = "b878e7f95dec8a9b6e9b217faca6b6a11bad82ebc44c0caa77419ed83edd81f2"
STUDIO = Path(pages.__file__).parent


def begin(client: FlaskClient, **fields: str) -> Any:
    return client.post("/studio/new", data={"target": "cra:mixtral", "content": TRANSCRIPT, **fields}, headers=HTML)


def test_a_browser_gets_to_the_studio_and_a_program_to_what_it_always_got(client: FlaskClient) -> None:
    browser = client.get("/", headers=HTML)
    program = client.get("/", headers={"Accept": "*/*"})

    assert (browser.status_code, browser.location) == (302, "/studio")
    assert {client.get(path, headers=HTML).location for path in ("/studio", "/studio/")} == {"/studio/new"}
    assert (program.status_code, program.location) == (302, "/docs")


@pytest.mark.parametrize("settings", [Settings(studio="off")])
def test_the_studio_can_be_turned_off(client: FlaskClient) -> None:
    assert client.get("/", headers=HTML).location == "/docs"
    assert client.get("/studio/new", headers=HTML).status_code == 404


@pytest.mark.parametrize("path", ["/studio/nothing", "/studio/meetings/x/y/z"])
def test_an_address_that_is_none_shows_a_page_to_a_browser(client: FlaskClient, path: str) -> None:
    browser, program = client.get(path, headers=HTML), client.get(path, headers=JSON)

    assert (browser.status_code, program.status_code) == (404, 404)
    assert "This is not here" in browser.text
    assert program.get_json()["error"]["type"] == "not_found"


@pytest.mark.parametrize("settings", [Settings(swagger_prefix="/api/llm")])
def test_links_carry_the_prefix_of_a_proxy(client: FlaskClient) -> None:
    page = client.get("/studio/new", headers=HTML).text

    links = set(re.findall(r'(?:href|src|action)="(/[^"]*)"', page))
    assert links
    assert all(link.startswith("/api/llm/") for link in links)


def test_a_transcript_becomes_a_job_and_its_page_shows_each_turn(gateway: Gateway, client: FlaskClient) -> None:
    answer = begin(client, participants="Zoé, Bob", title="")

    page = client.get(answer.location, headers=HTML)
    assert answer.status_code == 303
    assert 'id="t0"' in page.text
    assert "Commençons par le budget." in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert "unsafe" not in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"content": " "}, "content"), ({"glossary": "no colon"}, "glossary"), ({"target": ""}, "target")],
)
def test_a_refusal_stands_beside_its_field_and_keeps_what_was_typed(
    client: FlaskClient, fields: dict[str, str], field: str
) -> None:
    typed = {"title": 'The "budget" <b>', **fields}

    page = begin(client, **typed)

    assert page.status_code == 400
    assert re.search(rf'<p class="wrong" id="wrong-{field}" data-wrong="{field}">[^<]+</p>', page.text)
    assert "The &#34;budget&#34; &lt;b&gt;" in page.text
    assert fields.get("content", "Commençons par le budget.") in page.text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"target": "cra:gone"}, "Ce modèle n’existe plus : choisissez-en un autre. ("),
        ({"glossary": "no colon"}, "Écrivez chaque ligne ainsi"),
        ({"content": " "}, "Choisissez un fichier, ou collez le texte de la transcription."),
    ],
)
def test_a_refusal_begins_in_the_language_of_the_page(client: FlaskClient, fields: dict[str, str], said: str) -> None:
    page = client.post(
        "/studio/new",
        data={"target": "cra:mixtral", "content": TRANSCRIPT, **fields},
        headers={**HTML, "Accept-Language": "fr"},
    )

    assert page.status_code in (400, 404)
    assert said in page.text.replace("&#39;", "'")


def test_what_stays_english_in_a_page_of_another_language_is_called_so() -> None:
    errors = (FlavorNotFound("cra", "gone", ["mixtral"]), BadParameter("glossary", "is too long"))

    told = [submitting.refusal(error, words(code))[1]["message"] for error in errors for code in ("fr", "en")]

    assert ["(détail, en anglais : " in each for each in told] == [True, False, True, False]


def test_a_sentence_that_says_all_has_no_detail() -> None:
    with pytest.raises(BadParameter) as refused:
        submitting.glossary("no colon")

    assert submitting.refusal(refused.value, words("fr"))[1]["message"] == words("fr")["glossary_wrong"]


def test_what_is_said_of_a_value_is_led_in_by_the_language_of_the_page_only() -> None:
    error = BadParameter("date", "must be a day such as 2026-03-05")

    french, english = (submitting.refusal(error, words(code))[1]["message"] for code in ("fr", "en"))

    assert french == "Cette valeur ne convient pas. (détail, en anglais : must be a day such as 2026-03-05)"
    assert english == "must be a day such as 2026-03-05"


def test_a_script_is_told_the_field_as_json(client: FlaskClient) -> None:
    answer = client.post("/studio/new", data={"target": "cra:mixtral"}, headers=JSON)

    assert answer.status_code == 400
    assert answer.get_json()["field"] == "content"


def test_markup_in_a_transcript_is_text_on_the_page(client: FlaskClient) -> None:
    hostile = "Ann : </script><script>alert(1)</script>\nBob : <img src=x onerror=alert(1)>"

    page = client.get(begin(client, content=hostile).location, headers=HTML).text

    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_a_form_of_another_site_is_refused(client: FlaskClient) -> None:
    foreign = {**HTML, "Sec-Fetch-Site": "cross-site"}

    answer = client.post("/studio/new", data={"target": "cra:mixtral", "content": TRANSCRIPT}, headers=foreign)

    assert answer.status_code == 403
    assert client.get("/jobs").get_json()["jobs"] == []


def test_a_meeting_is_deleted_with_its_transcript(client: FlaskClient, gateway: Gateway) -> None:
    meeting = begin(client).location

    answer = client.post(f"{meeting}/delete", headers=HTML)

    assert answer.location == "/studio/meetings"
    assert client.get(meeting, headers=HTML).status_code == 404
    assert client.get("/jobs").get_json()["jobs"] == []


def test_a_speaker_is_renamed_on_the_page(client: FlaskClient) -> None:
    meeting = begin(client).location
    form = {"old": "Zoé", "new": "Zoé Martin", "edition": "0"}

    answer = client.post(f"{meeting}/rename", data=form, headers=HTML)
    again = client.post(f"{meeting}/rename", data={**form, "old": "Bob"}, headers=HTML)

    page = client.get(meeting, headers=HTML).text
    assert (answer.status_code, again.status_code) == (303, 412)
    assert ">Zoé Martin</b>" in page
    assert ">Zoé</b>" not in page


def test_a_page_of_what_is_not_there_says_so_in_the_language_of_the_browser(client: FlaskClient) -> None:
    page = client.get("/studio/meetings/none", headers={**HTML, "Accept-Language": "fr-CA,fr"})

    assert page.status_code == 404
    assert "Introuvable" in page.text


def test_problems_of_services_are_shown_with_their_place(client: FlaskClient, gateway: Gateway) -> None:
    gateway.save('{"type": "summary",\n "name": "broken",\n "flavour": []}', "broken")

    page = client.get("/studio/services", headers=HTML)

    assert page.status_code == 200
    assert "broken.json" in page.text
    assert CRA["description"]["en"] in page.text


def test_fifty_meetings_are_a_page_and_the_next_one_follows(client: FlaskClient) -> None:
    for number in range(listing.ON_A_PAGE + 1):
        begin(client, content=f"{TRANSCRIPT} {number}")

    first = client.get("/studio/meetings", headers=HTML).text
    [further] = re.findall(r'rel="next" class="button" href="([^"]+)"', first)
    second = client.get(f"/studio/meetings{further}", headers=HTML).text

    assert first.count("row-link") == listing.ON_A_PAGE
    assert second.count("row-link") == 1


@given(st.text(max_size=60) | st.from_regex(r"/studio/[ -~]{0,30}", fullmatch=True))
def test_signing_in_never_leads_to_another_host(after: str) -> None:
    found = entrance.path_after(after)

    assert found.startswith("/studio/")
    assert "//" not in found
    assert "\\" not in found


@given(st.dictionaries(st.from_regex(r"[A-Za-z]{1,9}", fullmatch=True), st.just(["Surich", "Zurig"])))
def test_a_glossary_is_what_its_lines_say(spellings: dict[str, list[str]]) -> None:
    text = "\n\n".join(f" {spelling} : {' , '.join(heard)}," for spelling, heard in spellings.items())

    assert submitting.glossary(text) == spellings


@pytest.mark.parametrize("line", ["Zürich", "Zürich:", ": Surich", "a: b\nc"])
def test_a_line_of_a_glossary_that_says_nothing_is_refused(line: str) -> None:
    with pytest.raises(BadParameter, match="glossary"):
        submitting.glossary(line)


def test_what_pages_load_is_small_and_lit_html_is_what_was_published() -> None:
    files = [STUDIO / "static" / name for name in pages.FILES]

    assert sum(file.stat().st_size for file in files) < 80_000
    assert hashlib.sha256((STUDIO / "static" / "lit-html-3.3.3.js").read_bytes()).hexdigest() == LIT_HTML


@pytest.mark.parametrize("name", pages.FILES)
def test_every_file_of_the_pages_is_served(client: FlaskClient, name: str) -> None:
    with client.get(f"/studio/files/{name}") as answer:
        assert answer.data == (STUDIO / "static" / name).read_bytes()


def test_no_other_file_is_served(client: FlaskClient) -> None:
    assert client.get("/studio/files/lit-html-LICENSE.txt").status_code == 404


def test_no_template_is_compiled_before_a_page_is_asked_for(gateway: Gateway) -> None:
    app = create_app(gateway)

    assert "jinja_env" not in vars(app)
