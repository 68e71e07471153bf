"""The whole way through the studio in a real browser, behind the shipped nginx and below a path: from the upload to the end."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.acceptance.processes import Gateway, House, children, eventually
from tests.acceptance.test_studio import SAID, TRANSCRIPT, WAIT, Model, Watched, browser, keys, model, playwright, services
from tests.fakes.openai_server import FakeOpenAI
from tests.swarm.test_nginx import NGINX, in_front_of
from tests.web.browser import CHROMIUM

__all__ = ["browser", "keys", "model", "services"]  # fixtures of others

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on the PATH (Debian: chromium)"),
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed (Debian: nginx-light)"),
]

PREFIX = "/api/llm"
NEW_NAME = "Ann-Marie Berg"


class Walker(Watched):
    """A page that may lose the events of its job, and while web workers are killed whatever else it asks for then."""

    shaken = False

    def _console(self, message: Any) -> None:
        is_of_events = urlsplit(message.location.get("url", "")).path.endswith("/events")
        if not is_of_events and not (self.shaken and message.text.startswith("Failed to load resource")):
            super()._console(message)

    def _asked(self, url: str) -> None:
        super()._asked(url)
        if urlsplit(url).scheme == "http" and not urlsplit(url).path.startswith(f"{PREFIX}/"):
            self.faults.append(f"past the prefix: {url}")


@pytest.fixture
def gateway(house: House, services: Path, fake_openai: FakeOpenAI, keys: Path, keyed: bool) -> Iterator[Gateway]:
    more = {"API_KEYS_FILE": str(keys)} if keyed else {}
    made = house.gateway(services, "--api_base", fake_openai.base_url, SWAGGER_PREFIX=PREFIX, STUDIO_SHARE="on", **more)
    made.start()
    yield made
    made.stop()


@pytest.mark.parametrize("keyed", [False, True], ids=["without keys", "with keys"])
def test_from_the_upload_to_the_end(gateway: Gateway, keyed: bool, model: Model, browser: Any, tmp_path: Path) -> None:
    file = tmp_path / "meeting.txt"
    file.write_text(TRANSCRIPT, encoding="utf-8")
    with contextmanager(in_front_of)(gateway.port) as port:
        context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 860}, accept_downloads=True)
        seen = Walker(context.new_page(), port)
        playwright.expect.set_options(timeout=WAIT)

        seen.page.goto(f"{seen.home}{PREFIX}/studio")
        if keyed:
            _sign_in(seen)
        _upload(seen, file)
        _survive(seen, gateway, model)
        _read(seen)
        _correct(seen)
        _export(seen)
        _search(seen)
        _share(seen, browser, port)
        _delete(seen)
        context.close()

    assert seen.faults == []


def _sign_in(seen: Walker) -> None:
    seen.page.get_by_label("Key").fill("lgw_secret")
    seen.page.get_by_role("button", name="Sign in").click()
    seen.page.wait_for_url("**/studio/new")


def _upload(seen: Walker, file: Path) -> None:
    seen.page.set_input_files("#file", str(file))
    seen.page.get_by_role("button", name="Start").click()
    seen.page.wait_for_url("**/studio/meetings/*")
    playwright.expect(seen.page.locator(".turn")).to_have_count(len(SAID))


def _survive(seen: Walker, gateway: Gateway, model: Model) -> None:
    """The page is loaded again, and all web workers are killed, while the model answers; the minutes still come."""
    status = seen.page.locator("#status")
    playwright.expect(status).to_have_text("running")
    seen.page.reload()
    playwright.expect(status).to_have_text("running")
    before = children(gateway.pid_of("web"))
    seen.shaken = True  # it may still be asking for its icon, or how the job is
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    eventually(lambda: set(children(gateway.pid_of("web"))).isdisjoint(before) and gateway.answers(), what="new web workers")
    model.go_on()
    playwright.expect(status).to_have_text("complete")
    playwright.expect(seen.page.locator("h1")).to_have_text("The release of the booking app")
    seen.shaken = False


def _read(seen: Walker) -> None:
    seen.page.locator("#i1 .cite").first.click()
    playwright.expect(seen.page.locator("#t3")).to_be_focused()
    assert seen.page.url.endswith("#t3")


def _correct(seen: Walker) -> None:
    seen.page.get_by_text("Speakers", exact=True).click()
    form = seen.page.locator("form[action*='/rename']", has=seen.page.locator("input[value='Ann Berg']"))
    form.locator("input[name=new]").fill(NEW_NAME)
    form.get_by_role("button", name="Rename").click()
    playwright.expect(seen.page.locator("#t0 b")).to_have_text(NEW_NAME)


def _export(seen: Walker) -> None:
    for form, begin in (("docx", b"PK\3\4"), ("pdf", b"%PDF-")):
        if not seen.page.locator(f"a[href$='/export/{form}']").is_visible():
            seen.page.get_by_text("Export", exact=True).click()
        with seen.page.expect_download() as download:
            seen.page.locator(f"a[href$='/export/{form}']").click()
        assert Path(download.value.path()).read_bytes().startswith(begin)


def _search(seen: Walker) -> None:
    """A hit leads to its turn; the actions of the meeting are listed, and one is marked as done."""
    meeting = urlsplit(seen.page.url).path
    seen.page.get_by_role("link", name="Meetings", exact=True).click()
    seen.page.get_by_role("searchbox", name="Search").fill("hotels")
    seen.page.get_by_role("button", name="Search").click()
    playwright.expect(seen.page.locator("mark")).to_have_text(["hotels"])
    seen.is_accessible()
    seen.page.locator(".row-link").first.click()
    seen.page.wait_for_url(f"**{meeting}#t5")
    playwright.expect(seen.page.locator("#t5")).to_be_in_viewport()
    seen.page.get_by_role("link", name="Meetings", exact=True).click()
    seen.page.get_by_role("link", name="Actions", exact=True).click()
    seen.is_accessible()
    seen.page.locator("button[name=done]").click()
    playwright.expect(seen.page.get_by_text("No actions here.")).to_be_visible()
    seen.page.goto(f"{seen.home}{meeting}")


def _share(seen: Walker, browser: Any, port: int) -> None:
    """Somebody without a key reads the meeting by a link, until it is revoked."""
    seen.page.locator("#sharing > summary").click()
    seen.page.get_by_role("button", name="Make a link").click()
    link = seen.page.locator("#sharing input[readonly]").input_value()
    guest = Walker(browser.new_context(locale="en-GB").new_page(), port)
    guest.page.goto(link)
    playwright.expect(guest.page.locator("h1")).to_have_text("The release of the booking app")
    playwright.expect(guest.page.locator(".turn")).to_have_count(len(SAID))
    guest.is_accessible()
    seen.page.get_by_role("button", name="Revoke").click()
    playwright.expect(seen.page.locator("#sharing input[readonly]")).to_have_count(0)
    assert guest.faults == []
    assert guest.page.goto(link).status == 404
    guest.page.context.close()


def _delete(seen: Walker) -> None:
    seen.page.get_by_role("link", name="Meetings", exact=True).click()
    seen.page.locator(".row .menu > summary").click()
    seen.page.locator(".row .menu button").click()
    playwright.expect(seen.page.get_by_text("No meetings yet.")).to_be_visible()
