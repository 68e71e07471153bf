"""Who says what in captions with more than one form of label: one form names speakers, and no word is lost or given away."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from app.transcript import Transcript, parse


def _vtt(cues: Sequence[str]) -> Transcript:
    timed = (f"00:00:{number:02d}.000 --> 00:00:{number + 1:02d}.000\n{cue}\n" for number, cue in enumerate(cues))
    return parse("WEBVTT\n\n" + "\n".join(timed))


def _told(transcript: Transcript) -> list[tuple[str, str]]:
    return [(turn.speaker, turn.text) for turn in transcript.turns]


def test_labels_are_read_where_they_are_more_than_the_voices() -> None:
    transcript = _vtt(["Ann: Good morning.", "Bob: Hello Ann.", "<v Carl>I am late.", "so be it.", "Ann: Fine.", "and good."])

    assert _told(transcript) == [
        ("Ann", "Good morning."),
        ("Bob", "Hello Ann."),
        ("Carl", "I am late."),
        ("(?)", "so be it."),
        ("Ann", "Fine. and good."),
    ]


def test_labels_are_speech_where_the_voices_are_more_and_the_report_says_so() -> None:
    transcript = _vtt(["<v Ann>Good morning.", "<v Bob>Hello Ann.", "Carl: I am late.", "<v Ann>Note: all is well."])

    assert _told(transcript) == [
        ("Ann", "Good morning."),
        ("Bob", "Hello Ann."),
        ("(?)", "Carl: I am late."),
        ("Ann", "Note: all is well."),
    ]
    assert any("another form" in warning and "Carl" in warning for warning in transcript.report.warnings)


def test_a_name_that_the_words_say_again_is_no_speech() -> None:
    transcript = _vtt(["<v Ann>Ann: Good morning.", "<v Bob>Bob: Hello.", "<v Ann>Ann: Note: it is late."])

    assert _told(transcript) == [("Ann", "Good morning."), ("Bob", "Hello."), ("Ann", "Note: it is late.")]


def test_one_voice_for_all_gives_way_to_labels() -> None:
    transcript = _vtt(["<v Speaker 1>Ann: Good morning.", "<v Speaker 1>Bob: Hello.", "<v Speaker 1>Ann: Fine."])

    assert _told(transcript) == [("Ann", "Good morning."), ("Bob", "Hello."), ("Ann", "Fine.")]


def test_one_voice_with_colons_in_its_speech_stays_the_speaker() -> None:
    transcript = _vtt(["<v Ann>Today: the budget.", "<v Ann>It is late.", "<v Ann>Next: the plan.", "<v Ann>Good."])

    assert _told(transcript) == [("Ann", "Today: the budget. It is late. Next: the plan. Good.")]


def test_chevrons_without_a_name_begin_what_nobody_is_named_for() -> None:
    transcript = _vtt([">> ANN: Good morning.", "all of you. >> BOB: Hello.", ">> Fine.", "We begin.", ">> ANN: Yes."])

    assert _told(transcript) == [
        ("ANN", "Good morning. all of you."),
        ("BOB", "Hello."),
        ("(?)", ">> Fine. We begin."),
        ("ANN", "Yes."),
    ]


def test_two_dashes_in_a_caption_are_two_people_of_whom_none_is_the_last_speaker() -> None:
    transcript = _vtt(["Ann: Good morning.", "Bob: Hello.", "- Who is that?\n- Me.", "Ann: Fine."])

    assert _told(transcript) == [("Ann", "Good morning."), ("Bob", "Hello."), ("(?)", "- Who is that? - Me."), ("Ann", "Fine.")]


@pytest.mark.parametrize("label", ["[Ann]", "(Ann)"])
def test_a_known_name_in_another_form_is_not_given_to_the_speaker_before(label: str) -> None:
    transcript = _vtt(["Ann: Good morning.", "Bob: Hello.", f"{label} Yes, Bob.", "indeed", "Bob: Fine.", "[laughs] well"])

    assert _told(transcript) == [
        ("Ann", "Good morning."),
        ("Bob", "Hello."),
        ("(?)", f"{label} Yes, Bob. indeed"),
        ("Bob", "Fine. [laughs] well"),
    ]
    assert any("1 line has a label of another form" in warning for warning in transcript.report.warnings)
