"""Assertions: what each takes for right, and what it says of what is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from app.prompt_tests.assertions import Observed, mismatch, names

MINUTES = {"minutes": {"items": [{"turns": [1, 2]}, {"turns": [4]}]}, "transcript_turns": 6, "turns_sent": 4, "fillers": 1}
SUMMARY = {"transcript_turns": 4, "lines": [{"turns": [0, 1]}, {"turns": [3, 3]}]}


def observed(text: str = "", **parts: Any) -> Observed:
    usual: dict[str, Any] = {
        "seconds": 1.5,
        "tokens": 100,
        "answer_tokens": 20,
        "coverage": {},
        "speakers": ("Ann", "Bob"),
        "judge": lambda rubric, flavor: (rubric == "is kind", f"{flavor} says so"),
    }
    return Observed(text, **{**usual, **parts})


CASES: list[tuple[str, Any, Observed, bool]] = [
    ("equals", "Paris", observed(" Paris\n"), True),
    ("equals", "Paris", observed("Paris."), False),
    ("contains", "aris", observed("Paris"), True),
    ("contains", "paris", observed("Paris"), False),
    ("icontains", "PARIS", observed("in Paris"), True),
    ("icontains", "Lyon", observed("in Paris"), False),
    ("contains-any", ["x", "Par"], observed("Paris"), True),
    ("contains-any", ["x", "y"], observed("Paris"), False),
    ("contains-all", ["P", "s"], observed("Paris"), True),
    ("contains-all", ["P", "z"], observed("Paris"), False),
    ("starts-with", "Par", observed("Paris"), True),
    ("starts-with", "ari", observed("Paris"), False),
    ("regex", r"\b\d{3}\b", observed("480 pounds"), True),
    ("regex", r"^\d+$", observed("480 pounds"), False),
    ("is-json", None, observed('{"a": 1}'), True),
    ("is-json", None, observed("{'a': 1}"), False),
    ("is-json", None, observed("[" * 100_000), False),
    ("is-json", {"required": ["a"]}, observed('{"a": 1}'), True),
    ("is-json", {"required": ["a"]}, observed('{"b": 1}'), False),
    ("latency", 1500, observed(), True),
    ("latency", 1499, observed(), False),
    ("cost", 100, observed(), True),
    ("cost", 99, observed(), False),
    ("max-tokens", 20, observed(), True),
    ("max-tokens", 19, observed(), False),
    ("llm-rubric", "is kind", observed(), True),
    ("llm-rubric", "is short", observed(), False),
    ("coverage", 0.75, observed(coverage=SUMMARY), True),
    ("coverage", 0.76, observed(coverage=SUMMARY), False),
    ("coverage", 0.8, observed(coverage=MINUTES), True),
    ("coverage", 0.9, observed(coverage=MINUTES), False),
    ("coverage", 0.1, observed(), False),
    ("cites", [1, 4], observed(coverage=MINUTES), True),
    ("cites", [1, 3], observed(coverage=MINUTES), False),
    ("cites", [0], observed(), False),
    ("language", "fr", observed("Bonjour à tous, merci d'être venus ce matin à la réunion."), True),
    ("language", "en", observed("Bonjour à tous, merci d'être venus ce matin à la réunion."), False),
    (
        "language",
        "es",
        observed("La Primera Guerra Mundial comenzó en 1914."),
        True,
    ),  # more likely Extremaduran, but not surely
    ("language", "es", observed("A Primeira Guerra Mundial começou em 1914."), False),
    ("language", "es", observed("The First World War began in 1914."), False),
    ("language", "nl", observed("The First World War began in 1914."), False),
    ("speakers", True, observed("Ann and BOB"), True),
    ("speakers", True, observed("Ann alone"), False),
    ("speakers", ["Cleo"], observed("Ann and Bob"), False),
    ("keeps", ["480", "Anne Petit"], observed("It costs 480, says anne  petit."), True),
    ("keeps", ["480"], observed("It costs 4,800."), False),
    ("keeps", ["1,200"], observed("It costs 1 200 euros, or 1200."), True),
    ("keeps", ["1200"], observed("It costs 1.200 euros."), True),
    ("keeps", ["480", "1200"], observed("۴۸۰ و ۱٬۲۰۰ یورو"), True),
    ("keeps", ["12"], observed("It costs 1,200 euros."), False),
]


@pytest.mark.parametrize(("kind", "value", "answer", "passes"), CASES)
def test_an_assertion_holds_or_says_what_was_expected_and_what_came(
    kind: str, value: Any, answer: Observed, passes: bool
) -> None:
    found = mismatch(kind, answer, value, "chat/small")

    assert (found is None) == passes
    assert found is None or (found.expected and found.got)


def test_every_assertion_is_tried_both_ways() -> None:
    tried = {(kind, passes) for kind, _, _, passes in CASES}

    assert tried == {(name, passes) for name in names() if not name.startswith("not-") for passes in (True, False)}


@pytest.mark.parametrize(
    ("kind", "value", "answer", "passes"), [each for each in CASES if f"not-{each[0]}" in names() and each[2].text[:2] != "[["]
)
def test_the_negated_form_is_the_opposite(kind: str, value: Any, answer: Observed, passes: bool) -> None:
    assert (mismatch(f"not-{kind}", answer, value) is None) != passes


def test_a_regular_expression_that_takes_for_ever_is_a_failure() -> None:
    found = mismatch("regex", observed("a" * 5000 + "!"), r"(?:a|aa|b)+(?:a|aa|b)+(?:a|aa)+$x")

    assert found is not None
    assert found.got.startswith("the expression takes more than 2 s")


def test_what_a_failure_repeats_of_an_answer_is_short() -> None:
    found = mismatch("contains", observed("word " * 10_000), "x")

    assert found is not None
    assert len(found.got) == 300
