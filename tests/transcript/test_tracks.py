"""JSON with a list for each channel, speaker or tier: what all of them say is read, in the order of time."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.transcript import parse
from tests.transcript.writing import timed_turns

ANN = [{"start": 1.0, "end": 3.0, "text": "Hi."}, {"start": 11.0, "end": 12.0, "text": "Good."}]
BOB = [{"start": 4.0, "end": 10.0, "text": "Yes."}]


def _words(text: str, start: float) -> list[dict[str, Any]]:
    return [
        {"word": word, "start": start + place / 2, "end": start + place / 2 + 0.4} for place, word in enumerate(text.split())
    ]


@pytest.mark.parametrize(
    "given",
    [
        {"Ann": ANN, "Bob": BOB},
        {"Ann": {"segments": ANN}, "Bob": {"segments": BOB}},
        {"speakers": [{"name": "Ann", "segments": ANN}, {"name": "Bob", "segments": BOB}]},
        {"tracks": [{"participant": {"name": "Ann"}, "transcript": ANN}, {"participant": {"name": "Bob"}, "transcript": BOB}]},
        {
            "transcripts": [
                {"speaker": "Ann", "words": _words("Hi.", 1) + _words("Good.", 11)},
                {"speaker": "Bob", "words": _words("Yes.", 4)},
            ]
        },
        {
            "tiers": {
                "Ann - words": {"type": "interval", "entries": [[1.0, 1.5, "Hi."], [11.0, 12.0, "Good."], [12.0, 13.0, ""]]},
                "Ann - phones": {"type": "interval", "entries": [[1.0, 1.2, "h"], [1.2, 1.5, "ai"]]},
                "Bob - words": {"type": "interval", "entries": [[4.0, 4.5, "Yes."]]},
            }
        },
    ],
    ids=["by name", "by name, deeper", "list of speakers", "tracks", "words", "tiers"],
)
def test_lists_of_several_people_are_one_meeting(given: Any) -> None:
    assert timed_turns(parse(json.dumps(given)).turns) == [("Ann", "Hi.", 1.0), ("Bob", "Yes.", 4.0), ("Ann", "Good.", 11.0)]


@pytest.mark.parametrize("held", ["segments", "transcript", "sentences"])
def test_channels_without_names_are_speakers(held: str) -> None:
    turns = parse(json.dumps({"channels": [{held: ANN}, {held: BOB}]})).turns

    assert timed_turns(turns) == [("Channel 0", "Hi.", 1.0), ("Channel 1", "Yes.", 4.0), ("Channel 0", "Good.", 11.0)]


def test_speakers_that_are_counted_anew_on_each_channel_are_kept_apart() -> None:
    given = {
        "transcripts": [
            {"channel_index": number, "words": [{**each, "speaker_id": "speaker_0"} for each in words]}
            for number, words in enumerate((_words("Hi.", 1) + _words("Good.", 11), _words("Yes.", 4)))
        ]
    }

    speakers = [turn.speaker for turn in parse(json.dumps(given)).turns]

    assert speakers == ["Channel 0, speaker_0", "Channel 1, speaker_0", "Channel 0, speaker_0"]


def test_lists_that_begin_at_the_same_times_are_not_taken_for_people() -> None:
    french = [{**each, "text": text} for each, text in zip(ANN, ("Salut.", "Bien."), strict=True)]

    turns = parse(json.dumps({"en": ANN, "fr": french})).turns

    assert not {turn.speaker for turn in turns} & {"en", "fr"}


def test_a_channel_of_deepgram_is_cut_where_it_pauses() -> None:
    channels = [
        {"alternatives": [{"transcript": "Hi. Good.", "words": _words("Hi.", 1) + _words("Good.", 11)}]},
        {"alternatives": [{"transcript": "Yes.", "words": _words("Yes.", 4)}]},
    ]

    turns = parse(json.dumps({"results": {"channels": channels}})).turns

    assert timed_turns(turns) == [("Channel 0", "Hi.", 1.0), ("Channel 1", "Yes.", 4.0), ("Channel 0", "Good.", 11.0)]
