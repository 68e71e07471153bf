"""The studio in a real browser without a mouse, and with text twice as large on a narrow screen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.processes import Gateway, House
from tests.acceptance.test_studio import browser, services, watched
from tests.acceptance.test_studio_editing import Answering, model, start
from tests.fakes.openai_server import FakeOpenAI
from tests.web.browser import CHROMIUM

__all__ = ["browser", "model", "services"]  # fixtures of others

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed (requirements-dev.txt)")

pytestmark = [pytest.mark.acceptance, pytest.mark.skipif(CHROMIUM is None, reason="no chromium on the PATH (Debian: chromium)")]
MOST_KEYS = 80  # presses of the tabulator until something has the focus
SIDEWAYS = "document.documentElement.scrollWidth > innerWidth"


@pytest.fixture
def gateway(house: House, services: Path, fake_openai: FakeOpenAI) -> Gateway:
    return house.gateway(services, "--api_base", fake_openai.base_url, "--studio_share", "on")


def tab(page: Any, wanted: str) -> Any:
    """Presses the tabulator until *wanted* has the focus."""
    for _ in range(MOST_KEYS):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return page.locator(wanted)
    raise AssertionError(f"the tabulator never comes to {wanted}")


def test_all_is_done_by_keyboard_and_letters_are_keys_of_the_panes_alone(
    gateway: Gateway, model: Answering, browser: Any
) -> None:
    model.go_on()
    seen = watched(browser, gateway.port)
    page, expect = start(seen, gateway), playwright.expect
    tab(page, "#new button.main")
    page.keyboard.press("Enter")
    page.wait_for_url("**/studio/meetings/*")
    expect(page.locator("#status")).to_have_text("complete")
    current = page.locator("[aria-current=true].entry, [aria-current=true].turn")

    # letters in the bar, in a menu, in a field and on the button of a form go nowhere
    for wanted in (".bar nav a", "#question"):
        tab(page, wanted)
        page.keyboard.press("j")
        expect(current).to_have_count(0)
    page.locator("#question").fill("")
    page.locator(".menu:not(.share) summary").first.focus()
    page.keyboard.press("Enter")
    exported = tab(page, ".menu[open] a").first
    page.keyboard.press("k")
    expect(exported).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".menu[open]")).to_have_count(0)
    tab(page, "#t0 .pen")
    page.keyboard.press("Enter")
    expect(page.locator("#turn-text")).to_be_focused()
    button = tab(page, "form.inline button.main")
    page.keyboard.press("j")
    expect(button).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#t0 .pen")).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator("#t1")).to_be_focused()

    # a form that loads the page anew leaves the focus where it was: the next speaker, and the new link
    page.reload()
    tab(page, ".speakers summary")
    page.keyboard.press("Enter")
    tab(page, ".speakers input[name=new]")
    page.keyboard.press("Control+a")
    page.keyboard.type("Ann Jklm")
    page.keyboard.press("Enter")
    page.wait_for_url("**?renaming=yes")
    expect(page.locator(".speakers summary")).to_be_focused()
    expect(page.locator(".speakers input[name=new]").first).to_be_visible()
    expect(page.locator("#t0 b")).to_have_text("Ann Jklm")
    page.locator(".share summary").focus()
    page.keyboard.press("Enter")
    tab(page, ".share button.main")
    page.keyboard.press("Enter")
    page.wait_for_url("**?sharing=yes")
    expect(page.locator(".share summary")).to_be_focused()
    tab(page, ".share input[readonly]")
    page.keyboard.press("Escape")
    expect(page.locator(".share summary")).to_be_focused()

    # with text twice as large on a narrow screen, nothing must be scrolled sideways
    page.set_viewport_size({"width": 400, "height": 800})
    meeting = page.url.partition("?")[0]
    for address in (f"{seen.home}/studio/new", f"{seen.home}/studio/meetings", f"{seen.home}/studio/actions", meeting):
        page.goto(address)
        page.evaluate("document.documentElement.style.fontSize = '32px'")
        assert not page.evaluate(SIDEWAYS), address
    assert seen.faults == []
