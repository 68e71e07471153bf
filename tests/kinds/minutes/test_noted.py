"""Short meetings, and what a secretary would note of them: `noted/` has the turns, a blank line, and then a line for each
decision (D), task (A, with its owner) and open question (Q) that must be among the minutes, by words of it.

The model knows nothing: every sentence gets the same letters from it."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from app.backends.base import Answer, Call
from app.kinds.minutes.selecting import UNKNOWN
from tests.kinds.minutes.test_minutes import carried_out, order

FOLDER = Path(__file__).parent / "noted"
KINDS = {"D": "decision", "A": "action", "Q": "question"}


def undecided(_call: Call) -> Answer:
    likely = [{"token": letter, "logprob": math.log(chance)} for letter, chance in UNKNOWN.items()]
    return Answer("F", logprobs={"content": [{"token": "F", "top_logprobs": likely}]})


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.txt")))
def test_what_a_secretary_would_note_is_noted(name: str) -> None:
    talk, _, noted = (FOLDER / f"{name}.txt").read_text("utf-8").partition("\n\n")
    asked = order(talk, mode="extractive", language=name[:2], totalContextLength=4096)

    items = carried_out(asked, undecided)[0].coverage["minutes"]["items"]

    found = [(item["kind"], item.get("owner") or "", item["text"]) for item in items]
    for line in noted.splitlines():
        letter, *owner, words = line.split("|")
        there = [each for each in found if each[0] == KINDS[letter] and words.strip() in each[2]]
        assert there, f"{line} is missing in {found}"
        assert not owner or owner[0] == there[0][1]
