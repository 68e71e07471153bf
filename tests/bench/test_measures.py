"""The measures of `bench.quality`, on texts whose figures can be counted by hand."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.transcript import Turn
from bench import measures
from bench.baselines import longest_turns, random_turns, thinned
from bench.measures import Claim, content, holds, kept, missing, precision, spans_hit

REFERENCE = "Bob Stone pays 1,850 euros to Ann Berg by 12 March. The boiler was repaired."


@pytest.mark.parametrize(
    ("text", "language", "numbers"),
    [
        ("1 850 = 1,850 = 1850", "en", {"1850"}),
        ("twenty-five and 2.50", "en", {"25", "2.5"}),
        ("deux mille quatre cents euros", "fr", {"2400"}),
        ("۱۸۵۰ تومان", "fa", {"1850"}),
        ("one of them, a second", "en", set()),
    ],
)
def test_numbers_are_one_however_they_are_written(text: str, language: str, numbers: set[str]) -> None:
    assert content(text, language).numbers == numbers


def test_content_is_words_that_carry_it_and_names_numbers_and_dates() -> None:
    found = content(REFERENCE, "en")

    assert found.dates == {"march"}
    assert found.numbers == {"1850", "12"}
    assert {"stone", "berg"} <= found.names
    assert {"pays", "boile", "repai", "euros"} <= found.words
    assert not {"the", "was", "by", "to"} & found.words


def test_may_and_march_are_months_only_with_a_capital() -> None:
    assert content("they may march home", "en").dates == set()


def test_what_is_kept_is_a_share_of_each_reference_and_their_mean() -> None:
    references = ["boiler chimney", "boiler chimney pump garden"]

    assert kept("The boiler and the chimney.", references, "en", lambda each: each.words) == (1.0 + 0.5) / 2


def test_no_reference_with_a_date_gives_no_figure() -> None:
    assert kept("The boiler.", ["boiler"], "en", lambda each: each.dates) is None


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=3), st.sampled_from(["en", "fr", "de", "fa", "zz"]))
def test_a_text_keeps_a_share_of_any_reference_and_all_of_itself(text: str, references: list[str], language: str) -> None:
    share = kept(text, references, language, lambda each: each.all)

    assert share is None or 0.0 <= share <= 1.0
    assert kept(text, [text], language, lambda each: each.all) in (None, 1.0)


# -- evidence ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "evidence", "lost"),
    [
        ("The heating costs 480 pounds.", "Bob : The heating costs 480 pounds.", set()),
        ("The heating costs 490 pounds.", "Bob : The heating costs 480 pounds.", {"490"}),
        ("The heating is looked after by Zorblax.", "Bob : The heating costs 480 pounds.", {"zorbl"}),
        ("The heating comes in April.", "Bob : The heating comes in March.", {"april"}),
    ],
)
def test_what_the_evidence_does_not_say_is_missing(text: str, evidence: str, lost: set[str]) -> None:
    assert missing(Claim(text, evidence), "en") == lost


def test_what_is_marked_is_not_counted_as_invented_but_the_item_still_does_not_hold() -> None:
    claim = Claim("The heating costs 490 pounds.", "Bob : The heating costs 480 pounds.", ("490",))

    assert missing(claim, "en") == set()
    assert not holds(claim, "en")


def test_precision_is_the_share_of_items_that_hold() -> None:
    good, bad = Claim("The boiler leaks.", "The boiler leaks."), Claim("Marketing needs careful branding.", "The boiler leaks.")

    assert precision([good, bad], "en") == 0.5
    assert precision([], "en") is None


def test_a_span_is_hit_by_one_of_its_turns() -> None:
    assert spans_hit([1, 7], [frozenset({0, 1}), frozenset({3, 4})]) == 0.5
    assert spans_hit([1], []) is None


def test_sanity_figures_are_highest_for_the_reference_itself() -> None:
    pytest.importorskip("rouge_score", reason="requirements-bench.txt is not installed")
    pytest.importorskip("sacrebleu", reason="requirements-bench.txt is not installed")

    assert measures.rouge("le café coûte 3 euros", ["le café coûte 3 euros", "autre"]) == (1.0, 1.0)
    assert measures.chrf("le café", ["le café"]) == pytest.approx(100.0)


# -- baselines ---------------------------------------------------------------------------------------------------------------

TURNS = tuple(Turn("Ann", " ".join(f"w{number}" for _ in range(number + 1)), number) for number in range(20))


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 400), st.integers(0, 10))
def test_a_baseline_has_the_wanted_length_and_the_order_of_the_transcript(words: int, seed: int) -> None:
    whole = sum(len(str(turn).split()) for turn in TURNS)

    for text in (random_turns(TURNS, words, seed), longest_turns(TURNS, words)):
        places = [int(line.split()[2][1:]) for line in text.splitlines() if len(line.split()) > 2]
        assert len(text.split()) == min(words, whole)
        assert places == sorted(places)


def test_random_turns_are_the_same_for_a_seed() -> None:
    assert random_turns(TURNS, 30, 1) == random_turns(TURNS, 30, 1)
    assert random_turns(TURNS, 30, 1) != random_turns(TURNS, 30, 2)


def test_lines_are_thinned_evenly() -> None:
    lines = [f"line {number}" for number in range(10)]

    assert thinned(lines, 8).splitlines() == ["line 1", "line 3", "line 6", "line 8"]
    assert thinned(lines, 1000).splitlines() == lines
    assert thinned([], 5) == ""
