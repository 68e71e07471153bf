"""Editing a service on a page: what would not serve is refused and shown, and nothing that somebody else wrote is lost."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.keys import Key, hashed
from tests.fakes.openai_server import FakeOpenAI
from tests.fixtures.keys import written
from tests.web.talking import SUMMARY, TURNS, Talking, talking

HTML = {"Accept": "text/html,application/xhtml+xml"}
EDIT = "/studio/services/cra/edit"


@pytest.fixture
def talk(tmp_path: Path, prepared: Path, fake_openai: FakeOpenAI) -> Iterator[Talking]:
    with talking(tmp_path, prepared, fake_openai, studio_edit="on") as made:
        made.write(SUMMARY, TURNS)
        yield made


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return written(
        tmp_path,
        Key("alice", hashed("alice's")),
        Key("root", hashed("root's"), admin=True),
        Key("some", hashed("some's"), admin=True, services=("cra",)),
    )


def files(talk: Talking) -> dict[str, str]:
    return {
        name: (talk.folder / f"cra{end}").read_text(encoding="utf-8")
        for name, end in (("manifest", ".json"), ("template", ".txt"))
    }


def form(talk: Talking, **changed: str) -> dict[str, str]:
    """What a browser sends of the page, with what was typed."""
    page = talk.client.get(EDIT, headers=HTML).text
    marks = dict(re.findall(r'name="(\w+_was)" value="(\w+)"', page))
    assert set(marks) == {"manifest_was", "template_was"}
    return {**files(talk), **marks, **changed}


def test_a_service_is_saved_and_then_served(talk: Talking) -> None:
    changed = TURNS + "Be brief.\n"

    answer = talk.client.post(EDIT, data={**form(talk, template=changed.replace("\n", "\r\n")), "do": "save"}, headers=HTML)
    talk.gateway.current.reload()

    assert answer.location == "/studio/services"
    assert files(talk)["template"] == changed
    assert talk.gateway.current.catalog.services["cra"].templates["cra"] == changed
    assert not talk.gateway.current.catalog.problems


def test_a_check_shows_the_prompt_and_writes_nothing(talk: Talking) -> None:
    before = files(talk)

    page = talk.client.post(EDIT, data={**form(talk, template=TURNS + "Be <brief>.\n"), "do": "check"}, headers=HTML)

    assert page.status_code == 200
    assert "This serves." in page.text
    assert html.escape("Be <brief>.") in page.text
    assert "shall we begin with the budget" in page.text
    assert files(talk) == before


@pytest.mark.parametrize(
    ("field", "typed", "place"),
    [
        ("template", "{{ turns }}\n{% if x %}\n", "cra.txt:"),
        ("template", "{{ turnz }}\n", "cra.txt:1:"),
        ("manifest", '{\n "type": "summary",\n "name": ,\n}', "cra.json:4:"),
        ("manifest", "", "cra.json:1:"),
    ],
)
def test_what_would_not_serve_is_refused_by_its_place_and_kept_on_the_page(
    talk: Talking, field: str, typed: str, place: str
) -> None:
    before = files(talk)

    page = talk.client.post(EDIT, data={**form(talk, **{field: typed}), "do": "save"}, headers=HTML)

    places = re.findall(r"<code>(cra\.\w+:\d+:\d+)</code>", page.text)
    assert page.status_code == 400
    assert [each for each in places if each.startswith(place)], places
    assert html.escape(typed.strip()).replace("&quot;", "&#34;") in page.text
    assert files(talk) == before


def test_a_caret_points_at_what_is_wrong(talk: Talking) -> None:
    page = talk.client.post(EDIT, data={**form(talk, template="{{ turnz }}\n"), "do": "check"}, headers=HTML)

    assert re.search(r'<pre class="caret" tabindex="0">\{\{ turnz \}\}\n   \^{5}</pre>', page.text)


def test_a_service_that_never_served_is_mended_in_the_page(talk: Talking) -> None:
    (talk.folder / "late.json").write_text('{"type": "summary",, "name": "late"}', encoding="utf-8")
    (talk.folder / "late.txt").write_text(TURNS, encoding="utf-8")
    talk.gateway.current.reload()

    services = talk.client.get("/studio/services", headers=HTML).text
    [place] = set(re.findall(r'href="([^"]*/late/edit)"', services))
    page = talk.client.get(place, headers=HTML).text
    marks = dict(re.findall(r'name="(\w+_was)" value="(\w+)"', page))
    mended = json.dumps({**SUMMARY, "name": "late"})
    answer = talk.client.post(place, data={"manifest": mended, "template": TURNS, **marks, "do": "save"}, headers=HTML)
    talk.gateway.current.reload()

    assert answer.location == "/studio/services"
    assert "late" in talk.gateway.current.catalog.services


def test_a_problem_of_a_file_that_is_no_service_is_not_edited(talk: Talking) -> None:
    (talk.folder / "cra.docx").write_bytes(b"no template")
    talk.gateway.current.reload()

    services = talk.client.get("/studio/services", headers=HTML).text

    assert "<code>cra.docx" in services
    assert len(re.findall(r"/cra/edit", services)) == 1


def test_the_page_of_services_shows_problems_with_their_line_and_a_caret(talk: Talking) -> None:
    (talk.folder / "cra.txt").write_text("{{ turnz }}\n", encoding="utf-8")
    talk.gateway.current.reload()

    page = talk.client.get("/studio/services", headers=HTML).text

    assert "<code>cra.txt:1:4</code>" in page
    assert re.search(r'<pre class="caret" tabindex="0">\{\{ turnz \}\}\n   \^{5}</pre>', page)


def test_a_route_of_another_service_is_refused(talk: Talking) -> None:
    manifest = files(talk)["manifest"].replace('"cra"', '"generate"')

    page = talk.client.post(EDIT, data={**form(talk, manifest=manifest), "do": "save"}, headers=HTML)

    assert page.status_code == 400
    assert "is the service of" in page.text


def test_what_somebody_else_wrote_meanwhile_is_not_overwritten(talk: Talking) -> None:
    typed = form(talk, template=TURNS + "Mine.\n")
    theirs = TURNS + "Theirs.\n"
    (talk.folder / "cra.txt").write_text(theirs, encoding="utf-8")

    page = talk.client.post(EDIT, data={**typed, "do": "save"}, headers=HTML)
    again = talk.client.post(EDIT, data={**typed, "do": "save"}, headers=HTML)

    assert (page.status_code, again.status_code) == (409, 409)
    assert "Mine." in page.text
    assert files(talk)["template"] == theirs


def test_no_other_file_is_reached(talk: Talking) -> None:
    (talk.folder.parent / "secret.json").write_text("{}", encoding="utf-8")
    (talk.folder / "backends.json").write_text("{}", encoding="utf-8")

    answers = [
        talk.client.get(f"/studio/services/{stem}/edit", headers=HTML).status_code
        for stem in ("..%2Fsecret", "../secret", "backends", "none", "%2Fetc%2Fpasswd")
    ]

    assert set(answers) == {404}


def test_only_an_admin_of_all_services_edits(tmp_path: Path, prepared: Path, fake_openai: FakeOpenAI, keys: Path) -> None:
    with talking(tmp_path, prepared, fake_openai, studio_edit="on", api_keys_file=str(keys)) as talk:
        talk.write(SUMMARY, TURNS)
        before = files(talk)
        who = {name: {**HTML, "Authorization": f"Bearer {name}'s"} for name in ("alice", "some", "root")}

        read = {name: talk.client.get(EDIT, headers=each).status_code for name, each in who.items()}
        written_by = {
            name: talk.client.post(EDIT, data={**before, "do": "save"}, headers=each).status_code for name, each in who.items()
        }

        links = {name: "/edit" in talk.client.get("/studio/services", headers=each).text for name, each in who.items()}
        assert links == {"alice": False, "some": False, "root": True}
        assert read == {"alice": 403, "some": 403, "root": 200}
        assert written_by == {"alice": 403, "some": 403, "root": 409}
        assert files(talk) == before


def test_editing_is_off_unless_a_setting_says_otherwise(tmp_path: Path, prepared: Path, fake_openai: FakeOpenAI) -> None:
    with talking(tmp_path, prepared, fake_openai) as talk:
        talk.write(SUMMARY, TURNS)

        page = talk.client.get("/studio/services", headers=HTML).text
        answers = [talk.client.get(EDIT, headers=HTML), talk.client.post(EDIT, data={"do": "save"}, headers=HTML)]

        assert "/edit" not in page
        assert [answer.status_code for answer in answers] == [404, 404]
