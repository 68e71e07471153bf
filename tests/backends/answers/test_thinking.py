"""Thoughts are kept apart from what is said, whole and piece by piece."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.backends.answers.thinking import ThinkingSplitter, split

FRAGMENTS = st.sampled_from(["<think>", "</think>", "<thi", "</", "<", "Bob", " ", "\n", "é", "nk>", "x < y"])


@pytest.mark.parametrize(
    ("raw", "text", "thinking"),
    [
        ("just text", "just text", ""),
        ("  text \n", "text", ""),
        ("<think>hm</think>\n\ntext", "text", "hm"),
        ("<think>\n a \n</think>one <think>b</think>two", "one two", "a\nb"),
        ("<think>never ends", "", "never ends"),
        ("text <think>never ends", "text", "never ends"),
        ("opened in the prompt</think> text", "text", "opened in the prompt"),
        ("<think></think>", "", ""),
        ("", "", ""),
        ("1 < 2 <thin air>", "1 < 2 <thin air>", ""),
    ],
)
def test_a_thought_is_split_off(raw: str, text: str, thinking: str) -> None:
    assert split(raw) == (text, thinking)


@given(st.lists(FRAGMENTS, max_size=12))
def test_the_pieces_joined_are_the_text(pieces: list[str]) -> None:
    raw = "".join(pieces)
    if "</think>" in raw.split("<think>")[0]:
        return  # a thought opened in the prompt: out before its end tells what it was
    spoken = ThinkingSplitter()

    said = [spoken.feed(piece) for piece in pieces] + [spoken.end()]

    assert "".join(said) == split(raw)[0]


@given(st.lists(FRAGMENTS, max_size=12))
def test_what_is_thought_can_be_had_piece_by_piece(pieces: list[str]) -> None:
    raw = "".join(pieces)
    if "</think>" in raw.split("<think>")[0]:
        return
    spoken, thoughts = ThinkingSplitter(), ""

    for piece in pieces:
        spoken.feed(piece)
        thoughts += spoken.thoughts()
    spoken.end()

    assert "".join((thoughts + spoken.thoughts()).split()) == "".join(split(raw)[1].split())
