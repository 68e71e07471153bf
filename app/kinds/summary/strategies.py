"""The two ways through a transcript: rolled (one after the other) and mapped (side by side)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from threading import Lock
from typing import TypeVar

from app.kinds import parallel
from app.kinds.base import Phase, Progress, Work
from app.kinds.summary.asking import Asking
from app.kinds.summary.lines import Growing, Line
from app.kinds.summary.prompt import Prompt
from app.kinds.transcripts import TurnStream, record_of, segments
from app.transcript import Turn

Spoken = TypeVar("Spoken", Turn, Line)


def rolled(asking: Asking, phase: Phase, turns: TurnStream) -> tuple[Line, ...]:
    """Batches in order, each shown the end of the summary so far."""
    prompt = asking.prompt
    lines = Growing()
    done = 0
    for steps, stretch in segments(prompt.work.order, turns):
        near: list[Turn] = []
        while near := near + list(islice(stretch, prompt.flavor.max_new_turns - len(near))):
            shown = lines.last(prompt.flavor.summary_turns)
            number = prompt.head(prompt.window(shown, asking.room.reserve), near, len(near))
            batch, near = near[:number], near[number:]
            step = next(steps)
            asking.tally.batches.append(record_of(step, batch))
            text = lines.add(asking.lines(step, shown, batch))
            done += number
            prompt.work.report(Progress(phase, done, turns.total(done), text))
    return lines.all()


def mapped(asking: Asking, phase: Phase, turns: TurnStream) -> tuple[Line, ...]:
    """Every batch on its own, side by side; the lines are joined in the transcript's order."""
    steps: list[str] = []

    def batches() -> Iterator[Sequence[Turn]]:
        for step, batch in batches_of(asking.prompt, turns):
            steps.append(step)
            asking.tally.batches.append(record_of(step, batch))
            yield batch

    def lines_for(number: int, batch: Sequence[Turn]) -> tuple[Line, ...]:
        return asking.lines(steps[number], (), batch)

    return side_by_side(asking.prompt.work, phase, batches(), turns.total, lines_for)


def batches_of(prompt: Prompt, turns: Iterable[Turn]) -> Iterator[tuple[str, Sequence[Turn]]]:
    """The batches that are asked on their own, each with its step."""
    for steps, stretch in segments(prompt.work.order, turns):
        for batch in planned(prompt, stretch, prompt.flavor.max_new_turns):
            yield next(steps), batch


def planned(prompt: Prompt, turns: Iterable[Spoken], most: int) -> Iterator[Sequence[Spoken]]:
    """All of *turns* in batches that fit a prompt with nothing else in it, at most *most* in each."""
    most = min(most, max(prompt.limit, 1))  # each turn is a token at least
    left, near = iter(turns), list[Spoken]()
    while near := near + list(islice(left, most - len(near))):
        number = prompt.head((), near, most)
        yield near[:number]
        near = near[number:]


def side_by_side(
    work: Work,
    phase: Phase,
    plan: Iterable[Sequence[Spoken]],
    total: Callable[[int], int] | int,
    make: Callable[[int, Sequence[Spoken]], tuple[Line, ...]],
) -> tuple[Line, ...]:
    """The lines that *make* makes of every batch, in the plan's order; the first failure ends it and is raised. *total* is
    how many turns there are, or tells it, as far as is known, when some are done."""
    done, lock = 0, Lock()
    waiting: dict[int, tuple[Line, ...]] = {}  # the lines of batches before which another one is not finished yet
    head, following = Growing(), 0
    text: str | Callable[[], str] = ""

    def one(number: int, batch: Sequence[Spoken]) -> None:
        nonlocal done, text, following
        lines = make(number, batch)
        with lock:
            waiting[number] = lines
            done += len(batch)
            while following in waiting:
                text = head.add(waiting.pop(following))
                following += 1
            work.report(Progress(phase, done, total if isinstance(total, int) else total(done), text))

    parallel.side_by_side(plan, one, "batch")
    return head.all()
