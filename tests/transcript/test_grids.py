"""Tables of pages and Word documents whose cells span rows or columns, and rows that only say what is spoken of."""

from __future__ import annotations

import io
import zipfile

import pytest

from app.transcript import parse

SAID = [("Ann", "Good morning. All well?"), ("Bob", "Hello there.")]


def _page(*rows: str) -> str:
    return f"<html><body><table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table></body></html>"


def _document(*rows: str) -> bytes:
    body = "".join(f"<w:tr>{row}</w:tr>" for row in rows)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        name = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
        table = f'<w:document xmlns:w="{name}"><w:body><w:tbl>{body}</w:tbl></w:body></w:document>'
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", table)
    return held.getvalue()


def _cell(text: str, about: str = "") -> str:
    return f"<w:tc><w:tcPr>{about}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"


def _said(given: str | bytes) -> list[tuple[str, str]]:
    return [(turn.speaker, turn.text) for turn in parse(given).turns]


@pytest.mark.parametrize("head", ["<td>Speaker</td><td>Text</td>", "<th>Name</th><th>Wortlaut</th>"])
@pytest.mark.parametrize("span", ["rowspan=2", 'class="x" rowspan="2"', "ROWSPAN='2'"])
def test_one_who_is_named_for_several_rows_says_all_of_them(head: str, span: str) -> None:
    rows = (f"<td {span}>Ann</td><td>Good morning.</td>", "<td>All well?</td>", "<td>Bob</td><td>Hello there.</td>")

    assert _said(_page(head, *rows)) == SAID


def test_a_time_of_several_rows_takes_no_cell_from_those_below() -> None:
    rows = ("<td rowspan=2>00:01</td><td>Ann</td><td>Good morning.</td>", "<td>Bob</td><td>Hello there.</td>")

    assert _said(_page("<th>Time</th><th>Speaker</th><th>Text</th>", *rows)) == [
        ("Ann", "Good morning."),
        ("Bob", "Hello there."),
    ]


def test_words_that_span_several_rows_are_said_once() -> None:
    rows = ("<td>Ann</td><td rowspan=2>Good morning.</td>", "<td>Bob</td>", "<td>Bob</td><td>Hello there.</td>")

    assert _said(_page("<th>Speaker</th><th>Text</th>", *rows)) == [("Ann", "Good morning."), ("Bob", "Hello there.")]


def test_a_cell_of_word_that_goes_on_from_above_names_the_same_speaker() -> None:
    rows = (
        _cell("Speaker") + _cell("Text"),
        _cell("Ann", '<w:vMerge w:val="restart"/>') + _cell("Good morning."),
        _cell("", "<w:vMerge/>") + _cell("All well?"),
        _cell("Bob") + _cell("Hello there."),
    )

    assert _said(_document(*rows)) == SAID


HEADING = "Item 1: Opening of the session"


def test_a_row_that_says_what_is_spoken_of_is_kept_and_is_nobodys() -> None:
    expected = [("(?)", HEADING), ("Ann", "Good morning."), ("Bob", "Hello there.")]
    page = _page(
        "<th>Time</th><th>Speaker</th><th>Text</th>",
        f"<td colspan=3>{HEADING}</td>",
        "<td>00:01</td><td>Ann</td><td>Good morning.</td>",
        "<td>00:03</td><td>Bob</td><td>Hello there.</td>",
    )
    document = _document(
        _cell("Time") + _cell("Speaker") + _cell("Text"),
        _cell(HEADING, '<w:gridSpan w:val="3"/>'),
        _cell("00:01") + _cell("Ann") + _cell("Good morning."),
        _cell("00:03") + _cell("Bob") + _cell("Hello there."),
    )
    file = f"Time,Speaker,Text\n{HEADING},,\n00:01,Ann,Good morning.\n00:03,Bob,Hello there.\n"

    assert [_said(each) for each in (page, document, file)] == [expected] * 3


@pytest.mark.parametrize("row", ["Ann,,", ",00:02,", "7,,"])
def test_a_name_or_a_time_alone_is_nothing_said(row: str) -> None:
    assert _said(f"Speaker,Time,Text\n{row}\nBob,00:03,Hello there.\n") == [("Bob", "Hello there.")]


def test_bold_cells_of_a_table_in_markdown_are_names() -> None:
    text = "| Speaker | Text |\n|---|---|\n| **Ann** | Good *morning*. |\n| Ann | All well? |\n"

    assert _said(text) == [("Ann", "Good *morning*. All well?")]


def test_statements_are_a_column_of_texts() -> None:
    assert _said("Name,Role,Statement\nAnn,Chair,Good morning.\nBob,Member,Hello there.\n") == [
        ("Ann", "Good morning."),
        ("Bob", "Hello there."),
    ]
