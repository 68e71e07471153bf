"""One meeting in the studio: what its page shows and what its forms change, as a browser without script sees it."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.meetings.conftest import TRANSCRIPT, Desk, desk, on_sqlite

__all__ = ["desk"]  # fixtures of others

pytestmark = on_sqlite  # a page is the same over every database

HTML = {"Accept": "text/html"}
JSON = {"Accept": "application/json"}


def shown(desk: Desk, job_id: str) -> dict[str, Any]:
    """The meeting as the page's script is told of it."""
    return dict(desk.client.get(f"/studio/meetings/{job_id}", headers=JSON).get_json())


def items_of(meeting: dict[str, Any]) -> list[str]:
    return [item["text"] for section in meeting["sections"] for item in section["items"]]


def test_items_of_finished_batches_are_shown_while_the_job_runs(desk: Desk) -> None:
    job_id = desk.upload()
    claim = desk.jobs.claim(job_id)
    assert claim is not None
    item = {"id": 0, "kind": "decision", "text": "The heating is bought.", "turns": [2], "unsupported": []}

    claim.progress("extract", 1, 3, "", 30.0, coverage={"minutes": {"title": "Minutes", "summary": [], "items": [item]}})

    page = desk.client.get(f"/studio/meetings/{job_id}", headers=HTML).text
    assert items_of(shown(desk, job_id)) == ["The heating is bought."]
    assert "The heating is bought." in page
    assert 'href="#t2"' in page


def test_a_meeting_has_its_title_before_it_has_minutes(desk: Desk) -> None:
    job_id = desk.upload(title="The heating")

    page = desk.client.get(f"/studio/meetings/{job_id}", headers=HTML).text

    assert '<h1 dir="auto">The heating</h1>' in page


def test_a_meeting_that_failed_does_not_say_that_its_minutes_are_empty(desk: Desk) -> None:
    job_id = desk.upload()
    desk.client.post(f"/studio/meetings/{job_id}/cancel", headers=HTML)

    page = desk.client.get(f"/studio/meetings/{job_id}", headers=HTML).text

    assert '<p class="empty">No minutes were made.</p>' in page


@pytest.mark.parametrize("preliminary", [True, False])
def test_items_that_may_yet_be_left_out_are_marked_as_preliminary(desk: Desk, preliminary: bool) -> None:
    job_id = desk.upload()
    claim = desk.jobs.claim(job_id)
    assert claim is not None
    minutes = {"title": "Minutes", "summary": [], "items": []}

    claim.progress("extract", 1, 3, "", 30.0, coverage={"minutes": minutes, "preliminary": preliminary})

    page = desk.client.get(f"/studio/meetings/{job_id}", headers=HTML).text
    assert ("Preliminary:" in re.sub(r"(?s)<script.*?</script>", "", page)) == preliminary
    assert shown(desk, job_id)["preliminary"] == preliminary


@pytest.mark.parametrize(("edition", "name", "status"), [("1", "n" * 500, 400), ("7", "Zoé", 412), ("x", "Zoé", 400)])
def test_a_name_that_is_refused_is_kept_beside_the_reason(desk: Desk, edition: str, name: str, status: int) -> None:
    job_id = desk.upload()
    form = {"edition": edition, "old": "SPEAKER_00", "new": name}

    answer = desk.client.post(f"/studio/meetings/{job_id}/rename", data=form, headers=HTML)

    assert answer.status_code == status
    assert re.search(rf'value="{name}"[^>]* aria-invalid="true" aria-describedby="rename-wrong"', answer.text)
    assert re.search(r'id="rename-wrong" role="alert">\w', answer.text)
    assert desk.transcript(job_id)["speakers"][0]["name"] == "SPEAKER_00"


def test_a_speaker_who_is_there_no_more_is_not_renamed(desk: Desk) -> None:
    job_id = desk.upload()
    form = {"edition": str(desk.transcript(job_id)["version"]), "old": "Nobody", "new": "Zoé"}

    answer = desk.client.post(f"/studio/meetings/{job_id}/rename", data=form, headers=HTML)

    assert answer.status_code == 400
    assert re.search(r"<p class=.wrong. role=.alert.>\w", answer.text)


def exports(desk: Desk, job_id: str) -> set[str]:
    page = desk.client.get(f"/studio/meetings/{job_id}", headers=HTML).text
    return set(re.findall(rf'(?<!hidden><a) href="/results/{job_id}/export/(\w+)"', page))


def test_only_files_that_can_be_made_are_offered(desk: Desk) -> None:
    times = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<v Ann>We buy the heating in March.</v>\n"
    plain, timed = desk.held(), desk.held(content=times)

    without_days = exports(desk, plain)
    told = desk.minutes(plain)
    told["items"][0] |= {"kind": "action", "due_date": "2026-03-05"}
    desk.client.put(f"/results/{plain}/minutes", json=told, headers={"If-Match": "*"})

    assert without_days == {"docx", "pdf", "md", "html", "csv", "json"}
    assert exports(desk, plain) == without_days | {"ics"}
    assert exports(desk, timed) == without_days | {"srt", "vtt"}
    for form in without_days - {"docx", "pdf"}:
        assert desk.client.get(f"/results/{plain}/export/{form}").status_code == 200


