"""What the embedded model says that people do with a sentence, and which tasks and decisions are none because of it."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import pytest

from app.backends.base import Answer, Call
from app.kinds.minutes import acts, doing
from app.kinds.minutes.acts import NONE, TOP, Acts, known, read, told
from app.kinds.minutes.selecting import UNKNOWN
from tests.kinds.minutes.test_minutes import carried_out, order

MODEL = known().model
TALK = "Ann : I'll just echo what Bob said about the mobile menu.\nBob : I will write to the company about the heating."
# What the model said of these sentences: the two hundred likeliest tokens of each.
HEARD = json.loads((Path(__file__).parent / "heard_acts.json").read_text("utf-8"))


def answer(tops: dict[str, float], model: str = MODEL) -> Answer:
    likely = [{"token": token, "logprob": chance} for token, chance in tops.items()]
    return Answer("x", model=model, logprobs={"content": [{"token": "x", "top_logprobs": likely}]})


def says(tops: dict[str, dict[str, float]], model: str = MODEL) -> Callable[[Call], Answer]:
    """A model that knows no letter, and says *tops* of the sentences that have a word of theirs."""

    def say(call: Call) -> Answer:
        asked = call.messages[-1].content
        if call.top_logprobs != TOP:
            return answer({letter: math.log(chance) for letter, chance in UNKNOWN.items()}, model)
        return answer(next(each for word, each in tops.items() if word in asked), model)

    return say


def items_of(talk: str, say: Callable[[Call], Answer], **more: object) -> tuple[list[tuple[str, str]], int]:
    result, model = carried_out(order(talk, mode="extractive", **more), say)
    found = [(item["kind"], item["text"]) for item in result.coverage["minutes"]["items"]]
    return found, sum(call.top_logprobs == TOP for call in model.heard)


SHARES = [hundredth / 100 for hundredth in range(50, 100)]
IDLE, TASK = HEARD["I'll just echo what she said."], HEARD["I'll send the minutes round tonight."]


@pytest.mark.parametrize("said", HEARD)
def test_the_words_of_the_model_tell_what_is_done(said: str) -> None:
    act, tops = HEARD[said]

    found = told(read(answer(tops)))

    assert math.isclose(sum(found.values()), 1.0, abs_tol=1e-6)
    assert max(found, key=lambda each: found[each]) == act


def test_of_many_tokens_only_what_they_tell_is_remembered() -> None:
    kept = read(answer(IDLE[1]))

    assert len(json.dumps(kept.logprobs)) < 200


@pytest.mark.parametrize(
    ("tops", "model"), [(IDLE[1], "another-model"), (dict(list(IDLE[1].items())[:20]), MODEL), ({}, MODEL)]
)
def test_another_model_or_few_tokens_tell_nothing(tops: dict[str, float], model: str) -> None:
    assert told(read(answer(tops, model))) == {}


def test_answers_of_other_shapes_tell_nothing() -> None:
    for logprobs in (None, [], {"content": []}, {"content": [None]}, {"content": [{"top_logprobs": [1, {"token": 2}]}]}):
        assert told(read(Answer("x", model=MODEL, logprobs=logprobs))) == {}


def test_a_word_weighs_by_how_far_above_the_floor_it_is() -> None:
    weighing = Acts("m", -10.0, {"A": 0.0, "N": 0.0}, {"promises": {"A": 0.5, "N": 0.0}})

    assert weighing.of({})["A"] == 0.5
    assert math.isclose(weighing.of({"promises": -8.0})["A"], 1 / (1 + math.exp(-1.0)))
    assert weighing.of({"promises": -99.0})["A"] == 0.5


def test_words_of_a_task_that_the_model_takes_for_nothing_are_no_task() -> None:
    found, asked = items_of(TALK, says({"echo": IDLE[1], "heating": TASK[1]}))

    assert [kind for kind, text in found if "echo" in text] in ([], ["topic"])
    assert ("action", "I will write to the company about the heating.") in found
    assert asked == 2


def test_another_model_is_not_asked_and_its_tasks_stay() -> None:
    found, asked = items_of(TALK, says({"echo": IDLE[1], "heating": IDLE[1]}, model="another"))

    assert [kind for kind, _ in found] == ["action", "action"]
    assert asked == 0


def test_a_task_that_somebody_has_taken_on_is_not_doubted() -> None:
    talk = "Ann : Bob, please write to the company by Friday.\nBob : Yes, I will write to the company."

    found, asked = items_of(talk, says({"": IDLE[1]}))

    assert [kind for kind, _ in found] == ["action"]
    assert asked == 0


def test_a_language_of_which_the_model_tells_too_little_is_not_doubted() -> None:
    assert "fa" not in acts.LANGUAGES
    talk = "مریم : من گزارش را تا جمعه می‌فرستم.\nرضا : من هم بودجه را تا شنبه آماده می‌کنم."

    _, asked = items_of(talk, says({"": IDLE[1]}), language="fa")

    assert asked == 0


def test_the_weights_are_of_words_and_whole() -> None:
    weights = known()

    assert len(weights.weights) > 300
    assert set(weights.bias) == {"A", "D", NONE, "Q"}
    assert all(set(row) == set(weights.bias) and all(map(math.isfinite, row.values())) for row in weights.weights.values())


SILENT = "Ann : You would be the one to relabel the overlap files, Bob.\nBob : The bag was quite heavy for a whole day."


def test_a_task_that_no_words_tell_is_one_if_the_model_is_sure() -> None:
    found, asked = items_of(SILENT, says({"relabel": TASK[1], "heavy": IDLE[1]}))

    assert ("action", "You would be the one to relabel the overlap files, Bob.") in found
    assert ("action", "The bag was quite heavy for a whole day.") not in found
    assert asked == 2


@pytest.mark.parametrize(
    ("said", "owner"),
    [
        ("You would be the one to relabel the overlap files, Bob.", "Bob"),
        ("The relabelling of the overlap files lands on me, I guess.", "Ann"),
        ("The relabelling of the files lands on you and on me.", None),
        ("Somebody ought to relabel the overlap files.", None),
        ("I want all these overlap files to have new labels.", None),
        ("I'd like labels for all the overlap files, honestly.", None),
        ("The relabelling of the overlap files is Bob and Cem and me.", None),
    ],
)
def test_a_task_that_the_model_finds_has_an_owner_only_if_the_sentence_says_so(said: str, owner: str | None) -> None:
    talk = f"Ann : {said}\nBob : The bag was quite heavy for a whole day.\nCem : The weather was quite good for a whole day."

    result, _ = carried_out(order(talk, mode="extractive"), says({"label": TASK[1], "": IDLE[1]}))

    tasks = [item for item in result.coverage["minutes"]["items"] if item["kind"] == "action"]
    assert [(item["text"], item.get("owner")) for item in tasks] == [(said, owner)]


def test_what_the_model_is_not_sure_of_stays_a_fact() -> None:
    both = {token: [tops[1].get(token, -12.0) for tops in (TASK, IDLE)] for token in {*TASK[1], *IDLE[1]}}
    unsure = {token: 0.4 * task + 0.6 * idle for token, (task, idle) in both.items()}
    assert 0.5 < known().of(unsure)["A"] < doing.SURE

    found, _ = items_of(SILENT, says({"": unsure}))

    assert [kind for kind, _ in found if kind == "action"] == []


def test_nine_in_ten_are_too_few_for_what_no_words_tell() -> None:
    both = {token: [tops[1].get(token, -12.0) for tops in (TASK, IDLE)] for token in {*TASK[1], *IDLE[1]}}
    mixtures = ({each: share * one + (1 - share) * two for each, (one, two) in both.items()} for share in SHARES)
    nearly = next(mixed for mixed in mixtures if known().of(mixed)["A"] > 0.9)
    assert known().of(nearly)["A"] < doing.SURE

    found, _ = items_of(SILENT, says({"": nearly}))

    assert [kind for kind, _ in found if kind == "action"] == []


@pytest.mark.parametrize(
    ("said", "more"),
    [
        ("Last point, the village garden.", "Last point, the village garden costs four hundred pounds."),
        ("Next topic, the heating.", "Next topic, the heating has been broken since January."),
        ("Next point: the long pier.", "Last week the long pier burned down."),
    ],
)
def test_what_only_calls_the_next_point_is_no_fact(said: str, more: str) -> None:
    def facts(each: str) -> list[tuple[str, str]]:
        return items_of(f"Ann : {each}\nBob : The bag was quite heavy for a whole day.", says({"": IDLE[1]}))[0]

    assert not [text for _, text in facts(said) if said in text]
    assert ("topic", more) in facts(more)


def test_a_question_is_not_asked_about() -> None:
    talk = SILENT.replace("heavy for a whole day.", "heavy for a whole day, was it not?")

    _, asked = items_of(talk, says({"": TASK[1]}))

    assert asked == 1


def test_of_a_long_meeting_only_what_has_words_of_a_task_is_asked_about() -> None:
    talk = "\n".join(f"Ann : The number {each} bus went past the {each}th of the houses." for each in range(100, 300))

    assert items_of(talk, says({"": IDLE[1]}))[1] == 0
    assert items_of(f"{talk}\nBob : I will write to the company about the heating.", says({"": IDLE[1]}))[1] == 1


def test_words_of_a_decision_that_the_model_is_sure_of_as_a_task_are_a_task() -> None:
    talk = "Ann : We have agreed that I relabel the overlap files.\nBob : The bag was quite heavy for a whole day."
    assert ("decision", "We have agreed that I relabel the overlap files.") in items_of(talk, says({"": IDLE[1]}, model="x"))[0]

    found, _ = items_of(talk, says({"relabel": TASK[1], "": IDLE[1]}))

    assert ("action", "We have agreed that I relabel the overlap files.") in found
