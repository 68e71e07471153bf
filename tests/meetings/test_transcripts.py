"""Transcripts as people read and correct them."""

from __future__ import annotations

import pytest

from app.jobs import Status
from tests.meetings.conftest import TRANSCRIPT, Desk, on_sqlite


def test_the_turns_are_numbered_as_the_minutes_cite_them(desk: Desk) -> None:
    job_id = desk.held()

    told = desk.transcript(job_id)

    said = {turn["number"]: turn["text"] for turn in told["turns"]}
    assert [turn["number"] for turn in told["turns"]] == list(range(6))
    assert all(said[item["turns"][0]] in item["text"] for item in desk.minutes(job_id)["items"])
    assert told["speakers"] == [
        {"name": "SPEAKER_00", "label": "SPEAKER_00", "turns": 2},
        {"name": "Bob Stone", "label": "Bob Stone", "turns": 3},
        {"name": "SPEAKER_01", "label": "SPEAKER_01", "turns": 1},
    ]
    assert (told["version"], told["language"], told["total"], told["stale"]) == (0, "en", 6, False)


def test_times_are_told_in_seconds_and_a_part_may_be_asked_for(desk: Desk) -> None:
    captions = "WEBVTT\n\n00:01.000 --> 00:02.500\n<v Ann>One thing.\n\n00:03.000 --> 00:04.000\n<v Bob>Another thing."
    job_id = desk.upload(content=captions)

    told = desk.transcript(job_id, **{"from": 1, "to": 1})

    assert told["turns"] == [
        {"number": 1, "speaker": "Bob", "text": "Another thing.", "start": 3.0, "end": 4.0, "struck": False}
    ]
    assert told["total"] == 2


@on_sqlite
@pytest.mark.parametrize(("query", "status"), [({"from": "x"}, 400), ({"to": "-1"}, 400), ({"from": "99"}, 200)])
def test_a_part_is_asked_for_by_numbers(desk: Desk, query: dict[str, str], status: int) -> None:
    job_id = desk.upload()

    assert desk.client.get(f"/jobs/{job_id}/transcript", query_string=query).status_code == status


@on_sqlite
def test_only_meetings_have_a_transcript(desk: Desk) -> None:
    assert desk.client.get("/jobs/nothing/transcript").status_code == 404


# -- names -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("service", ["board", "quoted", "notes", "rolling"])
def test_a_new_name_costs_no_call_and_is_everywhere(desk: Desk, service: str) -> None:
    job_id = desk.held(service)
    calls = len(desk.model.heard)

    answer = desk.correct(job_id, '"0"', speakers={"SPEAKER_00": "Ann Berg", "SPEAKER_01": "Cleo"})

    assert answer.status_code == 200, answer.text
    assert (answer.get_json()["stale"], answer.headers["ETag"]) == (False, '"1"')
    assert "SPEAKER" not in desk.text(job_id)
    shown = desk.client.get(f"/jobs/{job_id}").get_json()
    assert [key for key, value in {**shown, **shown["coverage"]}.items() if "SPEAKER_0" in str(value)] == []
    assert [each["name"] for each in desk.transcript(job_id)["speakers"]] == ["Ann Berg", "Bob Stone", "Cleo"]
    assert len(desk.model.heard) == calls


def test_a_renamed_owner_and_the_participants_are_in_the_minutes(desk: Desk) -> None:
    job_id = desk.held()

    desk.correct(job_id, speakers={"SPEAKER_00": "Bob Stone", "SPEAKER_01": "Cleo"})

    minutes = desk.minutes(job_id)
    assert minutes["participants"] == [{"name": "Bob Stone", "turns": 5}, {"name": "Cleo", "turns": 1}]
    assert {item["owner"] for item in minutes["items"]} == {"Bob Stone", "Cleo"}
    assert desk.transcript(job_id)["speakers"][0] == {"name": "Bob Stone", "label": "SPEAKER_00", "turns": 5}


def test_two_names_may_be_swapped(desk: Desk) -> None:
    job_id = desk.held()

    desk.correct(job_id, speakers={"SPEAKER_00": "Bob Stone", "Bob Stone": "SPEAKER_00"})

    assert [turn["speaker"] for turn in desk.transcript(job_id)["turns"]][:2] == ["Bob Stone", "SPEAKER_00"]
    assert desk.minutes(job_id)["items"][0]["owner"] == "Bob Stone"


def test_a_name_that_was_given_before_the_run_is_in_the_result(desk: Desk) -> None:
    job_id = desk.upload()

    answer = desk.correct(job_id, speakers={"SPEAKER_00": "Ann Berg"})
    desk.carry_out(job_id)

    assert answer.get_json()["status"] == "queued"
    assert "SPEAKER_00" not in desk.text(job_id)
    assert any("SPEAKER_00" in call.messages[-1].content for call in desk.model.heard)


