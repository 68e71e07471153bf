"""Live meetings: a transcript that grows is summarised again for the price of what is new."""

from __future__ import annotations

import pytest

from app.backends.base import Call
from app.kinds.base import Finished
from tests.kinds.summary.test_summary import carried_out, minutes, order

TURNS = 400


def transcript(turns: int) -> str:
    return "\n".join(f"{'Ann' if number % 2 else 'Bob'} : w{number} said this today." for number in range(turns))


def asked(calls: list[Call]) -> int:
    """The tokens of all prompts."""
    return sum(len(message.content.split()) for call in calls for message in call.messages)


@pytest.mark.parametrize("fields", [1, 2])
def test_a_twentieth_more_costs_at_most_eight_hundredths_of_the_tokens(fields: int) -> None:
    journal: dict[str, Finished] = {}
    _, first = carried_out(order(transcript(TURNS), fields=fields), journal=journal)

    grown, second = carried_out(order(transcript(TURNS + TURNS // 20), fields=fields), journal=journal)

    assert asked(second.heard) <= 0.08 * asked(first.heard)
    assert grown.coverage["turns_sent"] == TURNS + TURNS // 20


@pytest.mark.parametrize("fields", [1, 2])
def test_what_grew_comes_to_the_same_as_what_was_whole(fields: int) -> None:
    journal: dict[str, Finished] = {}
    for turns in (37, 50, 51):
        grown, _ = carried_out(order(transcript(turns), fields=fields), journal=journal)

    whole, _ = carried_out(order(transcript(51), fields=fields))

    assert grown == whole


def test_a_turn_that_changes_is_asked_again_and_those_before_it_are_not() -> None:
    journal: dict[str, Finished] = {}
    carried_out(order(transcript(30), fields=1), journal=journal)

    _, model = carried_out(order(transcript(30).replace("w15 said this", "w15 said that"), fields=1), minutes, journal=journal)

    assert len(model.heard) == 1
    assert "w15 said that" in model.heard[0].messages[-1].content
