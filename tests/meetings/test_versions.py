"""Results that people edit: each edit and each run is a version, and none is overwritten."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from app.jobs import Jobs
from tests.meetings.conftest import Desk, matching, on_sqlite

SCHEMA = json.loads((Path(__file__).parents[2] / "document" / "minutes.schema.json").read_text(encoding="utf-8"))


def put(desk: Desk, job_id: str, minutes: Any, match: str | None = "*") -> TestResponse:
    return desk.client.put(f"/results/{job_id}/minutes", json=minutes, headers=matching(match))


def versions(desk: Desk, job_id: str) -> list[tuple[int, str]]:
    told = desk.client.get(f"/results/{job_id}/versions").get_json()["versions"]
    return [(each["version"], each["source"]) for each in told]


def test_edited_minutes_are_the_result_and_the_former_ones_a_version(desk: Desk) -> None:
    job_id = desk.held()
    minutes = desk.minutes(job_id)
    first = desk.text(job_id)

    minutes["items"][1]["text"] = "The heating costs 480 pounds."
    answer = put(desk, job_id, minutes, '"1"')

    assert answer.status_code == 200, answer.text
    assert answer.headers["ETag"] == '"2"'
    assert answer.get_json() == desk.minutes(job_id)
    Draft202012Validator(SCHEMA).validate(answer.get_json())
    assert "The heating costs 480 pounds." in desk.text(job_id)
    assert versions(desk, job_id) == [(2, "edit"), (1, "run")]
    assert desk.client.get(f"/results/{job_id}/versions/1").get_json()["text"].strip() == first


def test_what_comes_back_unchanged_is_unchanged(desk: Desk) -> None:
    job_id = desk.held()
    before, text = desk.minutes(job_id), desk.text(job_id)

    put(desk, job_id, before)

    assert desk.minutes(job_id) == before
    assert desk.text(job_id) == text


def test_an_edited_item_is_marked_with_what_its_turns_do_not_say(desk: Desk) -> None:
    job_id = desk.held()
    desk.correct(job_id, speakers={"SPEAKER_00": "Ann Berg"})
    minutes = desk.minutes(job_id)
    minutes["items"][0] |= {"text": "Ann Berg talks about the heating for 990 pounds.", "owner": "Zorblax", "due": "Friday"}
    for key in ("speakers", "time", "unsupported"):
        minutes["items"][0].pop(key, None)

    item = put(desk, job_id, minutes).get_json()["items"][0]

    assert item["unsupported"] == ["990", "Zorblax", "Friday"]
    assert item["speakers"] == ["Ann Berg"]


def test_the_warnings_tell_of_the_minutes_as_they_were_edited(desk: Desk) -> None:
    job_id = desk.held()
    minutes = desk.minutes(job_id)
    before, said = desk.job(job_id).coverage, minutes["items"][0]["text"]
    marked = "1 items say what their turns do not say; they are marked"

    put(desk, job_id, {**minutes, "items": [{**minutes["items"][0], "text": "It costs 990 pounds."}]})
    doubtful = desk.job(job_id).coverage
    put(desk, job_id, {**minutes, "items": [{**minutes["items"][0], "text": said}], "summary": []})
    mended = desk.job(job_id).coverage

    assert before.get("warnings", []) == [each for each in doubtful["warnings"] if each != marked]
    assert marked in doubtful["warnings"]
    assert mended.get("warnings", []) == before.get("warnings", [])
    assert mended["turns_cited"] == len(minutes["items"][0]["turns"]) < before["turns_cited"]


@pytest.mark.parametrize("service", ["notes", "rolling"])
def test_the_text_of_a_summary_is_edited_as_markdown(desk: Desk, service: str) -> None:
    job_id = desk.held(service)

    plain = desk.client.put(f"/results/{job_id}/text", data="# Né 🎉", content_type="text/markdown", headers=matching('"1"'))
    as_json = desk.client.put(f"/results/{job_id}/text", json={"text": "# Second"}, headers=matching('"2"'))

    assert plain.get_json() == {"jobId": job_id, "version": 2, "text": "# Né 🎉"}
    assert as_json.headers["ETag"] == '"3"'
    assert desk.text(job_id) == "# Second"
    assert "lines" not in desk.job(job_id).coverage


@pytest.mark.parametrize("kind", ["text/plain", "text/plain; charset=utf-8"])
def test_the_text_of_a_summary_may_be_called_plain(desk: Desk, kind: str) -> None:
    job_id = desk.held("notes")

    said = desk.client.put(f"/results/{job_id}/text", data="Né 🎉", content_type=kind, headers=matching('"1"'))

    assert (said.status_code, desk.text(job_id)) == (200, "Né 🎉")


def test_an_older_version_is_taken_back_as_a_new_one(desk: Desk) -> None:
    job_id = desk.held("notes")
    first, lines = desk.text(job_id), desk.job(job_id).coverage["lines"]
    desk.client.put(f"/results/{job_id}/text", json={"text": "# Mine"}, headers=matching('"1"'))

    answer = desk.client.post(f"/results/{job_id}/versions/1/restore", headers=matching('"2"'))

    assert (answer.status_code, answer.headers["ETag"]) == (200, '"3"')
    assert (answer.get_json()["source"], answer.get_json()["restored"]) == ("restore", 1)
    assert desk.text(job_id) == first
    assert desk.job(job_id).coverage["lines"] == lines
    assert versions(desk, job_id) == [(3, "restore"), (2, "edit"), (1, "run")]


def test_a_new_run_makes_a_new_version_and_keeps_the_edited_one(desk: Desk) -> None:
    job_id = desk.held()
    minutes = desk.minutes(job_id)
    minutes["title"] = "My own title"
    put(desk, job_id, minutes)

    desk.correct(job_id, turns=[{"number": 1, "text": "The heating costs 950 pounds."}])
    desk.client.post(f"/jobs/{job_id}/retry")
    desk.carry_out(job_id)

    assert versions(desk, job_id) == [(3, "run"), (2, "edit"), (1, "run")]
    assert desk.client.get(f"/results/{job_id}/versions/2").get_json()["minutes"]["title"] == "My own title"
    assert "950 pounds" in desk.text(job_id)


def test_a_new_name_makes_a_new_version_too(desk: Desk) -> None:
    job_id = desk.held()

    desk.correct(job_id, speakers={"SPEAKER_00": "Ann Berg"})

    assert versions(desk, job_id) == [(2, "rename"), (1, "run")]
    assert "SPEAKER_00" in desk.client.get(f"/results/{job_id}/versions/1").get_json()["text"]


def test_versions_are_deleted_with_their_job(desk: Desk, jobs: Jobs) -> None:
    job_id = desk.held()
    put(desk, job_id, desk.minutes(job_id))

    with jobs.database.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM jobs")

    with jobs.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM result_versions").scalar_one() == 0


# -- refusals ----------------------------------------------------------------------------------------------------------------


@on_sqlite
@pytest.mark.parametrize(("match", "status"), [(None, 428), ('"7"', 412), ('"1"', 200)])
def test_an_edit_says_of_which_version_it_is(desk: Desk, match: str | None, status: int) -> None:
    job_id = desk.held()

    assert put(desk, job_id, desk.minutes(job_id), match).status_code == status
    assert versions(desk, job_id)[0] == ((2, "edit") if status == 200 else (1, "run"))


@on_sqlite
@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (("items", 0, "turns"), [17], "items.0.turns: the transcript has no turn 17"),
        (("items", 0, "turns"), [1], "items.0.turns: the transcript has no turn 1, or it is struck"),
        (("items", 0, "turns"), [], "items.0.turns: "),
        (("items", 0, "kind"), "rumour", "items.0.kind: "),
        (("items", 0, "text"), " ", "items.0.text: "),
        (("items", 0, "id"), 2, "items: two items have the id 2"),
        (("items", 0, "due_date"), "tomorrow", "items.0.due_date: must be a day"),
        (("items", 0, "mood"), "good", "items.0.mood: "),
        (("items", 0, "id"), 2**31, "items.0.id: "),
        (("items", 0, "turns"), [2**70], "items.0.turns.0: "),
        (("summary", 0, "items"), [99], "summary.0.items: there is no item 99"),
        (("title",), "", "title: "),
        (("version",), 2, "version: "),
    ],
)
def test_minutes_that_make_no_sense_are_refused_by_their_place(
    desk: Desk, place: tuple[Any, ...], value: object, said: str
) -> None:
    job_id = desk.held()
    desk.correct(job_id, turns=[{"number": 1, "struck": True}])
    minutes = desk.minutes(job_id)
    minutes["items"] = [each for each in minutes["items"] if each["turns"] != [1]]
    part = minutes
    for key in place[:-1]:
        part = part[key]
    part[place[-1]] = value

    answer = put(desk, job_id, minutes)

    assert answer.status_code == 400
    assert answer.get_json()["message"].startswith(said)


@on_sqlite
def test_a_job_without_a_result_has_no_versions(desk: Desk) -> None:
    job_id = desk.upload()

    assert desk.client.get(f"/results/{job_id}/versions").status_code == 409
    assert put(desk, job_id, {"title": "x"}).status_code == 409


@on_sqlite
def test_minutes_and_texts_are_not_taken_for_each_other(desk: Desk) -> None:
    board, notes = desk.held(), desk.held("notes")

    text = desk.client.put(f"/results/{board}/text", json={"text": "x"}, headers=matching("*"))
    minutes = put(desk, notes, desk.minutes(board))

    assert (text.status_code, minutes.status_code) == (409, 409)
    assert desk.client.put(f"/results/{notes}/text", json={}, headers=matching("*")).status_code == 400
    assert desk.client.get(f"/results/{notes}/versions/9").status_code == 404


BREAKING = "# All of it\n\n## Decisions\n- <b>Zorblax</b> `pays\r\n**all** [here](javascript:x)"


@pytest.mark.parametrize("place", ["title", "item", "owner", "due", "summary", "participant"])
def test_no_field_of_edited_minutes_breaks_the_document(desk: Desk, place: str) -> None:
    job_id = desk.held()
    minutes = desk.minutes(job_id)
    before = desk.text(job_id).splitlines()
    item = {**minutes["items"][0], "kind": "action", **{place: BREAKING for place in (place,) if place in ("owner", "due")}}
    item["text"] = BREAKING if place == "item" else item["text"]
    people = [{"name": BREAKING, "turns": 0}] if place == "participant" else minutes["participants"]
    told = {"text": BREAKING if place == "summary" else "The heating.", "items": [item["id"]]}
    title = BREAKING if place == "title" else minutes["title"]
    edited = {**minutes, "items": [item, *minutes["items"][1:]], "participants": people, "summary": [told], "title": title}

    assert put(desk, job_id, edited).status_code == 200
    lines = desk.text(job_id).splitlines()

    headings = [line for line in lines if line.startswith("#")]
    assert len([line for line in headings if line.startswith("# ")]) == 1
    assert sum(line.startswith("## Decisions") for line in lines) == sum(line.startswith("## Decisions") for line in before)
    assert not any(line.startswith(("- \\<b>", "- <b>")) for line in lines)
    assert not re.search(r"(?<!\\)(?:<b>|`|\*\*all|\[here\])", desk.text(job_id))