def corrected(desk: Desk, job_id: str, number: int, **fields: str) -> TestResponse:
    form = {"edition": str(desk.transcript(job_id)["version"]), **fields}
    return desk.client.post(f"/studio/meetings/{job_id}/turns/{number}", data=form, headers=HTML)


def edited(desk: Desk, job_id: str, part: str, version: int = 1, **fields: str) -> TestResponse:
    form = {"version": str(version), **fields}
    return desk.client.post(f"/studio/meetings/{job_id}/edit/{part}", data=form, headers=HTML)


def test_a_corrected_turn_marks_the_lines_that_rest_on_it_until_the_meeting_is_asked_again(desk: Desk) -> None:
    job_id = desk.held()

    answer = corrected(desk, job_id, 1, text="The heating costs 950 pounds in March.", speaker="Bob Stone")
    page = desk.client.get(f"/studio/meetings/{job_id}", headers=HTML).text
    marked = [item["turns"] for section in shown(desk, job_id)["sections"] for item in section["items"] if item["stale"]]
    desk.client.post(f"/studio/meetings/{job_id}/retry", headers=HTML)
    desk.carry_out(job_id)

    assert (answer.status_code, answer.location) == (303, f"/studio/meetings/{job_id}#t1")
    assert "The heating costs 950 pounds in March." in page
    assert "(corrected)" in page
    assert marked == [[1]]
    assert not shown(desk, job_id)["stale"]
    assert any("950" in text for text in items_of(shown(desk, job_id)))


def test_a_turn_is_struck_and_brought_back(desk: Desk) -> None:
    job_id = desk.upload()

    corrected(desk, job_id, 3, strike="yes")
    struck = desk.transcript(job_id)["turns"][3]
    offered = desk.client.get(f"/studio/meetings/{job_id}/turns/3", headers=HTML).text
    corrected(desk, job_id, 3, strike="no")

    assert struck["struck"]
    assert "Undo strike" in offered
    assert not desk.transcript(job_id)["turns"][3]["struck"]


@pytest.mark.parametrize(
    ("fields", "status"), [({"text": "My words", "edition": "7"}, 412), ({"text": " ", "speaker": "My words"}, 400)]
)
def test_a_refused_correction_keeps_what_was_typed(desk: Desk, fields: dict[str, str], status: int) -> None:
    job_id = desk.upload()

    page = corrected(desk, job_id, 1, **fields)

    assert page.status_code == status
    assert 'role="alert"' in page.text
    assert "My words" in page.text
    assert desk.transcript(job_id)["version"] == 0


def test_a_turn_that_is_not_there_has_no_form(desk: Desk) -> None:
    job_id = desk.upload()

    assert desk.client.get(f"/studio/meetings/{job_id}/turns/99", headers=HTML).status_code == 404


ITEM = {
    "kind": "decision",
    "text": "The garden was paid for 77 euros.",
    "turns": "5, 4",
    "owner": "",
    "due": "",
    "due_date": "",
}


def test_an_item_is_edited_and_what_nobody_said_is_marked(desk: Desk) -> None:
    job_id = desk.held()

    answer = edited(desk, job_id, "i2", **ITEM | {"owner": "Bob Stone", "due_date": "2026-03-05"})

    item = desk.minutes(job_id)["items"][2]
    assert answer.location == f"/studio/meetings/{job_id}#i2"
    assert (item["kind"], item["turns"], item["owner"], item["due_date"]) == ("decision", [4, 5], "Bob Stone", "2026-03-05")
    assert "77" in item["unsupported"]


def test_a_line_is_added_and_another_deleted_with_the_sentence_that_rests_on_it_alone(desk: Desk) -> None:
    job_id = desk.held()
    before = desk.minutes(job_id)

    edited(desk, job_id, "new", **ITEM)
    edited(desk, job_id, "i0", version=2, deleted="yes")

    after = desk.minutes(job_id)
    assert [each["items"] for each in before["summary"]] == [[0]]
    assert after["summary"] == []
    assert [item["id"] for item in after["items"]] == [1, 2, 3, 4, 5, 6]
    assert after["items"][-1]["text"] == ITEM["text"]


def test_the_title_and_a_sentence_are_edited(desk: Desk) -> None:
    job_id = desk.held()

    edited(desk, job_id, "title", text="The heating & the garden")
    edited(desk, job_id, "s0", version=2, text="Today we talk about the heating.")

    minutes = desk.minutes(job_id)
    assert minutes["title"] == "The heating & the garden"
    assert minutes["summary"][0]["text"] == "Today we talk about the heating."


