"""Plan: what a kind would ask its model for an order, known before any model is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.backends.base import Call


@dataclass(frozen=True)
class PromptTokens:
    """The tokens of one prompt by part: the *template* with all that stays the same, what was said or summarised before, and
    the turns or the message that the call is about."""

    template: int
    previous: int
    turns: int

    @property
    def prompt(self) -> int:
        return self.template + self.previous + self.turns


@dataclass(frozen=True)
class PlannedCall:
    """A call that the run will make as its *step*. *exact* says that its messages are known to the last byte; otherwise a
    placeholder stands for what earlier answers will say, and its tokens are an upper bound.

    *first_turn* and *last_turn* are numbers of the transcript's turns, from 0; None if there is no transcript."""

    step: str
    call: Call
    tokens: PromptTokens
    exact: bool = True
    first_turn: int | None = None
    last_turn: int | None = None


@dataclass(frozen=True)
class Plan:
    """The calls of an order as far as they are known, in the order in which they are made.

    *context* is the model's, in tokens. *transcript_turns* and *turns* (after long ones were split) are None without a
    transcript; *speakers* counts the turns of each. *more_calls* says which calls only the run shows, empty if none;
    *notes* are sentences for people."""

    calls: tuple[PlannedCall, ...]
    context: int
    transcript_turns: int | None = None
    turns: int | None = None
    speakers: Mapping[str, int] = field(default_factory=dict)
    more_calls: str = ""
    notes: tuple[str, ...] = ()

    @property
    def exact(self) -> bool:
        """True if every planned call is sent exactly as it is here."""
        return all(each.exact for each in self.calls)
