"""A model in this process is a backend like any other: stop strings, limits, cancelling, and one text in pieces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from app.backends.adapters.in_process import Generation, InProcessBackend, TokenText
from app.backends.base import Answer, Call, Health, Message, Piece
from app.errors import Cancelled, EngineError


@dataclass
class Script:
    """An author that says what it is told to."""

    said: list[TokenText]

    def read(self, call: Call) -> Generation:
        return Generation(3, (each for each in self.said))

    def count(self, text: str) -> int:
        return len(text)

    def measure(self, messages: Sequence[Message]) -> int:
        return sum(len(message.content) for message in messages)

    def describe(self) -> Health:
        raise EngineError("there is no model")


def call(*stop: str) -> Call:
    return Call("m", (Message("user", "q"),), 10, stop=stop)


def pieces(texts: list[str], *stop: str, end: str = "length") -> tuple[list[str], Answer]:
    script = Script([*map(TokenText, texts[:-1]), TokenText(texts[-1], end)])
    *rest, last = [*InProcessBackend("x", script).stream(call(*stop))]
    assert last.answer is not None
    return [piece.text for piece in (*rest, last)], last.answer


@pytest.mark.parametrize(
    ("texts", "stop", "expected"),
    [
        (["a", "b", "c"], (), "abc"),
        (["  a", "b \n"], (), "ab"),
        (["a", "S", "T", "b"], ("ST",), "a"),
        (["a", "S", "b"], ("ST",), "aSb"),
        (["aS"], ("ST",), "aS"),
        (["aSTb"], ("T", "ST"), "a"),
        (["<think>x</think>", "a"], (), "a"),
        (["", "é"], ("é",), ""),
    ],
    ids=str,
)
def test_the_pieces_joined_are_the_answer(texts: list[str], stop: tuple[str, ...], expected: str) -> None:
    said, answer = pieces(texts, *stop)

    assert "".join(said) == answer.text == expected


@pytest.mark.parametrize(("stop", "reason"), [((), "length"), (("b",), "stop")])
def test_it_says_why_it_ends(stop: tuple[str, ...], reason: str) -> None:
    assert pieces(["a", "b"], *stop)[1].finish_reason == reason


def test_tokens_are_counted() -> None:
    answer = pieces(["a", "", "b"])[1]

    assert (answer.prompt_tokens, answer.completion_tokens) == (3, 3)


def test_a_text_that_was_waited_for_comes_at_once() -> None:
    stream = InProcessBackend("x", Script([TokenText("x"), TokenText("y", "length")])).stream(call())

    assert next(stream) == Piece("x")


def test_closing_it_ends_it() -> None:
    stream = InProcessBackend("x", Script([TokenText("a")] * 5)).stream(call())
    next(stream)

    stream.close()

    with pytest.raises((StopIteration, Cancelled)):
        next(stream)


def test_a_model_that_cannot_be_had_is_not_well() -> None:
    assert InProcessBackend("x", Script([])).probe() == Health(ok=False, detail="there is no model")
