"""JSON in which who speaks stands under a person's identifier, in an object of its own, or in a list beside the words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.transcript import parse

NORA, TUNDE = "Nora Vale", "Tunde Okoye"
PLACE = "conferenceRecords/c1/participants/"


def _words(unit: float) -> dict[str, Any]:
    """Words and speakers with times in seconds or milliseconds, as texts."""
    said = [(1.0, "The"), (1.3, "pier"), (1.6, "sank"), (1.9, "."), (3.0, "When?")]
    return {
        "speakers": [{"name": NORA, "time": f"{1.0 * unit:g}"}, {"name": TUNDE, "time": f"{3.0 * unit:g}"}],
        "words": [{"name": word, "time": f"{at * unit:g}", "duration": f"{0.2 * unit:g}"} for at, word in said],
    }


FILES: dict[str, Any] = {
    "Google Meet": {
        "participants": [
            {"name": f"{PLACE}1", "signedinUser": {"user": "users/7", "displayName": NORA}},
            {"name": f"{PLACE}2", "anonymousUser": {"displayName": TUNDE}},
        ],
        "transcriptEntries": [
            {"name": "entries/1", "participant": f"{PLACE}1", "text": "The pier sank.", "startTime": "2024-05-02T09:00:01Z"},
            {"name": "entries/2", "participant": f"{PLACE}2", "text": "When?", "startTime": "2024-05-02T09:00:04Z"},
        ],
    },
    "persons inside and outside of a company": {
        "users": [{"userId": "u1", "personId": 1, "name": NORA}],
        "externalParticipants": [{"personId": 2, "name": TUNDE}],
        "transcript": [{"text": "The pier sank.", "start": 1, "personId": 1}, {"text": "When?", "start": 4, "personId": 2}],
    },
    "attendees": {
        "transcripts": [
            {"text": "The pier sank.", "start_at": "2024-05-02T09:00:01Z", "attendee": {"name": NORA, "email": "n@x.org"}},
            {"text": "When?", "start_at": "2024-05-02T09:00:04Z", "attendee": {"name": TUNDE}},
        ]
    },
    "a transcription within each segment": [
        {"speaker_name": NORA, "timestamp_ms": 1000, "transcription": {"transcript": "The pier sank.", "words": []}},
        {"speaker_name": TUNDE, "timestamp_ms": 4000, "transcription": {"transcript": "When?"}},
    ],
    "what somebody is called before an identifier": {
        "MessageList": [
            {"displayName": NORA, "from": "8:nora", "content": "The pier sank.", "originalarrivaltime": "2024-05-02T09:00:01Z"},
            {"displayName": TUNDE, "from": "8:tunde", "content": "When?", "originalarrivaltime": "2024-05-02T09:00:04Z"},
        ]
    },
    "words that are names, in seconds": _words(1.0),
    "words that are names, in milliseconds": _words(1000.0),
}


@pytest.mark.parametrize("name", FILES)
def test_a_person_is_called_by_name(name: str) -> None:
    transcript = parse(json.dumps(FILES[name]))

    assert [(turn.speaker, turn.text) for turn in transcript.turns] == [(NORA, "The pier sank."), (TUNDE, "When?")]


def test_an_identifier_that_no_list_explains_tells_people_apart() -> None:
    said = [
        {"recording_attendee_id": "a1", "text": "The pier sank.", "start_time": 1},
        {"recording_attendee_id": "a2", "text": "When?", "start_time": 4},
    ]

    assert [turn.speaker for turn in parse(json.dumps({"sentences": said})).turns] == ["a1", "a2"]


def test_messages_that_come_newest_first_are_read_in_the_order_of_their_times() -> None:
    messages = FILES["what somebody is called before an identifier"]["MessageList"]

    turns = parse(json.dumps({"MessageList": messages[::-1]})).turns

    assert [turn.speaker for turn in turns] == [NORA, TUNDE]


@pytest.mark.parametrize(("unit", "start"), [(1.0, 1.0), (1000.0, 1.0)])
def test_the_times_of_such_words_are_seconds(unit: float, start: float) -> None:
    assert parse(json.dumps(_words(unit))).turns[0].start == start


def _post(user: str, message: str, *replies: dict[str, str]) -> dict[str, Any]:
    return {"type": "post", "post": {"user": user, "message": message, "replies": list(replies)}}


def _answer(text: str, *, final: bool) -> dict[str, Any]:
    items = [{"kind": "text", "value": word, "speaker_id": "u1"} for word in text.split()]
    return {
        "response": {
            "is_final": final,
            "speakers": [{"id": "u1", "label": NORA}],
            "alternatives": [{"transcript": text, "items": items}],
        }
    }


def test_each_message_in_an_object_of_its_own_is_read_and_so_are_the_replies_to_it() -> None:
    lines = [{"type": "version", "version": 1}, _post("nora", "The pier sank.", {"user": "tunde", "message": "When?"})]
    content = "\n".join(json.dumps(each) for each in [*lines, _post("nora", "On Monday.")])

    said = [("nora", "The pier sank."), ("tunde", "When?"), ("nora", "On Monday.")]
    assert [(turn.speaker, turn.text) for turn in parse(content).turns] == said


def test_what_is_not_final_in_an_object_of_its_own_is_left_out() -> None:
    answers = [_answer("The pier", final=False), _answer("The pier sank.", final=True), _answer("All of it.", final=True)]
    transcript = parse("\n".join(map(json.dumps, answers)))

    assert [(turn.speaker, turn.text) for turn in transcript.turns] == [(NORA, "The pier sank. All of it.")]
    assert transcript.report.left_out == {"interim results": 1}


@pytest.mark.parametrize("who", ["creator", "u", "speaker", "sender_full_name"])
def test_who_wrote_a_message_stands_in_an_object_under_many_keys(who: str) -> None:
    def person(name: str) -> Any:
        told = {"creator": {"name": name}, "u": {"_id": "a", "name": name}, "speaker": {"type": "x", "value": {"label": name}}}
        return told.get(who, name)

    said = [(NORA, "The pier sank."), (TUNDE, "When?")]
    messages = [{who: person(name), "text": text} for name, text in said]

    assert [(turn.speaker, turn.text) for turn in parse(json.dumps({"messages": messages})).turns] == said
