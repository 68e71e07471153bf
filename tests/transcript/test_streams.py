"""What recognisers answer in a stream: partial results give way to final ones, and no word is lost or comes twice."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.transcript import parse
from tests.transcript.writing import timed_turns


def _aws(result: str, text: str, *, partial: bool, start: float = 0.0, speakers: str = "") -> dict[str, Any]:
    items: list[dict[str, Any]] = [
        {"Content": word, "StartTime": start + place, "EndTime": start + place + 1, "Type": "pronunciation"}
        for place, word in enumerate(text.split())
    ]
    for item, speaker in zip(items, speakers, strict=False):
        item["Speaker"] = speaker
    return {
        "Alternatives": [{"Transcript": text, "Items": items}],
        "IsPartial": partial,
        "ResultId": result,
        "StartTime": start,
        "EndTime": start + len(items),
    }


def _events(*results: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"TranscriptEvent": {"Transcript": {"Results": [each]}}} for each in results]


AWS = _events(
    _aws("a", "Good", partial=True),
    _aws("a", "Good mourning Ann", partial=True),
    _aws("a", "Good morning Hello", partial=False, speakers="001"),
    _aws("b", "We", partial=True, start=5.0),
    _aws("b", "We begin", partial=False, start=5.0, speakers="00"),
    _aws("c", "Never finished", partial=True, start=9.0),
)
AWS_SAID = [
    ("0", "Good morning", 0.0),
    ("1", "Hello", 2.0),
    ("0", "We begin", 5.0),
    ("(?)", "Never finished", 9.0),
]


@pytest.mark.parametrize(
    "written",
    [
        json.dumps(AWS),
        "\n\n".join(map(json.dumps, AWS)) + "\n",
        json.dumps([each["TranscriptEvent"] for each in AWS]),
        json.dumps({"data": AWS}),
    ],
    ids=["list", "a line each", "without the outer name", "wrapped"],
)
def test_events_of_aws_are_read_with_their_last_partial_results(written: str) -> None:
    transcript = parse(written)

    assert timed_turns(transcript.turns) == AWS_SAID
    assert transcript.report.recogniser == "AWS Transcribe"
    assert transcript.report.left_out == {"interim results": 3}


def test_results_of_one_event_of_aws_are_all_read() -> None:
    results = [_aws("a", "Good morning", partial=False, speakers="01"), _aws("b", "Hello", partial=False, start=4.0)]

    transcript = parse(json.dumps({"TranscriptEvent": {"Transcript": {"Results": results}}}))

    assert [turn.text for turn in transcript.turns] == ["Good", "morning Hello"] or [
        turn.text for turn in transcript.turns
    ] == ["Good", "morning", "Hello"]


def test_channels_of_aws_are_speakers_and_their_partial_results_stay_apart() -> None:
    results = [
        {**_aws("a", "How", partial=True), "ChannelId": "ch_0"},
        {**_aws("b", "My", partial=True, start=1.0), "ChannelId": "ch_1"},
        {**_aws("a", "How are you", partial=False), "ChannelId": "ch_0"},
        {**_aws("b", "My bill is wrong", partial=False, start=1.0), "ChannelId": "ch_1"},
    ]

    transcript = parse(json.dumps(_events(*results)))

    assert timed_turns(transcript.turns) == [("ch_0", "How are you", 0.0), ("ch_1", "My bill is wrong", 1.0)]


def _deepgram(text: str, channel: int, *, final: bool, start: float) -> dict[str, Any]:
    words = [{"word": word, "start": start, "end": start + 1} for word in text.split()]
    return {
        "type": "Results",
        "channel_index": [channel, 2],
        "start": start,
        "duration": 1,
        "is_final": final,
        "channel": {"alternatives": [{"transcript": text, "words": words}]},
    }


STREAMS: dict[str, tuple[list[dict[str, Any]], list[tuple[str, str, float | None]]]] = {
    "aws call analytics": (
        [
            {
                "UtteranceEvent": {
                    "UtteranceId": "u1",
                    "IsPartial": partial,
                    "ParticipantRole": "AGENT",
                    "BeginOffsetMillis": 100,
                    "EndOffsetMillis": 900,
                    "Transcript": text,
                    "Items": [],
                }
            }
            for partial, text in ((True, "Hello"), (False, "Hello, how can I help?"))
        ]
        + [{"CategoryEvent": {"MatchedCategories": ["x"], "MatchedDetails": {}}}],
        [("AGENT", "Hello, how can I help?", 0.1)],
    ),
    "deepgram": (
        [
            _deepgram("Good", 0, final=False, start=0),
            _deepgram("Good morning.", 0, final=True, start=0),
            _deepgram("Hello.", 1, final=True, start=2),
            {"type": "UtteranceEnd", "channel": [0, 1], "last_word_end": 3.1},
            {"type": "Metadata", "request_id": "x", "duration": 3.2, "channels": 2},
        ],
        [("Channel 0", "Good morning.", 0.0), ("Channel 1", "Hello.", 2.0)],
    ),
    "assemblyai": (
        [
            {"type": "Begin", "id": "x"},
            {"type": "Turn", "turn_order": 0, "end_of_turn": False, "transcript": "good", "words": []},
            {"type": "Turn", "turn_order": 0, "end_of_turn": True, "transcript": "good morning", "words": []},
            {"type": "Turn", "turn_order": 0, "end_of_turn": True, "transcript": "Good morning.", "words": []},
            {"type": "Turn", "turn_order": 1, "end_of_turn": True, "transcript": "Next item.", "words": []},
            {"type": "Termination", "audio_duration_seconds": 2},
        ],
        [("(?)", "Good morning. Next item.", None)],
    ),
    "assemblyai before": (
        [
            {"message_type": "SessionBegins", "session_id": "x"},
            {"message_type": "PartialTranscript", "text": "good mor", "words": [], "audio_start": 0},
            {"message_type": "FinalTranscript", "text": "Good morning.", "words": [], "audio_start": 0},
        ],
        [("(?)", "Good morning.", None)],
    ),
    "google": (
        [
            {"results": [{"alternatives": [{"transcript": "good"}], "stability": 0.1, "resultEndTime": "1s"}]},
            {"results": [{"alternatives": [{"transcript": "Good morning"}], "isFinal": True, "resultEndTime": "2s"}]},
            {"speechEventType": "SPEECH_ACTIVITY_END"},
            {"results": [{"alternatives": [{"transcript": " next"}], "isFinal": True, "resultEndTime": "3s"}]},
        ],
        [("(?)", "Good morning next", None)],
    ),
    "watson": (
        [
            {"state": "listening"},
            {"result_index": 0, "results": [{"final": False, "alternatives": [{"transcript": "good "}]}]},
            {
                "result_index": 0,
                "results": [
                    {
                        "final": True,
                        "alternatives": [{"transcript": "good day ", "timestamps": [["good", 0.1, 0.5], ["day", 0.5, 1]]}],
                    }
                ],
            },
            {
                "result_index": 1,
                "results": [{"final": True, "alternatives": [{"transcript": "hello ", "timestamps": [["hello", 1.1, 1.5]]}]}],
            },
            {"speaker_labels": [{"from": 0.1, "speaker": 0}, {"from": 0.5, "speaker": 0}, {"from": 1.1, "speaker": 1}]},
        ],
        [("Speaker 0", "good day", 0.1), ("Speaker 1", "hello", 1.1)],
    ),
    "speechmatics": (
        [
            {"message": "RecognitionStarted", "id": "x"},
            {
                "message": "AddPartialTranscript",
                "metadata": {"transcript": "Good"},
                "results": [{"type": "word", "start_time": 0, "alternatives": [{"content": "Good", "speaker": "S1"}]}],
            },
            {
                "message": "AddTranscript",
                "metadata": {"transcript": "Good. "},
                "results": [
                    {"type": "word", "start_time": 0, "end_time": 1, "alternatives": [{"content": "Good", "speaker": "S1"}]},
                    {"type": "punctuation", "attaches_to": "previous", "alternatives": [{"content": ".", "speaker": "S1"}]},
                ],
            },
            {
                "message": "AddTranscript",
                "metadata": {"transcript": "Yes "},
                "results": [
                    {"type": "word", "start_time": 2, "end_time": 3, "alternatives": [{"content": "Yes", "speaker": "S2"}]}
                ],
            },
            {"message": "EndOfTranscript"},
        ],
        [("S1", "Good.", 0.0), ("S2", "Yes", 2.0)],
    ),
    "gladia": (
        [
            {
                "type": "transcript",
                "session_id": "x",
                "data": {
                    "id": "0",
                    "is_final": final,
                    "utterance": {"text": text, "start": 0, "end": 1, "channel": 0, "words": []},
                },
            }
            for final, text in ((False, "Hello wor"), (True, "Hello world."))
        ],
        [("(?)", "Hello world.", 0.0)],
    ),
    "soniox": (
        [
            {
                "tokens": [{"text": "Hel", "start_ms": 0, "end_ms": 100, "is_final": False, "speaker": "1"}],
                "final_audio_proc_ms": 0,
            },
            {
                "tokens": [
                    {"text": "Hel", "start_ms": 0, "end_ms": 100, "is_final": True, "speaker": "1"},
                    {"text": "lo", "start_ms": 100, "end_ms": 200, "is_final": True, "speaker": "1"},
                    {"text": " th", "start_ms": 200, "end_ms": 300, "is_final": False, "speaker": "1"},
                ],
                "final_audio_proc_ms": 200,
            },
            {
                "tokens": [
                    {"text": " there", "start_ms": 200, "end_ms": 400, "is_final": True, "speaker": "1"},
                    {"text": " Hi", "start_ms": 500, "end_ms": 600, "is_final": True, "speaker": "2"},
                    {"text": "<end>", "is_final": True},
                ],
                "final_audio_proc_ms": 600,
            },
            {"tokens": [], "finished": True},
        ],
        [("1", "Hello there", 0.0), ("2", "Hi", 0.5)],
    ),
    "elevenlabs": (
        [
            {"message_type": "session_started", "session_id": "x"},
            {"message_type": "partial_transcript", "text": "The first"},
            {"message_type": "committed_transcript", "text": "The first move."},
            {"message_type": "committed_transcript_with_timestamps", "text": "The first move.", "words": []},
            {"message_type": "committed_transcript", "text": "The second."},
        ],
        [("(?)", "The first move. The second.", None)],
    ),
    "openai": (
        [
            {"type": "conversation.item.input_audio_transcription.delta", "item_id": "i1", "delta": "Hel"},
            {"type": "conversation.item.input_audio_transcription.delta", "item_id": "i1", "delta": "lo"},
            {"type": "conversation.item.input_audio_transcription.completed", "item_id": "i1", "transcript": "Hello there."},
            {"type": "conversation.item.input_audio_transcription.delta", "item_id": "i2", "delta": "And"},
            {"type": "conversation.item.input_audio_transcription.delta", "item_id": "i2", "delta": " then"},
        ],
        [("(?)", "Hello there. And then", None)],
    ),
    "openai with speakers": (
        [
            {"type": "transcript.text.delta", "delta": "Hello.", "segment_id": "s1"},
            {"type": "transcript.text.segment", "id": "s1", "start": 0.0, "end": 1.0, "text": " Hello.", "speaker": "A"},
            {"type": "transcript.text.segment", "id": "s2", "start": 1.0, "end": 2.0, "text": " Hi.", "speaker": "B"},
            {"type": "transcript.text.done", "text": "Hello. Hi."},
        ],
        [("A", "Hello.", 0.0), ("B", "Hi.", 1.0)],
    ),
    "rev": (
        [
            {"type": "connected", "id": "x"},
            {
                "type": "partial",
                "ts": 0,
                "end_ts": 1.0,
                "elements": [{"type": "text", "value": "one"}, {"type": "text", "value": "tooth"}],
            },
            {
                "type": "final",
                "ts": 1.01,
                "end_ts": 3.2,
                "elements": [
                    {"type": "text", "value": "One"},
                    {"type": "punct", "value": " "},
                    {"type": "text", "value": "two"},
                ],
            },
        ],
        [("(?)", "One two", 1.01)],
    ),
    "recall": (
        [
            {
                "event": event,
                "data": {
                    "data": {
                        "words": [{"text": text, "start_timestamp": {"relative": 0.5}}],
                        "participant": {"id": 1, "name": "Ann"},
                    },
                    "transcript": {"id": "t", "metadata": {}},
                    "bot": {"id": "b"},
                },
            }
            for event, text in (("transcript.partial_data", "Hel"), ("transcript.data", "Hello."))
        ],
        [("Ann", "Hello.", 0.5)],
    ),
    "vapi": (
        [
            {"message": {"type": "transcript", "role": "user", "transcriptType": "partial", "transcript": "Hel"}},
            {"message": {"type": "transcript", "role": "user", "transcriptType": "final", "transcript": "Hello."}},
            {"message": {"type": "speech-update", "status": "started", "role": "assistant"}},
            {
                "message": {
                    "type": "transcript",
                    "role": "assistant",
                    "transcriptType": "final",
                    "transcript": "How can I help?",
                }
            },
        ],
        [("user", "Hello.", None), ("assistant", "How can I help?", None)],
    ),
    "twilio": (
        [
            {"TranscriptionEvent": "transcription-started", "SequenceId": "1", "LanguageCode": "en-US"},
            *(
                {
                    "TranscriptionEvent": "transcription-content",
                    "Track": track,
                    "Final": final,
                    "TranscriptionData": json.dumps({"transcript": text, "confidence": 0.9}),
                }
                for track, final, text in (
                    ("inbound_track", "false", "To be"),
                    ("inbound_track", "true", "To be or not"),
                    ("outbound_track", "true", "Indeed."),
                )
            ),
        ],
        [("inbound_track", "To be or not", None), ("outbound_track", "Indeed.", None)],
    ),
    "whisperlive": (
        [
            {"uid": "x", "message": "SERVER_READY", "backend": "faster_whisper"},
            {"uid": "x", "segments": [{"start": "0.000", "end": "1.000", "text": " Good", "completed": False}]},
            {
                "uid": "x",
                "segments": [
                    {"start": "0.000", "end": "2.000", "text": " Good morning.", "completed": True},
                    {"start": "2.000", "end": "3.000", "text": " Hel", "completed": False},
                ],
            },
            {
                "uid": "x",
                "segments": [
                    {"start": "0.000", "end": "2.000", "text": " Good morning.", "completed": True},
                    {"start": "2.000", "end": "3.500", "text": " Hello all.", "completed": True},
                ],
            },
        ],
        [("(?)", "Good morning. Hello all.", 0.0)],
    ),
    "vosk": (
        [{"partial": "good"}, {"text": "good day"}, {"partial": ""}, {"partial": "and then"}],
        [("(?)", "good day and then", None)],
    ),
    "yandex": (
        [
            {
                "result": {
                    "audioCursors": {},
                    "channelTag": "0",
                    "partial": {"alternatives": [{"text": "hi", "startTimeMs": "1000"}]},
                }
            },
            {
                "result": {
                    "audioCursors": {},
                    "channelTag": "0",
                    "final": {"alternatives": [{"text": "hi", "startTimeMs": "1000"}]},
                }
            },
            {
                "result": {
                    "audioCursors": {},
                    "channelTag": "0",
                    "finalRefinement": {"normalizedText": {"alternatives": [{"text": "Hi.", "startTimeMs": "1000"}]}},
                }
            },
            {"result": {"audioCursors": {}, "channelTag": "0", "eouUpdate": {"timeMs": "2000"}}},
            {
                "result": {
                    "audioCursors": {},
                    "channelTag": "1",
                    "finalRefinement": {"normalizedText": {"alternatives": [{"text": "Yes.", "startTimeMs": "4000"}]}},
                }
            },
        ],
        [("Channel 0", "Hi.", 1.0), ("Channel 1", "Yes.", 4.0)],
    ),
    "deepgram's turns": (
        [
            {"type": "TurnInfo", "event": "Update", "turn_index": 0, "transcript": "Hi", "audio_window_start": 0.5},
            {"type": "TurnInfo", "event": "EndOfTurn", "turn_index": 0, "transcript": "Hi all.", "audio_window_start": 0.5},
            {"type": "TurnInfo", "event": "StartOfTurn", "turn_index": 1, "transcript": "Yes", "audio_window_start": 4.0},
        ],
        [("(?)", "Hi all. Yes", 0.5)],
    ),
    "partial results alone": (
        [{"is_final": False, "text": "Good"}, {"is_final": False, "text": "Good day"}, {"is_final": False, "text": "Yes"}],
        [("(?)", "Good day Yes", None)],
    ),
}


@pytest.mark.parametrize("stream", STREAMS)
def test_partial_results_give_way_to_final_ones(stream: str) -> None:
    given, expected = STREAMS[stream]

    assert timed_turns(parse("\n".join(map(json.dumps, given))).turns) == expected


@pytest.mark.parametrize("name", ["event: transcript.text.delta\n", "id: 7\n", ": a comment\n", "event: x\nid: 1\n"])
def test_the_fields_of_a_stream_of_events_are_no_speech(name: str) -> None:
    events = ({"type": "transcript.text.delta", "delta": "I see"}, {"type": "transcript.text.done", "text": "I see skies"})

    transcript = parse("".join(f"{name}data: {json.dumps(each)}\n\n" for each in events))

    assert timed_turns(transcript.turns) == [("(?)", "I see skies", None)]


def test_messages_in_json_that_are_no_stream_keep_single_words() -> None:
    transcript = parse(json.dumps([{"from": "Ann", "message": "Ready"}, {"from": "Bob", "message": "Yes"}]))

    assert timed_turns(transcript.turns) == [("Ann", "Ready", None), ("Bob", "Yes", None)]
