"""The studio in a real browser: what a person does there, with the keyboard and the mouse, in both colour schemes."""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from app.keys import Key, add, hashed, remove
from tests.acceptance.processes import Gateway, House, eventually
from tests.fakes.openai_server import FakeOpenAI, Reply
from tests.web.browser import CHROMIUM

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed (requirements-dev.txt)")

pytestmark = [pytest.mark.acceptance, pytest.mark.skipif(CHROMIUM is None, reason="no chromium on the PATH (Debian: chromium)")]

WAIT = 60_000  # milliseconds that a busy machine may need
PICTURES = os.environ.get("STUDIO_PICTURES", "")  # a folder that gets the pictures of the pages
SAID = (
    ("Ann Berg", "Good morning everyone. Two things today: the release of the booking app, and the slow search."),
    ("Tom Barker", "The payment module passed its tests on Monday. The Welsh help pages are still missing."),
    ("Ines Caldeira", "I would not wait for the Welsh pages. Last time nobody complained."),
    ("Ann Berg", "Then we release on the 3rd of May, without the Welsh pages."),
    ("Tom Barker", "I will write the privacy statement by Friday."),
    ("Ines Caldeira", "Search takes four seconds for large hotels. An index would cost about 1,850 euros."),
    ("Ann Berg", "Who could look at the index? Let us decide next week."),
    ("Tom Barker", "Fine. Shall we also tell the support team?"),
)
TRANSCRIPT = "\n".join(f"{speaker} : {text}" for speaker, text in SAID)
ITEMS: dict[int, dict[str, Any]] = {
    1: {"kind": "topic", "text": "The payment module passed its tests on Monday.", "owner": None, "due": None},
    3: {"kind": "decision", "text": "Release on the 3rd of May without the Welsh pages.", "owner": None, "due": None},
    4: {"kind": "action", "text": "Write the privacy statement by Friday.", "owner": "Tom Barker", "due": "Friday"},
    5: {"kind": "topic", "text": "An index for the search would cost about 2,850 euros.", "owner": None, "due": None},
    6: {"kind": "question", "text": "Who could look at the index?", "owner": None, "due": None},
}
SUMMARY = {
    "title": "The release of the booking app",
    "summary": [{"text": "The release on the 3rd of May goes without the Welsh pages.", "items": [1]}],
}


class Model:
    """A model that answers each batch with the items of its turns, once it may: the batch of the first turn, or all."""

    def __init__(self) -> None:
        self.first, self.others = threading.Semaphore(0), threading.Semaphore(0)

    def __call__(self, messages: Sequence[Mapping[str, Any]]) -> Reply:
        asked = str(messages[-1]["content"])
        numbers = [int(found) for found in re.findall(r"^\[(\d+)\] (?:Ann|Tom|Ines)", asked, re.MULTILINE)]
        (self.first if 0 in numbers else self.others).acquire(timeout=WAIT / 1000)
        if not numbers:
            return Reply(json.dumps(SUMMARY))
        return Reply(json.dumps({"items": [{**ITEMS[each], "turns": [each]} for each in numbers if each in ITEMS]}))

    def answer_first_batch(self) -> None:
        self.first.release(100)

    def go_on(self) -> None:
        self.first.release(100)
        self.others.release(100)


@pytest.fixture
def model(fake_openai: FakeOpenAI) -> Model:
    made = Model()
    fake_openai.answer = made
    return made


