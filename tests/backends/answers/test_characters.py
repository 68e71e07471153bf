"""Text that is no whole Unicode becomes text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.backends.answers.characters import MendedStream, mended, mended_everywhere

ANY = st.text(st.characters(codec=None, categories=("L", "N", "P", "S", "Z", "Cs")), max_size=20)


@given(st.lists(ANY, max_size=8))
def test_pieces_are_mended_as_the_whole_is(pieces: list[str]) -> None:
    stream = MendedStream()

    fed = "".join(map(stream.feed, pieces)) + stream.end()

    assert fed == mended("".join(pieces))
    fed.encode()


@given(st.text(max_size=20))
def test_whole_text_stays_as_it_is(text: str) -> None:
    assert mended(text) == text


@given(st.text(max_size=10), st.characters(min_codepoint=0x10000))
def test_a_pair_that_was_cut_in_two_is_joined(text: str, letter: str) -> None:
    halves = letter.encode("utf-16-be")
    first, second = (chr(int.from_bytes(halves[at : at + 2])) for at in (0, 2))

    assert mended(text + first + second) == text + letter


def test_every_text_of_a_value_is_mended() -> None:
    assert mended_everywhere({"a\ud83c": ["b\udf89", 1, None]}) == {"a�": ["b�", 1, None]}
