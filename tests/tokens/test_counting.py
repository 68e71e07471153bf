"""What was counted once is not counted again, and remembering has an end."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tokens import counting
from app.tokens.counting import Remembered, Words, words_stand_alone


class Asked:
    """Counts characters, and remembers what it was asked, call by call."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []

    def __call__(self, texts: Sequence[str]) -> list[int]:
        self.calls.append(list(texts))
        return [len(text) for text in texts]


def test_a_text_is_asked_for_once() -> None:
    asked = Asked()
    count = Remembered(asked)

    counts = [count(["a", "bb"]), count(["bb", "a"])]

    assert (counts, asked.calls) == ([[1, 2], [2, 1]], [["a", "bb"]])


def test_all_that_is_missing_is_asked_for_in_one_call_and_each_text_once() -> None:
    asked = Asked()
    count = Remembered(asked)
    count(["known"])

    count(["x", "known", "yy", "x"])

    assert asked.calls[1:] == [["x", "yy"]]


def test_nothing_is_asked_for_no_texts() -> None:
    asked = Asked()

    assert (Remembered(asked)([]), asked.calls) == ([], [])


def test_a_long_text_is_counted_each_time() -> None:
    asked = Asked()
    count = Remembered(asked)
    long = "x" * (counting.LONGEST_TEXT + 1)

    counts = count([long]) + count([long])

    assert (counts, len(asked.calls)) == ([len(long)] * 2, 2)


def test_the_text_that_was_not_wanted_longest_is_forgotten_first() -> None:
    asked = Asked()
    count = Remembered(asked, most=2)
    count(["old", "newer"])

    count(["old"])
    count(["newest"])
    count(["old"])

    assert asked.calls == [["old", "newer"], ["newest"]]


def test_more_texts_than_are_remembered_are_counted_all_the_same() -> None:
    texts = ["x" * length for length in range(10)]

    assert Remembered(Asked(), most=2)(texts) == list(range(10))


@pytest.mark.parametrize(
    "text", ["a word", "x" * counting.LONGEST_TEXT, "half of \ud83d a pair"], ids=["short", "long", "half"]
)
def test_a_count_is_remembered_and_its_text_is_not(text: str) -> None:
    asked = []
    count = Remembered(lambda texts: [asked.append(len(text)) or len(text) for text in texts])
    held = sys.getrefcount(text)

    counts = count([text]) + count([text])

    assert (counts, asked, sys.getrefcount(text)) == ([len(text)] * 2, [len(text)], held)


def test_several_threads_get_the_counts_they_asked_for() -> None:
    count = Remembered(Asked())
    wanted = [["x" * (length % 7), "y" * length] for length in range(200)]

    with ThreadPoolExecutor(4) as threads:
        counts = list(threads.map(count, wanted))

    assert counts == [[len(text) for text in texts] for texts in wanted]


def test_words_are_cut_so_that_nothing_is_left_out_or_counted_twice() -> None:
    text = "two  words\n\nmore ▁ and\n  more "

    assert Words(len)([text, ""]) == [len(f" {text}"), 0]


@given(st.text(st.sampled_from("ab \n▁\té"), max_size=40))
def test_spaces_and_lines_of_every_kind_belong_to_the_same_words(text: str) -> None:
    words = re.findall("\n|[▁]*[^▁\n]+|[▁]+", f" {text}".replace(" ", "▁"))

    assert Words(lambda word: 1 + word.count("a"))([text]) == [sum(1 + word.count("a") for word in words) if text else 0]


@given(st.lists(st.text(st.sampled_from("ab\n\té. "), min_size=1).map(str.strip).filter(bool), min_size=1))
def test_counts_of_words_add_up_over_single_spaces(texts: list[str]) -> None:
    count = Words(lambda word: 1 + word.count("a"))

    assert count([" ".join(texts)]) == [sum(count(texts))]


def test_words_are_forgotten_when_there_are_too_many() -> None:
    asked: list[str] = []
    words = Words(lambda word: asked.append(word) or 1, most=3)

    counts = words(["a b c d", "d a"])

    assert (counts, asked) == ([4, 2], ["▁a", "▁b", "▁c", "▁d", "▁a"])


@pytest.mark.parametrize(
    ("pieces", "alone"), [(["▁the", "▁▁", "in"], True), (["▁of▁the"], False), ([":▁"], False), (["▁a", ".\n"], False)]
)
def test_words_stand_alone_unless_a_piece_reaches_into_the_next(pieces: list[str], alone: bool) -> None:
    assert words_stand_alone(pieces) is alone
