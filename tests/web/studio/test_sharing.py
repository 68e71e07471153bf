"""Share links: who has one reads one meeting, and nothing else, until it expires or is revoked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from app.errors import JobNotFound
from app.keys import Key, add, hashed, remove
from app.storage.tables import shares
from app.web.middleware.access_log import shown_path
from app.web.studio.sharing import EXPORTS, Links
from tests.fakes.openai_server import FakeOpenAI
from tests.fixtures.keys import written
from tests.meetings.conftest import TRANSCRIPT
from tests.web.talking import SUMMARY, TURNS, Talking, talking

HTML = {"Accept": "text/html,application/xhtml+xml"}
ALICE, BOB, ROOT = ({**HTML, "Authorization": f"Bearer {name}'s"} for name in ("alice", "bob", "root"))


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return written(
        tmp_path, Key("alice", hashed("alice's")), Key("bob", hashed("bob's")), Key("root", hashed("root's"), admin=True)
    )


@pytest.fixture
def sharing(tmp_path: Path, prepared: Path, fake_openai: FakeOpenAI, keys: Path) -> Iterator[Talking]:
    with talking(tmp_path, prepared, fake_openai, api_keys_file=str(keys), studio_share="on") as made:
        made.write(SUMMARY, TURNS)
        yield made


@pytest.fixture
def client(sharing: Talking) -> FlaskClient:
    return sharing.client


def meeting_of(talk: Talking) -> str:
    """A complete meeting of alice."""
    body = {"content": TRANSCRIPT, "flavor": "small"}
    made = str(talk.client.post("/services/cra/generate", json=body, headers=ALICE).get_json()["jobId"])
    claim = talk.gateway.jobs.claim(made)
    assert claim is not None
    claim.finish("The heating costs 480 pounds.", {})
    return made


@pytest.fixture
def job_id(sharing: Talking) -> str:
    return meeting_of(sharing)


def share(client: FlaskClient, job_id: str, who: dict[str, str] = ALICE) -> str:
    """The path of a new link."""
    answer = client.post(f"/studio/meetings/{job_id}/shares", data={"days": "7"}, headers=who)
    assert answer.status_code == 303, answer.text
    page = client.get(f"/studio/meetings/{job_id}", headers=who).text
    return re.findall(r'value="http://localhost(/studio/shared/[^"]+)"', page)[-1]


def test_who_has_a_link_reads_the_meeting_without_a_key(client: FlaskClient, job_id: str) -> None:
    link = share(client, job_id)

    page = client.get(link, headers=HTML)

    assert page.status_code == 200
    assert "The heating costs 480 pounds." in page.text
    assert 'id="t1"' in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert "<form" not in page.text


def test_a_link_opens_nothing_else(client: FlaskClient, job_id: str) -> None:
    link = share(client, job_id)
    client.get(link, headers=HTML)

    answers = [
        client.get(path, headers=HTML).status_code
        for path in (
            f"/studio/meetings/{job_id}",
            f"/jobs/{job_id}",
            f"/results/{job_id}",
            f"/results/{job_id}/export/pdf",
            f"{link}/export/json",
            f"{link}/export/docx",
            "/studio/meetings",
            "/studio/actions",
        )
    ]

    assert answers == [302, 401, 401, 401, 404, 404, 302, 302]


@pytest.mark.parametrize("form", [each for each in EXPORTS if each != "pdf"])
def test_a_link_gives_the_minutes_as_documents(client: FlaskClient, job_id: str, form: str) -> None:
    answer = client.get(f"{share(client, job_id)}/export/{form}")

    assert answer.status_code == 200
    assert "480 pounds" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_revoked_link_is_dead_and_another_one_lives(client: FlaskClient, job_id: str) -> None:
    first, second = share(client, job_id), share(client, job_id)
    page = client.get(f"/studio/meetings/{job_id}", headers=ALICE).text
    revoke = re.findall(r'action="([^"]+/revoke)"', page)[0]

    answer = client.post(revoke, headers=ALICE)

    assert answer.location == f"/studio/meetings/{job_id}?sharing=yes"
    assert [client.get(link, headers=HTML).status_code for link in (first, second)] == [404, 200]


def test_a_link_dies_with_its_meeting(sharing: Talking, client: FlaskClient, job_id: str) -> None:
    link = share(client, job_id)

    client.post(f"/studio/meetings/{job_id}/delete", headers=ALICE)

    assert client.get(link, headers=HTML).status_code == 404
    with sharing.gateway.jobs.database.reading() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(shares)) == 0


def test_a_link_expires(sharing: Talking, client: FlaskClient, job_id: str) -> None:
    link = share(client, job_id)
    past = sa.update(shares).values(expires=datetime.now(UTC) - timedelta(seconds=1))

    sharing.gateway.jobs.database.write(lambda connection: connection.execute(past))

    assert client.get(link, headers=HTML).status_code == 404
    assert link not in client.get(f"/studio/meetings/{job_id}", headers=ALICE).text


def test_a_link_dies_with_the_key_that_made_it(sharing: Talking, client: FlaskClient, job_id: str, keys: Path) -> None:
    own, of_an_admin = share(client, job_id), share(client, job_id, ROOT)
    assert sharing.gateway.keyring is not None

    remove(keys, "alice")
    sharing.gateway.keyring.reread()

    assert [client.get(link, headers=HTML).status_code for link in (own, of_an_admin)] == [404, 200]


def test_an_admin_who_is_one_no_longer_shares_nothing_of_others(
    sharing: Talking, client: FlaskClient, job_id: str, keys: Path
) -> None:
    link = share(client, job_id, ROOT)
    assert sharing.gateway.keyring is not None

    remove(keys, "root")
    add(keys, Key("root", hashed("root's")), None, None)
    sharing.gateway.keyring.reread()

    assert client.get(link, headers=HTML).status_code == 404


def test_nobody_shares_or_revokes_for_somebody_else(client: FlaskClient, job_id: str) -> None:
    link = share(client, job_id)
    page = client.get(f"/studio/meetings/{job_id}", headers=ALICE).text
    revoke = re.findall(r'action="([^"]+/revoke)"', page)[0]

    answers = [client.post(path, data={"days": "7"}, headers=BOB) for path in (f"/studio/meetings/{job_id}/shares", revoke)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert client.get(link, headers=HTML).status_code == 200


@pytest.mark.parametrize("days", ["", "0", "365", "7.0", "-1", "\u0667"])
def test_a_link_is_valid_for_one_of_the_times_that_are_offered(client: FlaskClient, job_id: str, days: str) -> None:
    answer = client.post(f"/studio/meetings/{job_id}/shares", data={"days": days}, headers=ALICE)

    assert answer.status_code == 400


def test_a_meeting_has_no_more_links_than_a_person_can_watch_over(client: FlaskClient, job_id: str) -> None:
    answers = [client.post(f"/studio/meetings/{job_id}/shares", data={"days": "1"}, headers=ALICE) for _ in range(21)]

    assert [answer.status_code for answer in answers] == [*[303] * 20, 409]


def test_links_are_off_unless_a_setting_says_otherwise(locked: Talking) -> None:
    job_id = meeting_of(locked)

    page = locked.client.get(f"/studio/meetings/{job_id}", headers=ALICE)
    made = locked.client.post(f"/studio/meetings/{job_id}/shares", data={"days": "7"}, headers=ALICE)
    read = locked.client.get("/studio/shared/anything", headers=HTML)

    assert 'id="sharing"' not in page.text
    assert (made.status_code, read.status_code) == (404, 404)


def test_a_link_of_another_secret_opens_nothing() -> None:
    ours, theirs = Links(lambda: "ours"), Links(lambda: "theirs")

    assert ours.share_id(ours.token("a1")) == "a1"
    with pytest.raises(JobNotFound):
        ours.share_id(theirs.token("a1"))


@given(st.text(max_size=300))
def test_no_text_that_was_not_signed_is_a_link(token: str) -> None:
    with pytest.raises(JobNotFound):
        Links(lambda: "ours").share_id(token)


def test_the_log_does_not_keep_what_opens_a_meeting() -> None:
    assert shown_path("/studio/shared/ImE.xyz/export/pdf") == "/studio/shared/..."
    assert shown_path("/studio/meetings/é") == "/studio/meetings/%C3%A9"
