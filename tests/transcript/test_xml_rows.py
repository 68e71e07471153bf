"""XML whose elements are rows: who speaks may stand before the words, behind them, in an attribute, or nowhere."""

from __future__ import annotations

import pytest

from app.errors import BadContent
from app.transcript import parse
from tests.transcript.writing import timed_turns

SAID = [("Ann", "Good morning.", 1.0), ("Bob", "Hello there.", 3.0), ("Ann", "Fine.", 5.0)]


def _rows(form: str, rows: list[tuple[str, str, float]] = SAID, root: str = "transcript") -> str:
    told = "".join(form.format(who=who, said=said, start=start) for who, said, start in rows)
    return f'<?xml version="1.0"?><{root}>{told}</{root}>'


@pytest.mark.parametrize(
    "form",
    [
        "<segment><speaker>{who}</speaker><start>{start}</start><text>{said}</text></segment>",
        "<segment><text>{said}</text><start>{start}</start><speaker>{who}</speaker></segment>",
        '<turn speaker="{who}" start="{start}" text="{said}"/>',
        '<turn start="{start}"><text>{said}</text><speaker>{who}</speaker><note>7</note></turn>',
        "<beitrag><sprecher>{who}</sprecher><beginn>{start}</beginn><inhalt>{said}</inhalt></beitrag>",
        "<реплика><спикер>{who}</спикер><начало>{start}</начало><текст>{said}</текст></реплика>",
    ],
)
@pytest.mark.parametrize("root", ["transcript", "meeting"])
def test_rows_are_read_whatever_order_their_cells_have(form: str, root: str) -> None:
    assert timed_turns(parse(_rows(form, root=root)).turns) == SAID


@pytest.mark.parametrize(
    "nameless",
    ["<segment><text>Nobody knows.</text></segment>", "<segment><speaker/><text>Nobody knows.</text></segment>"],
)
@pytest.mark.parametrize("inside", ["<text>{said}</text>", "<p>{said}</p><p>Indeed.</p>"])
def test_what_names_nobody_is_not_given_to_the_one_before(nameless: str, inside: str) -> None:
    named = f"<segment><speaker>{{who}}</speaker>{inside}</segment>"
    text = _rows(named).replace("</transcript>", f"{nameless}</transcript>")

    turns = parse(text).turns

    assert [turn.speaker for turn in turns] == ["Ann", "Bob", "Ann", "(?)"]
    assert turns[-1].text == "Nobody knows."


def test_a_name_behind_several_paragraphs_is_that_of_their_element() -> None:
    turns = parse(_rows("<segment><p>{said}</p><p>Yes.</p><speaker>{who}</speaker></segment>")).turns

    assert [(turn.speaker, turn.text) for turn in turns] == [
        ("Ann", "Good morning. Yes."),
        ("Bob", "Hello there. Yes."),
        ("Ann", "Fine. Yes."),
    ]


def test_columns_that_are_no_speech_are_counted() -> None:
    form = "<row><speaker>{who}</speaker><text>{said}</text><translation>Guten Tag.</translation></row>"

    transcript = parse(_rows(form))

    assert [turn.text for turn in transcript.turns] == [said for _, said, _ in SAID]
    assert transcript.report.left_out == {"<translation>": 3}


def test_rows_with_words_beside_them_are_no_table() -> None:
    with pytest.raises(BadContent):
        parse(_rows("<beitrag><sprecher>{who}</sprecher><inhalt>{said}</inhalt></beitrag><zwischenruf>Nein!</zwischenruf>"))
