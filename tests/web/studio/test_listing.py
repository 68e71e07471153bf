"""The lists of the studio: meetings, what a search finds, and actions, as a browser without script sees them."""

from __future__ import annotations

import io
import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.keys import Key, hashed
from app.storage.words import Query
from app.web.studio import listing
from tests.fixtures.keys import written
from tests.meetings.conftest import TRANSCRIPT, Desk, on_sqlite
from tests.web.talking import Talking

HTML = {"Accept": "text/html,application/xhtml+xml"}
JOB = "[0-9a-f-]{36}"


def page(client: FlaskClient, path: str, expected: int = 200, **query: str) -> str:
    answer = client.get(f"/studio/{path}", query_string=query, headers=HTML)
    assert answer.status_code == expected, answer.text
    return answer.text


@on_sqlite
def test_meetings_are_listed_by_their_titles(desk: Desk) -> None:
    named, plain = desk.upload(title="Heating & <garden>"), desk.upload()

    shown = page(desk.client, "meetings")

    assert f'/studio/meetings/{named}"><strong dir="auto">Heating &amp; &lt;garden&gt;</strong>' in shown
    assert f'/studio/meetings/{plain}"><strong dir="auto">board</strong>' in shown


@on_sqlite
@pytest.mark.parametrize("service", ["board", "notes"])
def test_a_meeting_without_a_title_is_listed_by_the_name_of_its_file(desk: Desk, service: str) -> None:
    body = {"file": (io.BytesIO(TRANSCRIPT.encode()), "talks/Budget_<May>.vtt.txt"), "flavor": "small"}
    job_id = desk.client.post(f"/services/{service}/generate", data=body).get_json()["jobId"]

    shown = page(desk.client, "meetings")

    assert f'/studio/meetings/{job_id}"><strong dir="auto">Budget &lt;May&gt;.vtt</strong>' in shown


@on_sqlite
def test_meetings_of_one_service_in_one_state_are_listed(desk: Desk) -> None:
    ended, waiting, other = desk.held(), desk.upload(), desk.upload("notes")

    shown = page(desk.client, "meetings", service="board", status="queued")

    assert set(re.findall(rf'row-link" href="/studio/meetings/({JOB})"', shown)) == {waiting}
    assert 'href="?status=complete&amp;service=board"' in shown
    assert {ended, other} <= set(re.findall(JOB, page(desk.client, "meetings")))


@on_sqlite
def test_a_hit_leads_to_the_turn_in_which_it_was_said(desk: Desk) -> None:
    job_id = desk.upload(title="Heating")

    shown = page(desk.client, "meetings", q="pounds")

    assert f'href="/studio/meetings/{job_id}#t1"' in shown
    assert "costs 480 <mark>pounds</mark> in March." in shown
    assert 'value="pounds"' in shown


@on_sqlite
def test_markup_that_is_found_is_text_on_the_page(desk: Desk) -> None:
    desk.upload(content="Ann : We <img src=x onerror=alert(1)> heat & <b>heating</b>.")

    shown = page(desk.client, "meetings", q="alert heating")

    assert "<img src=x" not in shown
    assert "&lt;img src=x onerror=<mark>alert</mark>(1)&gt;" in shown


@on_sqlite
@pytest.mark.parametrize("q", ["...", "a" * 501, "*"])
def test_a_search_that_makes_no_sense_is_shown_again_with_the_reason(desk: Desk, q: str) -> None:
    shown = page(desk.client, "meetings", 400, q=q)

    assert 'id="wrong-q"' in shown
    assert f'value="{q}"' in shown


@on_sqlite
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(q=st.text(max_size=40))
def test_whatever_is_searched_is_answered_or_refused_by_a_page(desk: Desk, q: str) -> None:
    answer = desk.client.get(f"/studio/meetings?{urlencode({'q': q}, errors='replace')}", headers=HTML)

    assert answer.status_code in (200, 400)
    assert "text/html" in answer.content_type


@given(st.lists(st.sampled_from(["Élan", "<b>", "heating", "&", "x"]), min_size=1, max_size=40))
def test_the_pieces_of_a_snippet_are_the_snippet(said: list[str]) -> None:
    snippet = Query.of("heating elan*").snippet(" ".join(said))

    pieces = list(listing._pieces(snippet))

    assert "".join(text for text, _ in pieces) == snippet.text
    assert [text for text, marked in pieces if marked] == [snippet.text[start:stop] for start, stop in snippet.marks]


