"""How the studio tells two versions of a result apart."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.web.studio import parts


def test_a_changed_line_is_told_word_by_word_and_a_new_one_apart() -> None:
    found = parts.differences("a\n- The heating costs 480 pounds.\nz", "a\n- Bob pays.\n- The heating costs 950 pounds.\nz")

    assert found == [
        [("same", "a")],
        [("new", "- Bob pays.")],
        [("same", "- The heating costs"), ("gone", " 480"), ("new", " 950"), ("same", " pounds.")],
        [("same", "z")],
    ]


@given(st.text(max_size=80), st.text(max_size=80))
def test_the_differences_of_two_texts_hold_all_of_both(before: str, after: str) -> None:
    found = parts.differences(before, after)

    assert found is not None
    for text, other in ((before, "new"), (after, "gone")):
        lines = ["".join(words for kind, words in line if kind != other) for line in found]
        assert "".join(lines) == "".join(text.strip().split("\n"))
