"""Answers that come to nothing any more are noticed early, and others never."""

from __future__ import annotations

import json

import pytest

from app.backends.answers.repetition import REPETITION, WHITESPACE, RepetitionDetector
from app.backends.base import Call, Message

CALL = Call("m", (Message("user", "hello"),), max_tokens=2000)


def wasted(guard: RepetitionDetector, pieces: list[str], begun: int = 0) -> int:
    """How many pieces after the first *begun* it takes until the guard speaks; one more than all where it never does."""
    for number, piece in enumerate(pieces):
        if guard.feed(piece):
            return number + 1 - begun
    return len(pieces) + 1 - begun


def watching() -> RepetitionDetector:
    return RepetitionDetector(json=True, loops=True)


@pytest.mark.parametrize("blank", [" ", "\n", "\t", "\n  ", " " * 8])
def test_endless_blanks_in_json_are_noticed(blank: str) -> None:
    guard = watching()

    assert wasted(guard, ['{"a":', " 1", ","] + [blank] * 300, begun=3) <= 200
    assert guard.reason == WHITESPACE


@pytest.mark.parametrize(
    "loop",
    [
        ["0", ","],
        ["\\", "n"],
        [" no"],
        ["ha", "ha", " "],
        ["我", "们"],
        [' "item"', ":", ' "same"', ","],
        [" and", " then", " we", " went", " on", " to", " discuss", " the", " budget", "."],
        [f" word{number}" for number in range(40)],
    ],
)
def test_a_loop_is_noticed_within_200_tokens(loop: list[str]) -> None:
    guard = watching()

    assert wasted(guard, ['{"text": "once upon a time', *loop * 150], begun=1) - len(loop) <= 200
    assert guard.reason == REPETITION


def test_pieces_of_any_size_will_do() -> None:
    guard = watching()

    guard.feed('{"a": "' + "the same again, " * 50)

    assert guard.reason == REPETITION


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"minutes": [{"speaker": f"S{n}", "text": f"said {n * 7} things"} for n in range(80)]}, indent=4),
        json.dumps([[0] * 8 for _ in range(6)]),
        "| a | b |\n|---|---|\n" + "".join(f"| {n} | {n * n} |\n" for n in range(60)),
        "=" * 120 + "\nTitle\n" + "=" * 120,
        "Yes. Yes. Yes. No. No. No. " * 2,
        "\n".join(f"{n}. item number {n}" for n in range(200)),
    ],
)
def test_what_only_looks_like_one_is_left_alone(text: str) -> None:
    guard = watching()

    assert wasted(guard, list(text)) == len(text) + 1


def test_nothing_is_watched_unless_asked_for() -> None:
    guard = RepetitionDetector.of(CALL)

    assert wasted(guard, [" no"] * 500) == 501


@pytest.mark.parametrize(
    ("call", "blanks", "loops"),
    [
        (Call("m", (), 9, response_format={"type": "json_object"}), WHITESPACE, REPETITION),
        (Call("m", (), 9, stop_loops=True), "", REPETITION),
        (CALL, "", ""),
    ],
)
def test_structured_answers_are_watched_and_others_where_the_call_says_so(call: Call, blanks: str, loops: str) -> None:
    assert RepetitionDetector.of(call).feed(" " * 500) == blanks
    assert RepetitionDetector.of(call).feed(" no" * 500) == loops
