"""What the columns of tables are called, and the units of their times."""

from __future__ import annotations

import pytest

from app.transcript import parse
from tests.transcript.writing import timed_turns


@pytest.mark.parametrize(
    "table",
    [
        "speaker,Start (ms),End (ms),text\nAnn,1000,3000,Good morning.\nBob,4000,5000,Hello.\n",
        "speaker,start,end,text\nAnn,1000,3000,Good morning.\nBob,4000,5000,Hello.\n",
        "timestamp,speaker,text\n1704067201,Ann,Good morning.\n1704067204,Bob,Hello.\n",
        "timestamp,speaker,text\n1704067201000,Ann,Good morning.\n1704067204000,Bob,Hello.\n",
        "Ώρα;Ομιλητής;Κείμενο\n00:01;Ann;Good morning.\n00:04;Bob;Hello.\n",
    ],
    ids=["milliseconds by name", "milliseconds by their size", "from 1970", "milliseconds from 1970", "Greek"],
)
def test_times_of_tables_are_seconds(table: str) -> None:
    assert timed_turns(parse(table).turns) == [("Ann", "Good morning.", 1.0), ("Bob", "Hello.", 4.0)]


@pytest.mark.parametrize("name", ["duration", "Dauer (s)", "Durée", "длительность"])
def test_a_column_says_how_long_a_row_lasts(name: str) -> None:
    turns = parse(f"speaker,start,{name},text\nAnn,1.0,2.0,Good morning.\nBob,4.0,6.0,Hello.\n").turns

    assert [(turn.start, turn.end) for turn in turns] == [(1.0, 3.0), (4.0, 10.0)]


@pytest.mark.parametrize("names", ["first_name,last_name", "Prénom,Nom de famille", "Vorname,Nachname"])
def test_two_people_of_one_first_name_are_kept_apart(names: str) -> None:
    turns = parse(f"{names},start,text\nAnn,Lee,1,Good morning.\nAnn,Ray,4,Hello.\n").turns

    assert timed_turns(turns) == [("Ann Lee", "Good morning.", 1.0), ("Ann Ray", "Hello.", 4.0)]


@pytest.mark.parametrize(
    "header",
    [
        "Timecode In,Character,Dialogue",
        "開始,発言者,発言内容",
        "Time,Who,What was said",
        "Date,Author,Content",
        "Datum;Autor;Inhalt",
    ],
)
@pytest.mark.parametrize("day", ["", "2026-03-04T", "2026-03-04 "])
def test_columns_of_scripts_minutes_and_chats_are_known(header: str, day: str) -> None:
    sign = ";" if ";" in header else ","
    rows = [(f"{day}00:00:01", "Ann", "Good morning."), (f"{day}00:00:04", "Bob", "Hello.")]
    table = "\n".join(sign.join(row) for row in rows)

    assert timed_turns(parse(f"{header}\n{table}\n").turns) == [("Ann", "Good morning.", 1.0), ("Bob", "Hello.", 4.0)]


@pytest.mark.parametrize("time", ["00:00:01", "00:00:01.000", "00:00:01.000000", "00:00:01.0000000"])
@pytest.mark.parametrize("zone", ["", "Z", "+00:00", "-05:00"])
def test_a_time_of_day_with_a_fraction_and_a_zone_is_one(time: str, zone: str) -> None:
    turns = parse(f"Author,Date,Content\nAnn,2026-03-04T{time}{zone},Good morning.\n").turns

    assert [(turn.speaker, turn.start, turn.end) for turn in turns] == [("Ann", 1.0, None)]


def test_quotation_marks_between_tabs_that_quote_no_cell_are_said() -> None:
    turns = parse('start\tspeaker\ttext\n1.0\tAnn\t"Ice" is here\n4.0\tBob\t"Snow\n').turns

    assert timed_turns(turns) == [("Ann", '"Ice" is here', 1.0), ("Bob", '"Snow', 4.0)]


def test_a_cell_in_quotation_marks_between_tabs_goes_on_in_the_next_line() -> None:
    turns = parse('start\tspeaker\ttext\n1.0\tAnn\t"Ice ""is""\nhere"\n4.0\tBob\t"Snow"\n').turns

    assert timed_turns(turns) == [("Ann", 'Ice "is" here', 1.0), ("Bob", "Snow", 4.0)]


@pytest.mark.parametrize(
    "header",
    ["Rolle;Name;Text", "persona;nombre;texto", "Character;Speaker;Line", "character;user;message", "Personnage;Nom;Texte"],
)
def test_who_somebody_plays_is_not_who_speaks_if_a_column_tells_that(header: str) -> None:
    turns = parse(f"{header}\nChair;Ann;Good morning.\nClerk;Bob;Hello.\n").turns

    assert [(turn.speaker, turn.text) for turn in turns] == [("Ann", "Good morning."), ("Bob", "Hello.")]
