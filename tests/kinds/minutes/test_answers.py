"""What weak models make of the JSON that they are asked for is read as far as it is clear, and no farther."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.backends.base import Call
from app.kinds.meeting import Meeting
from app.kinds.minutes.answers import items_in
from tests.kinds.minutes.test_minutes import carried_out, entry, name_of, order

ITEM = {
    "kind": "action",
    "text": "Bob Stone writes to the company by Friday.",
    "turns": [2, 3],
    "owner": "Bob Stone",
    "due": "Friday",
}


def read(answer: str, date: str = "2026-03-02") -> list[dict[str, Any]]:
    def say(call: Call) -> str:
        return answer if name_of(call) == "minutes" else json.dumps({"title": "", "summary": []})

    asked = order(options={"date": date}, maxNewTurns=20, createNewTurnAfter=500, totalContextLength=4000)
    return list(carried_out(asked, say)[0].coverage["minutes"]["items"])


def told(**other: Any) -> str:
    return json.dumps({"items": [{**ITEM, **other}]})


@pytest.mark.parametrize(
    "turns",
    [["2", "3"], ["T2", "turn 3"], ["[2]", "[3]"], "2-3", ["2-3"], "2, 3", [2.0, 3.0], [[2, 3]], [{"id": 2}, {"turn": 3}]],
)
def test_numbers_of_turns_are_read_as_small_models_write_them(turns: Any) -> None:
    (item,) = read(told(turns=turns))

    assert (item["turns"], item["owner"], item["unsupported"]) == ([2, 3], "Bob Stone", [])


@pytest.mark.parametrize("turns", [["99"], "7-9", "none", [True], {"of": [2]}, [[[[2]]]], "1850 pounds in 2", None])
def test_what_is_no_number_of_a_shown_turn_is_none(turns: Any) -> None:
    assert read(told(turns=turns)) == []


@pytest.mark.parametrize(("kind", "read_as"), [("Action", "action"), ("action item", "action"), ("Tasks", "action")])
def test_kinds_are_read_in_other_words(kind: str, read_as: str) -> None:
    assert [item["kind"] for item in read(told(kind=kind))] == [read_as]


@pytest.mark.parametrize(
    ("owner", "known", "missing"),
    [
        ("Bob", "Bob Stone", []),
        ("Mr. Stone", "Bob Stone", []),
        (["Bob Stone"], "Bob Stone", []),
        ("bob stone:", "Bob Stone", []),
        ("Unknown", None, []),
        ("Not specified", None, []),
        ("Ann Berg and Bob Stone", None, ["Ann Berg and Bob Stone"]),
        ("Bob the builder", None, ["Bob the builder"]),
        ("Zorblax", None, ["Zorblax"]),
        ("Cleo", None, ["Cleo"]),
    ],
)
def test_an_owner_is_a_participant_or_marked(owner: Any, known: str | None, missing: list[str]) -> None:
    (item,) = read(told(owner=owner))

    assert (item.get("owner"), item["unsupported"]) == (known, missing)


@pytest.mark.parametrize(
    ("due", "words", "missing"),
    [("2026-03-06", "Friday", []), ("2026-03-07", None, ["2026-03-07"]), ("TBD", None, []), ("by Monday", None, ["by Monday"])],
)
def test_a_day_in_digits_is_the_one_that_was_said(due: str, words: str | None, missing: list[str]) -> None:
    (item,) = read(told(due=due))

    assert (item.get("due"), item["unsupported"]) == (words, missing)


@pytest.mark.parametrize(
    "answer",
    [
        "As [2] says: " + json.dumps({"items": [ITEM]}),
        json.dumps({"minutes": [ITEM]}),
        json.dumps({"actions": [{key: given for key, given in ITEM.items() if key != "kind"}], "decisions": []}),
        told(text="**Bob Stone** writes to the company by Friday [2, 3]."),
        told(text="- [Action] Bob Stone writes to the company by Friday."),
        json.dumps(ITEM) + "\n" + json.dumps(ITEM),
    ],
)
def test_the_item_is_found_in_what_surrounds_it(answer: str) -> None:
    (item,) = read(answer)

    assert (item["text"], item["kind"], item["turns"], item["unsupported"]) == (ITEM["text"], "action", [2, 3], [])


@pytest.mark.parametrize(
    ("text", "turns", "missing"),
    [
        ("The heating costs 480 francs.", [1], ["480 francs"]),
        ("Sheila takes the heating of the company.", [1], ["Sheila"]),
        ("The company can come on March 10.", [1], []),
        ("The company can come on March 11.", [1], ["11"]),
    ],
)
def test_what_the_turns_do_not_say_is_named(text: str, turns: list[int], missing: list[str]) -> None:
    said = (
        "Ann Berg : Good morning, Sheila is ill today and the heating is cold.\n"
        "Bob Stone : The heating costs 480 pounds, and the company can come on the tenth of March.\n"
        "Ann Berg : I told Sheila to stay at home with the dog."
    )

    (item,) = items_in(json.dumps({"items": [entry(text, *turns)]}), [0, 1, 2], Meeting.of(order(said), "en")).items

    assert list(item.unsupported) == missing


@pytest.mark.parametrize(
    ("language", "said", "text", "missing"),
    [
        ("fr", "Anne : Le toit coûte 18 000 euros à lui seul.", "Le toit coûte dix-huit mille euros.", []),
        ("fr", "Anne : Le toit coûte 18 000 euros à lui seul.", "Le toit coûte dix-neuf mille euros.", ["19000"]),
        (
            "de",
            "Anna : Ich beantrage, den Beitrag auf 65 Euro zu erhöhen.",
            "Der Beitrag steigt auf 65 Franken.",
            ["65 Franken"],
        ),
        ("fa", "مینا : تعمیر سقف هم ۱۸ میلیون تومان است.", "تعمیر سقف ۱۸ میلیون ریال است.", ["18 میلیون ریال"]),
    ],
)
def test_amounts_in_words_and_units_are_those_of_the_turns(language: str, said: str, text: str, missing: list[str]) -> None:
    meeting = Meeting.of(order(said, {"language": language}), language)

    (item,) = items_in(json.dumps({"items": [entry(text, 0)]}), [0], meeting).items

    assert list(item.unsupported) == missing


@pytest.mark.parametrize(
    "given", [["Ann Berg", "Bob Stone"], {"name": "Sheila"}, [["Sheila"]], 7, [{"a": [{"b": []}]}, "Sheila"]]
)
@pytest.mark.parametrize("field", ["owner", "due"])
def test_an_owner_or_a_day_of_another_shape_is_not_lost_in_silence(field: str, given: Any) -> None:
    task = entry("Bob writes to the company.", 3, kind="action", **{field: given})

    (item,) = items_in(json.dumps({"items": [task]}), [3], Meeting.of(order(), "en")).items

    assert getattr(item, field) is None
    assert item.unsupported


def test_objects_that_stand_one_behind_the_other_are_all_read() -> None:
    second = {"kind": "topic", "text": "The heating costs 480 pounds.", "turns": [1]}

    items = read(told() + "\n" + json.dumps({"items": [second]}))

    assert [item["turns"] for item in items] == [[1], [2, 3]]


def test_signs_that_turn_the_direction_of_a_document_are_left_out() -> None:
    (item,) = read(told(text="Bob Stone \u202ewrites\u202c to the \u2067company\u2069 by Friday."))

    assert item["text"] == ITEM["text"]
