"""Names without a sign behind them are told by where they stand, and nobody's words are given to another."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.transcript import UNKNOWN_SPEAKER, parse

Said = list[tuple[str, str, float | None]]

NAMES = ("Ann", "Bo Vale", "Dr. Ida Moor", "Speaker 1", "SPEAKER_01", "María", "Ольга")

TALKS: dict[str, tuple[str, Said]] = {
    "names of one word": (
        "[00:01:02] Ida Ice is in,\nall of it.\n[00:01:12] Bo None.\n[00:01:20] Ida 30 percent.\n[00:01:31] Bo I know.",
        [("Ida", "Ice is in, all of it.", 62.0), ("Bo", "None.", 72.0), ("Ida", "30 percent.", 80.0), ("Bo", "I know.", 91.0)],
    ),
    "numbered speakers": (
        "0:03 Speaker 1 ice is in\n0:08 Speaker 2 all of it then\n0:12 Speaker 1 no not all",
        [("Speaker 1", "ice is in", 3.0), ("Speaker 2", "all of it then", 8.0), ("Speaker 1", "no not all", 12.0)],
    ),
    "a name that is seen once": (
        "[0:03] Ida Ice.\n[0:08] Bo No.\n[0:12] Ida Yes.\n[0:14] Nora Maybe.\n[0:20] Bo Fine.\n[0:22] Ida Yes, it is.",
        [
            *(("Ida", "Ice.", 3.0), ("Bo", "No.", 8.0), ("Ida", "Yes.", 12.0), ("Nora", "Maybe.", 14.0)),
            *(("Bo", "Fine.", 20.0), ("Ida", "Yes, it is.", 22.0)),
        ],
    ),
    "words without a name": (
        "[0:03] Ida Ice.\n[0:08] Bo No.\n[0:12] Ida Yes.\n[0:14] it was so loud.\n[0:20] Bo Fine.\n[0:22] Ida Yes, it is.",
        [
            *(("Ida", "Ice.", 3.0), ("Bo", "No.", 8.0), ("Ida", "Yes.", 12.0), (UNKNOWN_SPEAKER, "it was so loud.", 14.0)),
            *(("Bo", "Fine.", 20.0), ("Ida", "Yes, it is.", 22.0)),
        ],
    ),
    "times below messages": (
        "Ida Moor\nIce: none.\nAt all.\n10:02 AM\nBo\nOh.\n10:03 AM\nIda Moor\nYes.\n10:04 AM",
        [("Ida Moor", "Ice: none. At all.", 36120.0), ("Bo", "Oh.", 36180.0), ("Ida Moor", "Yes.", 36240.0)],
    ),
    "times below messages, one without a name": (
        "Ida Moor\nIce.\n10:02 AM\nOh.\n10:03 AM\nBo\nYes.\n10:04 AM\nIda Moor\nNo.\n10:05 AM",
        [
            *(("Ida Moor", "Ice.", 36120.0), (UNKNOWN_SPEAKER, "Oh.", 36180.0), ("Bo", "Yes.", 36240.0)),
            ("Ida Moor", "No.", 36300.0),
        ],
    ),
    "how long ago": (
        "Ida\nIce.\n5m\nBo\nOh.\n4m\nIda\nYes.\nNow",
        [("Ida", "Ice.", None), ("Bo", "Oh.", None), ("Ida", "Yes.", None)],
    ),
}


@pytest.mark.parametrize("talk", TALKS)
def test_names_without_a_sign_are_known_by_where_they_stand(talk: str) -> None:
    text, said = TALKS[talk]

    transcript = parse(text)

    assert [(turn.speaker, turn.text, turn.start) for turn in transcript.turns] == said


@pytest.mark.parametrize(
    "text",
    [
        "[00:00] The ice is in.\n[00:03] We know.\n[00:05] The ice again.\n[00:08] We know it.",
        "[00:00] Der Rat tagt.\n[00:03] Die Kosten steigen.\n[00:05] Der Rat spart.\n[00:08] Frau Moor geht.",
        "[00:00] WE KNOW IT.\n[00:03] THE ICE IS IN.\n[00:05] WE KNOW.\n[00:08] THE ICE MELTS. ALL OF IT.",
        "10:00 Budget Review\n10:30 Roof Plan\n11:00 Budget Vote\n11:30 Roof Vote",
        "0:00 Intro\n0:30 Song One\n1:00 Song Two\n2:00 Outro",
        "We met.\nIt was late.\n10:02\nThen we left.\nAll of us.\n10:30\nWe met again.\n11:00",
    ],
)
def test_words_that_come_again_are_no_names(text: str) -> None:
    transcript = parse(text)

    assert not transcript.speakers
    words = [word for line in text.split("\n") for word in line.split() if word.strip("[]:").isalpha()]
    told = " ".join(turn.text for turn in transcript.turns)
    assert all(word in told for word in words)


@given(
    said=st.lists(
        st.tuples(st.sampled_from(NAMES), st.sampled_from(["Ice is in {}.", "There is a lot of snow: {}", "{} of us."])),
        min_size=8,
    ),
    pattern=st.sampled_from(["[00:{0:02}:{1:02}] {2} {3}", "{0}:{1:02} {2} {3}"]),
)
@settings(max_examples=60)
def test_what_is_said_behind_times_and_names_is_never_given_to_another(said: list[tuple[str, str]], pattern: str) -> None:
    said = [("Ann", "Ice is in."), ("Bo Vale", "No ice."), ("Ann", "It is cold."), ("Bo Vale", "Ice is in."), *said]
    said = [(name, text.format(number)) for number, (name, text) in enumerate(said)]
    lines = [pattern.format(number * 7 // 60, number * 7 % 60, *each) for number, each in enumerate(said)]

    turns = parse("\n".join(lines)).turns

    whole = [(turn.speaker, turn.text) for turn in turns]
    named = [whole for whole in whole if whole[0] != UNKNOWN_SPEAKER]
    assert all(each in said for each in named)
    assert all(text in {f"{name} {words}" for name, words in said} for speaker, text in whole if speaker == UNKNOWN_SPEAKER)