@on_sqlite
def test_actions_of_all_meetings_are_listed_and_marked_as_done(desk: Desk) -> None:
    job_id = desk.held(title="Heating")
    before = page(desk.client, "actions", owner="stone")
    address = re.findall(rf'action="(/studio/meetings/{job_id}/actions/\d+)"', before)[0]

    answer = desk.client.post(address, data={"done": "yes", "owner": "stone", "show": "open"}, headers=HTML)

    after = page(desk.client, "actions", owner="stone")
    done = page(desk.client, "actions", owner="stone", show="done")
    assert answer.location == "/studio/actions?owner=stone&show=open"
    assert 'href="/studio/meetings/' + job_id + '#t1"' in before
    assert address in before
    assert address not in after
    assert address in done
    assert "SPEAKER_00" not in before


@on_sqlite
def test_an_action_that_was_due_is_marked_as_late(desk: Desk) -> None:
    job_id = desk.held()
    minutes = desk.minutes(job_id)
    days = ("2020-01-02", "2999-01-02")
    dated = [{**each, "due": "then", "due_date": day} for each, day in zip(minutes["items"][:2], days, strict=True)]
    answer = desk.client.put(f"/results/{job_id}/minutes", json={**minutes, "items": dated}, headers={"If-Match": "*"})

    shown = page(desk.client, "actions")

    assert answer.status_code == 200, answer.text
    assert shown.index("2020-01-02") < shown.index("2999-01-02")
    assert shown.count('"due late"') == 1


@on_sqlite
@pytest.mark.parametrize("done", ["", "maybe"])
def test_an_action_is_done_or_not(desk: Desk, done: str) -> None:
    job_id = desk.held()

    answer = desk.client.post(f"/studio/meetings/{job_id}/actions/1", data={"done": done}, headers=HTML)

    assert answer.status_code == 400
    assert "must be yes or no" in answer.text


@on_sqlite
def test_pages_follow_one_another_and_keep_what_was_chosen(desk: Desk) -> None:
    lines = "\n".join(f"Ann : The heating, point {number}." for number in range(listing.ON_A_PAGE + 1))
    desk.upload(content=lines)

    first = page(desk.client, "meetings", q="heating")
    [further] = re.findall(r'rel="next" class="button" href="([^"]+)"', first)
    second = desk.client.get(f"/studio/meetings{further.replace('&amp;', '&')}", headers=HTML).text

    assert first.count("row-link") == listing.ON_A_PAGE
    assert second.count("row-link") == 1
    assert 'class="button" href="?q=heating"' in second


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return written(tmp_path, Key("alice", hashed("alice's")), Key("bob", hashed("bob's")))


def test_nobody_sees_the_title_or_the_actions_of_somebody_else(locked: Talking) -> None:
    body = {"content": TRANSCRIPT, "flavor": "small"}
    alice, bob = ({**HTML, "Authorization": f"Bearer {name}'s"} for name in ("alice", "bob"))
    job_id = str(locked.client.post("/services/cra/generate", json=body, headers=alice).get_json()["jobId"])
    claim = locked.gateway.jobs.claim(job_id)
    assert claim is not None
    items = [{"id": 1, "kind": "action", "text": "Secret.", "speakers": [], "turns": [3], "unsupported": []}]
    minutes = {"version": 1, "title": "Secret", "language": "en", "participants": [], "summary": [], "items": items}
    claim.finish("the heating", {"minutes": minutes})

    own = [locked.client.get(f"/studio/{path}", headers=alice).text for path in ("meetings", "actions")]
    others = [locked.client.get(f"/studio/{path}", headers=bob).text for path in ("meetings", "meetings?q=heating", "actions")]
    titles = locked.gateway.meetings.titles([job_id], holder="bob")
    marked = locked.client.post(f"/studio/meetings/{job_id}/actions/1", data={"done": "yes"}, headers=bob)

    assert ["Secret" in shown for shown in own] == [True, True]
    assert not [shown for shown in others if "Secret" in shown or job_id in shown]
    assert titles == {}
    assert marked.status_code == 404
