"""The JSON of meeting services: chats, names that stand apart, and what is made from a transcript and is none."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.transcript import parse
from tests.transcript.writing import timed_turns


def _message(who: dict[str, Any] | None, content: str, time: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    return {
        "id": time,
        "messageType": "message" if who else "unknownFutureValue",
        "createdDateTime": f"2021-03-28T{time}Z",
        "subject": None,
        "from": who,
        "body": {"contentType": kind, "content": content},
        "attachments": [],
        **more,
    }


def _user(name: str) -> dict[str, Any]:
    return {"application": None, "device": None, "user": {"id": "8ea0e38b", "displayName": name, "userIdentityType": "aadUser"}}


CHAT = [
    _message(_user("Ann Lee"), '<div><p>Yes &amp; no<br>now <at id="0">Bob</at></p></div>', "09:00:02.500", "html"),
    _message(_user("Bob"), "Is a < b?", "09:00:00"),
    _message({"application": {"id": "1", "displayName": "Poll Bot"}, "user": None}, "<p>Vote</p>", "09:00:05", "html"),
    _message(None, "<systemEventMessage/>", "09:00:06", "html"),
]
CHAT_SAID = [
    ("Bob", "Is a < b?", 32400.0),
    ("Ann Lee", "Yes & no now Bob", 32402.5),
    ("Poll Bot", "Vote", 32405.0),
]


@pytest.mark.parametrize("given", [{"@odata.context": "https://…", "@odata.count": 4, "value": CHAT}, CHAT])
def test_chat_messages_of_microsoft_graph_are_read_in_the_order_of_their_times(given: Any) -> None:
    assert timed_turns(parse(json.dumps(given)).turns) == CHAT_SAID


def test_replies_in_a_channel_of_microsoft_graph_follow_their_message() -> None:
    reply = _message(_user("Bob"), "Yes.", "10:00:00")
    messages = [_message(_user("Carl"), "Later.", "09:30:00"), _message(_user("Ann"), "Now?", "09:00:00", replies=[reply])]

    turns = parse(json.dumps({"value": messages})).turns

    assert [(turn.speaker, turn.text) for turn in turns] == [("Ann", "Now?"), ("Bob", "Yes."), ("Carl", "Later.")]


SPOKEN = [
    {"startDateTime": f"2023-08-07T08:00:0{number}Z", "speakerName": name, "spokenText": text, "spokenLanguage": "en-us"}
    for number, (name, text) in enumerate((("Ann Lee", "Good morning."), ("Bob", "Hi.")))
]


@pytest.mark.parametrize(
    "given",
    [
        json.dumps({"value": SPOKEN}),
        "\n".join(map(json.dumps, SPOKEN)),
        json.dumps(
            {
                "metadataContent": "WEBVTT\n\n"
                + "\n\n".join(f"08:00:0{n}.000 --> 08:00:09.000\n{json.dumps(each)}" for n, each in enumerate(SPOKEN))
            }
        ),
    ],
)
def test_the_metadata_of_a_call_transcript_is_read(given: str) -> None:
    assert timed_turns(parse(given).turns) == [("Ann Lee", "Good morning.", 28800.0), ("Bob", "Hi.", 28801.0)]


SAID = [{"speaker": "Ann", "text": "Hi.", "start": 0.5}, {"speaker": "Bob", "text": "Yes.", "start": 1.5}]
MADE = [{"speaker": "Ann", "text": "A text that is far longer than all that was said.", "start": 0.5}]


@pytest.mark.parametrize(
    "derived",
    [
        {"translation": {"results": [{"utterances": MADE}]}},
        {"action_items": MADE},
        {"summary": {"text": "A summary that is far longer than all that was said."}},
        {"chapters": MADE},
        {"additional_formats": [{"format": "srt", "content": "1\n00:00:00,500 --> 00:00:02,000\nHi. Yes.\n"}]},
    ],
    ids=lambda derived: next(iter(derived)),
)
def test_what_is_made_from_a_transcript_is_no_speech(derived: dict[str, Any]) -> None:
    turns = parse(json.dumps({**derived, "utterances": SAID})).turns

    assert timed_turns(turns) == [("Ann", "Hi.", 0.5), ("Bob", "Yes.", 1.5)]


SHAPES: dict[str, tuple[Any, list[tuple[str, str, float | None]]]] = {
    "google batch": (
        {
            "done": True,
            "response": {
                "results": {
                    "gs://a.wav": {
                        "inlineResult": {
                            "transcript": {
                                "results": [
                                    {"alternatives": [{"transcript": "Hello one"}], "channelTag": 1, "resultEndOffset": "2s"},
                                    {"alternatives": [{"transcript": "Hello two"}], "channelTag": 2, "resultEndOffset": "3s"},
                                ]
                            }
                        }
                    }
                }
            },
        },
        [("Channel 1", "Hello one", None), ("Channel 2", "Hello two", None)],
    ),
    "gemini": (
        {"candidates": [{"content": {"parts": [{"text": "[00:00] Ann: Hi.\n[00:05] Bob: Yes.\n"}], "role": "model"}}]},
        [("Ann", "Hi.", 0.0), ("Bob", "Yes.", 5.0)],
    ),
    "gemini with JSON in a fence": (
        {"candidates": [{"content": {"parts": [{"text": f"```json\n{json.dumps(SAID)}\n```"}], "role": "model"}}]},
        [("Ann", "Hi.", 0.5), ("Bob", "Yes.", 1.5)],
    ),
    "granola": (
        [
            {"text": "Hi.", "source": "microphone", "is_final": True, "start_timestamp": "2024-12-01T10:00:00.000Z"},
            {"text": "Yes.", "source": "system", "is_final": True, "start_timestamp": "2024-12-01T10:00:03.000Z"},
        ],
        [("microphone", "Hi.", 36000.0), ("system", "Yes.", 36003.0)],
    ),
    "granola's interface": (
        {
            "transcript": [
                {"speaker": {"source": "microphone"}, "text": "Hi.", "start_time": "2026-01-27T15:30:00Z"},
                {"speaker": {"source": "speaker"}, "text": "Yes.", "start_time": "2026-01-27T15:30:05Z"},
            ]
        },
        [("microphone", "Hi.", 55800.0), ("speaker", "Yes.", 55805.0)],
    ),
    "read.ai": (
        {
            "transcript": {
                "speaker_blocks": [
                    {"start_time": "1729872000", "end_time": "1729872003", "speaker": {"name": "Ann"}, "words": "Hi."},
                    {"start_time": "1729872005", "end_time": "1729872006", "speaker": {"name": "Bob"}, "words": "Yes."},
                ]
            }
        },
        [("Ann", "Hi.", 57600.0), ("Bob", "Yes.", 57605.0)],
    ),
    "twilio": (
        {
            "sentences": [
                {"media_channel": 1, "sid": "GX" + "a1" * 16, "start_time": "0.42", "end_time": "1.4", "transcript": "Hi."},
                {"media_channel": 2, "sid": "GX" + "b2" * 16, "start_time": "1.5", "end_time": "2.4", "transcript": "Yes."},
            ]
        },
        [("Channel 1", "Hi.", 0.42), ("Channel 2", "Yes.", 1.5)],
    ),
    "retell": (
        {
            "transcript_object": [
                {"role": "agent", "content": "Hi.", "words": [{"word": "Hi", "start": 0.7, "end": 1.3}]},
                {"role": "user", "content": "Yes.", "words": [{"word": "Yes", "start": 2, "end": 2.3}]},
            ]
        },
        [("agent", "Hi.", 0.7), ("user", "Yes.", 2.0)],
    ),
    "vapi": (
        {
            "messages": [
                {"role": "bot", "message": "Hi.", "time": 1.7e12, "endTime": 1.7e12 + 900, "secondsFromStart": 1.2},
                {"role": "user", "message": "Yes.", "time": 1.7e12 + 3000, "secondsFromStart": 3.2},
            ]
        },
        [("bot", "Hi.", 1.2), ("user", "Yes.", 3.2)],
    ),
    "nemo": (
        [
            {"audio_filepath": "a.wav", "duration": 2.5, "text": "-", "pred_text": "good morning"},
            {"audio_filepath": "b.wav", "duration": 2.5, "text": "-", "pred_text": "hello"},
        ],
        [("(?)", "good morning hello", None)],
    ),
    "voci": (
        {
            "utterances": [
                {"metadata": {"channel": 0}, "start": 0.1, "end": 1, "events": [{"word": "Hi", "start": 0.1, "end": 0.5}]},
                {"metadata": {"channel": 1}, "start": 1.1, "end": 2, "events": [{"word": "Yes", "start": 1.1, "end": 2}]},
            ]
        },
        [("Channel 0", "Hi", 0.1), ("Channel 1", "Yes", 1.1)],
    ),
    "a table of identifiers": (
        {
            "users": [{"userId": "1", "fullName": "Ann Lee"}, {"userId": "2", "fullName": "Bob"}],
            "entries": [{"userId": "1", "text": "Hi."}, {"userId": "2", "text": "Yes."}],
        },
        [("Ann Lee", "Hi.", None), ("Bob", "Yes.", None)],
    ),
    "identifiers as keys": (
        {
            "speakers": {"S1": {"name": "Ann"}, "S2": {"name": "Bob"}},
            "segments": [{"speaker": "S1", "text": "Hi."}, {"speaker": "S2", "text": "Yes."}],
        },
        [("Ann", "Hi.", None), ("Bob", "Yes.", None)],
    ),
    "what stands on slides": (
        {
            "insights": {
                "transcript": [
                    {"id": 1, "text": "Hi.", "speakerId": 1, "instances": [{"start": "0:00:01.5", "end": "0:00:02"}]},
                    {"id": 2, "text": "Yes.", "speakerId": 2, "instances": [{"start": "0:00:03", "end": "0:00:04"}]},
                ],
                "screens": [{"text": f"Slide {number} is far longer than what was said", "instances": []} for number in "12"],
                "ocr": [{"text": "Another slide that is far longer than all that was said", "instances": []}],
                "speakers": [{"id": 1, "name": "Ann"}, {"id": 2, "name": "Bob"}],
            }
        },
        [("Ann", "Hi.", 1.5), ("Bob", "Yes.", 3.0)],
    ),
    "tencent": (
        {
            "Response": {
                "Data": {
                    "StatusStr": "success",
                    "Result": "[0:0.020,0:2.380,0]  你好。\n[0:3.000,0:4.380,1]  大家好。\n",
                    "ResultDetail": [
                        {"FinalSentence": "你好。", "StartMs": 20, "EndMs": 2380, "SpeakerId": 0, "Words": []},
                        {"FinalSentence": "大家好。", "StartMs": 3000, "EndMs": 4380, "SpeakerId": 1, "Words": []},
                    ],
                }
            }
        },
        [("Speaker 0", "你好。", 0.02), ("Speaker 1", "大家好。", 3.0)],
    ),
    "kaltura": (
        {
            "objects": [
                {"startTime": 0, "endTime": 1500, "content": [{"text": "Hi."}]},
                {"startTime": 1600, "content": [{"text": "Yes."}]},
            ]
        },
        [("(?)", "Hi. Yes.", 0.0)],
    ),
    "soniox with translations": (
        {
            "tokens": [
                {"text": "Hi.", "start_ms": 0, "end_ms": 100, "speaker": "1", "translation_status": "original"},
                {"text": "Salut.", "speaker": "1", "translation_status": "translation"},
                {"text": " Yes.", "start_ms": 400, "end_ms": 500, "speaker": "2", "translation_status": "original"},
            ]
        },
        [("1", "Hi.", 0.0), ("2", "Yes.", 0.4)],
    ),
    "otter": (
        {
            "speech": {
                "speakers": [{"id": 11, "speaker_name": "Ann"}],
                "transcripts": [
                    {
                        "start_offset": 16000,
                        "end_offset": 48000,
                        "transcript": "Hi.",
                        "speaker_id": 11,
                        "speaker_model_label": None,
                        "created_at": "2019-12-19 14:29:21",
                    },
                    {"start_offset": 64000, "end_offset": 80000, "transcript": "Yes.", "speaker_model_label": "2"},
                ],
            }
        },
        [("Ann", "Hi.", 1.0), ("Speaker 2", "Yes.", 4.0)],
    ),
    "azure transcription client": (
        {
            "combinedPhrases": [{"text": "Hi. Yes."}],
            "phrases": [
                {"offsetInMs": 1000, "durationInMs": 500, "text": "Hi.", "speaker": 1},
                {"offsetInMs": 4000, "durationInMs": 500, "text": "Yes.", "speaker": 2},
            ],
        },
        [("Speaker 1", "Hi.", 1.0), ("Speaker 2", "Yes.", 4.0)],
    ),
    "health scribe": (
        {
            "Conversation": {
                "TranscriptItems": [
                    {"Alternatives": [{"Content": "Hi"}], "BeginAudioTime": 1.0, "EndAudioTime": 1.2, "Type": "PRONUNCIATION"}
                ],
                "TranscriptSegments": [
                    {
                        "BeginAudioTime": start,
                        "EndAudioTime": start + 1,
                        "Content": text,
                        "ParticipantDetails": {"ParticipantRole": who},
                    }
                    for start, text, who in ((1.0, "Hi.", "CLINICIAN_0"), (4.0, "Yes.", "PATIENT_0"))
                ],
            }
        },
        [("CLINICIAN_0", "Hi.", 1.0), ("PATIENT_0", "Yes.", 4.0)],
    ),
    "contact lens, as it goes on": (
        {
            "Segments": [
                {"Transcript": {"ParticipantRole": "AGENT", "Content": "Hi.", "BeginOffsetMillis": 1000}},
                {"Categories": {"MatchedCategories": ["greeting"]}},
                {"Transcript": {"ParticipantRole": "CUSTOMER", "Content": "Yes.", "BeginOffsetMillis": 4000}},
            ]
        },
        [("AGENT", "Hi.", 1.0), ("CUSTOMER", "Yes.", 4.0)],
    ),
    "google's chats": (
        {
            "entries": [
                {"start_timestamp_usec": 1675814400000000, "text": "Hi.", "role": "AGENT", "user_id": 2},
                {"start_timestamp_usec": 1675814403000000, "text": "Yes.", "role": "CUSTOMER", "user_id": 1},
            ]
        },
        [("AGENT", "Hi.", 0.0), ("CUSTOMER", "Yes.", 3.0)],
    ),
    "genesys": (
        {
            "transcripts": [
                {
                    "phrases": [
                        {
                            "text": "hi",
                            "decoratedText": "Hi.",
                            "startTimeMs": 1600041600000,
                            "duration": {"milliseconds": 500},
                            "participantPurpose": "internal",
                        },
                        {
                            "text": "yes",
                            "decoratedText": "Yes.",
                            "startTimeMs": 1600041603000,
                            "duration": {"milliseconds": 500},
                            "participantPurpose": "external",
                        },
                    ]
                }
            ]
        },
        [("internal", "Hi.", 0.0), ("external", "Yes.", 3.0)],
    ),
    "aircall": (
        {
            "transcription": {
                "content": {
                    "utterances": [
                        {"start_time": 1.0, "text": "Hi.", "participant_type": "internal", "user_id": 123},
                        {"start_time": 4.0, "text": "Yes.", "participant_type": "external", "phone_number": "+33612345678"},
                    ]
                }
            }
        },
        [("Speaker 123", "Hi.", 1.0), ("+33612345678", "Yes.", 4.0)],
    ),
    "jitsi": (
        {
            "room_name": "r",
            "events": [
                {"event": "JOIN", "timestamp": "2020-01-01T00:00:00Z", "participant": {"name": "Bob", "id": "b"}},
                {
                    "event": "SPEECH",
                    "timestamp": "2020-01-01T00:00:01Z",
                    "participant": {"name": "Ann", "id": "a"},
                    "transcript": [{"text": "Hi.", "confidence": 0.9}, {"text": "High.", "confidence": 0.2}],
                },
                {
                    "event": "SPEECH",
                    "timestamp": "2020-01-01T00:00:04Z",
                    "participant": {"name": "Bob", "id": "b"},
                    "transcript": [{"text": "Yes.", "confidence": 0.9}],
                },
            ],
        },
        [("Ann", "Hi.", 1.0), ("Bob", "Yes.", 4.0)],
    ),
    "phonexia": (
        {
            "result": {
                "one_best_result": {
                    "segmentation": [
                        {"channel_id": 0, "start": 0, "end": 9000000, "word": "<s>"},
                        {"channel_id": 0, "start": 10000000, "end": 12000000, "word": "Hi."},
                        {"channel_id": 1, "start": 40000000, "end": 42000000, "word": "Yes."},
                    ]
                }
            }
        },
        [("Channel 0", "Hi.", 1.0), ("Channel 1", "Yes.", 4.0)],
    ),
    "voicebase": (
        {
            "transcript": {
                "words": [
                    {"p": 0, "s": 900, "e": 1000, "w": "Agent", "m": "turn"},
                    {"p": 1, "s": 1000, "e": 1200, "w": "Hi"},
                    {"p": 2, "s": 1200, "e": 1200, "w": ".", "m": "punc"},
                    {"p": 3, "s": 3900, "e": 4000, "w": "Caller", "m": "turn"},
                    {"p": 4, "s": 4000, "e": 4200, "w": "Yes."},
                ]
            }
        },
        [("Agent", "Hi.", 1.0), ("Caller", "Yes.", 4.0)],
    ),
    "label studio": (
        [
            {
                "annotations": [
                    {
                        "result": [
                            {"id": "b", "type": "labels", "value": {"start": 4.0, "end": 5.0, "labels": ["Bob"]}},
                            {"id": "b", "type": "textarea", "value": {"start": 4.0, "end": 5.0, "text": ["Yes."]}},
                            {"id": "a", "type": "labels", "value": {"start": 1.0, "end": 3.0, "labels": ["Ann"]}},
                            {"id": "a", "type": "textarea", "value": {"start": 1.0, "end": 3.0, "text": ["Hi."]}},
                        ]
                    }
                ]
            }
        ],
        [("Ann", "Hi.", 1.0), ("Bob", "Yes.", 4.0)],
    ),
    "tencent without details": (
        {"Data": {"Result": "[0:1.000,0:3.000,0]  Hi.\n[0:4.000,0:5.000,1]  Yes.\n", "StatusStr": "success"}},
        [("Speaker 0", "Hi.", 1.0), ("Speaker 1", "Yes.", 4.0)],
    ),
    "volcengine": (
        {
            "result": {
                "text": "Hi. Yes.",
                "utterances": [
                    {"start_time": 1000, "end_time": 3000, "text": "Hi.", "additions": {"speaker": "1"}},
                    {"start_time": 4000, "end_time": 5000, "text": "Yes.", "additions": {"speaker": "2"}},
                ],
            }
        },
        [("1", "Hi.", 1.0), ("2", "Yes.", 4.0)],
    ),
    "funasr": (
        [
            {
                "text": "你好。好。",
                "timestamp": [[880, 1120], [1120, 1380], [4000, 4500]],
                "sentence_info": [
                    {"text": "你好。", "start": 880, "end": 1380, "timestamp": [[880, 1120], [1120, 1380]], "spk": 0},
                    {"text": "好。", "start": 4000, "end": 4500, "timestamp": [[4000, 4500]], "spk": 1},
                ],
            }
        ],
        [("Speaker 0", "你好。", 0.88), ("Speaker 1", "好。", 4.0)],
    ),
    "slate": (
        [
            {"speaker": "Ann", "start": 1, "type": "timedText", "children": [{"text": "Hi."}]},
            {"speaker": "Bob", "start": 4, "type": "timedText", "children": [{"text": "Yes."}]},
        ],
        [("Ann", "Hi.", 1.0), ("Bob", "Yes.", 4.0)],
    ),
    "draft.js": (
        {
            "blocks": [
                {"key": "a", "text": "Hi.", "type": "paragraph", "data": {"speaker": "Ann", "start": 1}},
                {"key": "b", "text": "Yes.", "type": "paragraph", "data": {"speaker": "Bob", "start": 4}},
            ],
            "entityMap": {},
        },
        [("Ann", "Hi.", 1.0), ("Bob", "Yes.", 4.0)],
    ),
    "aeneas": (
        {
            "fragments": [
                {"begin": "1.000", "end": "3.000", "children": [], "lines": ["Hi.", "Yes."]},
                {"begin": "4.0", "lines": ["No."]},
            ]
        },
        [("(?)", "Hi. Yes. No.", 1.0)],
    ),
    "times of each word": (
        {
            "speakers": [{"id": 1, "name": "Ann"}, {"id": 2, "name": "Bob"}],
            "transcript": [
                {"transcript": "Hi there all.", "speaker_id": 1, "timestamps": [1.0, 1.5, 2.0]},
                {"transcript": "Yes.", "speaker_id": 2, "timestamps": [4.0]},
            ],
        },
        [("Ann", "Hi there all.", 1.0), ("Bob", "Yes.", 4.0)],
    ),
    "microseconds": (
        [{"speaker": "Ann", "start_us": 1000000, "text": "Hi."}, {"speaker": "Bob", "start_us": 4000000, "text": "Yes."}],
        [("Ann", "Hi.", 1.0), ("Bob", "Yes.", 4.0)],
    ),
    "milliseconds with fractions": (
        [
            {"speaker": "Ann", "start": 480.0, "end": 2200.5, "text": "Good morning, everyone."},
            {"speaker": "Bob", "start": 2300.25, "end": 5700.0, "text": "Hello, shall we start?"},
        ],
        [("Ann", "Good morning, everyone.", 0.48), ("Bob", "Hello, shall we start?", 2.3)],
    ),
    "first alternatives that are empty": (
        {
            "results": [
                {"alternatives": [{"transcript": ""}, {"transcript": "Hi."}]},
                {"alternatives": [{"transcript": "Yes."}]},
            ]
        },
        [("(?)", "Hi. Yes.", None)],
    ),
    "a null among segments": (
        {"segments": [None, {"speaker": "Ann", "start": 1, "text": "Hi."}]},
        [("Ann", "Hi.", 1.0)],
    ),
    "two people of one first name": (
        [
            {"firstName": "Ann", "lastName": "Lee", "start": 1, "text": "Hi."},
            {"speaker": {"firstName": "Ann", "lastName": "Ray"}, "start": 4, "text": "Yes."},
        ],
        [("Ann Lee", "Hi.", 1.0), ("Ann Ray", "Yes.", 4.0)],
    ),
    "messages of an agent's platform": (
        {
            "results": [
                {"role": "MESSAGE_ROLE_AGENT", "text": "Hi.", "timespan": {"start": "1s", "end": "3s"}},
                {"role": "MESSAGE_ROLE_TOOL_CALL", "text": "{}", "toolName": "look"},
                {"role": "MESSAGE_ROLE_USER", "text": "Yes.", "timespan": {"start": "4s", "end": "10s"}},
            ]
        },
        [("MESSAGE_ROLE_AGENT", "Hi.", 1.0), ("MESSAGE_ROLE_USER", "Yes.", 4.0)],
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_json_of_a_service_is_read_with_speakers_and_times(shape: str) -> None:
    given, expected = SHAPES[shape]

    assert timed_turns(parse(json.dumps(given)).turns) == expected


ROWS = [("Ann", "Hi.", 0.5), ("Bob", "Yes.", 1.5), ("Ann", "Good.", 2.5)]


@pytest.mark.parametrize(
    "given",
    [
        {
            "columns": ["start", "speaker", "text"],
            "index": [0, 1, 2],
            "data": [[start, who, text] for who, text, start in ROWS],
        },
        {
            "speaker": [who for who, _, _ in ROWS],
            "text": [text for _, text, _ in ROWS],
            "start": [start for _, _, start in ROWS],
        },
        {
            "speaker": {str(number): who for number, (who, _, _) in enumerate(ROWS)},
            "text": {str(number): text for number, (_, text, _) in enumerate(ROWS)},
            "start": {str(number): start for number, (_, _, start) in enumerate(ROWS)},
        },
        [[start, start + 1, who, text] for who, text, start in ROWS],
        [[start, start + 1, text, who] for who, text, start in ROWS],
        json.dumps([{"speaker": who, "text": text, "start": start} for who, text, start in ROWS]),
    ],
    ids=["rows apart from names", "columns", "columns by index", "rows with the name first", "rows", "JSON in JSON"],
)
def test_tables_in_json_are_read(given: Any) -> None:
    assert timed_turns(parse(json.dumps(given)).turns) == ROWS


@pytest.mark.parametrize("named", [{"speaker_info": {"id": "0", "display_name": "Ann"}}, {"speaker": {"name": "Ann"}}])
def test_rev_names_who_speaks_beside_the_number(named: dict[str, Any]) -> None:
    monologue = {"speaker": 0, "elements": [{"type": "text", "value": "Ice", "ts": 1, "end_ts": 2}], **named}

    assert parse(json.dumps({"monologues": [monologue, None]})).speakers == {"Ann": 1}
