from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.document import Block, Section, Span
from app.documents.lines import NotedLine, sections_of


def read(text: str, *speakers: str) -> tuple[Section, ...]:
    return sections_of([NotedLine(line) for line in text.split("\n")], speakers)


def shown(text: str) -> list[tuple[str, int, str]]:
    return [(block.kind, block.level, block.text) for section in read(text) for block in section.blocks]


def test_lines_without_a_gap_stay_lines() -> None:
    (section,) = read("Ann : one\nBob : two", "Ann", "Bob")

    assert section.blocks == (
        Block("paragraph", (Span("Ann: ", bold=True), Span("one"))),
        Block("paragraph", (Span("Bob: ", bold=True), Span("two"))),
    )


def test_who_is_no_speaker_is_not_set_apart() -> None:
    (section,) = read("Budget : 3 euros", "Ann")

    assert section.blocks == (Block("paragraph", (Span("Budget : 3 euros"),)),)


def test_lists_are_read_with_their_levels_and_numbers() -> None:
    assert shown("- a\n  - b\n    * c\n3. d\n4) e") == [
        ("bullet", 0, "a"),
        ("bullet", 1, "b"),
        ("bullet", 2, "c"),
        ("number", 0, "d"),
        ("number", 0, "e"),
    ]


def test_a_heading_with_nothing_below_it_is_left_out_unless_a_deeper_one_has_something() -> None:
    sections = read("# A\n\n## B\ntext\n\n## C\n\n# D\n")

    assert [(section.heading, section.level) for section in sections] == [("A", 1), ("B", 2)]


def test_rows_become_one_table_of_equal_rows() -> None:
    (section,) = read("| a | b |\n|---|:-:|\n| 1 |\nend")

    assert section.blocks[0].rows == (("a", "b"), ("1", ""))
    assert section.blocks[1].text == "end"


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("**a** b", [("a", "bold"), (" b", "")]),
        ("a *b*", [("a ", ""), ("b", "italic")]),
        ("`a*b*`", [("a*b*", "code")]),
        ("2 * 3 * 4", [("2 * 3 * 4", "")]),
        ("a_b_c __init__", [("a_b_c ", ""), ("init", "bold")]),
        ("**open", [("**open", "")]),
    ],
)
def test_marks_are_read_and_what_is_none_stays_text(text: str, spans: list[tuple[str, str]]) -> None:
    (section,) = read(text)

    looks = [
        (span.text, "bold" if span.bold else "italic" if span.italic else "code" if span.code else "")
        for span in section.blocks[0].spans
    ]
    assert looks == spans


def test_a_note_stands_behind_its_line() -> None:
    (section,) = sections_of([NotedLine("- a", 1), NotedLine("| b | c |", 2)])

    assert [span.note for block in section.blocks for span in block.spans if span.note] == [1, 2]


@given(st.text(alphabet=st.sampled_from("ab *_`#|-\t12.)>:~"), max_size=80))
def test_no_letter_of_a_line_is_lost(line: str) -> None:
    sections = sections_of([NotedLine("# kept"), NotedLine(line), NotedLine("end")])

    told = "".join(
        section.heading
        + "".join(
            block.text + str(block.number or "") + "".join("".join(row) for row in block.rows) for block in section.blocks
        )
        for section in sections
    )
    assert all(told.count(letter) >= line.count(letter) for letter in "ab")
