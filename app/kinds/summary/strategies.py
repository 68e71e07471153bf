"""The two ways through a transcript: rolled (one after the other) and mapped (side by side)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock
from typing import TypeVar

from app.kinds import parallel
from app.kinds.base import Phase, Progress, Work
from app.kinds.summary.asking import Asking
from app.kinds.summary.lines import Growing, Line
from app.kinds.summary.prompt import Prompt
from app.kinds.transcripts import record_of, segments
from app.transcript import Turn

Spoken = TypeVar("Spoken", Turn, Line)


def rolled(asking: Asking, phase: Phase, turns: Sequence[Turn]) -> tuple[Line, ...]:
    """Batches in order, each shown the end of the summary so far."""
    prompt = asking.prompt
    lines = Growing()
    done = 0
    for steps, stretch in segments(prompt.work.order, turns):
        first = 0
        while first < len(stretch):
            shown = lines.last(prompt.flavor.summary_turns)
            most = stretch[first : first + prompt.flavor.max_new_turns]
            batch = most[: prompt.head(prompt.window(shown, asking.room.reserve), most, len(most))]
            step = next(steps)
            asking.tally.batches.append(record_of(step, batch))
            text = lines.add(asking.lines(step, shown, batch))
            first, done = first + len(batch), done + len(batch)
            prompt.work.report(Progress(phase, done, len(turns), text))
    return lines.all()


def mapped(asking: Asking, phase: Phase, turns: Sequence[Turn]) -> tuple[Line, ...]:
    """Every batch on its own, side by side; the lines are joined in the transcript's order."""
    plan = batches_of(asking.prompt, turns)
    asking.tally.batches += [record_of(step, batch) for step, batch in plan]

    def lines_for(number: int, batch: Sequence[Turn]) -> tuple[Line, ...]:
        return asking.lines(plan[number][0], (), batch)

    return side_by_side(asking.prompt.work, phase, [batch for _, batch in plan], lines_for)


def batches_of(prompt: Prompt, turns: Sequence[Turn]) -> list[tuple[str, Sequence[Turn]]]:
    """The batches that are asked on their own, each with its step."""
    return [
        (next(steps), batch)
        for steps, stretch in segments(prompt.work.order, turns)
        for batch in planned(prompt, stretch, prompt.flavor.max_new_turns)
    ]


def planned(prompt: Prompt, turns: Sequence[Spoken], most: int) -> list[Sequence[Spoken]]:
    """All of *turns* in batches that fit a prompt with nothing else in it, at most *most* in each."""
    most = min(most, max(prompt.limit, 1))  # each turn is a token at least
    plan: list[Sequence[Spoken]] = []
    done = 0
    while done < len(turns):
        near = turns[done : done + most]
        plan.append(near[: prompt.head((), near, most)])
        done += len(plan[-1])
    return plan


def side_by_side(
    work: Work, phase: Phase, plan: Sequence[Sequence[Spoken]], make: Callable[[int, Sequence[Spoken]], tuple[Line, ...]]
) -> tuple[Line, ...]:
    """The lines that *make* makes of every batch, in the plan's order; the first failure ends it and is raised."""
    total, done, lock = sum(map(len, plan)), 0, Lock()
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
            work.report(Progress(phase, done, total, text))

    parallel.side_by_side(plan, one, "batch")
    return head.all()
