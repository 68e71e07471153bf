"""Whose words stand in calls, chats, tables and XML, and when they were said: in shapes of public documentation."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.transcript import parse

Said = list[tuple[str, str, float | None]]

_CALL = [
    {"role": "system", "message": "You are kind. Never say no.", "time": 1700000000000, "secondsFromStart": 0},
    {"role": "bot", "message": "Hi, the pier.", "time": 1700000001000, "secondsFromStart": 1.2, "duration": 2000},
    {"role": "user", "message": "Is it open?", "time": 1700000004000, "secondsFromStart": 4.2},
    {"role": "tool_calls", "message": "", "toolCalls": [], "secondsFromStart": 5},
    {"role": "tool_call_result", "result": "until May", "secondsFromStart": 6},
    {"role": "bot", "message": "Until May.", "time": 1700000007000, "secondsFromStart": 7.2},
]
_TALK: Said = [("bot", "Hi, the pier.", 1.2), ("user", "Is it open?", 4.2), ("bot", "Until May.", 7.2)]

SHAPES: dict[str, tuple[Any, Said]] = {
    "a report of Vapi": (
        {
            "message": {
                "type": "end-of-call-report",
                "summary": "They met.",
                "transcript": "AI: Hi, the pier.\nUser: Is it open?\nAI: Until May.\n",
                "messages": _CALL,
            }
        },
        _TALK,
    ),
    "messages of a chat with a model": (
        {"messages": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Open?"},
                      {"role": "assistant", "content": "Until May."}]},
        [("user", "Open?", None), ("assistant", "Until May.", None)],
    ),
    "an export of Slack": (
        [
            {"type": "message", "subtype": "channel_join", "user": "U1", "text": "<@U1> has joined", "ts": "1700000000.000100"},
            {"type": "message", "user": "U1", "text": "Hi.", "ts": "1700000001.500200", "user_profile": {"real_name": "Ann"}},
            {"type": "message", "user": "U2", "text": "Yes.", "ts": "1700000003.000200", "user_profile": {"real_name": "Bo"}},
        ],
        [("Ann", "Hi.", 80001.5), ("Bo", "Yes.", 80003.0)],
    ),
    "an export of Matrix": (
        {
            "messages": [
                {"type": "m.room.message", "sender": "@ann:x", "content": {"msgtype": "m.text", "body": "Hi."},
                 "origin_server_ts": 1700000001000},
                {"type": "m.room.message", "sender": "@bo:x", "content": {"msgtype": "m.text", "body": "Yes."},
                 "origin_server_ts": 1700000003000},
            ]
        },
        [("@ann:x", "Hi.", 80001.0), ("@bo:x", "Yes.", 80003.0)],
    ),
    "moments between the lines of Dialpad": (
        {
            "lines": [
                {"content": "Hi.", "name": "Ann", "time": "2024-01-02T10:00:01.000000", "type": "transcript"},
                {"content": "Pricing", "name": "Ann", "time": "2024-01-02T10:00:02.000000", "type": "moment"},
                {"content": "Yes.", "name": "Bo", "time": "2024-01-02T10:00:03.000000", "type": "transcript"},
            ]
        },
        [("Ann", "Hi.", 36001.0), ("Bo", "Yes.", 36003.0)],
    ),
    "segments of LiveKit": (
        [
            {"id": "1", "text": "Hi.", "startTime": 1000, "endTime": 2000, "final": True, "participantIdentity": "ann"},
            {"id": "2", "text": "Yes.", "startTime": 3000, "endTime": 4000, "final": True, "participantIdentity": "bo"},
        ],
        [("ann", "Hi.", 1.0), ("bo", "Yes.", 3.0)],
    ),
    "snippets of Webex": (
        {
            "items": [
                {"text": "Hi.", "personName": "Ann", "startTime": "2024-01-02T10:00:01Z", "offsetMillisecond": 1000,
                 "durationMillisecond": 1000},
                {"text": "Yes.", "personName": "Bo", "startTime": "2024-01-02T10:00:03Z", "offsetMillisecond": 3000,
                 "durationMillisecond": 1000},
            ]
        },
        [("Ann", "Hi.", 1.0), ("Bo", "Yes.", 3.0)],
    ),
    "messages of Symbl": (
        {
            "messages": [
                {"text": "Hi.", "from": {"name": "Ann"}, "startTime": "2024-01-02T10:00:01Z", "timeOffset": 1.0, "duration": 1},
                {"text": "Yes.", "from": {"name": "Bo"}, "startTime": "2024-01-02T10:00:03Z", "timeOffset": 3.5, "duration": 1},
            ]
        },
        [("Ann", "Hi.", 1.0), ("Bo", "Yes.", 3.5)],
    ),
    "times of Avoma, one or two": (
        {
            "transcript": [
                {"transcript": "Hi.", "timestamps": [1.0, 1.5], "speaker_id": 0},
                {"transcript": "Yes.", "timestamps": [3.0], "speaker_id": 1},
            ],
            "speakers": [{"name": "Ann", "id": 0}, {"name": "Bo", "id": 1}],
        },
        [("Ann", "Hi.", 1.0), ("Bo", "Yes.", 3.0)],
    ),
    "a segment whose words are two people's": (
        {
            "segments": [
                {
                    "start": 0.1, "end": 1.3, "text": " Hi there. Yes.", "speaker": "S0",
                    "words": [
                        {"word": "Hi", "start": 0.1, "end": 0.3, "speaker": "S0"},
                        {"word": "there.", "start": 0.3, "end": 0.6, "speaker": "S0"},
                        {"word": "Yes.", "start": 1.0, "end": 1.3, "speaker": "S1"},
                    ],
                }
            ]
        },
        [("S0", "Hi there.", 0.1), ("S1", "Yes.", 1.0)],
    ),
    "numbers of speakers that begin anew on each channel": (
        {
            "recognizedPhrases": [
                {"recognitionStatus": "Success", "channel": 0, "speaker": 1, "offset": "PT0.1S", "duration": "PT0.5S",
                 "nBest": [{"display": "Hi."}]},
                {"recognitionStatus": "Success", "channel": 1, "speaker": 1, "offset": "PT1S", "duration": "PT0.3S",
                 "nBest": [{"display": "No."}]},
            ]
        },
        [("Channel 0, Speaker 1", "Hi.", 0.1), ("Channel 1, Speaker 1", "No.", 1.0)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_words_are_those_of_who_said_them(shape: str) -> None:
    given, expected = SHAPES[shape]

    transcript = parse(json.dumps(given))

    assert [(turn.speaker, turn.text, turn.start) for turn in transcript.turns] == expected


def test_messages_that_nobody_says_are_counted() -> None:
    assert parse(json.dumps({"messages": _CALL})).report.left_out == {"messages that nobody says": 3}


HEADERS = [
    "시간,발언자,내용", "समय,वक्ता,पाठ", "Zaman,Konuşmacı,Metin", "Início,Falante,Fala", "زمان,گوینده,متن",
    "Zeit,Person,Äußerung",
    "Time,Speaker,Original,Translation", "Thời gian,Người nói,Nội dung", "Waktu,Pembicara,Ucapan", "Czas,Mówca,Wypowiedź",
]  # fmt: skip


@pytest.mark.parametrize("header", HEADERS)
def test_a_table_is_read_by_its_header_in_many_languages(header: str) -> None:
    more = ",more" * (header.count(",") - 2)

    turns = parse(f"{header}\n00:00:01,Ann,Ice.{more}\n00:00:03,Bo,Salt.{more}\n").turns

    assert [(turn.speaker, turn.text, turn.start) for turn in turns] == [("Ann", "Ice.", 1.0), ("Bo", "Salt.", 3.0)]


RECORDS = {
    "EXMARaLDA": '<?xml version="1.0"?><basic-transcription><head><speakertable>'
    '<speaker id="S0"><abbreviation>ANN</abbreviation></speaker>'
    '<speaker id="S1"><abbreviation>BO</abbreviation></speaker></speakertable></head>'
    "<basic-body><common-timeline>"
    '<tli id="T0" time="1.0"/><tli id="T1" time="1.6"/><tli id="T2" time="3.0"/></common-timeline>'
    '<tier id="A" speaker="S0" category="v" type="t"><event start="T0" end="T1">Hi. </event></tier>'
    '<tier id="B" speaker="S1" category="v" type="t"><event start="T2" end="T2">Yes. </event></tier>'
    '<tier id="C" speaker="S1" category="en" type="a"><event start="T2" end="T2">a gloss</event></tier></basic-body>'
    "</basic-transcription>",
    "two people at once in Transcriber": '<Trans><Speakers><Speaker id="s1" name="ANN"/><Speaker id="s2" name="BO"/></Speakers>'
    '<Episode><Section><Turn speaker="s1 s2" startTime="1"><Sync time="1"/><Who nb="1"/>Hi.<Who nb="2"/>Yes.</Turn></Section>'
    "</Episode></Trans>",
    "XML of one's own": '<transcript><entry speaker="ANN" start="1.0"><text>Hi.</text></entry>'
    '<entry speaker="BO" start="3.0"><text>Yes.</text></entry></transcript>',
}


@pytest.mark.parametrize("record", RECORDS)
def test_people_are_told_apart_in_xml(record: str) -> None:
    turns = parse(RECORDS[record]).turns

    assert [(turn.speaker, turn.text) for turn in turns] == [("ANN", "Hi."), ("BO", "Yes.")]
    assert turns[0].start == 1.0
