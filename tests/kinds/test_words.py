from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.kinds.words import content_words, shared

WORDS = (
    *("ok", "so", "Um", "no", "12", "7", "2024", "20245678", "4th", "½", "۱۲", "²", "it's", "ten", "tens", "tense", "tension"),
    *("Budget", "budgets", "bud", "budg", "été", "etes", "Straße", "STRASSE", "بودجه", "بودجه\u200cها", "预算在周五"),
)
TEXTS = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)


@given(text=TEXTS, others=st.lists(TEXTS, max_size=4))
def test_shared_words_are_those_that_both_have_by_their_beginnings(text: str, others: list[str]) -> None:
    words = content_words(text)

    assert shared(words, others) == len(words & content_words(*others))


def test_words_of_several_texts_are_those_of_all() -> None:
    assert content_words("the Budget of 2024", "grows, ok?") == {"budge", "2024", "grows"}
