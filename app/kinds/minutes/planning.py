"""Which calls minutes will make, known before any is made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from app import prompts
from app.errors import TemplateError
from app.kinds.base import Work
from app.kinds.meeting import Meeting
from app.kinds.minutes.asking import Asking
from app.kinds.minutes.extraction import Extraction, Numbered
from app.kinds.minutes.flavor import Flavor
from app.kinds.minutes.items import ItemKind
from app.kinds.minutes.labelling import label_call, step_of
from app.kinds.minutes.selecting import worth_a_call
from app.kinds.plan import Plan, PlannedCall, PromptTokens
from app.tokens import MeasuresOnce
from app.transcript import Turn

EXTRACTING = "a few calls that merge items and write title and summary, and one for each answer that must be put right"
LABELLING = (
    "one more call for each sentence with words of a decision or a task, on the embedded model for other statements too, and "
    "for each answer without log probabilities"
)


def plan(work: Work, kinds: tuple[ItemKind, ...]) -> Plan:
    """The calls that read the transcript, for items of *kinds*."""
    flavor = Flavor.model_validate(work.order.flavor, strict=False)
    once = replace(work, tokenizer=MeasuresOnce(work.tokenizer))
    asking = Asking(once, flavor, Meeting.of(work.order, flavor.language))
    quoted = flavor.mode == "extractive"
    calls = tuple(_labelling(asking) if quoted else _extracting(asking, kinds))
    transcript = asking.meeting.transcript
    return Plan(
        calls,
        context=flavor.total_context_length,
        transcript_turns=len(transcript.turns),
        turns=len(calls) if quoted else len(transcript.turns),
        speakers=transcript.speakers,
        more_calls=LABELLING if quoted else EXTRACTING,
        notes=tuple(transcript.record().get("warnings", ())),
    )


def prints_every_turn(template: prompts.Template) -> bool:
    """Whether a prompt about three turns holds the words of each; True if it cannot be told without a real meeting."""
    turns = [Turn("Ann", text, number) for number, text in enumerate(("alpha", "bravo", "charlie"))]
    values = {"participants": ["Ann"], "glossary": [], "agenda": [], "date": "", "language": "en"}
    try:
        shown = prompts.Lines([Numbered(turn) for turn in turns])
        prompt = template.render(turns=shown, service="service", flavor="flavor", **values)
    except TemplateError:
        return True
    return all(turn.text in prompt.lower() for turn in turns)


def _extracting(asking: Asking, kinds: tuple[ItemKind, ...]) -> Iterator[PlannedCall]:
    extraction = Extraction(asking, kinds)
    template = asking.work.measure(extraction.call(()).messages)
    for step, turns in extraction.plan():
        call = extraction.call(turns)
        tokens = PromptTokens(template, 0, max(asking.work.measure(call.messages) - template, 0))
        yield PlannedCall(step, call, tokens, first_turn=turns[0].source, last_turn=turns[-1].source)


def _labelling(asking: Asking) -> Iterator[PlannedCall]:
    """A call for each sentence; all but its last message is the same for all."""
    template: int | None = None
    for part in worth_a_call(asking):
        call = label_call(asking, part)
        if template is None:
            template = asking.work.measure((*call.messages[:-1], replace(call.messages[-1], content="")))
        tokens = PromptTokens(template, 0, max(asking.work.measure(call.messages) - template, 0))
        yield PlannedCall(step_of(part), call, tokens, first_turn=part.turn.source, last_turn=part.turn.source)
