"""What a printed record repeats on each page is said by nobody, with form feeds between the pages and without."""

from __future__ import annotations

import pytest

from app.transcript import parse

NOTICE = "Disclaimer: The electronic version of this Report is for information\npurposes only. Ask the Editor for a copy."
WORDS = ["ice", "salt", "rope", "tar", "mud", "fog", "rain", "wind"]
NAMES = ["Hon. Ida Moor (Leeds)", "Hon. Bo Vale (Hull)"]


def said_on(number: int) -> str:
    word = WORDS[number - 1]
    return f"{NAMES[number % 2]}: There is {word}\nat the pier.\nAs for the {word}, the rest goes on here."


def page(number: int, head: str) -> str:
    return f"{head.format(number)}\n\n{said_on(number)}\n{NOTICE}\n"


PAGES = {
    "a date, a title and a number on one line": "4th March 2024        Pier Board Debates        {}",
    "a date, a title and a number below each other": "4th March 2024\n\nPier Board Debates\n\n{}",
    "a number before the title": "{}   PIER BOARD DEBATES",
}


@pytest.mark.parametrize("feed", ["\f", "\n"], ids=["form feeds", "no form feeds"])
@pytest.mark.parametrize("head", PAGES)
def test_heads_and_notices_of_pages_are_no_speech(head: str, feed: str) -> None:
    transcript = parse(feed.join(page(number, PAGES[head]) for number in range(1, 9)))

    assert [turn.text for turn in transcript.turns] == [
        f"There is {word} at the pier. As for the {word}, the rest goes on here." for word in WORDS
    ]
    assert set(transcript.speakers) == set(NAMES)
    assert transcript.report.left_out["page header/footer"] >= 8


def test_form_feeds_show_what_runs_on_pages_without_numbers() -> None:
    pages = [f"Pier Board\n{said_on(number)}\n{NOTICE}" for number in range(1, 7)]

    transcript = parse("\f".join(pages))

    assert set(transcript.speakers) == set(NAMES)
    assert "Pier Board" not in " ".join(turn.text for turn in transcript.turns)


def _pages(*around: str, count: int = 7) -> str:
    said = [[f"Ida Moor: We spoke of {page} and {line} at length." for line in "klmnopq"] for page in "abcdefghij"[:count]]
    return "\n".join(line for page in said for line in (*around, *page))


def test_a_title_on_each_page_is_no_speech_without_numbers_and_form_feeds() -> None:
    transcript = parse(_pages("Record of the Pier Board", "Meeting of 4 March 2024"))

    assert set(transcript.speakers) == {"Ida Moor"}
    assert len(transcript.turns) == 49
    assert transcript.report.left_out == {"page header/footer": 14}


@pytest.mark.parametrize("line", ["we spoke of ice again", "Thank you very much.", "(Ice on the Pier)", "Bo: Pier Board Ice"])
def test_a_line_that_somebody_says_on_each_page_stays(line: str) -> None:
    assert parse(_pages(line)).report.left_out == {}


def test_a_title_that_comes_unevenly_stays() -> None:
    text = "Ida Moor: Ice.\nSong of the Pier\n" * 3 + _pages("Song of the Pier", count=3)

    assert parse(text).report.left_out == {}


def test_a_speaker_who_often_begins_a_page_is_none_of_its_head() -> None:
    asked = "Interviewer:\nAnd then?\nIda Moor:\nWe waited for ice.\n"

    transcript = parse("\f".join(f"{asked * 4}{number}" for number in range(1, 9)))

    assert set(transcript.speakers) == {"Interviewer", "Ida Moor"}
    assert len(transcript.turns) == 64


@pytest.mark.parametrize(
    "line", ["Speaker {}", "Item {}", "Ida: the answer to that is {}", "that makes {}"], ids=["name", "item", "label", "words"]
)
def test_lines_that_count_are_said_if_no_page_of_print_has_such(line: str) -> None:
    text = "\n".join(f"{line.format(number)}\nBo: and what is number {number} for?" for number in range(1, 7))

    assert parse(text).report.left_out == {}