@pytest.fixture
def services(tmp_path: Path) -> Path:
    folder = tmp_path / "services"
    folder.mkdir()
    flavor = {"name": "large", "modelName": "fake-model", "totalContextLength": 4096, "maxGenerationLength": 600}
    manifest = {
        "type": "minutes",
        "name": "minutes",
        "description": {"en": "Minutes with evidence", "fr": "Compte rendu avec preuves"},
        "flavor": [{**flavor, "maxNewTurns": 4, "language": "en"}],
    }
    (folder / "minutes.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


@pytest.fixture
def gateway(house: House, services: Path, fake_openai: FakeOpenAI) -> Gateway:
    """A gateway of two web workers, which is not started yet."""
    return house.gateway(services, "--api_base", fake_openai.base_url)


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    file = tmp_path / "keys.json"
    add(file, Key("ann", hashed("lgw_secret"), id="12345678"), None, None)
    return file


@pytest.fixture
def locked(house: House, services: Path, fake_openai: FakeOpenAI, keys: Path) -> Gateway:
    """The same gateway with a key."""
    return house.gateway(services, "--api_base", fake_openai.base_url, API_KEYS_FILE=str(keys))


class Watched:
    """A page, and everything that went wrong on it."""

    def __init__(self, page: Any, port: int) -> None:
        self.page = page
        self.home = f"http://127.0.0.1:{port}"
        self.faults: list[str] = []
        page.set_default_timeout(WAIT)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("request", lambda request: self._asked(request.url))

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(f"{message.type}: {message.text}")

    def _asked(self, url: str) -> None:
        if urlsplit(url).scheme != "data" and not url.startswith(self.home):
            self.faults.append(f"outside: {url}")

    def picture(self, name: str) -> None:
        if PICTURES:
            self.page.evaluate("for (const each of document.querySelectorAll('#state')) each.hidden = true")
            self.page.screenshot(path=f"{PICTURES}/{name}.png")

    def is_accessible(self) -> None:
        """Asks axe-core for serious and critical faults in either colour scheme, and looks whether the page fits a narrow
        screen, and one of 1280 pixels at a zoom of 200 %."""
        axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme)
            found = axe.run(self.page).response["violations"]
            grave = [f"{each['id']}: {node['target']}" for each in found if each["impact"] in GRAVE for node in each["nodes"]]
            self.faults += [f"{scheme}, {self.page.url}: {each}" for each in grave]
        self.page.emulate_media(color_scheme="light")
        size = self.page.viewport_size
        for width in (360, 640):
            self.page.set_viewport_size({"width": width, "height": 740})
            if self.page.evaluate("document.documentElement.scrollWidth") > width:
                self.faults.append(f"{self.page.url} is wider than {width} pixels")
        self.page.set_viewport_size(size)


GRAVE = ("serious", "critical")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        made = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield made
        made.close()


def watched(browser: Any, port: int, **options: Any) -> Watched:
    options = {"locale": "en-GB", "viewport": {"width": 1280, "height": 860}, **options}
    return Watched(browser.new_context(**options).new_page(), port)


