"""The studio in a real browser: a preview, minutes that grow, corrections, edits, versions and questions."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tests.acceptance.processes import Gateway
from tests.acceptance.test_studio import TRANSCRIPT, WAIT, Model, Watched, browser, gateway, services, watched
from tests.fakes.openai_server import FakeOpenAI, Reply
from tests.web.browser import CHROMIUM

__all__ = ["browser", "gateway", "services"]  # fixtures of others

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed (requirements-dev.txt)")

pytestmark = [pytest.mark.acceptance, pytest.mark.skipif(CHROMIUM is None, reason="no chromium on the PATH (Debian: chromium)")]


QUESTION = "Do the Welsh pages hold the release?"


class Answering(Model):
    """The same model, which answers one question too."""

    def __call__(self, messages: Sequence[Mapping[str, Any]]) -> Reply:
        if QUESTION in str(messages[-1]["content"]):
            return Reply(json.dumps({"said": True, "answer": "No, the release is on the 3rd of May.", "turns": [3]}))
        return super().__call__(messages)


@pytest.fixture
def model(fake_openai: FakeOpenAI) -> Answering:
    made = Answering()
    fake_openai.answer = made
    return made


def start(seen: Watched, gateway: Gateway) -> Any:
    gateway.start()
    playwright.expect.set_options(timeout=WAIT)
    seen.page.goto(f"{seen.home}/studio/new")
    seen.page.locator("#text").fill(TRANSCRIPT)
    return seen.page


def without(seen: Watched, status: int) -> None:
    """Forgets the lines of the console about refusals that were wanted."""
    seen.faults = [each for each in seen.faults if f"status of {status}" not in each]


def test_a_meeting_is_previewed_watched_corrected_asked_again_edited_and_restored(
    gateway: Gateway, model: Answering, browser: Any
) -> None:
    seen = watched(browser, gateway.port)
    page, expect = start(seen, gateway), playwright.expect

    # a preview asks no model, and loses nothing that was typed
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#preview")).to_be_focused()
    expect(page.locator("#preview pre")).to_contain_text("[0] Ann Berg")
    page.get_by_role("button", name="Prompt of call 2").click()
    expect(page.locator("#preview pre")).to_contain_text("[4] Tom Barker")
    seen.picture("preview")
    seen.is_accessible()
    expect(page.locator("#text")).to_have_value(TRANSCRIPT)
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/studio/meetings/*")

    # the items of one batch stand there while the other is being read, also after a reload
    model.answer_first_batch()
    expect(page.locator(".entry")).not_to_have_count(0)
    expect(page.locator("#status")).to_have_text("running")
    page.reload()
    expect(page.locator(".entry")).not_to_have_count(0)
    expect(page.locator("#status")).to_have_text("running")
    model.go_on()
    expect(page.locator("#status")).to_have_text("complete")
    expect(page.locator(".entry")).to_have_count(6)

    # a turn is corrected in its place; the lines that rest on it say so until the meeting is asked again
    page.locator("#t5 .pen").click()
    expect(page.locator("#turn-text")).to_be_focused()
    seen.picture("turn")
    seen.is_accessible()
    page.keyboard.press("Escape")
    expect(page.locator("#t5 .pen")).to_be_focused()
    page.keyboard.press("Enter")
    page.locator("#turn-text").fill("Search takes four seconds. An index would cost about 2,850 euros.")
    page.locator("#t5").get_by_role("button", name="Save").click()
    expect(page.locator("#t5 .said")).to_contain_text("2,850")
    expect(page.locator("#t5 .mark")).to_have_text("(corrected)")
    expect(page.locator(".stale")).to_have_count(1)
    page.locator("#t7 .pen").click()
    page.get_by_role("button", name="Strike").click()
    expect(page.locator("#t7.struck .mark")).to_have_text("(struck)")
    page.locator("#t7 .pen").click()
    page.get_by_role("button", name="Undo strike").click()
    expect(page.locator("#t7.struck")).to_have_count(0)
    seen.picture("stale")
    page.get_by_role("button", name="Ask again").click()
    expect(page.locator("#status")).to_have_text("complete")
    expect(page.locator(".stale")).to_have_count(0)
    expect(page.locator(".unsupported")).to_have_count(0)

    # an item is edited in its place, one is added, one is deleted
    page.locator("#i1 .pen").click()
    page.locator("#part-turns").fill("99")
    page.locator("#part-owner").fill("Ann Berg")
    page.locator("#i1").get_by_role("button", name="Save").click()
    expect(page.locator("#i1 .wrong")).to_contain_text("no turn 99")
    expect(page.locator("#part-owner")).to_have_value("Ann Berg")
    seen.is_accessible()
    seen.picture("edit")
    page.locator("#part-turns").fill("3")
    page.locator("#i1").get_by_role("button", name="Save").click()
    expect(page.locator("#i1 strong")).to_have_text("Ann Berg")
    page.get_by_role("link", name="Add a line").click()
    page.locator("#part-text").fill("The support team is told.")
    page.locator("#part-turns").fill("7")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The support team is told.")).to_be_visible()
    page.locator("#i0 .pen").click()
    page.locator("#i0 form").get_by_role("button", name="Delete").click()
    expect(page.locator("#i0")).to_have_count(0)

    # a question, and from its answer to the turn and back
    page.get_by_label("Ask the meeting a question").fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator(".answer")).to_contain_text("3rd of May")
    seen.is_accessible()
    seen.picture("answer")
    page.locator(".answer .cite").click()
    expect(page.locator("#t3")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".answer")).to_be_focused()

    # what changed, and back to what the model made
    page.get_by_role("link", name="Versions", exact=True).click()
    expect(page.locator(".versions li")).to_have_count(5)
    page.get_by_role("link", name="Compare with the newest").last.click()
    expect(page.locator(".changes ins").first).to_be_visible()
    seen.is_accessible()
    seen.picture("versions")
    page.get_by_role("button", name="Restore 2").click()
    expect(page.locator(".entry")).to_have_count(6)
    without(seen, 400)

    assert seen.faults == []


def test_a_meeting_is_previewed_corrected_edited_and_asked_without_script(
    gateway: Gateway, model: Answering, browser: Any
) -> None:
    model.go_on()
    seen = watched(browser, gateway.port, java_script_enabled=False)
    page = start(seen, gateway)

    page.get_by_role("button", name="Preview").click()
    prompt = page.locator("#preview pre").first.inner_text()
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/studio/meetings/*")
    gateway.end_of(page.url.rpartition("/")[2])
    page.reload()
    page.locator("#t7 .pen").click()
    page.locator("#turn-text").fill("Fine. Shall we tell the support team on Monday?")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/studio/meetings/*#t7")
    corrected = page.locator("#t7").inner_text()
    page.locator("#i1 .pen").click()
    page.locator("#part-text").fill("The release is on the 3rd of May.")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/studio/meetings/*#i1")
    edited = page.locator("#i1").inner_text()
    page.get_by_label("Ask the meeting a question").fill(QUESTION)
    page.get_by_role("button", name="Ask", exact=True).click()
    answer = page.locator(".answer").inner_text()
    page.locator("#t7 .pen").click()

    assert "[0] Ann Berg" in prompt
    assert "on Monday?" in corrected
    assert "(corrected)" in corrected
    assert "The release is on the 3rd of May." in edited
    assert "3rd of May" in answer
    assert page.locator("#turn-text").input_value().endswith("on Monday?")
    assert seen.faults == []
