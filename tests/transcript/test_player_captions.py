"""Captions of MPlayer and of SubViewer 1, and captions with dashes before names in brackets."""

from __future__ import annotations

import pytest

from app.errors import BadContent
from app.transcript import parse
from tests.transcript.writing import timed_turns

SAID = [("Ann", "Good morning.", 15.0), ("Bob", "Where is 7 3?", 18.0), ("Ann", "There.", 22.0)]
WAITS = ["15 3", "0 3", "1.0 2.5"]


@pytest.mark.parametrize(("unit", "rate"), [("TIME", 1), ("25", 25)])
def test_captions_that_wait_for_those_before_have_times(unit: str, rate: int) -> None:
    waits = [" ".join(f"{float(each) * rate:g}" for each in wait.split()) for wait in WAITS]
    cues = "\n\n".join(f"{wait}\n{who}: {said}" for wait, (who, said, _) in zip(waits, SAID, strict=True))
    transcript = parse(f"TITLE=Harbour\nFILE=7,9M\nFORMAT={unit}\n\n{cues}\n")

    assert timed_turns(transcript.turns) == SAID
    assert (transcript.report.format, transcript.report.left_out) == ("mpsub", {"headers": 3})


def test_numbers_on_a_line_within_a_caption_are_said() -> None:
    text = "FORMAT=TIME\n\n1 3\nThe codes are\n7 3\nand no others.\n\n0 3\nThank you.\n"

    assert [turn.text for turn in parse(text).turns] == ["The codes are 7 3 and no others. Thank you."]


def test_captions_without_words_are_refused() -> None:
    with pytest.raises(BadContent, match="an MPSub file, but there is no speech"):
        parse("FORMAT=TIME\n\n1 3\n\n\n0 3\n")


def test_a_script_of_subviewer_is_read_up_to_its_end() -> None:
    cues = "".join(f"[00:00:{start:02.0f}]\n{who}: {said}\n[00:00:{start + 2:02.0f}]\n\n" for who, said, start in SAID)
    head = "[TITLE]\nHarbour\n[DELAY]\n0\n[BEGIN]\n******** START SCRIPT ********\n"
    transcript = parse(f"{head}{cues}[END]\n******** END SCRIPT ********\n")

    assert timed_turns(transcript.turns) == SAID
    assert [turn.end for turn in transcript.turns] == [17.0, 20.0, 24.0]
    assert transcript.report.format == "subviewer"


def _captions(*said: str) -> str:
    return "\n\n".join(f"{n + 1}\n00:00:0{n},000 --> 00:00:0{n},900\n{words}" for n, words in enumerate(said)) + "\n"


def test_names_in_brackets_behind_a_dash_are_labels_of_captions() -> None:
    text = _captions(
        "- [Ann] Hello.\n- [Bob Vale] Good\nmorning.", "- [Ann] We begin.", "The pier is closed.", "-[Bob Vale] Why?"
    )

    assert [(turn.speaker, turn.text) for turn in parse(text).turns] == [
        ("Ann", "Hello."),
        ("Bob Vale", "Good morning."),
        ("Ann", "We begin. The pier is closed."),
        ("Bob Vale", "Why?"),
    ]


def test_a_dash_without_a_name_is_nobodys_beside_such_labels() -> None:
    text = _captions("- [Ann] Hello.", "- Good morning.", "- [Ann] We begin.", "- [laughs] Oh.", "- [Bob] Well.")

    assert [(turn.speaker, turn.text) for turn in parse(text).turns] == [
        ("Ann", "Hello."),
        ("(?)", "- Good morning."),
        ("Ann", "We begin."),
        ("(?)", "- [laughs] Oh."),
        ("Bob", "Well."),
    ]


def test_sounds_in_brackets_behind_a_dash_stay_as_they_are() -> None:
    said = ["- [laughs] Oh.\n- No.", "- [Laughter] Well.", "- [laughs] Yes.", "- [Laughter] Indeed."]

    assert [turn.text for turn in parse(_captions(*said)).turns] == [" ".join(" ".join(said).split())]


def test_points_of_a_list_in_a_text_are_no_labels() -> None:
    assert not parse("- [Fix] The reader\n- [Fix] The writer\n- [New] A door\n- [New] A gate\n").speakers
