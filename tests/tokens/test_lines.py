"""The sums of the costs of lines are never below what the lines cost together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

import pytest

from app.tokens import Estimate, LineCosts, Tokenizer
from app.tokens.base import Messages

NAMES = ("mistral-v1", "mistral-v3", "mistral-tekken-v3")
AWKWARD_LINES = ["/a b", "- x", "1 2", "é", "{x}", "…", "'s x", "你好", "😀 x", ": x", '"q"', "سلام", ")", "."]


class ByLetters:
    """A tokenizer of which lines cost more together than one by one: a newline is two tokens more in the middle."""

    name = "letters"
    exact = True

    def adds_up(self, text: str) -> bool:
        return "\n" not in text

    def count(self, texts: Sequence[str]) -> list[int]:
        return [len(text) + 2 * max(text.count("\n") - 2, 0) for text in texts]

    def measure(self, messages: Messages) -> int:
        return sum(self.count([message["content"] for message in messages]))


@pytest.mark.parametrize("name", NAMES)
def test_the_sum_is_never_too_low_and_hardly_too_high(
    carried: Callable[[str], Tokenizer], transcripts: list[str], name: str
) -> None:
    tokenizer, random = carried(name), Random(7)
    lines = [line.strip() for line in transcripts] + AWKWARD_LINES * 20
    batches = [random.sample(lines, 8) for _ in range(300)]
    costs = dict(zip(lines, LineCosts(tokenizer).of(lines), strict=True))

    excess = [
        tokenizer.count(["Summary.\n"])[0]
        + sum(costs[line] for line in batch)
        + tokenizer.count(["\nEnd."])[0]
        - tokenizer.count(["\n".join(("Summary.", *batch, "End."))])[0]
        for batch in batches
    ]

    assert 0 <= min(excess) <= max(excess) <= 8 + 4


def test_mistral_s_vocabulary_needs_no_slack(carried: Callable[[str], Tokenizer]) -> None:
    tokenizer = carried("mistral-v1")

    costs = LineCosts(tokenizer).of(["Alice : hello"])

    assert costs == [tokenizer.count(["\nAlice : hello\n"])[0] - tokenizer.count(["\n"])[0]]


def test_where_sums_are_too_low_every_line_costs_a_token_more() -> None:
    costs = LineCosts(ByLetters()).of(["abc"])

    assert costs == [len("abc\n") + 1]


def test_no_lines_cost_nothing() -> None:
    assert LineCosts(Estimate()).of([]) == []


def test_an_estimate_s_costs_are_not_below_its_count() -> None:
    lines = ["Alice : hello there", "علی : سلام", "42"]

    costs = LineCosts(Estimate()).of(lines)

    assert all(cost + 1 >= count for cost, count in zip(costs, Estimate().count(lines), strict=True))


def test_a_line_that_is_costed_again_is_not_counted_again() -> None:
    counted: list[str] = []

    class Listening(ByLetters):
        def count(self, texts: Sequence[str]) -> list[int]:
            counted.extend(texts)
            return super().count(texts)

    costs = LineCosts(Listening())
    first = costs.of(["abc", "de"])
    counted.clear()

    assert costs.of(["de", "abc", "fgh"]) == [*reversed(first), len("fgh\n") + 1]
    assert counted == ["\nfgh\n"]
