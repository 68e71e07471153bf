from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from app.backends.adapters.echo import Echo
from app.backends.base import Answer, Piece
from app.errors import EmptyAnswer
from app.kinds.base import Phase, Progress, Result, Work
from app.kinds.growing import grown
from app.orders import Order
from tests.fakes.model import Words

WHOLE, FIRST = Phase("summary"), Phase("summary", 0.0, 90.0)
ORDER = Order("s", "summary", "echo", {}, {}, "s", {}, "text")


def pieces(run: Callable[[Work], Result], heartbeat: float = 10) -> list[Piece]:
    return list(grown(run, Work(ORDER, Echo(), Words()), heartbeat=heartbeat))


def reporting(*texts: str, phase: Phase = WHOLE) -> Callable[[Work], Result]:
    def run(work: Work) -> Result:
        for number, text in enumerate(texts, 1):
            work.report(Progress(phase, number, len(texts), text))
        return Result(texts[-1], {"tokens_in": 5, "tokens_out": 2})

    return run


def test_the_text_comes_as_it_grows_and_joined_is_the_whole() -> None:
    came = pieces(reporting("one", "one\ntwo", "one\ntwo\nthree"))

    assert [piece.text for piece in came] == ["one", "\ntwo", "\nthree", ""]
    assert came[-1].answer == Answer("one\ntwo\nthree", prompt_tokens=5, completion_tokens=2)


def test_a_report_that_comes_late_says_nothing_new() -> None:
    came = pieces(reporting("one", "one two", "one", "one two"))

    assert [piece.text for piece in came] == ["one", " two", ""]


def test_what_is_not_of_the_last_phase_is_not_shown() -> None:
    came = pieces(reporting("notes", "notes\nmore", phase=FIRST))

    assert [piece.text for piece in came] == ["notes\nmore"]


def test_there_is_a_sign_of_life_while_nothing_is_new() -> None:
    over = threading.Event()

    def run(work: Work) -> Result:
        over.wait(20)
        return Result("done")

    stream = grown(run, Work(ORDER, Echo(), Words()), heartbeat=0.01)
    first = next(stream)
    over.set()
    rest = [piece for piece in stream if piece.answer]

    assert first == Piece("")
    assert [piece.text for piece in rest] == ["done"]


def test_what_fails_in_the_work_rises_where_it_is_read() -> None:
    def run(work: Work) -> Result:
        work.report(Progress(WHOLE, 1, 2, "one"))
        raise EmptyAnswer("nothing")

    with pytest.raises(EmptyAnswer):
        pieces(run)