def test_minutes_grow_beside_the_transcript_and_each_line_leads_to_where_it_was_said(
    gateway: Gateway, model: Model, browser: Any, tmp_path: Path
) -> None:
    gateway.start()
    file = tmp_path / "meeting.txt"
    file.write_text(TRANSCRIPT, encoding="utf-8")
    seen = watched(browser, gateway.port)
    page, expect = seen.page, playwright.expect
    expect.set_options(timeout=WAIT)

    page.goto(f"{seen.home}/")
    seen.is_accessible()
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("Choose a file, or paste the text of the transcript.")).to_be_visible()
    seen.faults = [each for each in seen.faults if "status of 400" not in each]  # the refusal that was wanted
    page.set_input_files("#file", str(file))
    seen.picture("new")
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/studio/meetings/*")
    expect(page.locator(".turn")).to_have_count(len(SAID))
    expect(page.locator("#status")).to_have_text("running")
    seen.is_accessible()
    page.reload()
    expect(page.locator("#progress")).to_be_visible()
    model.go_on()
    expect(page.locator("#status")).to_have_text("complete")
    expect(page.locator("h1")).to_have_text("The release of the booking app")
    expect(page.locator(".unsupported")).to_contain_text("2,850")
    seen.is_accessible()
    page.locator("#i1 .cite").first.click()
    expect(page.locator("#t3")).to_be_focused()
    page.set_viewport_size({"width": 1280, "height": 1000})
    seen.picture("meeting")
    page.set_viewport_size({"width": 1280, "height": 860})
    page.emulate_media(color_scheme="dark")
    seen.picture("meeting-dark")
    page.emulate_media(color_scheme="light")
    page.keyboard.press("Escape")
    expect(page.locator("#i1")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator(".turn[aria-current=true]")).to_have_count(1)
    page.locator("#t3 .back a").first.click()
    expect(page.locator(".entry[aria-current=true]")).to_have_count(1)
    page.goto(f"{page.url.partition('#')[0]}#t4")
    page.reload()
    expect(page.locator("#t4")).to_be_focused()
    for name in ("Meetings", "Services"):
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.locator("h1")).to_have_text(name)
        seen.is_accessible()
        seen.picture(name.lower())
    page.goto(f"{seen.home}/studio/meetings?lang=fr")
    expect(page.locator("h1")).to_have_text("Réunions")
    page.locator(".row-link").first.click()
    page.get_by_text("Supprimer", exact=True).first.click()
    page.get_by_role("button", name="Supprimer").click()
    expect(page.get_by_text("Pas encore de réunion.")).to_be_visible()

    assert seen.faults == []


def test_a_key_opens_a_session_and_its_removal_ends_it(locked: Gateway, keys: Path, model: Model, browser: Any) -> None:
    gateway = locked
    gateway.start()
    model.go_on()
    seen = watched(browser, gateway.port)
    page, expect = seen.page, playwright.expect
    expect.set_options(timeout=WAIT)

    page.goto(f"{seen.home}/")
    page.get_by_label("Key").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("This key opens nothing here")).to_be_visible()
    seen.faults = [each for each in seen.faults if "status of 401" not in each]
    seen.is_accessible()
    page.get_by_label("Key").fill("lgw_secret")
    page.get_by_role("button", name="Sign in").click()
    page.locator("#text").fill(TRANSCRIPT)
    seen.picture("new-with-key")
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/studio/meetings/*")
    expect(page.locator("#status")).to_have_text("complete")
    cookies = {each["name"]: each for each in page.context.cookies()}
    address = page.url
    remove(keys, "ann")
    eventually(lambda: page.goto(address) and "sign-in" in page.url, what="both web workers know that the key is gone")
    expect(page.get_by_label("Key")).to_be_visible()

    assert cookies["gateway_session"]["httpOnly"]
    assert cookies["gateway_session"]["sameSite"] == "Strict"
    assert "secret" not in address + json.dumps(cookies)
    assert seen.faults == []


def test_a_meeting_is_begun_read_and_deleted_without_script(gateway: Gateway, model: Model, browser: Any) -> None:
    gateway.start()
    model.go_on()
    seen = watched(browser, gateway.port, java_script_enabled=False)
    page = seen.page

    page.goto(f"{seen.home}/studio/new")
    page.locator("#text").fill(TRANSCRIPT)
    page.locator("details > summary").first.click()
    page.locator("#glossary").fill("no colon")
    page.get_by_role("button", name="Start").click()
    refused = page.locator("#wrong-glossary").inner_text()
    kept = page.locator("#text").input_value()
    page.locator("#glossary").fill("Welsh: Walsh")
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/studio/meetings/*")
    gateway.end_of(page.url.rpartition("/")[2])
    page.reload()
    cited = page.locator("#i1 .cite").first.get_attribute("href")

    assert "colon" in refused
    assert kept.replace("\r", "") == TRANSCRIPT
    assert cited == "#t3"


def test_ten_thousand_turns_are_shown_and_reached(gateway: Gateway, browser: Any, tmp_path: Path) -> None:
    gateway.start()
    file = tmp_path / "long.txt"
    file.write_text("\n".join(f"{'AB'[n % 2]}nn : What was said as number {n}." for n in range(10_000)), encoding="utf-8")
    seen = watched(browser, gateway.port)
    page = seen.page

    page.goto(f"{seen.home}/studio/new")
    page.set_input_files("#file", str(file))
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/studio/meetings/*")
    page.goto(f"{page.url}#t9000")
    page.reload()
    playwright.expect(page.locator("#t9000")).to_be_in_viewport(timeout=WAIT)

    assert page.locator(".turn").count() == 10_000
    assert seen.faults == []
