"""The backend without a model."""

from __future__ import annotations

import pytest

from app.backends.adapters.echo import Echo
from app.backends.base import Call, Message
from app.errors import ContextExceeded


def call(text: str, max_tokens: int = 100) -> Call:
    return Call("any", (Message("system", "be brief"), Message("user", text)), max_tokens)


def test_it_says_what_the_prompt_said() -> None:
    answer = Echo().complete(call("Alice : hello\nBob : hi"))

    assert (answer.text, answer.finish_reason) == ("Alice : hello\nBob : hi", "stop")
    assert (answer.prompt_tokens, answer.completion_tokens) == (14, 6)


def test_a_long_prompt_is_echoed_from_its_end() -> None:
    assert Echo().complete(call("one two\nthree four", max_tokens=6)).text == "two\nthree four"


def test_its_pieces_joined_are_its_answer() -> None:
    pieces = list(Echo().stream(call("Alice : hello\nBob :  hi")))

    assert "".join(piece.text for piece in pieces) == "Alice : hello\nBob :  hi"
    assert pieces[-1].answer == Echo().complete(call("Alice : hello\nBob :  hi"))


def test_it_refuses_what_is_over_its_limit() -> None:
    echo = Echo(limit=20)

    with pytest.raises(ContextExceeded, match="10 words and 11 to answer are more than 20"):
        echo.complete(call("one two", max_tokens=11))


def test_it_tells_what_it_heard() -> None:
    heard: list[Call] = []

    Echo(heard=heard.append).complete(call("hello"))

    assert heard == [call("hello")]


def test_it_counts_words() -> None:
    assert Echo().tokenize("any", ["one two", "", "three"]) == [2, 0, 1]


def test_a_prompt_without_a_user_gets_an_empty_answer() -> None:
    assert Echo().complete(Call("any", (Message("system", "be brief"),), 10)).empty
