"""What a replay is compared by."""

from __future__ import annotations

from app.prompt_tests.comparing import Outcome, SourceText, compared

HEARD = SourceText("Ann : The boiler costs 1,200 pounds.\nBob : We ask Kemal for thirty more.", ("Ann", "Bob"), "en")


def outcome(text: str, **coverage: object) -> Outcome:
    return Outcome("j", text, coverage, 100, 2.0)


def test_the_names_and_numbers_of_the_stored_result_are_looked_for_in_the_new_one() -> None:
    found = compared(outcome("Ann: The boiler costs 1200. Kemal is asked."), outcome("Ann: It costs 1,200."), HEARD)

    assert (found.before.retention, found.after.retention) == (1.0, 2 / 3)


def test_numbers_that_nobody_said_are_unsupported_and_those_said_in_words_are_not() -> None:
    found = compared(outcome("1200 and 30"), outcome("1200 at 10:30, and 77"), HEARD)

    assert (found.before.unsupported, found.after.unsupported) == ((), ("77",))


def test_coverage_is_the_share_of_the_turns() -> None:
    whole = {"transcript_turns": 2, "lines": [{"turns": [0, 1]}]}
    half = {"transcript_turns": 2, "lines": [{"turns": [0, 0]}]}

    found = compared(outcome("a", **whole), outcome("b", **half), HEARD)

    assert (found.before.coverage, found.after.coverage) == (1.0, 0.5)


def test_without_a_transcript_and_without_facts_there_is_nothing_to_measure() -> None:
    found = compared(outcome("yes"), outcome("no"), SourceText())

    assert (found.before.coverage, found.before.retention, found.after.unsupported) == (None, None, None)
    assert list(found.diff())[-2:] == ["-yes", "+no"]
