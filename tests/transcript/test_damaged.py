"""Files that were cut, put behind each other or printed on short pages lose no word and give none to anybody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.transcript import parse

FIRST = "1\n00:00:01,000 --> 00:00:03,000\nIda: Ice.\n\n2\n00:00:03,000 --> 00:00:05,000\nBo: Yes.\n\n"
SECOND = FIRST.replace("Ice", "Salt").replace("Yes", "No")
SAID = [("Ida", "Ice.", 1.0), ("Bo", "Yes.", 3.0)]
AGAIN = [("Ida", "Salt.", 1.0), ("Bo", "No.", 3.0)]


def _turns(text: str) -> list[tuple[str, str, float | None]]:
    return [(turn.speaker, turn.text, turn.start) for turn in parse(text).turns]


def _vtt(text: str) -> str:
    return f"WEBVTT\n\n{text.replace(',', '.')}"


@pytest.mark.parametrize("end", ["3", "3\n", "3\n00", "3\n00:00:05,", "3\n00:00:05,000 -", "3\n00:00:05,000 --> 00:0"])
@pytest.mark.parametrize("written", [str, _vtt], ids=["srt", "vtt"])
def test_the_timing_with_which_a_cut_file_ends_is_nobodys(end: str, written: Callable[[str], str]) -> None:
    assert _turns(written(FIRST + end)) == SAID


@pytest.mark.parametrize("end", ["10:30", "4", "in 3\n5"])
def test_figures_that_end_the_last_caption_are_said(end: str) -> None:
    assert _turns(f"{FIRST.rstrip()}\n{end}\n")[-1] == ("Bo", f"Yes. {' '.join(end.split())}", 3.0)


@pytest.mark.parametrize(
    "text",
    [
        FIRST + SECOND,
        _vtt(FIRST) + _vtt(SECOND),
        _vtt(FIRST).rstrip() + "\n" + _vtt(SECOND),
        _vtt(FIRST) + "\ufeff" + _vtt(SECOND),
    ],
    ids=["srt", "vtt", "vtt without a blank line", "vtt with its mark"],
)
def test_two_short_recordings_behind_each_other_stay_apart(text: str) -> None:
    assert _turns(text) == SAID + AGAIN


def test_what_is_said_on_short_pages_is_not_taken_for_their_heads() -> None:
    pages = ["Ida: Ice\non the pier.", "Bo: Yes.", "Ida: So\nit is.", "Bo: Salt,\nthen."]
    text = "\f".join(f"{page}\n{number}\n" for number, page in enumerate(pages, 1))

    assert [each[:2] for each in _turns(text)] == [
        ("Ida", "Ice on the pier."),
        ("Bo", "Yes."),
        ("Ida", "So it is."),
        ("Bo", "Salt, then."),
    ]


def test_a_mark_of_byte_order_before_the_first_timing_loses_no_caption() -> None:
    assert _turns(_vtt(FIRST).replace("00:00:01", "\ufeff00:00:01", 1)) == SAID


def test_words_above_the_first_timing_of_webvtt_are_counted() -> None:
    text = _vtt(FIRST).replace("1\n00:00:01", "Ida: Oh.\n\n1\n00:00:01", 1)

    assert _turns(text) == SAID
    assert parse(text).report.left_out["lines without a time"] == 1


def test_a_name_of_three_words_that_comes_as_evenly_as_a_title_of_pages_is_a_speaker() -> None:
    names = ["Ida Maria Moor", "Bo Vale"] * 6
    text = "\n".join(f"{name}\nIce {number} is on the pier.\n" for number, name in enumerate(names))

    assert [turn.speaker for turn in parse(text).turns] == names


def test_names_alone_at_the_top_of_short_pages_are_speakers() -> None:
    words = ["ice", "salt", "rope", "tar", "mud", "fog"]
    pages = [f"Ida\nSome {word}.\n\nBo Vale\nAnd {word}, too.\n{number}\n" for number, word in enumerate(words, 1)]

    assert [turn.speaker for turn in parse("\f".join(pages)).turns] == ["Ida", "Bo Vale"] * 6
