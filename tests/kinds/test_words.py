from __future__ import annotations

from app.kinds.words import content_words


def test_a_word_that_many_turns_have_is_kept_once() -> None:
    """The words of a thousand turns are remembered."""
    one, other = content_words("the Budget of 2024 grows"), content_words("a budget of 2024, once more")

    shared = one & other

    assert shared == {"budge", "2024"}
    assert {id(each) for each in one if each in shared} == {id(each) for each in other if each in shared}
