"""Questions about a meeting: the answer cites turns that were shown, or it was not said."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from app.backends.base import Call
from app.errors import BackendUnavailable
from tests.meetings.conftest import TRANSCRIPT, Desk, on_sqlite

pytestmark = on_sqlite  # what is asked is the same in every database


def saying(*values: Any) -> Callable[[Call], str]:
    """A model that says each of *values*, and then the last one again."""
    left = list(values)

    def say(_call: Call) -> str:
        value = left.pop(0) if len(left) > 1 else left[0]
        return value if isinstance(value, str) else json.dumps(value)

    return say


def ask(desk: Desk, job_id: str, question: Any = "Who writes to the company?") -> TestResponse:
    return desk.client.post(f"/jobs/{job_id}/ask", json={"question": question})


def test_an_answer_names_the_turns_that_say_it(desk: Desk) -> None:
    job_id = desk.upload()
    desk.correct(job_id, speakers={"Bob Stone": "Robert"})
    desk.model.say = saying({"said": True, "answer": "Robert will write to the company.", "turns": [3]})

    told = ask(desk, job_id).get_json()

    assert (told["said"], told["answer"], told["unsupported"]) == (True, "Robert will write to the company.", [])
    assert told["turns"] == [
        {"number": 3, "speaker": "Robert", "text": "I will write to the company about the heating.", "start": None}
    ]
    assert (told["mode"], told["considered"], told["total"]) == ("generative", 6, 6)
    assert told["tokens"]["prompt"] > 0
    schema = desk.model.heard[0].response_format["json_schema"]["schema"]  # type: ignore[index]
    assert schema["properties"]["turns"]["items"]["enum"] == list(range(6))


def test_what_was_not_said_is_not_answered(desk: Desk) -> None:
    job_id = desk.upload()
    desk.model.say = saying({"said": False, "answer": None, "turns": []})

    told = ask(desk, job_id, "Who won the race?").get_json()

    assert (told["said"], told["answer"], told["turns"]) == (False, None, [])


def test_an_answer_that_its_turns_do_not_say_is_asked_for_again_and_then_marked(desk: Desk) -> None:
    job_id = desk.upload()
    wrong = {"said": True, "answer": "The heating costs 990 pounds in March.", "turns": [1]}
    desk.model.say = saying(wrong)

    told = ask(desk, job_id, "What does the heating cost?").get_json()

    assert told["unsupported"] == ["990"]
    assert len(desk.model.heard) == 2
    assert "990" in desk.model.heard[1].messages[-1].content


@pytest.mark.parametrize("said", ["no idea", {"said": True, "answer": "Yes.", "turns": [99]}, {"said": True, "answer": "Marketing essentials.", "turns": [1]}])  # fmt: skip  # noqa: E501
def test_an_answer_that_rests_on_no_turn_gives_way_to_the_turns_themselves(desk: Desk, said: Any) -> None:
    job_id = desk.upload()
    desk.model.say = saying(said)

    told = ask(desk, job_id, "Who will write to the company?").get_json()

    assert told["mode"] == "extractive"
    assert [turn["number"] for turn in told["turns"]] == [3]
    assert told["answer"] == "Bob Stone : I will write to the company about the heating."


@pytest.mark.parametrize("service", ["quoted", "careful"])
@pytest.mark.parametrize(
    ("question", "turns"),
    [
        ("Who writes to the company about the heating?", [3]),
        ("What does the heating cost in March, in pounds?", [1]),
        ("Who paid for the garden last year?", [5]),
        ("Who won the football championship in Brazil?", []),
        ("?!", []),
    ],
)
def test_a_small_model_is_not_asked_the_turns_answer_themselves(
    desk: Desk, question: str, turns: list[int], service: str
) -> None:
    job_id = desk.upload(service)

    told = ask(desk, job_id, question).get_json()

    assert [turn["number"] for turn in told["turns"]] == turns
    assert told["said"] is bool(turns)
    assert desk.model.heard == []


def test_of_a_long_transcript_the_turns_that_matter_are_shown(desk: Desk) -> None:
    filler = "\n".join(f"Ann : The weather of day {number} was fine, and we walked along the river." for number in range(900))
    job_id = desk.upload(content=f"{filler}\nBob : The password of the shed is on the door.\n{filler}")
    desk.model.say = saying({"said": True, "answer": "The password of the shed is on the door.", "turns": [900]})

    told = ask(desk, job_id, "Where is the password of the shed?").get_json()

    assert [turn["number"] for turn in told["turns"]] == [900]
    assert told["considered"] < told["total"] == 1801
    (call,) = desk.model.heard
    assert "[900] Bob : The password" in call.messages[-1].content
    assert "[899] Ann" in call.messages[-1].content


def test_a_struck_turn_answers_nothing(desk: Desk) -> None:
    job_id = desk.upload("quoted")
    desk.correct(job_id, turns=[{"number": 3, "struck": True}])

    assert 3 not in [turn["number"] for turn in ask(desk, job_id).get_json()["turns"]]


@pytest.mark.parametrize("service", ["board", "quoted"])
def test_a_meeting_whose_turns_are_all_struck_says_nothing(desk: Desk, service: str) -> None:
    job_id = desk.upload(service)
    desk.correct(job_id, turns=[{"number": number, "struck": True} for number in range(6)])

    answer = ask(desk, job_id)

    assert (answer.status_code, answer.get_json()["said"], desk.model.heard) == (200, False, [])


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    said=st.text(max_size=40)
    | st.recursive(
        st.none() | st.booleans() | st.integers(-2, 9) | st.text(max_size=10),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["said", "answer", "turns", "x"]), inner, max_size=4)
        ),
        max_leaves=8,
    )
)
def test_whatever_a_model_says_no_turn_is_cited_that_there_is_not(desk: Desk, said: Any) -> None:
    job_id = desk.upload()
    desk.model.say = saying(said)

    told = ask(desk, job_id).get_json()

    assert all(0 <= turn["number"] < 6 for turn in told["turns"])
    assert bool(told["turns"]) is told["said"] is (told["answer"] is not None)


@pytest.mark.parametrize(("question", "status"), [("", 400), (None, 400), (7, 400), ("x" * 2001, 400)])
def test_a_question_is_a_text(desk: Desk, question: Any, status: int) -> None:
    assert ask(desk, desk.upload(), question).status_code == status


def test_a_backend_that_is_down_is_said(desk: Desk) -> None:
    job_id = desk.upload(content=TRANSCRIPT)

    def down(_call: Call) -> str:
        raise BackendUnavailable("model: refused")

    desk.model.say = down

    assert ask(desk, job_id).status_code == 503
    assert ask(desk, "nothing").status_code == 404


def test_words_of_somebody_else_do_not_tell_what_a_person_said(desk: Desk) -> None:
    job_id = desk.upload()
    desk.model.say = saying({"said": True, "answer": "The garden is not clear.", "turns": [4]})

    told = ask(desk, job_id, "What did Bob Stone say about the garden?").get_json()

    assert {turn["speaker"] for turn in told["turns"]} == {"Bob Stone"}
    assert "Bob Stone" in desk.model.heard[1].messages[-1].content
    assert told["mode"] == "extractive"
