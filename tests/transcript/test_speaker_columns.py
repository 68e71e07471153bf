"""Tables with a column for each speaker, in files, pages and documents."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from app.errors import BadContent
from app.transcript import parse
from tests.transcript.writing import timed_turns

ROWS = [
    ("00:00:01", "Good morning, all.", "", ""),
    ("00:00:05", "", 'He said "hello".', ""),
    ("00:00:09", "Shall we begin?", "", ""),
    ("00:00:12", "", "", "Yes, let us."),
]
SAID = [
    ("Ann Lee", "Good morning, all.", 1.0),
    ("Bob", 'He said "hello".', 5.0),
    ("Ann Lee", "Shall we begin?", 9.0),
    ("Cleo", "Yes, let us.", 12.0),
]
NAMES = ("Ann Lee", "Bob", "Cleo")


def _file(delimiter: str, rows: Sequence[tuple[str, ...]]) -> str:
    return "\n".join(delimiter.join(f'"{cell.replace(chr(34), chr(34) * 2)}"' if cell else "" for cell in row) for row in rows)


def _page(rows: Sequence[tuple[str, ...]]) -> str:
    cells = ["".join(f"<td>{cell}</td>" for cell in row) for row in rows]
    return f"<html><body><table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table></body></html>"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^"])
@pytest.mark.parametrize("time", ["Time", "Heure", "start_time"])
def test_each_speaker_has_a_column(delimiter: str, time: str) -> None:
    transcript = parse(_file(delimiter, [(time, *NAMES), *ROWS]))

    assert timed_turns(transcript.turns) == SAID
    assert transcript.report.format == ("tsv" if delimiter == "\t" else "csv")


def test_each_speaker_has_a_column_in_a_page() -> None:
    assert timed_turns(parse(_page([("Time", *NAMES), *ROWS])).turns) == SAID


def test_a_column_for_each_speaker_needs_no_times() -> None:
    rows = [NAMES, *(row[1:] for row in ROWS)]

    assert timed_turns(parse(_file(";", rows)).turns) == [(who, text, None) for who, text, _ in SAID]


def test_two_who_speak_in_one_row_speak_from_left_to_right() -> None:
    rows = [("Time", "Ann", "Bob"), ("0:01", "Good morning.", "Hello."), ("0:05", "", "Well then."), ("0:09", "Yes we do.", "")]

    assert timed_turns(parse(_file("\t", rows)).turns) == [
        ("Ann", "Good morning.", 1.0),
        ("Bob", "Hello. Well then.", 1.0),
        ("Ann", "Yes we do.", 9.0),
    ]


def test_one_who_speaks_late_has_a_column_too() -> None:
    rows = [("0:01", "Good morning to all.", "", ""), ("0:02", "", "Hello there, Ann.", "")] * 40

    turns = parse(_file(",", [("Time", *NAMES), *rows, ROWS[-1]])).turns

    assert (turns[-1].speaker, turns[-1].text) == ("Cleo", "Yes, let us.")


def test_cells_that_nobody_says_are_counted() -> None:
    rows = [("Time", *NAMES, "Notes"), *((*row, "inaudible" if row[2] else "") for row in ROWS)]

    transcript = parse(_file(",", rows))

    assert timed_turns(transcript.turns) == SAID
    assert transcript.report.left_out == {"cells that nobody says": 1}


def test_a_row_that_is_wider_than_the_names_is_refused() -> None:
    rows = [("Time", *NAMES), *ROWS * 20, ("00:02:00", "", "", "", "Who says this?")]

    with pytest.raises(BadContent, match="4 columns and this row 5"):
        parse(_file(",", rows))


@pytest.mark.parametrize(
    "text",
    [
        "Ann, Bob, Cleo\nWell, yes, we are here.\nIt is, as they say, late.\nSo, on, and so forth.",
        "Region;North;South\nJan;1;2\nFeb;3;4\nMar;5;6",
        "Question,Ann,Bob\nWho is there?,Me,Me too\nWhat now?,No idea,Work on",
    ],
)
def test_other_tables_and_sentences_are_no_columns_of_speakers(text: str) -> None:
    assert parse(text).report.format == "text"


LONG = ("Ann Lee, Deputy Director of the Department for Ports", "Bob Stone (Ministry of the Interior and Public Works)")


@pytest.mark.parametrize("delimiter", [",", "^", "\t"])
def test_names_with_long_offices_need_no_header(delimiter: str) -> None:
    talk = [(LONG[0], "Good morning."), (LONG[1], "Hello Ann."), (LONG[0], "Shall we?"), (LONG[1], "Yes we do.")]
    rows = [(f"00:00:0{number}", *each) for number, each in enumerate(talk, 1)]

    turns = parse(_file(delimiter, rows)).turns

    assert [(turn.speaker, turn.text) for turn in turns] == talk
