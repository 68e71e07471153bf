"""What weak models make of the JSON that they are asked for is read as far as it is clear, and no farther."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.backends.base import Call
from tests.kinds.minutes.test_minutes import carried_out, name_of, order

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
