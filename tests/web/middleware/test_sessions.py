"""Sessions of browsers: what they open, and what ends them."""

from __future__ import annotations

import re
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask import Request, Response
from flask.testing import FlaskClient

from app.errors import StoreError
from app.keys import Key, Keyring, add, hashed, remove
from app.settings import Settings
from app.web.middleware import sessions
from tests.web.talking import Talking

HTML = {"Accept": "text/html"}


@pytest.fixture
def browser(locked: Talking) -> FlaskClient:
    return locked.client


def sign_in(browser: FlaskClient, key: str = "alice's", **more: Any) -> Any:
    return browser.post("/studio/sign-in", data={"key": key}, headers=HTML, **more)


def token(browser: FlaskClient) -> str:
    return re.findall(r"csrf=([0-9a-f]{64})", browser.get("/studio/new", headers=HTML).text)[0]


def test_a_page_leads_to_the_sign_in_page_and_the_api_says_401(browser: FlaskClient) -> None:
    page = browser.get("/studio/meetings", headers=HTML)
    api = browser.get("/jobs")

    assert page.location == "/studio/sign-in?next=%2Fstudio%2Fmeetings"
    assert api.status_code == 401


def test_a_key_opens_a_session_whose_cookie_does_not_hold_it(browser: FlaskClient) -> None:
    answer = sign_in(browser)

    cookie = answer.headers["Set-Cookie"]
    assert answer.status_code == 303
    assert browser.get("/jobs").status_code == 200
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Secure" not in cookie
    assert "alice's" not in cookie
    assert hashed("alice's") not in cookie


def test_the_cookie_is_secure_behind_tls(browser: FlaskClient) -> None:
    answer = sign_in(browser, environ_overrides={"HTTP_X_FORWARDED_PROTO": "https"})

    assert "Secure" in answer.headers["Set-Cookie"]


def test_a_wrong_key_opens_nothing(browser: FlaskClient) -> None:
    answer = sign_in(browser, "bob's")

    assert answer.status_code == 401
    assert "Set-Cookie" not in answer.headers
    assert browser.get("/jobs").status_code == 401


def test_a_request_that_changes_something_needs_the_token_of_the_session(browser: FlaskClient) -> None:
    sign_in(browser)
    given = token(browser)
    body = {"content": "Ann : Hello.", "flavor": "small"}

    without = browser.post("/services/cra/generate", json=body)
    wrong = browser.post("/services/cra/generate", json=body, headers={"X-CSRF-Token": "0" * 64})
    right = browser.post("/services/cra/generate", json=body, headers={"X-CSRF-Token": given})
    with_a_key = browser.post("/services/cra/generate", json=body, headers={"Authorization": "Bearer alice's"})

    assert [each.status_code for each in (without, wrong, right, with_a_key)] == [403, 403, 200, 200]


def test_the_token_does_not_help_another_origin(browser: FlaskClient) -> None:
    sign_in(browser)
    headers = {"X-CSRF-Token": token(browser), "Sec-Fetch-Site": "same-site"}

    assert browser.delete("/jobs/none", headers=headers).status_code == 403


def test_a_session_ends_with_its_key(locked: Talking, browser: FlaskClient, keys: Path) -> None:
    sign_in(browser)
    before = browser.get("/jobs").status_code
    remove(keys, "alice")
    add(keys, Key("alice", hashed("another")), None, None)
    assert locked.gateway.keyring is not None
    locked.gateway.keyring.reread()

    assert before == 200
    assert browser.get("/jobs").status_code == 401


@pytest.mark.parametrize(("seconds", "is_good"), [(60, True), (-1, False)])
def test_a_session_ends_when_it_is_old(keys: Path, seconds: int, is_good: bool) -> None:
    keyring = Keyring(keys)
    made = sessions.Sessions(keyring, lambda: "s" * 32, seconds)
    key, answer = keyring.opened_by("alice's"), Response()
    assert key is not None
    made.begin(key, Request({}), answer)
    cookie = answer.headers["Set-Cookie"].partition(";")[0]

    found = made.key_of(Request({"HTTP_COOKIE": cookie, "REQUEST_METHOD": "GET"}))

    assert (found == key) == is_good


def test_a_cookie_that_was_changed_opens_nothing(browser: FlaskClient) -> None:
    sign_in(browser)
    value = browser.get_cookie(sessions.COOKIE)
    assert value is not None
    browser.set_cookie(sessions.COOKIE, f"{value.value[:-2]}xx")

    assert browser.get("/jobs").status_code == 401


def test_signing_out_forgets_the_cookie(browser: FlaskClient) -> None:
    sign_in(browser)

    browser.post(f"/studio/sign-out?csrf={token(browser)}", headers=HTML)

    assert browser.get_cookie(sessions.COOKIE) is None


def test_web_workers_agree_on_one_secret_that_only_its_owner_reads(tmp_path: Path) -> None:
    settings = Settings(db_path=str(tmp_path / "results.sqlite"))

    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(lambda _: sessions.signing_secret(settings), range(32)))

    assert len(found) == 1
    assert stat.S_IMODE((tmp_path / sessions.SECRET_FILE).stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == [sessions.SECRET_FILE]


def test_a_secret_that_cannot_be_kept_is_an_error_that_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="SESSION_SECRET"):
        sessions.signing_secret(Settings(db_path=str(tmp_path / "missing" / "results.sqlite")))
