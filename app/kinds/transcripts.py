"""What the kinds that work on a transcript have in common: how it is accepted, and how its job reads it again."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count, pairwise

from app.errors import BadParameter, MissingParameter
from app.kinds.base import Form, Result
from app.orders import NAMES, Json, Order
from app.transcript import Renaming, Transcript, Turn, named, parse

CUTS = "cuts"  # the option of an order that was corrected: where the batches of its last run began
BATCH = "batch/"  # what the step of a batch begins with


def accepted(form: Form, speakers: Sequence[str], others: Sequence[str] = ()) -> str:
    """The transcript of a request, read, in the form in which a job stores it. *speakers* and *others* are names of speakers
    even if they do not look like it; of turns that are added to a job, its speakers so far are known too.

    Raises MissingParameter, BadParameter, BadContent."""
    known = Transcript.restored(form.so_far, speakers).speakers if form.so_far else ()
    return parse(_content(form), [*speakers, *others, *known]).stored()


def heard(order: Order) -> Transcript:
    """The transcript of *order* as it was accepted, with what was added to it since."""
    return Transcript.restored(order.content, order.options.get("speakers", ()))


def renamed(order: Order, result: Result) -> Result:
    """*result* with the names that people gave to the speakers of *order* since: the model has seen their labels."""
    names = order.options.get(NAMES)
    if not names:
        return result
    transcript = heard(order)
    renaming = Renaming(names, transcript.turns)
    return Result(
        renaming.text(result.text, transcript.speakers), renaming.coverage(result.coverage), result.body, result.answer
    )


def as_named(order: Order) -> Order:
    """*order* with a transcript in which the speakers have the names that people gave them."""
    names = order.options.get(NAMES)
    if not names:
        return order
    transcript = heard(order)
    turns, struck = (
        tuple(replace(turn, speaker=named(turn, names)) for turn in each) for each in (transcript.turns, transcript.struck)
    )
    return replace(order, content=replace(transcript, turns=turns, struck=struck).stored())


def record_of(step: str, turns: Sequence[Turn]) -> dict[str, Json]:
    """A batch as the coverage of a job tells it: its step, its first and last turn, and the part with which it begins."""
    return {"step": step, "turns": [turns[0].source, turns[-1].source], "part": turns[0].part}


def segments(order: Order, turns: Sequence[Turn]) -> list[tuple[Iterator[str], Sequence[Turn]]]:
    """The turns as they have to be cut into batches, each stretch with the names of its steps.

    It is one stretch, unless the transcript was corrected after a run: then each batch of that run is one, so that a turn
    that got longer or was struck changes its own batch and leaves the calls of the others as they were."""
    cuts = [(str(step), (int(source), int(part))) for step, source, part in order.options.get(CUTS, ())]
    if not cuts:
        return [((f"{BATCH}{number}" for number in count()), turns)] if turns else []
    last = max(int(step.removeprefix(BATCH).partition(".")[0]) for step, _ in cuts)
    places = [_place(turn) for turn in turns]
    firsts = [0, *(bisect_left(places, begin) for _, begin in cuts[1:]), len(turns)]
    stretches = [turns[first:end] for first, end in pairwise(firsts)]
    names = [_further(step, None if number < len(cuts) else last) for number, (step, _) in enumerate(cuts, 1)]
    return [(steps, own) for steps, own in zip(names, stretches, strict=True) if own]


def _further(step: str, last: int | None) -> Iterator[str]:
    """*step*, then what further batches of its stretch are called; at the end of the transcript they are numbered on from
    *last*."""
    yield step
    yield from (f"{step}.{number}" if last is None else f"{BATCH}{last + number}" for number in count(1))


def _place(turn: Turn) -> tuple[int, int]:
    return turn.source, turn.part


def _content(form: Form) -> bytes | str:
    given = form.content if form.content is not None else form.fields.get("content")
    if given is not None and not isinstance(given, bytes | str):
        raise BadParameter("content", "must be the text of a transcript")
    if not given or not given.strip():
        raise MissingParameter("content")
    return given
