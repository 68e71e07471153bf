"""How a summary begins: its turns, its prompt, its room; and which calls it will make, known before any is made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from app.errors import TemplateError
from app.kinds.base import Work
from app.kinds.plan import Plan, PlannedCall, PromptTokens
from app.kinds.sounds import sounds, spoken
from app.kinds.summary.flavor import Flavor
from app.kinds.summary.lines import Line, span
from app.kinds.summary.prompt import SAMPLE, Prompt, Room
from app.kinds.summary.strategies import batches_of
from app.kinds.transcripts import TurnStream, segments, stored
from app.tokens import MeasuresOnce
from app.transcript import UNKNOWN_SPEAKER, StoredTranscript, Turn


@dataclass(frozen=True)
class Start:
    """Everything that a summary knows before its first call. *turns* are those of the transcript, long ones split, to be read
    once; where each has a call of its own, without the *fillers* that hold sounds alone."""

    flavor: Flavor
    prompt: Prompt
    room: Room
    transcript: StoredTranscript
    turns: TurnStream
    fillers: int = 0

    @classmethod
    def of(cls, work: Work) -> Start:
        """Raises NoRoom, TemplateError."""
        flavor = Flavor.model_validate(work.order.flavor, strict=False)
        prompt = Prompt.of(work, flavor, work.order.template, rolling=work.order.settings["fields"] == 2)
        transcript = stored(work.order)
        nameless = transcript.number > sum(transcript.speakers.values())
        room = prompt.room(sorted([*transcript.speakers, *([UNKNOWN_SPEAKER] if nameless else [])]))
        fillers = sounds(transcript.turns()) if flavor.max_new_turns == 1 else 0  # beside others they cost no call
        read = work.split(spoken(transcript.turns()) if fillers else transcript.turns(), room.turn)
        return cls(flavor, prompt, room, transcript, TurnStream(read, transcript.characters), fillers)


def plan(work: Work) -> Plan:
    """The calls of the batches. Those of the final reduce depend on the answers."""
    start = Start.of(replace(work, tokenizer=MeasuresOnce(work.tokenizer)))
    calls = tuple(_rolled(start) if start.prompt.rolling else _mapped(start))
    return Plan(
        calls,
        context=start.flavor.total_context_length,
        transcript_turns=start.transcript.number,
        turns=start.turns.read,
        speakers=start.transcript.speakers,
        more_calls=", and ".join(_more(start.flavor)),
        notes=tuple(_notes(start, calls)),
    )


def _more(flavor: Flavor) -> Iterator[str]:
    """In words, the calls that only answers can cause."""
    if flavor.repairs:
        yield "one more call for each answer whose lines are wrong (repair)"
    if flavor.reduces:
        yield "one call or more that make the summary shorter (reduce)"


def _mapped(start: Start) -> Iterator[PlannedCall]:
    template = _template_tokens(start.prompt)
    for step, batch in batches_of(start.prompt, start.turns):
        yield _planned(start.prompt, step, (), batch, template=template)


def _rolled(start: Start) -> Iterator[PlannedCall]:
    """The batches if the summary so far fills the room that is kept for it: a shorter one may make them fewer."""
    prompt, template = start.prompt, _template_tokens(start.prompt)
    shown: tuple[Line, ...] = ()
    for steps, stretch in segments(prompt.work.order, start.turns):
        near: list[Turn] = []
        while near := near + list(islice(stretch, start.flavor.max_new_turns - len(near))):
            more = start.room.reserve - sum(prompt.costs(shown)) if shown else 0
            number = prompt.head(shown, near, len(near), kept_free=max(more, 0))
            yield _planned(prompt, next(steps), shown, near[:number], template=template, reserve=start.room.reserve)
            near, shown = near[number:], _placeholder(start)


def _placeholder(start: Start) -> tuple[Line, ...]:
    """Stands for the summary so far, if the flavor shows any of it."""
    if not start.flavor.summary_turns:
        return ()
    text = f"[the last {start.flavor.summary_turns} lines of the summary so far, at most {start.room.reserve} tokens]"
    return (Line("", text, 0, 0, ""),)


def _planned(
    prompt: Prompt, step: str, shown: Sequence[Line], batch: Sequence[Turn], *, template: int, reserve: int = 0
) -> PlannedCall:
    first, last = span(batch)
    call = prompt.call(shown, batch)
    turns = prompt.work.measure(call.messages) - template - sum(prompt.costs(shown))
    tokens = PromptTokens(template, reserve if shown else 0, max(turns, 0))
    return PlannedCall(step, call, tokens, exact=not shown, first_turn=first, last_turn=last)


def _template_tokens(prompt: Prompt) -> int:
    """The tokens of a prompt without turns; of a template that needs one, without what a turn adds."""
    try:
        return prompt.measure((), ())
    except TemplateError:
        return max(prompt.bare - sum(prompt.costs(SAMPLE)) * (2 if prompt.rolling else 1), 0)


def _notes(start: Start, calls: Sequence[PlannedCall]) -> Iterator[str]:
    if not all(each.exact for each in calls):
        yield (
            "each batch is shown the end of the summary so far, which only the run knows: a placeholder stands for it, and "
            f"its {start.room.reserve} tokens are the most that it gets"
        )
    yield from start.transcript.record().get("warnings", ())
