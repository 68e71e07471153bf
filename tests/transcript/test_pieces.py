"""Long texts are looked through a piece at a time."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.transcript.pieces import PIECE, holds, lines_of, with_line_feeds


@pytest.mark.parametrize("place", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 6])
def test_a_character_is_found_at_any_place(place: int) -> None:
    text = "a" * place + "\x1b" + "b" * (2 * PIECE + 6 - place)

    assert (holds(text, "\x1b"), holds(text, "\x1c\x1b"), holds(text, "\x1c")) == (True, True, False)


@given(st.text(alphabet="ab\r\n", max_size=20))
def test_lines_are_those_of_all_line_ends(text: str) -> None:
    assert list(lines_of(with_line_feeds(text))) == re.split(r"\r\n|\r|\n", text)


def test_an_empty_text_holds_nothing_and_is_one_line() -> None:
    assert (holds("", "ab"), list(lines_of(""))) == (False, [""])
