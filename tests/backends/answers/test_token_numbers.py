"""The token numbers in answers that are not parsed."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.backends.answers.usage import TokenNumbers


def read(*parts: bytes) -> tuple[int, int, int]:
    numbers = TokenNumbers()
    for part in parts:
        numbers.feed(part)
    return numbers.prompt, numbers.completion, numbers.cached


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        ({"prompt_tokens": 7, "completion_tokens": 3, "prompt_tokens_details": {"cached_tokens": 2}}, (7, 3, 2)),
        ({"input_tokens": 7, "output_tokens": 3, "cache_read_input_tokens": 2}, (7, 3, 2)),
        ({"prompt_tokens": 7, "total_tokens": 7}, (7, 0, 0)),
        ({"total_tokens": 9}, (9, 0, 0)),
        ({"type": "duration", "seconds": 4}, (0, 0, 0)),
    ],
)
def test_each_api_says_it_in_its_own_words(usage: dict[str, object], expected: tuple[int, int, int]) -> None:
    assert read(json.dumps({"usage": usage}).encode()) == expected


def test_a_text_of_the_model_is_no_number() -> None:
    said = {"text": 'I used "input_tokens": 99 and {"output_tokens": 98}', "usage": {"input_tokens": 7, "output_tokens": 3}}

    assert read(json.dumps(dict(reversed(said.items()))).encode()) == (7, 3, 0)


@given(st.lists(st.integers(0, 60), max_size=6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_it_does_not_matter_where_an_answer_is_cut(cuts: list[int], prompt: int, completion: int) -> None:
    whole = json.dumps({"usage": {"input_tokens": prompt, "output_tokens": completion}}).encode()
    at = [0, *sorted(cuts), len(whole)]

    assert read(*(whole[begin:end] for begin, end in pairwise(at))) == (prompt, completion, 0)
