"""Exports of LINE, from computers (between tabs) and from telephones (between blanks)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.transcript import parse
from tests.transcript.writing import as_turns

HEADS = [
    "[LINE] Chat with Ida\nSaved on: 2024/03/04 10:10\n\n2024/03/04(Mon)",
    "2024.03.04 Monday",
    "2024/03/04（月）",
    "Mon, 3/4/2024",
]
texts = st.lists(st.sampled_from(["ice", "Note:", "10:30?", "氷", "[Sticker]", "it's", "…"]), min_size=1, max_size=5).map(
    " ".join
)


@pytest.mark.parametrize("head", HEADS)
@given(st.lists(st.tuples(st.sampled_from(["Nora Vale", "花子", "Ida ☆"]), texts), min_size=1, max_size=5))
@settings(max_examples=15)
def test_rows_between_tabs_come_back_exactly(head: str, talk: list[tuple[str, str]]) -> None:
    file = f"{head}\n" + "\n".join(f"10:0{n}\t{who}\t{said}" for n, (who, said) in enumerate(talk))

    transcript = parse(file.encode())

    assert transcript.report.format == "line"
    assert [(turn.speaker, turn.text) for turn in transcript.turns] == as_turns(talk)
    assert transcript.turns[0].start == 36000


def test_a_message_of_several_lines_and_the_next_day() -> None:
    file = '2024/03/04(Mon)\n10:02\tIda\t"Ice:\nnone"\n10:03\tBob\tOh\n\n2024/03/05(Tue)\n09:00\tIda\tStill none'

    transcript = parse(file)

    assert [(turn.speaker, turn.text) for turn in transcript.turns] == [
        ("Ida", "Ice: none"),
        ("Bob", "Oh"),
        ("Ida", "Still none"),
    ]
    assert transcript.report.left_out == {"days and the head of a chat": 2}


def test_between_blanks_the_name_is_what_the_messages_of_one_share() -> None:
    file = "2024.03.04 月曜日\n10:02 Nora Vale Ice: none\n10:03 花子 10:30?\n10:04 Nora Vale Oh no\n10:05 花子 はい"

    turns = parse(file).turns

    assert [(turn.speaker, turn.text) for turn in turns] == [
        ("Nora Vale", "Ice: none"),
        ("花子", "10:30?"),
        ("Nora Vale", "Oh no"),
        ("花子", "はい"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "2024.03.04 Monday\n10:00 Opening by Ann\n10:30 Discussion of ice\n11:00 Discussion of fish",
        "2024/03/04\nWe met at ten.\n10:30 was too late.",
    ],
)
def test_notes_below_a_date_are_no_chat(text: str) -> None:
    assert parse(text).report.format == "text"


def test_a_log_of_weechat_is_read_and_says_of_nobody_what_the_program_says() -> None:
    log = (
        "2024-03-04 10:02:03\t-->\tida (~ida@host) has joined #pier\n2024-03-04 10:02:04\tida\tice: in\n"
        "2024-03-04 10:02:08\t@bo\tok\n2024-03-04 10:02:09\t *\tida waves"
    )

    transcript = parse(log)

    assert [(turn.speaker, turn.text) for turn in transcript.turns] == [
        ("(?)", "ida (~ida@host) has joined #pier"),
        ("ida", "ice: in"),
        ("bo", "ok"),
        ("(?)", "ida waves"),
    ]


@pytest.mark.parametrize("name", ["Sami", "Link", "Title", "Main", "b"])
def test_whoever_is_called_like_an_element_of_a_page_speaks_in_angle_brackets(name: str) -> None:
    said = [(name, "hello"), ("Zelda", "hi"), (name, "the quay is closed"), ("Ann", "since when?")]

    found = parse("\n".join(f"<{speaker}> {text}" for speaker, text in said))

    assert [(turn.speaker, turn.text) for turn in found.turns] == said
    assert found.report.format == "text"
