"""The token numbers of an answer, under whatever names its server gives them."""

from __future__ import annotations

from typing import Any

import pytest

from app.backends.answers import chunks, usage
from app.backends.answers.usage import Usage


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (None, Usage()),
        ([], Usage()),
        ({"prompt_tokens": 5, "completion_tokens": 3}, Usage(5, 3)),
        ({"input_tokens": 5, "output_tokens": 3}, Usage(5, 3)),
        ({"prompt_tokens": 5, "total_tokens": 8}, Usage(5, 3)),
        ({"prompt_tokens": 0, "completion_tokens": 0}, Usage(None, 0)),
        ({"prompt_tokens": "5", "completion_tokens": -3}, Usage()),
        ({"prompt_tokens": 5, "completion_tokens": 3, "prompt_cache_hit_tokens": 4}, Usage(5, 3, 4)),
        ({"prompt_tokens": 5, "completion_tokens": 3, "reasoning_tokens": 2}, Usage(5, 3, None, 2)),
        (
            {"input_tokens": 5, "input_tokens_details": {"cached_tokens": 4}, "output_tokens_details": {"reasoning_tokens": 2}},
            Usage(5, None, 4, 2),
        ),
    ],
)
def test_numbers_are_read_under_all_their_names(given: Any, read: Usage) -> None:
    assert usage.read(given) == read


@pytest.mark.parametrize(
    "chunk",
    [
        {"choices": [{"delta": {}, "usage": {"prompt_tokens": 5, "completion_tokens": 3}}]},
        {"choices": [], "x_groq": {"usage": {"prompt_tokens": 5, "completion_tokens": 3}}},
        {"choices": [{"delta": {}}], "usage": {"prompt_tokens": 5, "completion_tokens": 3}, "x_groq": None},
    ],
)
def test_numbers_may_stand_in_the_choice_or_in_an_object_of_the_servers_own(chunk: dict[str, Any]) -> None:
    assert chunks.read(chunk).usage == Usage(5, 3)
