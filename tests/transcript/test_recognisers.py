"""The JSON of speech recognisers: shapes as their documentation and public exports have them, with invented words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.errors import BadContent
from app.transcript import UNKNOWN_SPEAKER, Turn, parse

SHAPES: dict[str, tuple[Any, str, list[tuple[str, str, float | None, float | None]]]] = {
    "aws old": (
        {
            "jobName": "x",
            "accountId": "1",
            "results": {
                "transcripts": [{"transcript": "Hola. Qué tal? Bien."}],
                "speaker_labels": {
                    "speakers": 2,
                    "segments": [
                        {
                            "start_time": "0.9",
                            "speaker_label": "spk_0",
                            "end_time": "2",
                            "items": [
                                {"start_time": "0.9", "speaker_label": "spk_0", "end_time": "1.4"},
                                {"start_time": "1.5", "speaker_label": "spk_0", "end_time": "2.0"},
                                {"start_time": "2.0", "speaker_label": "spk_0", "end_time": "2.5"},
                            ],
                        },
                        {
                            "start_time": "4",
                            "speaker_label": "spk_1",
                            "end_time": "5",
                            "items": [{"start_time": "4", "speaker_label": "spk_1", "end_time": "4.5"}],
                        },
                    ],
                },
                "items": [
                    {
                        "start_time": "0.9",
                        "end_time": "1.4",
                        "alternatives": [{"confidence": "0.9", "content": "Hola"}],
                        "type": "pronunciation",
                    },
                    {"alternatives": [{"confidence": "0.0", "content": "."}], "type": "punctuation"},
                    {
                        "start_time": "1.5",
                        "end_time": "2.0",
                        "alternatives": [{"confidence": "0.9", "content": "Qué"}],
                        "type": "pronunciation",
                    },
                    {
                        "start_time": "2.0",
                        "end_time": "2.5",
                        "alternatives": [{"confidence": "0.9", "content": "tal"}],
                        "type": "pronunciation",
                    },
                    {"alternatives": [{"confidence": "0.0", "content": "?"}], "type": "punctuation"},
                    {
                        "start_time": "4",
                        "end_time": "4.5",
                        "alternatives": [{"confidence": "0.9", "content": "Bien"}],
                        "type": "pronunciation",
                    },
                    {"alternatives": [{"confidence": "0.0", "content": "."}], "type": "punctuation"},
                ],
            },
            "status": "COMPLETED",
        },
        "AWS Transcribe",
        [("spk_0", "Hola. Qué tal?", 0.9, 2.5), ("spk_1", "Bien.", 4.0, 4.5)],
    ),
    "aws analytics": (
        {
            "JobStatus": "COMPLETED",
            "Transcript": [
                {
                    "LoudnessScores": [1],
                    "Content": "Hi there.",
                    "Items": [{"Content": "Hi", "BeginOffsetMillis": 0}],
                    "BeginOffsetMillis": 440,
                    "EndOffsetMillis": 2000,
                    "ParticipantRole": "AGENT",
                },
                {"Content": "Yes.", "BeginOffsetMillis": 2440, "EndOffsetMillis": 3000, "ParticipantRole": "CUSTOMER"},
            ],
        },
        "AWS Transcribe",
        [("AGENT", "Hi there.", 0.44, 2.0), ("CUSTOMER", "Yes.", 2.44, 3.0)],
    ),
    "google v1 diar": (
        {
            "name": "op",
            "metadata": {"progressPercent": 100},
            "done": True,
            "response": {
                "@type": "x",
                "results": [
                    {
                        "alternatives": [
                            {
                                "transcript": "hi I'd like",
                                "confidence": 0.9,
                                "words": [
                                    {"startTime": "0.1s", "endTime": "0.5s", "word": "hi"},
                                    {"startTime": "0.5s", "endTime": "0.6s", "word": "I'd"},
                                    {"startTime": "0.6s", "endTime": "0.7s", "word": "like"},
                                ],
                            }
                        ],
                        "languageCode": "en-us",
                    },
                    {"alternatives": [{"transcript": " okay sure"}], "languageCode": "en-us"},
                    {
                        "alternatives": [
                            {
                                "words": [
                                    {"startTime": "0.1s", "endTime": "0.5s", "word": "hi", "speakerTag": 2},
                                    {"startTime": "0.5s", "endTime": "0.6s", "word": "I'd", "speakerTag": 2},
                                    {"startTime": "0.6s", "endTime": "0.7s", "word": "like", "speakerTag": 2},
                                    {"startTime": "1s", "endTime": "1.4s", "word": "okay", "speakerTag": 1},
                                    {"startTime": "1.4s", "endTime": "1.9s", "word": "sure", "speakerTag": 1},
                                ]
                            }
                        ]
                    },
                ],
            },
        },
        "Google Speech-to-Text",
        [("Speaker 2", "hi I'd like", 0.1, 0.7), ("Speaker 1", "okay sure", 1.0, 1.9)],
    ),
    "google v2": (
        {
            "results": [
                {
                    "alternatives": [
                        {
                            "transcript": "hello there",
                            "confidence": 0.9,
                            "words": [
                                {"startOffset": "0.2s", "endOffset": "0.5s", "word": "hello", "speakerLabel": "1"},
                                {"endOffset": "0.9s", "word": "there", "speakerLabel": "2"},
                            ],
                        }
                    ],
                    "resultEndOffset": "1s",
                    "languageCode": "en",
                }
            ],
            "metadata": {"totalBilledDuration": "1s"},
        },
        "Google Speech-to-Text",
        [("Speaker 1", "hello", 0.2, 0.5), ("Speaker 2", "there", None, 0.9)],
    ),
    "azure batch": (
        {
            "source": "x",
            "timestamp": "2020",
            "durationInTicks": 1,
            "combinedRecognizedPhrases": [{"channel": 0, "lexical": "hi", "display": "Hi. Bye."}],
            "recognizedPhrases": [
                {
                    "recognitionStatus": "Success",
                    "channel": 0,
                    "speaker": 1,
                    "offset": "PT0.07S",
                    "duration": "PT1.59S",
                    "offsetInTicks": 700000.0,
                    "durationInTicks": 15900000.0,
                    "nBest": [{"confidence": 0.9, "lexical": "hi", "itn": "hi", "maskedITN": "hi", "display": "Hi."}],
                },
                {
                    "recognitionStatus": "Success",
                    "channel": 0,
                    "speaker": 2,
                    "offset": "PT2.07S",
                    "duration": "PT1.59S",
                    "nBest": [{"display": "Bye.", "lexical": "bye"}],
                },
            ],
        },
        "Azure Speech",
        [("Speaker 1", "Hi.", 0.07, 1.66), ("Speaker 2", "Bye.", 2.07, 3.66)],
    ),
    "azure fast": (
        {
            "durationMilliseconds": 9,
            "combinedPhrases": [{"text": "Good afternoon. Yes"}],
            "phrases": [
                {
                    "channel": 0,
                    "speaker": 1,
                    "offsetMilliseconds": 80,
                    "durationMilliseconds": 6960,
                    "text": "Good afternoon.",
                    "words": [{"text": "Good", "offsetMilliseconds": 80, "durationMilliseconds": 80}],
                    "locale": "en-US",
                    "confidence": 0.9,
                },
                {"speaker": 2, "offsetMilliseconds": 7080, "durationMilliseconds": 960, "text": "Yes", "locale": "en"},
            ],
        },
        "Azure Speech",
        [("Speaker 1", "Good afternoon.", 0.08, 7.04), ("Speaker 2", "Yes", 7.08, 8.04)],
    ),
    "azure rt": (
        [
            {
                "RecognitionStatus": "Success",
                "Offset": 18000000,
                "Duration": 20000000,
                "DisplayText": "Hello.",
                "SpeakerId": "Guest-1",
            },
            {
                "RecognitionStatus": "Success",
                "Offset": 58000000,
                "Duration": 20000000,
                "NBest": [{"Display": "World.", "Lexical": "world"}],
                "SpeakerId": "Guest-2",
            },
        ],
        "Azure Speech",
        [("Guest-1", "Hello.", 1.8, 3.8), ("Guest-2", "World.", 5.8, 7.8)],
    ),
    "assemblyai": (
        {
            "id": "1",
            "status": "completed",
            "audio_url": "u",
            "text": "Hi there. Yes.",
            "words": [{"text": "Hi", "start": 250, "end": 650, "confidence": 0.9, "speaker": "A"}],
            "utterances": [
                {"confidence": 0.9, "end": 1650, "speaker": "A", "start": 250, "text": "Hi there.", "words": []},
                {"end": 2650, "speaker": "B", "start": 1750, "text": "Yes."},
            ],
            "error": None,
        },
        "AssemblyAI",
        [("A", "Hi there.", 0.25, 1.65), ("B", "Yes.", 1.75, 2.65)],
    ),
    "speechmatics": (
        {
            "format": "2.9",
            "job": {"id": "1"},
            "metadata": {"type": "transcription"},
            "results": [
                {
                    "type": "word",
                    "start_time": 0.5,
                    "end_time": 0.6,
                    "alternatives": [{"content": "Hello", "confidence": 1, "language": "en", "speaker": "S1"}],
                },
                {
                    "type": "punctuation",
                    "start_time": 0.6,
                    "end_time": 0.6,
                    "attaches_to": "previous",
                    "is_eos": True,
                    "alternatives": [{"content": ".", "speaker": "S1"}],
                },
                {"type": "word", "start_time": 1.5, "end_time": 1.6, "alternatives": [{"content": "Yes", "speaker": "S2"}]},
            ],
        },
        "Speechmatics",
        [("S1", "Hello.", 0.5, 0.6), ("S2", "Yes", 1.5, 1.6)],
    ),
    "fireflies": (
        {
            "data": {
                "transcript": {
                    "title": "t",
                    "speakers": [{"id": 0, "name": "Ann"}],
                    "sentences": [
                        {
                            "index": 0,
                            "speaker_name": "Ann",
                            "speaker_id": 0,
                            "text": "Hi.",
                            "raw_text": "hi",
                            "start_time": 0.5,
                            "end_time": 1.2,
                        },
                        {
                            "index": 1,
                            "speaker_name": None,
                            "speaker_id": 1,
                            "text": "Yo.",
                            "raw_text": "yo",
                            "start_time": 1.5,
                            "end_time": 2.2,
                        },
                    ],
                }
            }
        },
        "Fireflies",
        [("Ann", "Hi.", 0.5, 1.2), ("Speaker 1", "Yo.", 1.5, 2.2)],
    ),
    "rev": (
        {
            "monologues": [
                {
                    "speaker": 0,
                    "elements": [
                        {"type": "text", "value": "Hi", "ts": 0.2, "end_ts": 0.4, "confidence": 1},
                        {"type": "punct", "value": ", "},
                        {"type": "text", "value": "you", "ts": 0.5, "end_ts": 0.9},
                        {"type": "punct", "value": "."},
                    ],
                },
                {"speaker": 1, "elements": [{"type": "text", "value": "Yes", "ts": 1.2, "end_ts": 1.4}]},
            ]
        },
        "Rev",
        [("Speaker 0", "Hi, you.", 0.2, 0.9), ("Speaker 1", "Yes", 1.2, 1.4)],
    ),
    "amberscript": (
        {
            "id": "1",
            "recordId": "r",
            "filename": "f",
            "startTimeOffset": 0,
            "speakers": [{"spkid": "spk1", "name": "Ann"}, {"spkid": "spk2", "name": "Bob"}],
            "segments": [
                {
                    "speaker": "spk1",
                    "words": [
                        {"text": "Hi", "start": 0.1, "end": 0.5, "duration": 0.4, "conf": 1, "pristine": True},
                        {"text": "there.", "start": 0.6, "end": 0.9},
                    ],
                },
                {"speaker": "spk2", "words": [{"text": "Yes.", "start": 1.6, "end": 1.9}]},
            ],
            "highlights": [],
        },
        "Amberscript",
        [("Ann", "Hi there.", 0.1, 0.9), ("Bob", "Yes.", 1.6, 1.9)],
    ),
    "whisper.cpp": (
        {
            "systeminfo": "AVX",
            "model": {"type": "base"},
            "params": {},
            "result": {"language": "en"},
            "transcription": [
                {
                    "timestamps": {"from": "00:00:00,000", "to": "00:00:07,600"},
                    "offsets": {"from": 0, "to": 7600},
                    "text": " And so my fellow",
                },
                {
                    "timestamps": {"from": "00:00:07,600", "to": "00:00:10,500"},
                    "offsets": {"from": 7600, "to": 10500},
                    "text": " Americans.",
                },
            ],
        },
        "whisper.cpp",
        [("(?)", "And so my fellow Americans.", 0.0, 10.5)],
    ),
    "hf": (
        {
            "text": " Hi. Yes.",
            "chunks": [{"timestamp": [0.0, 3.2], "text": " Hi."}, {"timestamp": [3.2, None], "text": " Yes."}],
        },
        "Hugging Face",
        [("(?)", "Hi. Yes.", 0.0, 3.2)],
    ),
    "insanely": (
        {
            "speakers": [
                {"speaker": "SPEAKER_00", "timestamp": [0.0, 3.0], "text": " Hi."},
                {"speaker": "SPEAKER_01", "timestamp": [3.0, 4.0], "text": " Yes."},
            ],
            "chunks": [{"timestamp": [0.0, 4.0], "text": " Hi. Yes."}],
            "text": " Hi. Yes.",
        },
        "Hugging Face",
        [("SPEAKER_00", "Hi.", 0.0, 3.0), ("SPEAKER_01", "Yes.", 3.0, 4.0)],
    ),
    "whisperx": (
        {
            "segments": [
                {
                    "start": 0.1,
                    "end": 1.0,
                    "text": " Hi there",
                    "speaker": "SPEAKER_00",
                    "words": [
                        {"word": "Hi", "start": 0.1, "end": 0.3, "score": 0.9, "speaker": "SPEAKER_00"},
                        {"word": "there", "start": 0.4, "end": 0.9, "speaker": "SPEAKER_00"},
                    ],
                },
                {"start": 1.1, "end": 2.0, "text": " Yes", "speaker": "SPEAKER_01", "words": []},
            ],
            "word_segments": [{"word": "Hi", "start": 0.1, "end": 0.3, "speaker": "SPEAKER_00"}],
        },
        "WhisperX",
        [("SPEAKER_00", "Hi there", 0.1, 1.0), ("SPEAKER_01", "Yes", 1.1, 2.0)],
    ),
    "faster rows": (
        [[1, 0, 0.0, 2.5, " Hi there.", [1, 2], 0.0], [2, 250, 2.5, 4.0, " Yes.", [3], 0.0]],
        "",
        [("(?)", "Hi there. Yes.", 0.0, 4.0)],
    ),
    "elevenlabs": (
        {
            "language_code": "en",
            "language_probability": 0.9,
            "text": "Hi there. Yes.",
            "words": [
                {"text": "Hi", "start": 0.1, "end": 0.2, "type": "word", "speaker_id": "speaker_0"},
                {"text": " ", "start": 0.2, "end": 0.3, "type": "spacing", "speaker_id": "speaker_0"},
                {"text": "there.", "start": 0.3, "end": 0.5, "type": "word", "speaker_id": "speaker_0"},
                {"text": " ", "start": 0.5, "end": 0.6, "type": "spacing", "speaker_id": "speaker_1"},
                {"text": "Yes.", "start": 0.6, "end": 0.9, "type": "word", "speaker_id": "speaker_1"},
            ],
        },
        "ElevenLabs",
        [("speaker_0", "Hi there.", 0.1, 0.5), ("speaker_1", "Yes.", 0.6, 0.9)],
    ),
    "soniox": (
        {
            "text": "Hello. Yes",
            "tokens": [
                {"text": "Hel", "start_ms": 100, "end_ms": 200, "speaker": "1"},
                {"text": "lo.", "start_ms": 200, "end_ms": 300, "speaker": "1"},
                {"text": " Yes", "start_ms": 400, "end_ms": 500, "speaker": "2"},
            ],
        },
        "Soniox",
        [("1", "Hello.", 0.1, 0.3), ("2", "Yes", 0.4, 0.5)],
    ),
    "linto": (
        {
            "confidence_score": 0.9,
            "transcription_result": "spk1: Hi there\nspk2: Yes",
            "raw_transcription": "hi there yes",
            "segments": [
                {
                    "spk_id": "spk1",
                    "start": 0,
                    "end": 1.2,
                    "duration": 1.2,
                    "segment": "Hi there",
                    "raw_segment": "hi there",
                    "words": [{"word": "Hi", "start": 0, "end": 0.5}],
                },
                {"spk_id": "spk2", "start": 1.5, "end": 2, "segment": "Yes", "raw_segment": "yes", "words": []},
            ],
        },
        "LinTO",
        [("spk1", "Hi there", 0.0, 1.2), ("spk2", "Yes", 1.5, 2.0)],
    ),
    "nemo": (
        {
            "status": "success",
            "session_id": "x",
            "transcription": "hi there yes",
            "speaker_count": 2,
            "words": [
                {"word": "hi", "start_time": 0.1, "end_time": 0.2, "speaker_label": "speaker_0"},
                {"word": "there", "start_time": 0.3, "end_time": 0.4, "speaker_label": "speaker_0"},
                {"word": "yes", "start_time": 0.5, "end_time": 0.6, "speaker_label": "speaker_1"},
            ],
            "sentences": [
                {"sentence": "hi there", "start_time": "0.1", "end_time": "0.4", "speaker": "speaker_0", "text": "hi there"},
                {"sentence": "yes", "start_time": 0.5, "end_time": 0.6, "speaker": "speaker_1"},
            ],
        },
        "",
        [("speaker_0", "hi there", 0.1, 0.4), ("speaker_1", "yes", 0.5, 0.6)],
    ),
    "watson": (
        {
            "results": [
                {
                    "final": True,
                    "alternatives": [
                        {"transcript": "hi there ", "timestamps": [["hi", 0.1, 0.2], ["there", 0.3, 0.4]], "confidence": 0.9}
                    ],
                },
                {"final": True, "alternatives": [{"transcript": "yes ", "timestamps": [["yes", 0.5, 0.6]]}]},
            ],
            "result_index": 0,
            "speaker_labels": [
                {"from": 0.1, "to": 0.2, "speaker": 0},
                {"from": 0.3, "to": 0.4, "speaker": 0},
                {"from": 0.5, "to": 0.6, "speaker": 1},
            ],
        },
        "Watson",
        [("Speaker 0", "hi there", 0.1, 0.4), ("Speaker 1", "yes", 0.5, 0.6)],
    ),
    "vosk": (
        [
            {
                "result": [{"conf": 1, "end": 0.5, "start": 0.1, "word": "hi"}, {"end": 0.9, "start": 0.6, "word": "there"}],
                "text": "hi there",
            },
            {"partial": "ye"},
            {"result": [{"word": "yes", "start": 1, "end": 2}], "text": "yes"},
        ],
        "Vosk",
        [("(?)", "hi there yes", 0.1, 2.0)],
    ),
    "recall": (
        [
            {
                "participant": {"id": 1, "name": "Ann"},
                "words": [
                    {"text": "Hi", "start_timestamp": {"relative": 0.1}, "end_timestamp": {"relative": 0.3}},
                    {"text": "there", "start_timestamp": {"relative": 0.4}, "end_timestamp": {"relative": 0.6}},
                ],
            },
            {
                "participant": {"id": 2, "name": "Bob"},
                "words": [{"text": "Yes", "start_timestamp": {"relative": 1.1}, "end_timestamp": {"relative": 1.3}}],
            },
        ],
        "",
        [("Ann", "Hi there", 0.1, 0.6), ("Bob", "Yes", 1.1, 1.3)],
    ),
    "gladia": (
        {
            "id": "1",
            "result": {
                "metadata": {},
                "transcription": {
                    "full_transcript": "Hi there. Yes.",
                    "utterances": [
                        {
                            "text": "Hi there.",
                            "start": 0.1,
                            "end": 0.9,
                            "speaker": 0,
                            "words": [{"word": "Hi", "start": 0.1, "end": 0.2}],
                        },
                        {"text": "Yes.", "start": 1.1, "end": 1.9, "speaker": 1},
                    ],
                },
            },
        },
        "",
        [("Speaker 0", "Hi there.", 0.1, 0.9), ("Speaker 1", "Yes.", 1.1, 1.9)],
    ),
    "gpt4o": (
        {
            "task": "transcribe",
            "duration": 3,
            "text": "Hi. Yes.",
            "segments": [
                {"type": "transcript.text.segment", "id": "1", "start": 0.0, "end": 1.0, "text": "Hi.", "speaker": "A"},
                {"type": "transcript.text.segment", "id": "2", "start": 1.0, "end": 2.0, "text": "Yes.", "speaker": "B"},
            ],
        },
        "",
        [("A", "Hi.", 0.0, 1.0), ("B", "Yes.", 1.0, 2.0)],
    ),
    "camel": (
        [
            {"speakerName": "Ann", "startTime": 1.5, "endTime": 2.5, "content": "Hi"},
            {"speakerName": "Bob", "startTime": 3, "endTime": 4, "content": "Yo"},
        ],
        "",
        [("Ann", "Hi", 1.5, 2.5), ("Bob", "Yo", 3.0, 4.0)],
    ),
    "yt": (
        {
            "wireMagic": "pb3",
            "events": [
                {"tStartMs": 0, "dDurationMs": 5000, "id": 1, "wpWinPosId": 1},
                {"tStartMs": 100, "dDurationMs": 3000, "segs": [{"utf8": "hi"}, {"utf8": " there", "tOffsetMs": 200}]},
                {"tStartMs": 2000, "aAppend": 1, "segs": [{"utf8": "\n"}]},
                {"tStartMs": 3100, "dDurationMs": 3000, "segs": [{"utf8": "yes"}]},
            ],
        },
        "YouTube",
        [("(?)", "hi there yes", 0.1, 6.1)],
    ),
    "deepgram multi": (
        {
            "metadata": {"channels": 2},
            "results": {
                "channels": [
                    {
                        "alternatives": [
                            {
                                "transcript": "hi there",
                                "words": [
                                    {"word": "hi", "start": 0.1, "end": 0.2, "punctuated_word": "Hi"},
                                    {"word": "there", "start": 0.2, "end": 0.4, "punctuated_word": "there."},
                                ],
                            }
                        ]
                    },
                    {
                        "alternatives": [
                            {
                                "transcript": "yes",
                                "words": [{"word": "yes", "start": 1.1, "end": 1.2, "punctuated_word": "Yes."}],
                            }
                        ]
                    },
                ]
            },
        },
        "Deepgram",
        [("Channel 0", "Hi there.", 0.1, 0.4), ("Channel 1", "Yes.", 1.1, 1.2)],
    ),
    "deepgram words": (
        {
            "metadata": {"channels": 1},
            "results": {
                "channels": [
                    {
                        "alternatives": [
                            {
                                "transcript": "Hi there. Yes.",
                                "words": [
                                    {"word": "hi", "start": 0.1, "end": 0.2, "punctuated_word": "Hi", "speaker": 0},
                                    {"word": "there", "start": 0.2, "end": 0.4, "punctuated_word": "there.", "speaker": 0},
                                    {"word": "yes", "start": 1.1, "end": 1.2, "punctuated_word": "Yes.", "speaker": 1},
                                ],
                            }
                        ]
                    }
                ]
            },
        },
        "Deepgram",
        [("Speaker 0", "Hi there.", 0.1, 0.4), ("Speaker 1", "Yes.", 1.1, 1.2)],
    ),
    "nested": (
        {
            "segments": [
                {
                    "speakerId": "Ann",
                    "startTime": 0,
                    "segments": [{"text": "Hi there.", "start": 0, "end": 1}, {"text": "How are you?", "start": 1, "end": 2}],
                },
                {"speakerId": "Bob", "segments": [{"text": "Fine.", "start": 2, "end": 3}]},
            ]
        },
        "",
        [("Ann", "Hi there. How are you?", 0.0, 2.0), ("Bob", "Fine.", 2.0, 3.0)],
    ),
    "symbl": (
        {
            "messages": [
                {
                    "id": "1",
                    "text": "Hi there.",
                    "from": {"name": "Ann", "email": "a@x"},
                    "startTime": "2020-07-10T11:16:05.024Z",
                    "endTime": "2020-07-10T11:16:09.824Z",
                },
                {"text": "Yes.", "from": {"name": "Bob"}},
            ]
        },
        "",
        [("Ann", "Hi there.", 40565.024, 40569.824), ("Bob", "Yes.", None, None)],
    ),
    "webex": (
        {
            "items": [
                {
                    "personName": "Ann",
                    "personEmail": "a@x",
                    "text": "Hello",
                    "offsetMillisecond": 100,
                    "durationMillisecond": 400,
                },
                {"personName": "Bob", "personEmail": "b@x", "text": "Hi", "offsetMillisecond": 800, "durationMillisecond": 100},
            ]
        },
        "",
        [("Ann", "Hello", 0.1, 0.5), ("Bob", "Hi", 0.8, 0.9)],
    ),
    "times of day with a date": (
        {
            "messages": [
                {"id": 2, "type": "message", "date": "2024-03-12T10:15:00", "from": "Ann", "text": "Hello"},
                {"id": 3, "type": "message", "date": "2024-03-12T10:16:00", "from": "Bob", "text": "Hi"},
            ]
        },
        "",
        [("Ann", "Hello", 36900.0, None), ("Bob", "Hi", 36960.0, None)],
    ),
    "parties of a call": (
        {
            "parties": [{"speakerId": "11", "name": "Ann"}, {"speakerId": "12", "name": "Bob"}],
            "transcript": [
                {"speakerId": "11", "sentences": [{"start": 100, "end": 600, "text": "Hello there."}]},
                {"speakerId": "12", "sentences": [{"start": 800, "end": 1400, "text": "Hi to you."}]},
            ],
        },
        "",
        [("Ann", "Hello there.", 0.1, 0.6), ("Bob", "Hi to you.", 0.8, 1.4)],
    ),
    "blocks of words": (
        {"speaker_blocks": [{"speaker": {"name": "Ann"}, "words": "Hello there"}, {"speaker": {"name": "Bob"}, "words": "Hi"}]},
        "",
        [("Ann", "Hello there", None, None), ("Bob", "Hi", None, None)],
    ),
    "turns that grow": (
        [
            {"type": "Turn", "end_of_turn": False, "speaker_label": "A", "transcript": "hel"},
            {"type": "Turn", "end_of_turn": True, "speaker_label": "A", "transcript": "hello there"},
            {"type": "Turn", "end_of_turn": True, "speaker_label": "B", "transcript": "hi"},
        ],
        "",
        [("A", "hello there", None, None), ("B", "hi", None, None)],
    ),
}


def told(turn: Turn) -> tuple[str, str, float | None, float | None]:
    return turn.speaker, turn.text, turn.start, turn.end


@pytest.mark.parametrize("shape", SHAPES)
def test_a_recognisers_json_is_read_with_speakers_and_times(shape: str) -> None:
    given, recogniser, expected = SHAPES[shape]

    transcript = parse(json.dumps(given))

    assert transcript.report.recogniser == recogniser
    assert list(map(told, transcript.turns)) == expected


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("wrapping", ["data", "result", "transcription"])
def test_one_level_of_wrapping_changes_nothing(shape: str, wrapping: str) -> None:
    given, _, expected = SHAPES[shape]

    transcript = parse(json.dumps({"id": "7", wrapping: given}))

    assert list(map(told, transcript.turns)) == expected


@pytest.mark.parametrize(
    "speaker",
    [
        {"display_name": "Ann"},
        {"displayName": "Ann", "id": 3},
        {"name": "Ann"},
        {"firstName": "Ann", "lastName": ""},
        {"user": 1, "label": "Ann"},
        ["Ann"],
        "Ann",
    ],
)
def test_a_speaker_may_be_an_object(speaker: Any) -> None:
    (turn,) = parse(json.dumps([{"speaker": speaker, "text": "Hi"}])).turns

    assert turn.speaker == "Ann"


@pytest.mark.parametrize(
    ("key", "speaker", "name"),
    [
        ("speaker", 0, "Speaker 0"),
        ("speakerId", 2, "Speaker 2"),
        ("speaker_tag", 1.0, "Speaker 1"),
        ("speakerLabel", "spk_0", "spk_0"),
        ("speaker", "7", "7"),
        ("speaker", None, UNKNOWN_SPEAKER),
        ("speaker", "", UNKNOWN_SPEAKER),
        ("speaker", True, UNKNOWN_SPEAKER),
    ],
)
def test_a_speaker_may_be_a_number_under_any_spelling_of_its_key(key: str, speaker: Any, name: str) -> None:
    (turn,) = parse(json.dumps({"segments": [{key: speaker, "text": "Hi"}]})).turns

    assert turn.speaker == name


@pytest.mark.parametrize(
    "people",
    [
        {"speakers": [{"id": "a", "name": "Ann"}]},
        {"speakers": [{"speaker_id": "a", "speaker_name": "Ann"}]},
        {"participants": [{"id": "a", "display_name": "Ann"}]},
        {"speakers": {"a": "Ann"}},
        {"speaker_map": {"a": "Ann"}},
    ],
)
def test_a_list_of_speakers_gives_them_their_names(people: dict[str, Any]) -> None:
    (turn,) = parse(json.dumps({**people, "segments": [{"speaker": "a", "text": "Hi"}]})).turns

    assert turn.speaker == "Ann"


@pytest.mark.parametrize(
    "given",
    [
        {"text": "Ann: Hi there.\nBob: Yes.\nAnn: Good."},
        {"content": "Ann: Hi there.\nBob: Yes.\nAnn: Good.", "id": 3},
        {"segments": [{"text": "Ann: Hi there."}, {"text": "Bob: Yes."}, {"text": "Ann: Good."}]},
    ],
)
def test_labels_are_looked_for_where_the_json_names_nobody(given: dict[str, Any]) -> None:
    transcript = parse(json.dumps(given))

    assert [str(turn) for turn in transcript.turns] == ["Ann : Hi there.", "Bob : Yes.", "Ann : Good."]


def test_a_list_that_lacks_words_is_not_chosen() -> None:
    given = {
        "text": "Good morning all. Shall we begin with the budget? Yes, please do.",
        "words": [{"word": "Good", "start": 0, "end": 1, "speaker": "A"}],
        "segments": [
            {"start": 0, "end": 2, "text": "Good morning all. Shall we begin with the budget?"},
            {"start": 2, "end": 3, "text": "Yes, please do."},
        ],
    }

    (turn,) = parse(json.dumps(given)).turns

    assert turn.text == given["text"]


def test_milliseconds_are_told_from_seconds() -> None:
    slow = [{"speaker": "A", "text": "We meet again after lunch.", "start": 4000, "end": 6500}]
    fast = [{"speaker": "A", "text": "We meet again after lunch.", "start": 4000, "end": 4003}]

    assert [(turn.start, turn.end) for given in (slow, fast) for turn in parse(json.dumps(given)).turns] == [
        (4.0, 6.5),
        (4000, 4003),
    ]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"status": "error", "error": "Download error"}, "failed: Download error"),
        (
            {"TranscriptionJob": {"TranscriptionJobStatus": "FAILED", "FailureReason": "Unsupported media"}},
            "failed: Unsupported media",
        ),
        ({"err_code": "Bad Request", "err_msg": "corrupt audio", "request_id": "1"}, "failed: corrupt audio"),
        ({"status": "Failed", "properties": {"error": {"message": "The URI is bad"}}}, "failed: The URI is bad"),
        ({"errors": [{"message": "Unauthorized"}], "data": None}, "failed: Unauthorized"),
        ({"status": "failed", "id": "1"}, "failed: its status is failed"),
    ],
)
def test_a_transcription_that_failed_is_quoted(given: dict[str, Any], why: str) -> None:
    with pytest.raises(BadContent, match=why):
        parse(json.dumps(given))


@pytest.mark.parametrize(
    "given",
    [
        {"text": "", "segments": [], "language": "en"},
        {"metadata": {"channels": 1}, "results": {"channels": [{"alternatives": [{"transcript": "", "words": []}]}]}},
        {"jobName": "x", "results": {"transcripts": [{"transcript": ""}], "items": []}, "status": "COMPLETED"},
        {"segments": [{"speaker": "Ann", "text": "  "}]},
        [],
    ],
)
def test_a_known_shape_without_speech_is_said_so(given: Any) -> None:
    with pytest.raises(BadContent, match="no speech in it"):
        parse(json.dumps(given))


ICE, NO = "Ice: at 10:30.", "No, snow."
OTHER_SHAPES: dict[str, Any] = {
    "text in parts": [
        {"from": "Nora", "text": ["Ice: ", {"type": "bold", "text": "at"}, " 10:30."]},
        {"from": "Tunde", "text": [{"type": "text", "text": "No, snow."}]},
    ],
    "messages of a room": {
        "messages": [
            {"sender": "Nora", "content": {"msgtype": "m.text", "body": ICE}},
            {"sender": "Tunde", "content": {"msgtype": "m.text", "body": NO}},
        ]
    },
    "segments by number": {"1": {"speaker": "Nora", "text": ICE}, "2": {"speaker": "Tunde", "text": NO}},
    "a longer key": {
        "entries": [{"speakerDisplayName": "Nora", "speakerId": "7", "text": ICE}, {"speakerFullName": "Tunde", "text": NO}]
    },
    "a list of users": {
        "timeline": [{"users": [{"username": "Nora"}], "text": ICE}, {"users": [{"username": "Tunde"}], "text": NO}]
    },
    "a profile": [
        {"user": "U1", "text": ICE, "user_profile": {"real_name": "Nora", "display_name": ""}},
        {"user": "U2", "text": NO, "user_profile": {"real_name": "Tunde"}},
    ],
    "attributes": {"blocks": [{"text": ICE, "data": {"speaker": "Nora"}}, {"text": NO, "data": {"speaker": "Tunde"}}]},
    "an editor's document": {
        "type": "doc",
        "content": [
            {"type": "paragraph", "attrs": {"speaker": "Nora"}, "content": [{"type": "text", "text": ICE}]},
            {"type": "paragraph", "attrs": {"speaker": "Tunde"}, "content": [{"type": "text", "text": NO}]},
        ],
    },
    "another key of text": {
        "utterances": [{"snippet": ICE, "speaker_name": "Nora"}, {"spokenText": NO, "speaker_name": "Tunde"}]
    },
    "pairs": [["Nora", ICE], ["Tunde", NO], ["Nora", ""], ["Nora", "Yes."]],
    "a name and its text": [{"Nora": ICE}, {"Tunde": NO}, {"Nora": "Yes."}],
    "lines": {"transcript": [f"Nora: {ICE}", f"Tunde: {NO}", "Nora: Yes."]},
    "captions inside": {
        "transcript": f"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Nora>{ICE}</v>\n\n00:03.000 --> 00:04.000\n<v Tunde>{NO}</v>\n"
    },
    "speakers beside words": {
        "words": [
            *({"word": word, "start": 1.0 + number / 10} for number, word in enumerate(ICE.split())),
            *({"word": word, "start": 3.0 + number / 10} for number, word in enumerate(NO.split())),
        ],
        "diarization": [{"speaker": "Tunde", "start": 2.9, "end": 9.0}, {"speaker": "Nora", "start": 0.5, "end": 2.9}],
    },
}


@pytest.mark.parametrize("shape", OTHER_SHAPES)
def test_other_shapes_of_json_are_read_with_every_word(shape: str) -> None:
    turns = parse(json.dumps(OTHER_SHAPES[shape])).turns

    assert [(turn.speaker, turn.text) for turn in turns][:2] == [("Nora", ICE), ("Tunde", NO)]


@pytest.mark.parametrize(
    "pattern",
    ["{}{}", "{}\n{}\n", "{}\n\n  {}", "\x1e{}\n\x1e{}\n", "data: {}\n\ndata: {}\n\ndata: [DONE]\n"],
)
def test_values_behind_each_other_are_read_as_a_list(pattern: str) -> None:
    values = [json.dumps({"speaker": "Nora", "text": ICE}, indent=None), json.dumps({"speaker": "Tunde", "text": NO})]

    turns = parse(pattern.format(*values)).turns

    assert [(turn.speaker, turn.text) for turn in turns] == [("Nora", ICE), ("Tunde", NO)]


def test_words_without_punctuation_get_that_of_the_whole_text() -> None:
    words = [{"word": word, "start": number, "end": number + 1} for number, word in enumerate(["the", "ice", "at", "10", "30"])]

    (turn,) = parse(json.dumps({"text": "The ice: at 10:30!", "words": words})).turns

    assert (turn.text, turn.start, turn.end) == ("The ice: at 10:30!", 0, 5)


def test_a_speaker_whom_the_recogniser_does_not_tell_from_others_is_nobody() -> None:
    words = [
        {"type": "word", "start_time": n, "end_time": n + 0.5, "alternatives": [{"content": "Ice", "speaker": "UU"}]}
        for n in (0, 1)
    ]

    assert parse(json.dumps({"format": "2.9", "results": words})).speakers == {}


def test_somebody_whose_initials_look_like_that_speaks() -> None:
    said = [{"speaker": speaker, "text": f"This is number {n}.", "start": n} for n, speaker in enumerate(("UU", "AB", "UU"))]

    assert parse(json.dumps({"segments": said})).speakers == {"UU": 2, "AB": 1}