# -- turns -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("service", ["board", "notes"])
def test_a_corrected_turn_makes_its_batch_stale_and_only_that_is_asked_again(desk: Desk, service: str) -> None:
    job_id = desk.held(service)

    answer = desk.correct(job_id, turns=[{"number": 1, "text": "The heating costs 950 pounds in March, as they say."}])
    told = desk.client.get(f"/jobs/{job_id}").get_json()["stale"]
    retried = desk.client.post(f"/jobs/{job_id}/retry")
    calls = desk.carry_out(job_id)

    assert answer.get_json()["batches"] == told["batches"] == ["batch/0"]
    assert answer.get_json()["stale"] is True
    assert retried.status_code == 202
    assert "950 pounds" in desk.text(job_id)
    assert "480 pounds" not in desk.text(job_id)
    assert calls == (2 if service == "board" else 1)  # minutes write their summary anew
    assert not desk.job(job_id).stale


@pytest.mark.parametrize("number", [0, 1, 2, 3, 5])
def test_a_struck_turn_is_in_no_prompt_and_leaves_the_other_batches_alone(desk: Desk, number: int) -> None:
    job_id = desk.held("notes")

    desk.correct(job_id, turns=[{"number": number, "struck": True}])
    desk.client.post(f"/jobs/{job_id}/retry")
    calls = desk.carry_out(job_id)

    told = desk.transcript(job_id)
    assert [turn["struck"] for turn in told["turns"]] == [each == number for each in range(6)]
    assert told["turns"][number]["text"] not in desk.text(job_id)
    assert calls == 1


def test_a_turn_that_got_much_longer_leaves_the_batches_of_the_others_alone(desk: Desk) -> None:
    job_id = desk.held("notes")

    desk.correct(job_id, turns=[{"number": 2, "text": "We take the offer, word by word. " * 200}])
    desk.client.post(f"/jobs/{job_id}/retry")
    desk.carry_out(job_id)
    desk.correct(job_id, turns=[{"number": 4, "text": "Who pays for the roof is not clear."}])
    desk.client.post(f"/jobs/{job_id}/retry")

    assert desk.carry_out(job_id) == 1
    assert "roof" in desk.text(job_id)


def test_where_the_summary_rolls_all_later_batches_are_stale(desk: Desk) -> None:
    job_id = desk.held("rolling")

    answer = desk.correct(job_id, turns=[{"number": 3, "text": "I write to nobody."}]).get_json()

    assert answer["batches"] == ["batch/1", "batch/2"]


def test_in_extractive_minutes_only_the_turn_is_asked_again(desk: Desk) -> None:
    job_id = desk.held("quoted")

    answer = desk.correct(job_id, turns=[{"number": 3, "text": "I will write to the mayor about the heating."}]).get_json()
    desk.client.post(f"/jobs/{job_id}/retry")
    calls = desk.carry_out(job_id)

    assert answer["batches"] == ["turn/3"]
    assert {call.messages[-1].content for call in desk.model.heard[-calls:]} == {
        "Bob Stone : I will write to the mayor about the heating."
    }
    assert "mayor" in desk.text(job_id)


def test_another_speaker_of_one_turn_is_asked_for_by_that_speakers_label(desk: Desk) -> None:
    job_id = desk.held("notes")
    desk.correct(job_id, speakers={"SPEAKER_00": "Ann Berg"})

    answer = desk.correct(job_id, turns=[{"number": 1, "speaker": "Ann Berg"}])
    desk.client.post(f"/jobs/{job_id}/retry")
    desk.carry_out(job_id)

    assert answer.get_json()["turns"] == [1]
    assert "SPEAKER_00 : The heating costs" in desk.model.heard[-1].messages[-1].content
    assert "Ann Berg : The heating costs" in desk.text(job_id)


def test_turns_may_be_added_to_a_corrected_transcript(desk: Desk) -> None:
    job_id = desk.held("notes")
    desk.correct(job_id, turns=[{"number": 1, "struck": True}], speakers={"SPEAKER_00": "Ann Berg"})

    desk.client.post(f"/jobs/{job_id}/turns", json={"content": "Bob Stone : One more thing."})
    desk.carry_out(job_id)

    told = desk.transcript(job_id)
    assert [turn["number"] for turn in told["turns"]] == list(range(7))
    assert told["turns"][1]["struck"]
    assert "One more thing" in desk.text(job_id)
    assert not desk.job(job_id).stale


def test_a_correction_while_the_job_runs_is_in_its_result(desk: Desk) -> None:
    job_id = desk.upload("notes")
    plain = desk.model.say

    def corrected_meanwhile(call: object) -> str:
        desk.model.say = plain
        answer = desk.correct(job_id, turns=[{"number": 1, "text": "The heating costs 950 pounds in March."}])
        assert answer.get_json()["stale"] is False
        return str(plain(call))  # type: ignore[arg-type]

    desk.model.say = corrected_meanwhile

    desk.carry_out(job_id)

    assert desk.job(job_id).status is Status.COMPLETE
    assert "950 pounds" in desk.text(job_id)
    assert "480 pounds" not in desk.text(job_id)


