"""Rolling captions are said once, a recogniser's loop is said once with its count, and what people say twice stays."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.transcript import parse, plain
from tests.transcript.writing import clock

WORDS = st.lists(st.text(st.characters(categories=["Ll"]), min_size=1, max_size=6).map(plain), min_size=2, max_size=6)


def srt(cues: list[list[str]]) -> str:
    return "\n\n".join(
        f"{number}\n{clock(number, ',')} --> {clock(number + 1, ',')}\n" + "\n".join(lines)
        for number, lines in enumerate(cues, 1)
    )


def spoken(text: str) -> str:
    return " ".join(turn.text for turn in parse(text).turns)


@given(st.lists(WORDS, min_size=5, max_size=12, unique_by=lambda words: words[0]))
def test_captions_that_show_the_line_before_again_are_said_once(phrases: list[list[str]]) -> None:
    lines = [f"{number} {' '.join(words)}" for number, words in enumerate(phrases)]
    cues = [[lines[0]], *([before, now] for before, now in pairwise(lines))]

    assert spoken(srt(cues)) == " ".join(lines)


@pytest.mark.parametrize("times", [2, 3])
@given(phrases=st.lists(WORDS, min_size=5, max_size=12, unique_by=tuple))
def test_captions_of_which_each_comes_again_are_said_once(times: int, phrases: list[list[str]]) -> None:
    lines = [f"{number} {' '.join(words)}" for number, words in enumerate(phrases)]

    assert spoken(srt([[line] for line in lines for _ in range(times)])) == " ".join(lines)


def test_captions_that_grow_word_by_word_are_said_once() -> None:
    words = ["so", "we", "begin", "with", "the", "budget", "of", "next", "year", "and", "then", "the", "roof"]
    cues = [[" ".join(words[:number])] for number in range(1, len(words) + 1)]

    transcript = parse(srt(cues))

    assert [turn.text for turn in transcript.turns] == [" ".join(words)]
    assert transcript.report.left_out == {"words of rolling captions": sum(range(len(words)))}


YOUTUBE = """WEBVTT
Kind: captions
Language: en

00:00:00.080 --> 00:00:02.389 align:start position:0%
\x20
hello<00:00:00.480><c> everybody</c><00:00:01.000><c> welcome</c>

00:00:02.389 --> 00:00:02.399 align:start position:0%
hello everybody welcome
\x20

00:00:02.399 --> 00:00:04.630 align:start position:0%
hello everybody welcome
to<00:00:02.639><c> the</c><00:00:02.879><c> show</c>

00:00:04.630 --> 00:00:04.640 align:start position:0%
to the show
\x20

00:00:04.640 --> 00:00:06.000 align:start position:0%
to the show
yes<00:00:05.639><c> yes</c>

00:00:06.000 --> 00:00:06.010
yes yes
\x20
"""


def test_captions_of_a_video_site_are_said_once() -> None:
    assert spoken(YOUTUBE) == "hello everybody welcome to the show yes yes"


@given(st.lists(st.sampled_from(["Yes of course.", "No, not at all.", "Hm."]), min_size=1, max_size=9))
def test_what_people_say_again_stays(lines: list[str]) -> None:
    cues = [[line] for line in [*lines, "We go on now.", "And so do they.", "All of them."]]

    assert spoken(srt(cues)) == " ".join([*lines, "We go on now.", "And so do they.", "All of them."])


@pytest.mark.parametrize("times", [10, 500])
def test_a_line_that_a_recogniser_repeats_is_said_once_with_its_count(times: int) -> None:
    said = ["We start now.", *["Thank you for watching."] * times, "And we end."]
    written = [
        json.dumps({"segments": [{"start": n, "end": n + 1, "text": f" {line}"} for n, line in enumerate(said)]}),
        srt([[line] for line in said]),
        "\n".join(f"Ann: {line}" for line in said),
    ]

    for text in written:
        transcript = parse(text)
        assert (
            " ".join(turn.text for turn in transcript.turns) == f"We start now. Thank you for watching. (×{times}) And we end."
        )
        assert transcript.report.left_out == {"repetitions of one line": times - 1}
        assert any("again and again" in warning for warning in transcript.report.warnings)


def test_a_loop_of_words_within_one_segment_is_said_once_with_its_count() -> None:
    assert spoken(f"Ann: well, {'you know ' * 60}indeed") == "well, you know (×60) indeed"


@pytest.mark.parametrize("period", range(1, 13))
@pytest.mark.parametrize("times", [29, 30, 75])
def test_a_loop_of_a_few_words_is_told_by_its_length(period: int, times: int) -> None:
    loop = " ".join(f"w{number}" for number in range(period))

    told = spoken(f"Ann: before {' '.join([loop] * times)} behind")

    assert told == (f"before {loop} (×{times}) behind" if times >= 30 else f"before {' '.join([loop] * times)} behind")


@pytest.mark.parametrize("length", [1, 2, 9, 60])
@given(
    before=st.lists(st.sampled_from("abcdefghijklmnopqrstuvwxyz"), max_size=70),
    loop=st.lists(st.sampled_from("αβγδεζηθικλμ"), min_size=1, max_size=12, unique=True),
    behind=st.lists(st.sampled_from("abcdefghijklmnopqrstuvwxyz"), max_size=70),
)
def test_a_loop_of_words_of_any_length_is_found_wherever_it_stands(
    length: int, before: list[str], loop: list[str], behind: list[str]
) -> None:
    loop = [letter * length for letter in loop]

    told = spoken(f"Ann: {' '.join([*before, *loop * 30, *behind])}")

    assert "(×30)" in told
    assert told.count(loop[0]) == 1
