"""Token numbers that a server does not give are counted, and those that cannot be right are doubted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from app.backends.base import Answer, Call, Message
from app.errors import BackendUnavailable
from app.kinds.counting import checked
from tests.fakes.model import Words

CALL = Call("m", (Message("user", "word " * 100),), max_tokens=10)


class Down(Words):
    """A tokenizer whose server cannot be reached."""

    def count(self, texts: Sequence[str]) -> list[int]:
        raise BackendUnavailable("down")

    def measure(self, messages: Sequence[Mapping[str, Any]]) -> int:
        raise BackendUnavailable("down")


def test_numbers_that_are_there_stay() -> None:
    answer = Answer("one", prompt_tokens=106, completion_tokens=1)

    assert checked(answer, CALL, Words()) is answer


def test_numbers_that_are_not_there_are_counted() -> None:
    call = {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    answer = checked(Answer("one two", thinking="hm hm", tool_calls=(call,), estimated=True), CALL, Words())

    assert (answer.prompt_tokens, answer.completion_tokens, answer.estimated) == (106, 8, True)


def test_a_number_that_is_there_is_kept_beside_one_that_is_not() -> None:
    answer = checked(Answer("one two", prompt_tokens=7, estimated=True), CALL, Words())

    assert (answer.prompt_tokens, answer.completion_tokens) == (7, 2)


def test_a_tokenizer_that_cannot_count_now_is_stood_in_for() -> None:
    answer = checked(Answer("one two", estimated=True), CALL, Down())

    assert answer.prompt_tokens > 100
    assert answer.completion_tokens >= 2


@pytest.mark.parametrize(
    ("read", "cached", "warnings"), [(50, 0, ["the server read 50 of 106 tokens"]), (50, 60, []), (90, 0, [])]
)
def test_a_prompt_that_was_read_in_part_is_doubted(read: int, cached: int, warnings: list[str]) -> None:
    answer = checked(Answer("one", prompt_tokens=read, completion_tokens=1, cached_tokens=cached), CALL, Words())

    assert list(answer.warnings) == warnings


def test_scripts_without_blanks_are_doubted_too() -> None:
    call = Call("m", (Message("user", "会議の議事録" * 100),), max_tokens=10)

    assert checked(Answer("x", prompt_tokens=50, completion_tokens=1), call, Down()).warnings
