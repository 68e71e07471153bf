"""Two who speak on one line: each gets the words behind the own name, and what is quoted stays whose it is."""

from __future__ import annotations

import pytest

from app.transcript import parse
from app.transcript.text import read_text
from tests.growth import MOST, growth

_HEAD = ["Bo: Ice.", "Ida Vale: Yes.", "Dr. Ray: So.", "Bo: Good."]
PARTED: dict[str, list[tuple[str, str]]] = {
    "Bo: Nice. Ida Vale: Thanks. Bo: Fine.": [("Bo", "Nice."), ("Ida Vale", "Thanks."), ("Bo", "Fine.")],
    "Bo: Nice? - Ida Vale: 2 of us": [("Bo", "Nice?"), ("Ida Vale", "2 of us")],
    "Bo: Nice.Ida Vale: Thanks": [("Bo", "Nice."), ("Ida Vale", "Thanks")],
    "Bo: Nice! (laughs) Dr. Ray: Thanks": [("Bo", "Nice! (laughs)"), ("Dr. Ray", "Thanks")],
    'Bo: "Nice." Ida Vale: Thanks': [("Bo", '"Nice."'), ("Ida Vale", "Thanks")],
}
SAID = [
    'Bo: It reads "Fine. Ida Vale: do it." and ends.',
    "Bo: It reads (so far. Ida Vale: Do it.) and ends.",
    "Bo: It reads „fein. Ida Vale: Los.“ so.",
    "Bo: I told Ida Vale: No.",
    "Bo: I wrote. Ida Vale: no answer.",
    "Bo: I know Mr. Bo: Tall.",
    "Bo: See ice.Bo: Tall.",
    "Bo: It went. Iris: No answer.",
]


def _captions(lines: list[str]) -> str:
    cues = (f"00:00:{number:02},000 --> 00:00:{number:02},500\n{line}\n\n" for number, line in enumerate(lines, 10))
    return "".join(f"{number}\n{cue}" for number, cue in enumerate(cues, 1))


def _turns(text: str) -> list[tuple[str, str, float | None]]:
    return [(turn.speaker, turn.text, turn.start) for turn in parse(text).turns]


@pytest.mark.parametrize("line", PARTED)
def test_two_who_speak_on_one_line_are_two(line: str) -> None:
    text = [(who, said) for who, said, _ in _turns("\n".join([*_HEAD, line]))]
    captions = _turns(_captions([*_HEAD, "Ida Vale: Oh.", line]))

    assert text[len(_HEAD) :] == PARTED[line]
    assert captions[len(_HEAD) + 1 :] == [(who, said, 15.0) for who, said in PARTED[line]]


def test_a_name_in_brackets_within_a_line_begins_a_turn() -> None:
    text = _captions(["[Ida] Ice.", "[Bo] Yes. [Ida] So. [a bell]", "[Bo] Good."])

    assert _turns(text) == [("Ida", "Ice.", 10.0), ("Bo", "Yes.", 11.0), ("Ida", "So. [a bell]", 11.0), ("Bo", "Good.", 12.0)]


def test_a_name_behind_a_wide_colon_within_a_line_begins_a_turn() -> None:
    turns = _turns("王伟：雨。\n李娜：冰。\n王伟：好。李娜：对：冰。\n李娜：是。")

    assert [(who, said) for who, said, _ in turns[2:]] == [("王伟", "好。"), ("李娜", "对：冰。"), ("李娜", "是。")]


@pytest.mark.parametrize("line", SAID)
def test_a_name_that_is_quoted_or_told_of_begins_no_turn(line: str) -> None:
    assert _turns("\n".join([*_HEAD, line]))[-1] == ("Bo", line.removeprefix("Bo: "), None)


@pytest.mark.parametrize("within", ["Bo: So. Ida: Yes. ", ".:", "So. Bo", "“Bo: So. ", ". Bo : "])
def test_looking_within_lines_takes_time_that_grows_as_they_do(within: str) -> None:
    def made(size: int) -> str:
        return f"Bo: a\nIda: b\nBo: c\nIda: d\nBo: {within * (size // len(within))}"

    assert growth(read_text, made, 20_000, floor=1e-4) < MOST


GLUED = {
    "one line": "Ida: Ice. Bo: Yes. Ida: So, shall we? Bo: Good.",
    "full names that begin no line": "Ida Moor: Ice. Bo Vale: Yes.\nIda Moor: So, shall we? Bo Vale: Good.\n",
    "times in brackets": "[00:01] Ida Moor: Ice. [00:03] Bo Vale: Yes. [00:05] Ida Moor: So, shall we? [00:07] Bo Vale: Good.",
    "words that begin no line": "Ida: Ice. Bo: Yes. Ida: So, shall we? Bo: Good.\nIda: Oh. Bo: Ah.\nIda: Well? Bo: Well.",
}


@pytest.mark.parametrize("glued", GLUED)
def test_speakers_with_labels_inside_lines_only_are_known(glued: str) -> None:
    turns = _turns(GLUED[glued])

    assert [who.partition(" ")[0] for who, _, _ in turns[:4]] == ["Ida", "Bo", "Ida", "Bo"]
    assert [said for _, said, _ in turns[:4]] == ["Ice.", "Yes.", "So, shall we?", "Good."]
    assert glued != "times in brackets" or [start for _, _, start in turns] == [1.0, 3.0, 5.0, 7.0]


def test_speakers_that_are_found_inside_lines_only_are_told() -> None:
    text = "Ida Moor: Ice. Bo Vale: Yes.\nIda Moor: So? Bo Vale: Good.\nIda Moor: Oh."

    assert "1 label is found inside lines only: Bo Vale" in parse(text).report.warnings


def test_words_with_colons_that_come_again_inside_lines_are_no_speakers() -> None:
    head = "Ida: We met. New York: None.\nBo: Rain. Note: it is wet.\nIda: We left. New York: Up."
    text = f"{head}\nBo: So. Ice: No.\nIda: Oh.\nBo: Ah."

    assert set(parse(text).speakers) == {"Ida", "Bo"}
    assert len(parse(text).turns) == 6


def test_a_message_of_a_chat_that_a_program_wrote_is_not_parted() -> None:
    text = "[10:00:01] Ida: He said ok. Bo: so what.\n[10:00:05] Bo: Ice.\n[10:00:09] Ida: So. Bo: Yes.\n[10:00:11] Bo: Oh."

    assert [said for _, said, _ in _turns(text)] == ["He said ok. Bo: so what.", "Ice.", "So. Bo: Yes.", "Oh."]


def test_question_marks_in_the_place_of_a_name_are_nobody() -> None:
    turns = _turns("Ida: Ice.\n?: Yes.\nIda: So.\n??: Rain.\nIda: Oh.")

    assert [who for who, _, _ in turns] == ["Ida", "(?)", "Ida", "(?)", "Ida"]


@pytest.mark.parametrize("label", ["({}): ", "<{}>: "])
def test_brackets_around_a_name_before_a_colon_are_no_part_of_it(label: str) -> None:
    talk = [("Ida", "Ice."), ("Bo Vale", "Yes."), ("Ida", "So.")]

    assert [each[:2] for each in _turns("\n".join(f"{label.format(who)}{said}" for who, said in talk))] == talk
