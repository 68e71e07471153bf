"""Who speaks in pages and Word documents by how they are written: tables in tables, names in bold type, tabs, line breaks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import pytest

from app.transcript import UNKNOWN_SPEAKER, parse
from tests.transcript.test_docx import document, packed

Table: TypeAlias = Callable[..., str]
Whole: TypeAlias = Callable[[str], str | bytes]
NOBODY = UNKNOWN_SPEAKER
TALK = [("Ann", "Hi all."), ("Bob", "Yo."), ("Ann", "Bye."), ("Bob", "Yes.")]


def turns(given: str | bytes) -> list[tuple[str, str]]:
    return [(turn.speaker, turn.text) for turn in parse(given).turns]


def page(body: str) -> str:
    return f"<html><body>{body}</body></html>"


def page_table(*rows: tuple[str, ...]) -> str:
    cells = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"


def word(body: str) -> bytes:
    return packed(document(body))


def bold(text: str, how: str = "") -> str:
    return f"<w:r><w:rPr><w:b{how}/></w:rPr><w:t>{text}</w:t></w:r>"


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*runs: str) -> str:
    return f"<w:p>{''.join(runs)}</w:p>"


def word_table(*rows: tuple[str, ...]) -> str:
    cells = ("".join(f"<w:tc>{cell if cell[:1] == '<' else paragraph(run(cell))}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


HEAD = ("Speaker", "Text")


@pytest.mark.parametrize(("table", "whole"), [(page_table, page), (word_table, word)])
def test_a_table_in_a_cell_is_said_by_who_says_the_cell(table: Table, whole: Whole) -> None:
    inner = table(("Item", "5"), ("Other", "7"))

    assert turns(whole(table(HEAD, ("Ann", inner), *TALK[1:]))) == [("Ann", "Item: 5 Other: 7"), *TALK[1:]]


@pytest.mark.parametrize(("table", "whole"), [(page_table, page), (word_table, word)])
def test_a_transcript_in_a_cell_of_a_layout_is_nobodys_of_the_layout(table: Table, whole: Whole) -> None:
    assert turns(whole(table(("Menu", table(HEAD, *TALK))))) == [(NOBODY, "Menu"), *TALK]


@pytest.mark.parametrize(("table", "whole"), [(page_table, page), (word_table, word)])
def test_a_quoted_transcript_in_a_cell_is_part_of_the_cell(table: Table, whole: Whole) -> None:
    quoted = table(HEAD, ("Old", "Quoted."))

    assert turns(whole(table(HEAD, ("Ann", quoted), *TALK[1:]))) == [("Ann", "Old: Quoted."), *TALK[1:]]


def test_tables_that_nothing_closes_end_with_the_page() -> None:
    text = "<html><body><table><tr><td>Ann: Hi all.<table><tr><td>More.<tr><td>Bob: Yo."

    assert turns(text) == [("Ann", "Hi all. More."), ("Bob", "Yo.")]


@pytest.mark.parametrize(
    "written",
    [
        lambda who, said: paragraph(bold(who)) + paragraph(run(said)),
        lambda who, said: paragraph(bold(who), run(f" {said}")),
        lambda who, said: paragraph(bold(who[:1]), bold(who[1:]), "<w:r><w:br/></w:r>", run(said)),
        lambda who, said: paragraph(bold(f"{who}:"), run(f" {said}")),
        lambda who, said: paragraph(bold(who), run(f": {said}")),
        lambda who, said: paragraph(run(who), "<w:r><w:tab/></w:r>", run(said)),
        lambda who, said: paragraph(run(f"{who}:"), "<w:r><w:br/></w:r>", run(said)),
    ],
)
def test_names_in_bold_type_or_before_a_tab_speak_in_word(written: Callable[[str, str], str]) -> None:
    assert turns(word("".join(written(who, said) for who, said in TALK))) == TALK


def test_times_behind_names_in_bold_type_stay_times() -> None:
    body = "".join(
        paragraph(bold(who), run(f"  0:0{place}")) + paragraph(run(said)) for place, (who, said) in enumerate(TALK, 1)
    )
    read = parse(word(body)).turns

    assert [(turn.speaker, turn.text, turn.start) for turn in read] == [
        (who, said, float(place)) for place, (who, said) in enumerate(TALK, 1)
    ]


@pytest.mark.parametrize("how", ["", ' w:val="0"'])
def test_what_is_bold_and_no_name_or_no_longer_bold_names_nobody(how: str) -> None:
    body = "".join(paragraph(bold(word_, how), run(" was late.")) for word_ in ("Decision", "Action", "Decision", "Action"))

    assert {speaker for speaker, _ in turns(word(body))} == {NOBODY}
