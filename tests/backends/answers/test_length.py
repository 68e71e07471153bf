"""Prompt and answer fit the context together."""

from __future__ import annotations

import pytest

from app.backends.answers.length import fit
from app.backends.base import Call, Message
from app.errors import PromptTooLong

CALL = Call("m", (Message("user", "hello"),), max_tokens=100)


def test_an_answer_that_fits_is_left_alone() -> None:
    assert fit(CALL, context=1000, measured=900) is CALL


def test_a_longer_one_is_clamped_to_the_room_left() -> None:
    assert fit(CALL, context=1000, measured=901).max_tokens == 99


def test_an_unknown_context_clamps_nothing() -> None:
    assert fit(CALL, context=0, measured=10**6) is CALL


@pytest.mark.parametrize(("measured", "least", "by"), [(1000, 1, 1), (1500, 1, 501), (990, 50, 40)])
def test_a_prompt_that_leaves_no_room_is_refused_with_the_numbers(measured: int, least: int, by: int) -> None:
    with pytest.raises(PromptTooLong, match=f"has {measured} tokens .* context 1000.* shorten the prompt by {by} tokens"):
        fit(CALL, context=1000, measured=measured, least=least)
