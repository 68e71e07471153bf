"""What a meeting says of its own minutes is said wherever a part of them is shown: stale, not said, warnings."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
import sqlalchemy as sa

from app.client.values import action_of
from app.commands.actions import _row
from app.jobs.indexer import Indexer
from app.storage.tables import actions, meetings
from tests.meetings.conftest import Desk, on_sqlite

HTML = {"Accept": "text/html,application/xhtml+xml"}
MARK = "Rests on a turn that was corrected since"


def listed(desk: Desk) -> dict[int, dict[str, Any]]:
    """The actions of all meetings by the first of their turns."""
    answer = desk.client.get("/actions")
    assert answer.status_code == 200, answer.text
    return {each["turns"][0]: each for each in answer.get_json()["actions"]}


def invented(desk: Desk, job_id: str) -> None:
    """A person writes into the action of turn 3 what nobody said."""
    minutes = desk.minutes(job_id)
    items = [{**each, "text": "Bob writes in 2027."} if each["turns"] == [3] else each for each in minutes["items"]]
    answer = desk.client.put(f"/results/{job_id}/minutes", json={**minutes, "items": items}, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text


def test_an_action_is_stale_as_long_as_its_turn_is_another_one(desk: Desk) -> None:
    job_id = desk.held()
    said = desk.transcript(job_id)["turns"][3]["text"]

    before = {turn for turn, each in listed(desk).items() if each["stale"]}
    desk.correct(job_id, turns=[{"number": 3, "text": "I will call the company."}])
    corrected = {turn for turn, each in listed(desk).items() if each["stale"]}
    desk.correct(job_id, turns=[{"number": 3, "text": said}])

    assert (before, corrected) == (set(), {3})
    assert not any(each["stale"] for each in listed(desk).values())


def test_what_an_action_says_and_its_turns_do_not_is_told_in_the_list(desk: Desk) -> None:
    job_id = desk.held()
    invented(desk, job_id)

    found = listed(desk)

    assert found[3]["unsupported"] == ["2027"]
    assert found[1]["unsupported"] == []


@on_sqlite
def test_the_actions_of_the_release_before_are_filled_in(desk: Desk) -> None:
    invented(desk, desk.held())
    with desk.jobs.database.engine.begin() as connection:
        connection.execute(sa.update(actions).values(unsupported=None))
        connection.execute(sa.update(meetings).values(indexed=2))
    before = listed(desk)[3]["unsupported"]

    Indexer(desk.jobs, ("minutes",)).renew()

    assert (before, listed(desk)[3]["unsupported"]) == ([], ["2027"])


@on_sqlite
@pytest.mark.parametrize("service", ["board", "notes"])
def test_a_hit_in_a_result_says_that_it_is_stale(desk: Desk, service: str) -> None:
    job_id = desk.held(service)
    desk.correct(job_id, turns=[{"number": 5, "text": "The town never paid."}])

    hits = desk.client.get("/search", query_string={"q": "garden"}).get_json()["hits"]

    shown = {(each["part"], each["text"]): each["stale"] for each in hits}
    assert {stale for (part, _), stale in shown.items() if part == "transcript"} == {False}
    assert [stale for (part, text), stale in shown.items() if part == "minutes" and "last year" in text] == [True]
    assert [stale for (part, text), stale in shown.items() if part == "minutes" and "not clear" in text] == [service == "notes"]


@on_sqlite
def test_a_hit_in_a_text_of_a_person_is_stale_with_its_meeting(desk: Desk) -> None:
    job_id = desk.held("notes")
    desk.client.put(f"/results/{job_id}/text", json={"text": "The boiler is old."}, headers={"If-Match": "*"})
    before = desk.client.get("/search", query_string={"q": "boiler"}).get_json()["hits"]

    desk.correct(job_id, turns=[{"number": 1, "text": "It costs nothing."}])

    after = desk.client.get("/search", query_string={"q": "boiler"}).get_json()["hits"]
    assert [each["stale"] for each in (*before, *after)] == [False, True]


@on_sqlite
def test_the_lists_of_the_studio_say_what_is_stale_or_not_said(desk: Desk) -> None:
    job_id = desk.held()
    invented(desk, job_id)
    pages = ("/studio/actions", "/studio/meetings?q=garden")
    before = [desk.client.get(each, headers=HTML).text for each in pages]

    desk.correct(job_id, turns=[{"number": 5, "text": "The town never paid."}])

    after = [desk.client.get(each, headers=HTML).text for each in pages]
    assert [each.count(MARK) for each in before] == [0, 0]
    assert [each.count(MARK) for each in after] == [1, 1]
    assert before[0].count("Not said in the cited turns") == 1
    assert "was corrected after these minutes" in desk.client.get("/studio/meetings", headers=HTML).text


@on_sqlite
@pytest.mark.parametrize("service", ["board", "notes"])
def test_results_and_documents_say_what_is_stale(desk: Desk, service: str) -> None:
    job_id = desk.held(service)
    before = desk.client.get(f"/results/{job_id}").get_json()

    desk.correct(job_id, turns=[{"number": 3, "text": "I write to nobody."}])

    result = desk.client.get(f"/results/{job_id}").get_json()
    exports = {
        each: desk.client.get(f"/results/{job_id}/export/{each}").get_data(as_text=True) for each in ("md", "html", "json")
    }
    assert "stale" not in before
    assert result["stale"] is True
    assert exports["md"].count("(a cited turn was corrected since)") == 1
    assert exports["html"].count("(a cited turn was corrected since)") == 1
    assert '"stale"' in exports["json"]


@on_sqlite
def test_a_table_of_actions_says_which_are_stale(desk: Desk) -> None:
    job_id = desk.held()
    desk.correct(job_id, turns=[{"number": 3, "text": "I write to nobody."}])

    table = desk.client.get(f"/results/{job_id}/export/csv").get_data().decode("utf-8-sig")

    rows = list(csv.DictReader(io.StringIO(table)))
    assert {row["turns"]: row["stale"] for row in rows} == {str(turn): "yes" if turn == 3 else "" for turn in range(6)}


def test_the_table_of_a_terminal_says_what_a_reader_must_know() -> None:
    told = {"jobId": "j", "item": 4, "text": "Bob writes in 2027.", "unsupported": ["2027"], "stale": True}

    assert _row(action_of(told))[-1] == "Bob writes in 2027. (not said: 2027) (its transcript was corrected since)"
