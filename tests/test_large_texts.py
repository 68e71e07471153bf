"""Texts that are handled a piece at a time are what they are as a whole."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import large_texts
from app.large_texts import PIECE, PackedText, decoded, encoded, from_utf8, gathered, joined
from app.transcript.pieces import lines_of

LETTERS = ("a", "é", "中", "🎉", "\ud83d", "\udc00", " ")


@given(st.lists(st.text("aé\n"), max_size=20), st.integers(1, 8))
def test_gathered_lines_are_the_joined_lines(lines: list[str], most: int) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(large_texts, "PIECE", most)

        assert joined(gathered(lines)) == "\n".join(lines)


@given(st.lists(st.sampled_from(LETTERS)), st.integers(1, 9))
def test_bytes_cut_anywhere_are_decoded_to_the_last_character(letters: list[str], size: int) -> None:
    text = "".join(letters)
    raw = b"".join(encoded(text))

    assert joined(decoded((raw[at : at + size] for at in range(0, len(raw), size)), "surrogatepass")) == text


@given(st.lists(st.sampled_from((*LETTERS, "\n"))), st.integers(1, 9))
def test_a_packed_text_is_the_text_and_has_its_lines(letters: list[str], size: int) -> None:
    text = "".join(letters)
    raw = b"".join(encoded(text))
    packed = PackedText(raw[at : at + size] for at in range(0, len(raw), size))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(large_texts, "PACKED_PIECE", size)

        assert str(packed) == text
        assert list(lines_of(packed)) == list(lines_of(text)) == text.split("\n")


def test_a_packed_text_takes_less_than_its_file_whatever_characters_it_has() -> None:
    lines = "\n".join(f'["Zoé", "Point {n} of the budget, which is worth {n * n} euros."]' for n in range(20_000))

    assert all(2 * sys.getsizeof(vars(PackedText(encoded(lines + one)))["_packed"]) < len(lines) for one in ("", "’", "🎉"))


@pytest.mark.parametrize("damaged", [b"\xff", b"\xc3", b"\xed\xa0\x80", b"\x80" * 5])
@pytest.mark.parametrize("before", [PIECE - 1, PIECE, 3 * PIECE])
def test_what_is_not_utf8_is_told_by_its_place_in_the_whole(damaged: bytes, before: int) -> None:
    raw = b"x" * before + damaged + b"y" * (2 * PIECE)

    with pytest.raises(UnicodeDecodeError) as told:
        from_utf8(raw)

    with pytest.raises(UnicodeDecodeError) as wanted:
        raw.decode()
    assert (told.value.start, told.value.reason) == (wanted.value.start, wanted.value.reason)


def test_long_bytes_are_text_as_short_ones_are() -> None:
    text = "Zoé : 中🎉. " * (PIECE // 3)

    assert from_utf8(text.encode()) == text
