"""Search finds numbers and words however they are written: with signs between their parts, or without."""

from __future__ import annotations

import pytest

from app.storage.words import Query, indexed
from tests.growth import MOST, growth
from tests.meetings.conftest import Desk

NUMBERS = (
    "12500",
    "12,500",
    "12.500",
    "12 500",
    "12\u00a0500",
    "12\u202f500",
    "12\u2009500",
    "12'500",
    "\u06f1\u06f2\u066c\u06f5\u06f0\u06f0",
)
GOES = "\u0645\u06cc"  # the Persian prefix of the present tense, and a verb
VERB = "\u0631\u0648\u0645"


def found(desk: Desk, q: str) -> list[int]:
    return [hit["turn"] for hit in desk.client.get("/search", query_string={"q": q}).get_json()["hits"]]


def test_a_number_is_found_however_its_thousands_are_parted(desk: Desk) -> None:
    said = "\n".join(f"Ann : That is {number} euros a year." for number in NUMBERS)
    desk.upload(content=f"{said}\nBob : No, 12 600 or 125 001.")

    for number in NUMBERS:
        every = list(range(len(NUMBERS)))
        assert found(desk, number) == every, number
        assert found(desk, f'"is {number} euros"') == every, number
    assert found(desk, "12*") == list(range(len(NUMBERS) + 1))


def test_parts_of_a_number_are_still_found(desk: Desk) -> None:
    desk.upload(content="Ann : Room 12 500 chairs.\nBob : On page 500 in chapter 12.\nAnn : It costs 12,500.")

    assert found(desk, "500") == [0, 1, 2]
    assert found(desk, "12 500") == [0, 1, 2]
    assert found(desk, '"12 500 chairs"') == [0]
    assert found(desk, '"500 chairs"') == [0]


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        (
            "The follow-up is due.",
            ("follow-up", "followup", "follow up", '"follow up"', "follow", "foll*", "FOLLOW\u2011UP", "up"),
        ),
        ("The followup is due.", ("follow-up", "followup", '"the follow-up is"', "follow*")),
        ("The follow up is due.", ("follow-up", '"follow-up is"')),
        ("Die Straße ist lang.", ("strasse", "STRASSE", "straße", '"die strasse"')),
        ("Die Strasse ist lang.", ("straße", "Stra*")),
        ("Die Zusam\u00admenfassung.", ("Zusammenfassung", "zusammenf*")),
        ("Été à Noël", ("ete", "noel", "ÉTÉ", '"ete a noel"')),
        (f"{GOES}\u200c{VERB}.", (f"{GOES}\u200c{VERB}", f"{GOES}{VERB}", f"{GOES} {VERB}", f'"{GOES} {VERB}"')),
        (f"{GOES}{VERB}.", (f"{GOES}\u200c{VERB}", f"{GOES}{VERB}")),
        (f"{GOES} {VERB}.", (f"{GOES}\u200c{VERB}",)),
        ("\u0643\u062a\u0627\u0628\u064a", ("\u06a9\u062a\u0627\u0628\u06cc",)),
        ("\u06a9\u062a\u0627\u0628\u06cc", ("\u0643\u062a\u0627\u0628\u064a",)),
    ],
)
def test_a_word_is_found_however_it_is_written(desk: Desk, said: str, asked: tuple[str, ...]) -> None:
    desk.upload(content=f"Ann : {said}\nBob : Nothing of it.")

    assert {q: found(desk, q) for q in asked} == {q: [0] for q in asked}


def test_no_phrase_goes_from_the_end_of_a_text_to_its_beginning(desk: Desk) -> None:
    desk.upload(content="Ann : Garden work is a follow-up of the budget.\nBob : Fine.")

    assert found(desk, '"budget garden"') == []


def test_what_was_found_is_marked_as_it_was_said() -> None:
    assert Query.of("12500").snippet("It costs 12\u202f500 pounds").html() == "It costs <mark>12\u202f500</mark> pounds"
    assert Query.of("followup").snippet("The follow-up").html() == "The <mark>follow-up</mark>"


@pytest.mark.parametrize("part", ["a", "a-", "123 ", "1,", "a\u0301", "a\u0301-", "-", "1 "])
def test_the_words_of_a_long_text_take_no_longer_than_its_length(part: str) -> None:
    assert growth(indexed, lambda size: part * (size // len(part)), 10_000, floor=1e-4) < MOST
