"""Plans of transcripts: the tokens of every prompt are asked for once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from app.kinds import minutes, summary
from app.kinds.base import Work
from app.kinds.plan import Plan
from app.orders import Order
from tests.fakes.model import Model, Words

FLAVOR = {
    "name": "small",
    "modelName": "model",
    "totalContextLength": 600,
    "maxGenerationLength": 100,
    "createNewTurnAfter": 40,
    "summaryTurns": 2,
    "maxNewTurns": 8,
}
TALK = "\n".join(
    f"{'Ann' if number % 2 else 'Bob'} : The {noun} in house {number} costs {number}80 pounds, and the company repairs it soon."
    for number, noun in enumerate(("boiler", "garden", "door", "window", "roof", "stove", "stair", "fence", "lamp") * 4)
)
TEMPLATES = {"rolling": "So far:\n{{ previous }}\nNew:\n{{ turns }}", "single": "New:\n{{ turns }}"}


@dataclass(frozen=True)
class Listening(Words):
    """Keeps every prompt that it measures."""

    measured: list[str] = field(default_factory=list)

    def measure(self, messages: Sequence[Mapping[str, str]]) -> int:
        self.measured.append(repr(messages))
        return super().measure(messages)


def order(kind: str, template: str = "", settings: Mapping[str, Any] | None = None, **flavor: Any) -> Order:
    return Order(
        service="service",
        kind=kind,
        backend="model",
        flavor={**{key: FLAVOR[key] for key in FLAVOR if kind == "summary" or key != "summaryTurns"}, **flavor},
        settings=settings or {},
        template=template or "service",
        templates=TEMPLATES,
        text=TALK,
        options={"speakers": []},
    )


@pytest.mark.parametrize(
    ("plan", "asked"),
    [
        (minutes.plan, order("minutes", totalContextLength=1200)),
        (minutes.plan, order("minutes", mode="extractive")),
        (summary.plan, order("summary", "single", {"fields": 1})),
        (summary.plan, order("summary", "rolling", {"fields": 2})),
    ],
    ids=["minutes", "extractive", "batches", "rolling"],
)
def test_a_plan_measures_no_prompt_twice(plan: Callable[[Work], Plan], asked: Order) -> None:
    tokenizer = Listening()

    calls = plan(Work(asked, Model(lambda _call: ""), tokenizer)).calls

    assert len(calls) > 1
    assert len(tokenizer.measured) == len(set(tokenizer.measured))
    assert all(
        each.tokens.prompt == Words().measure([message.wire() for message in each.call.messages])
        for each in calls
        if each.exact
    )
