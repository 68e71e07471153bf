"""The prompt of a summary: what is sent for some turns, how many tokens it is, and how much room is left in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import TypeVar

from app import prompts
from app.backends.base import Call, Message
from app.batching import take
from app.errors import NoRoom
from app.kinds.base import Work, call_with, messages_with
from app.kinds.summary.flavor import Flavor
from app.kinds.summary.lines import Line
from app.tokens import LineCosts
from app.transcript import Turn, split

Spoken = TypeVar("Spoken", Turn, Line)

SMALLEST_TURN = 16  # tokens; a template that leaves less than this for a turn's text is refused
SLACK = 8  # tokens that joints between a label, a text and the template may cost beyond the sum of their counts
MOST_REMEMBERED = 64  # prompts: those of batches that are asked side by side
SAMPLE = (Turn("A", "a"),)  # stands for any turn, so that a template's conditional parts are counted


@dataclass(frozen=True)
class Room:
    """How the context is shared out, in tokens: *limit* for the whole prompt, *bare* for the template around the turns,
    *label* for the longest speaker's name, *reserve* for the summary so far, *turn* for the text of one turn."""

    limit: int
    bare: int
    label: int
    reserve: int
    turn: int


class LearnedContext:
    """The model's context as its server has named it when it refused a prompt; 0 as long as it has not."""

    def __init__(self) -> None:
        self.tokens = 0

    def note(self, limit: int) -> None:
        """The server says that *limit* tokens is the most; 0 says nothing."""
        if limit and (not self.tokens or limit < self.tokens):
            self.tokens = limit


@dataclass(frozen=True)
class Prompt:
    """One template of an order, ready to be filled with turns."""

    work: Work
    flavor: Flavor
    template: prompts.Template
    rolling: bool
    learned: LearnedContext = field(default_factory=LearnedContext)

    @classmethod
    def of(cls, work: Work, flavor: Flavor, template: str, *, rolling: bool) -> Prompt:
        return cls(work, flavor, prompts.remembered(template, work.order.templates), rolling)

    def messages(self, previous: Sequence[Line | Turn], turns: Sequence[Line | Turn]) -> tuple[Message, ...]:
        """The prompt with these turns in it. A batch is measured and asked right after: it is rendered once."""
        return self._remembered(tuple(previous), tuple(turns))

    @cached_property
    def _remembered(self) -> Callable[..., tuple[Message, ...]]:
        return lru_cache(MOST_REMEMBERED)(self._rendered)

    def _rendered(self, previous: Sequence[Line | Turn], turns: Sequence[Line | Turn]) -> tuple[Message, ...]:
        text = self.template.render(
            previous=prompts.Lines(previous),
            turns=prompts.Lines(turns),
            service=self.work.order.service,
            flavor=self.flavor.name,
            language=self.work.order.options.get("language", ""),
        )
        return messages_with(self.flavor, text)

    def measure(self, previous: Sequence[Line | Turn], turns: Sequence[Line | Turn]) -> int:
        """The exact tokens of the prompt with these turns in it."""
        return self.work.measure(self.messages(previous, turns))

    @property
    def limit(self) -> int:
        """The most tokens a prompt may have, so that the answer still fits the context."""
        return self.context - self.answer

    @property
    def context(self) -> int:
        """The model's context: the flavor's, or the server's where that turned out to be smaller."""
        return min(self.flavor.total_context_length, self.learned.tokens or self.flavor.total_context_length)

    @property
    def answer(self) -> int:
        """The most tokens of an answer: the flavor's, but no more than half of a context that is smaller than the flavor's."""
        most = self.flavor.max_generation_length
        return min(most, self.context // 2) if self.context < self.flavor.total_context_length else most

    def is_known_to_be_too_long(self, previous: Sequence[Line | Turn], turns: Sequence[Line | Turn]) -> bool:
        """Whether the server would refuse a prompt with these turns, as far as it has told us."""
        return bool(self.learned.tokens) and self.measure(previous, turns) > self.limit

    @cached_property
    def bare(self) -> int:
        return self.measure(SAMPLE if self.rolling else (), SAMPLE)

    def room(self, speakers: Sequence[str]) -> Room:
        """How the context is shared out for turns of *speakers*; raises NoRoom, with the numbers, if none is left."""
        labels = self.work.count([f"\n{speaker} : " for speaker in speakers] or ["\n"])
        label = max(labels) + SLACK
        free = self.limit - self.bare - label
        rolling = self.rolling and self.flavor.summary_turns > 0
        reserve = min(self.flavor.max_generation_length, max(free, 0) // 3) if rolling else 0
        turn = min(self.flavor.create_new_turn_after, free - reserve)
        if turn < min(SMALLEST_TURN, self.flavor.create_new_turn_after):
            raise NoRoom(
                f"the template {self.template.name}.txt leaves no room for a turn: totalContextLength "
                f"{self.flavor.total_context_length} - maxGenerationLength {self.flavor.max_generation_length} - template "
                f"{self.bare} - longest speaker {label} - summary so far {reserve} = {free - reserve} tokens, and a turn needs "
                f"{SMALLEST_TURN}: shorten the template or maxGenerationLength, or raise totalContextLength"
            )
        return Room(self.limit, self.bare, label, reserve, turn)

    def window(self, summary: Sequence[Line], reserve: int) -> tuple[Line, ...]:
        """The last `summaryTurns` lines of the summary so far, as many of them as *reserve* tokens hold; none if not rolling.

        Where not even the last line fits, its end is shown: the model goes on from there."""
        if not self.rolling:
            return ()
        recent = summary[max(len(summary) - self.flavor.summary_turns, 0) :]
        shown: list[Line] = []
        for line, cost in zip(reversed(recent), reversed(self.costs(recent)), strict=True):
            if cost > reserve:
                break
            reserve -= cost
            shown.insert(0, line)
        return tuple(shown) if shown or not recent else self._end_of(recent[-1], reserve)

    def _end_of(self, line: Line, reserve: int) -> tuple[Line, ...]:
        label = self.costs([replace(line, text="a")])[0]
        if reserve <= label:
            return ()
        *_, end = split([Turn(line.speaker, line.text)], reserve - label, self.work.count)
        return (replace(line, text=end.text),)

    def head(self, previous: Sequence[Line], turns: Sequence[Spoken], most: int, *, kept_free: int = 0) -> int:
        """How many of *turns*, at least one and at most *most*, one prompt holds beside *previous*, with *kept_free* tokens
        of it left over."""
        near, room = turns[:most], self.limit - kept_free
        if len(near) * self.flavor.create_new_turn_after <= room and self.measure(previous, near) <= room:
            return len(near)
        batch = take(
            near,
            0,
            most=most,
            room=room,
            costs=self.costs(near),
            measure=lambda head: self.measure(previous, head),
            fixed=self.bare + sum(self.costs(previous)),
        )
        return len(batch.turns)

    def costs(self, lines: Sequence[Line | Turn]) -> list[int]:
        """What each line adds to a prompt: an upper bound, `measure` decides."""
        return self._line_costs.of([str(line) for line in lines])

    @cached_property
    def _line_costs(self) -> LineCosts:
        return LineCosts(self.work.tokenizer)

    def call(self, previous: Sequence[Line | Turn], turns: Sequence[Line | Turn]) -> Call:
        return self.call_of(self.messages(previous, turns))

    def call_of(self, messages: tuple[Message, ...]) -> Call:
        return call_with(self.flavor, messages, self.answer, stop_loops=True)