def test_what_was_struck_is_not_kept_in_the_former_text(desk: Desk) -> None:
    job_id = desk.held()

    desk.correct(job_id, turns=[{"number": 1, "text": "The heating is cheap."}])

    with desk.jobs.database.reading() as connection:
        bodies = connection.exec_driver_sql("SELECT body FROM contents").scalars().all()
    assert len(bodies) == 1
    assert b"480 pounds" not in bytes(bodies[0])


# -- refusals ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("match", "status", "kind"),
    [
        (None, 428, "precondition_required"),
        ('"7"', 412, "precondition_failed"),
        ("seven", 400, "bad_parameter"),
        ('"0"', 200, ""),
        ('W/"0"', 200, ""),
        ("*", 200, ""),
    ],
)
def test_a_change_says_of_which_version_it_is(desk: Desk, match: str | None, status: int, kind: str) -> None:
    job_id = desk.upload()

    answer = desk.correct(job_id, match, speakers={"SPEAKER_00": "Ann"})

    assert answer.status_code == status
    assert not kind or answer.get_json()["error"]["type"] == kind


@on_sqlite
@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "turns: say what to change"),
        ({"speaker": {}}, "speaker: is not known"),
        ({"speakers": {"Bob Ston": "Ann"}}, 'did you mean "Bob Stone"?'),
        ({"speakers": {"SPEAKER_00": " "}}, "speakers.SPEAKER_00: must be a name"),
        ({"speakers": ["Ann"]}, "speakers: must be an object"),
        ({"turns": {}}, 'turns: must be a list of at most 10000 changes such as {"number": 17'),
        ({"turns": [{"text": "x"}]}, "turns.0: must be an object"),
        ({"turns": [{"number": True}]}, "turns.0: must be an object"),
        ({"turns": [{"number": 6, "struck": True}]}, "there is no turn 6: they go from 0 to 5"),
        ({"turns": [{"number": -1, "struck": True}]}, "there is no turn -1"),
        ({"turns": [{"number": 1}, {"number": 1}]}, "1 is changed twice"),
        ({"turns": [{"number": 1}]}, "turns.0: says nothing to change"),
        ({"turns": [{"number": 0, "struck": True}, {"number": 1, "text": None}]}, "turns.1: says nothing to change"),
        ({"turns": [{"number": 1, "text": "\n"}]}, "turns.0.text: must be 1 to"),
        ({"turns": [{"number": 1, "struck": "yes"}]}, "turns.0.struck: must be true or false"),
        ({"turns": [{"number": 1, "said": "x"}]}, "turns.0.said: is not known"),
        ({"speakers": {"Bob Stone": "Rob"}, "turns": [{"number": 1, "speaker": "Bob Stone"}]}, "is called Rob now"),
    ],
)
def test_a_correction_that_makes_no_sense_is_refused_by_its_place(desk: Desk, body: dict[str, object], said: str) -> None:
    job_id = desk.upload()

    answer = desk.correct(job_id, **body)

    assert answer.status_code == 400
    assert said in answer.get_json()["message"]
    assert desk.transcript(job_id)["version"] == 0


def test_a_complete_job_that_is_not_stale_is_not_tried_again(desk: Desk) -> None:
    job_id = desk.held()
    desk.correct(job_id, speakers={"SPEAKER_00": "Ann"})

    assert desk.client.post(f"/jobs/{job_id}/retry").status_code == 409


@on_sqlite
@pytest.mark.parametrize(
    ("label", "said", "becomes"),
    [
        ("Will", "Will : we will see.\nBob : Will you?", "- **Zoe**: Will you?"),
        ("A", "A : A plan.\nBob : Yes it is.", "- **Zoe**: Will you?"),
    ],
)
def test_a_label_that_is_an_ordinary_word_is_replaced_only_where_it_names_somebody(
    desk: Desk, label: str, said: str, becomes: str
) -> None:
    from app.transcript import Renaming, Transcript, parse

    turns = Transcript.restored(parse(said).stored()).turns

    renaming = Renaming({label: "Zoe"}, turns)

    text = f"Participants: {label}, Bob\n\n- **{label}**: Will you?\n- Will they come? A day."
    assert renaming.text(text, [label, "Bob"]) == f"Participants: Zoe, Bob\n\n{becomes}\n- Will they come? A day."


def test_the_upload_is_as_it_was_until_it_is_corrected(desk: Desk) -> None:
    job_id = desk.upload()

    said = "\n".join(f"{turn['speaker']} : {turn['text']}" for turn in desk.transcript(job_id)["turns"])

    assert said == TRANSCRIPT
