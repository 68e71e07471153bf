"""The studio in a real browser with keys: every form works with a session, and what a key may not do is not there."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from app.keys import Key, add, hashed
from tests.acceptance.processes import Gateway, House
from tests.acceptance.test_studio import TRANSCRIPT, WAIT, Watched, browser, services, watched
from tests.acceptance.test_studio_editing import QUESTION, Answering, model, without
from tests.fakes.openai_server import FakeOpenAI
from tests.web.browser import CHROMIUM

__all__ = ["browser", "model", "services"]  # fixtures of others

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed (requirements-dev.txt)")

EDIT = re.compile("^Edit ")
pytestmark = [pytest.mark.acceptance, pytest.mark.skipif(CHROMIUM is None, reason="no chromium on the PATH (Debian: chromium)")]


@pytest.fixture
def gateway(house: House, services: Path, fake_openai: FakeOpenAI, tmp_path: Path) -> Gateway:
    """A gateway of two web workers with the keys of an admin and of somebody else, and with all that is off by default."""
    file = tmp_path / "keys.json"
    for number, (name, admin) in enumerate((("ann", True), ("bob", False))):
        add(file, Key(name, hashed(f"lgw_{name}"), id=f"1234567{number}", admin=admin), None, None)
    flags = ("--api_base", fake_openai.base_url, "--studio_edit", "on", "--studio_share", "on")
    return house.gateway(services, *flags, API_KEYS_FILE=str(file))


def enter(browser: Any, gateway: Gateway, name: str) -> Watched:
    seen = watched(browser, gateway.port)
    seen.page.goto(f"{seen.home}/studio/new")
    seen.page.get_by_label("Key").fill(f"lgw_{name}")
    seen.page.get_by_role("button", name="Sign in").click()
    seen.page.wait_for_url("**/studio/new")
    return seen


def test_every_form_works_with_a_session_and_no_other_key_finds_the_meeting(
    gateway: Gateway, services: Path, model: Answering, browser: Any
) -> None:
    gateway.start()
    model.go_on()
    expect = playwright.expect
    expect.set_options(timeout=WAIT)
    seen = enter(browser, gateway, "ann")
    page = seen.page

    page.locator("#text").fill(TRANSCRIPT)
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/studio/meetings/*")
    address = page.url
    expect(page.locator("#status")).to_have_text("complete")

    # a turn is corrected, a speaker renamed, a line edited, and the meeting asked
    page.locator("#t7 .pen").click()
    page.locator("#turn-text").fill("Fine. Shall we tell the support team on Monday?")
    page.locator("#t7").get_by_role("button", name="Save").click()
    expect(page.locator("#t7 .said")).to_contain_text("on Monday?")
    page.locator("#i1 .pen").click()
    page.locator("#part-text").fill("The release is on the 3rd of May.")
    page.locator("#i1").get_by_role("button", name="Save").click()
    expect(page.locator("#i1")).to_contain_text("The release is on the 3rd of May.")
    page.locator(".speakers > summary").click()
    page.get_by_label("Speakers: Tom Barker").fill("Thomas Barker")
    page.locator(".speakers form", has=page.get_by_label("Speakers: Tom Barker")).get_by_role("button").click()
    expect(page.locator("#t1 b")).to_have_text("Thomas Barker")
    page.get_by_label("Ask the meeting a question").fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator(".answer")).to_contain_text("3rd of May")
    with page.expect_download() as downloaded:
        page.locator("summary", has_text="Export").click()
        page.get_by_role("link", name="Markdown").click()
    assert "Thomas Barker" in Path(downloaded.value.path()).read_text(encoding="utf-8")

    # a link opens the meeting, and nothing else, to a browser without a key
    page.locator("#sharing > summary").click()
    page.get_by_role("button", name="Make a link").click()
    link = page.locator("#sharing input[readonly]").input_value()
    guest = watched(browser, gateway.port)
    guest.page.goto(link)
    expect(guest.page.locator("#t1 b")).to_have_text("Thomas Barker")
    expect(guest.page.locator(".pen")).to_have_count(0)
    guest.is_accessible()
    page.get_by_role("button", name="Revoke").click()
    expect(page.locator("#sharing input[readonly]")).to_have_count(0)
    guest.page.goto(link)
    expect(guest.page.locator("h1")).to_have_text("This is not here")
    guest.is_accessible()
    without(guest, 404)

    # what is written without the token of the page is refused
    status = page.evaluate("fetch(location.href.split('?')[0] + '/delete', {method: 'POST'}).then((answer) => answer.status)")
    assert status == 403
    without(seen, 403)

    # what was agreed is done
    page.goto(f"{seen.home}/studio/actions")
    seen.is_accessible()
    page.get_by_role("button", name="Done: Write the privacy statement").click()
    expect(page.get_by_text("No actions here.")).to_be_visible()

    # a service is edited
    page.get_by_role("link", name="Services", exact=True).click()
    page.get_by_role("link", name=EDIT).click()
    manifest = json.loads(page.locator("#manifest").input_value())
    page.locator("#manifest").fill(json.dumps({**manifest, "description": {"en": "Minutes, edited"}}))
    page.get_by_role("button", name="Check and preview").click()
    expect(page.get_by_text("This serves. Nothing is saved yet.")).to_be_visible()
    seen.is_accessible()
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/studio/services")
    assert "Minutes, edited" in (services / "minutes.json").read_text(encoding="utf-8")

    # somebody else with a key neither finds the meeting nor edits services
    other = enter(browser, gateway, "bob")
    other.page.goto(address)
    expect(other.page.locator("h1")).to_have_text("This is not here")
    without(other, 404)
    other.page.get_by_role("link", name="Services", exact=True).click()
    expect(other.page.locator("h1")).to_have_text("Services")
    expect(other.page.get_by_role("link", name=EDIT)).to_have_count(0)
    other.page.get_by_role("button", name="Sign out").click()
    expect(other.page.get_by_label("Key")).to_be_visible()

    assert [seen.faults, guest.faults, other.faults] == [[], [], []]