@pytest.mark.parametrize(
    ("change", "field"),
    [({"turns": "none"}, "turns"), ({"turns": "99"}, "turns"), ({"due_date": "soon"}, "due_date"), ({"text": " "}, "text")],
)
def test_a_refused_edit_names_its_field_and_keeps_what_was_typed(desk: Desk, change: dict[str, str], field: str) -> None:
    job_id = desk.held()

    page = edited(desk, job_id, "i2", **ITEM | {"owner": "Zorblax"} | change)

    assert page.status_code == 400
    assert re.search(rf'name="{field}"[^>]* aria-invalid="true"', page.text)
    assert 'value="Zorblax"' in page.text
    assert desk.minutes(job_id)["items"][2]["text"] != ITEM["text"]


def test_an_edit_of_an_older_version_changes_nothing_and_is_shown_again(desk: Desk) -> None:
    job_id = desk.held()
    edited(desk, job_id, "title", text="First")

    page = edited(desk, job_id, "title", text="Second")

    assert page.status_code == 412
    assert "Second</textarea>" in page.text
    assert 'name="version" value="2"' in page.text
    assert desk.minutes(job_id)["title"] == "First"


def test_the_text_of_a_summary_is_edited(desk: Desk) -> None:
    job_id = desk.held("notes")

    edited(desk, job_id, "text", text="Only this.")

    assert desk.text(job_id) == "Only this."


def test_two_versions_are_compared_and_the_first_is_restored(desk: Desk) -> None:
    job_id = desk.held()
    before = desk.minutes(job_id)
    edited(desk, job_id, "title", text="A garden <of> roses")

    page = desk.client.get(f"/studio/meetings/{job_id}/versions", headers=HTML).text
    form = {"version": "2"}
    answer = desk.client.post(f"/studio/meetings/{job_id}/versions/1/restore", data=form, headers=HTML)

    assert "<ins>" in page
    assert "A garden \\&lt;of&gt; roses" in page  # in Markdown, which no HTML gets into
    assert answer.status_code == 303
    assert desk.minutes(job_id) == before


def test_a_question_is_answered_with_the_turns_that_say_it(desk: Desk) -> None:
    job_id = desk.upload("quoted")
    ask = {"question": "The heating costs 480 pounds in March?"}

    page = desk.client.post(f"/studio/meetings/{job_id}", data=ask, headers=HTML)
    told = desk.client.post(f"/studio/meetings/{job_id}", data=ask, headers=JSON).get_json()["answer"]

    assert page.status_code == 200
    assert 'class="answer"' in page.text
    assert told["said"]
    assert 1 in told["turns"]


def test_what_was_not_said_is_said_to_be_not_said(desk: Desk) -> None:
    job_id = desk.upload("quoted")

    page = desk.client.post(f"/studio/meetings/{job_id}", data={"question": "Zorblax quux?"}, headers=HTML)

    assert "This was not said in the meeting." in page.text


def test_a_question_that_is_refused_is_still_in_its_field(desk: Desk) -> None:
    job_id = desk.upload("quoted")
    question = "why " * 600

    page = desk.client.post(f"/studio/meetings/{job_id}", data={"question": question}, headers=HTML)

    assert page.status_code == 400
    assert question.strip() in page.text


def test_a_preview_shows_the_prompt_of_each_call_and_asks_nobody(desk: Desk) -> None:
    form = {"target": "board:small", "content": TRANSCRIPT, "title": "My title", "preview": "2"}

    page = desk.client.post("/studio/new", data=form, headers=HTML)
    told = desk.client.post("/studio/new", data=form, headers=JSON).get_json()

    assert page.status_code == 200
    assert "My title" in page.text
    assert told["preview"].strip() in page.text
    assert "[2] SPEAKER_00 : Then we take the offer" in told["preview"]
    assert "<bdi>Bob Stone</bdi> <small>3</small>" in told["preview"]
    assert desk.model.heard == []
    assert desk.client.get("/jobs").get_json()["jobs"] == []


@pytest.mark.parametrize("preview", [{}, {"preview": "1"}])
def test_a_file_that_cannot_be_read_is_told_what_was_seen_and_what_is_read(desk: Desk, preview: dict[str, str]) -> None:
    form = {"target": "board:small", "file": (io.BytesIO(b"\x89PNG\r\n\x1a\n\0\0"), "board.png"), **preview}

    answer = desk.client.post("/studio/new", data=form, headers=JSON)

    told = answer.get_json()
    assert (answer.status_code, told["field"]) == (400, "content")
    assert "PNG image" in told["message"]
    assert "WebVTT" in told["message"]


@pytest.mark.parametrize("path", ["turns/1", "edit/i0", "edit/title", "versions/1/restore", ""])
def test_a_form_of_another_site_changes_nothing(desk: Desk, path: str) -> None:
    job_id = desk.upload()
    foreign = {**HTML, "Sec-Fetch-Site": "cross-site"}

    answer = desk.client.post(f"/studio/meetings/{job_id}/{path}".rstrip("/"), data={"text": "x"}, headers=foreign)

    assert answer.status_code == 403
