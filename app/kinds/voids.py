"""Why there is nothing in an answer."""

from __future__ import annotations

from app.backends.answers.finish_reasons import FILTERED, LENGTH, REPETITION
from app.backends.answers.void import Void, void
from app.backends.base import Answer

UNFINISHED = (LENGTH, REPETITION)


def is_whole(answer: Answer) -> bool:
    """Whether there is something to keep, or to go on with. What is cut or went in circles need not be asked for again."""
    if answer.finish_reason in UNFINISHED:
        return void_of(answer) in (None, Void.EMPTY)
    return void_of(answer) is None


def void_of(answer: Answer) -> Void | None:
    """Why *answer* is none: the server calls it a refusal, or it reads as none."""
    return Void.REFUSED if answer.refused else void(answer.text)


def why_void(answer: Answer) -> Void:
    """Why there is nothing in *answer*."""
    if answer.finish_reason == FILTERED:
        return Void.FILTERED
    return Void.THOUGHTS if answer.thinking and not answer.text else void_of(answer) or Void.EMPTY
