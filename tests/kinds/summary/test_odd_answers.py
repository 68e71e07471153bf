"""Minutes when a model refuses, says nothing, only thinks, or has a smaller context than its flavor says."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.backends.base import Answer, Call
from app.errors import ContextExceeded, EmptyAnswer
from app.kinds import summary
from app.kinds.base import Finished, Work
from tests.fakes.model import Model, Words
from tests.kinds.summary.test_summary import carried_out, minutes, new_part, order, words_of

REFUSAL = "I cannot create content that presents people in an unflattering way. Is there something else I can help you with?"


def said_of(word: str, said: str) -> Any:
    """A model that says *said* where the new part holds *word*, and proper minutes elsewhere."""
    return lambda call: said if re.search(rf"\b{word}\b", new_part(call)) else minutes(call)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (REFUSAL, "the model refused"),
        ("Je suis désolé, je ne peux pas vous aider.", "the model refused"),
        ("Could you please provide the transcript?", "the model asked a question instead of answering"),
        ("null", "the model answered nothing"),
        ("N/A", "the model answered nothing"),
    ],
)
@pytest.mark.parametrize("fields", [1, 2])
def test_an_answer_that_is_none_is_asked_for_again_dropped_and_reported(fields: int, said: str, why: str) -> None:
    result, model = carried_out(order(fields=fields), said_of("w4", said))

    assert said not in result.text
    assert words_of(result.text) == [f"w{n}" for n in (0, 1, 2, 6, 7, 8, 9)]
    assert len([call for call in model.heard if "w4 " in new_part(call)]) == 3
    assert result.coverage["empty"] == ["batch/1"]
    assert result.coverage["warnings"] == [f"a part of the transcript is not in the minutes: {why} (batch/1)"]


def test_a_refusal_that_is_taken_back_leaves_no_trace() -> None:
    said = iter([REFUSAL, "null"])

    result, _ = carried_out(order(fields=1, maxNewTurns=50), lambda call: next(said, minutes(call)))

    assert words_of(result.text) == [f"w{n}" for n in range(10)]
    assert result.coverage["warnings"] == []
    assert result.coverage["retries"] == 2


@pytest.mark.parametrize("said", [REFUSAL, "null", "", "Es tut mir leid, aber ich kann dabei nicht helfen."])
def test_a_refusal_never_replaces_the_notes(said: str) -> None:
    def say(call: Call) -> str:
        return said if call.messages[-1].content.startswith("Shorten.") else minutes(call)

    result, _ = carried_out(order(fields=1, reduce_prompt="reduce"), say)

    assert words_of(result.text) == [f"w{n}" for n in range(10)]
    [warning] = result.coverage["warnings"]
    assert warning.startswith("the notes are given as they are, and not made shorter: the model")


def test_a_refusal_to_go_on_is_no_part_of_the_minutes() -> None:
    def say(call: Call) -> Answer | str:
        return REFUSAL if call.messages[-1].content.startswith("Go on") else Answer("Clerk : heard w0 and", "length")

    result, _ = carried_out(order("Ann : w0 said this.", fields=1), say)

    assert result.text == "Clerk : heard w0 and"
    assert result.coverage["cut"] == ["batch/0"]
    assert result.coverage["warnings"] == ["an answer was cut at its limit and could not be finished (batch/0)"]


def test_a_model_that_refuses_everything_is_an_error_that_says_so() -> None:
    with pytest.raises(EmptyAnswer, match="the model refused"):
        carried_out(order(), lambda _: REFUSAL)


def test_a_model_that_only_thinks_is_an_error_that_says_so() -> None:
    thought = Answer("", "length", thinking="hm " * 50, reasoning_tokens=100)

    with pytest.raises(
        EmptyAnswer, match=r"spent its whole answer on thoughts: \d+ tokens of reasoning \(finish_reason length\)"
    ):
        carried_out(order(), lambda _: thought)


def test_a_model_that_stopped_after_its_thoughts_is_not_said_to_have_reached_its_limit() -> None:
    with pytest.raises(EmptyAnswer, match="300 tokens of reasoning") as caught:
        carried_out(order("Ann : w0 said this."), lambda _: Answer("", "stop", thinking="hm", reasoning_tokens=100))

    assert "finish_reason" not in str(caught.value)


def test_a_model_whose_answers_are_all_filtered_is_an_error_that_says_so() -> None:
    with pytest.raises(EmptyAnswer, match="the server's filter let no answer pass"):
        carried_out(order("Ann : w0 said this."), lambda _: Answer("", "content_filter"))


def test_an_answer_that_was_filtered_is_kept_and_said() -> None:
    result, _ = carried_out(order(fields=1, maxNewTurns=50), lambda call: Answer(minutes(call), "content_filter"))

    assert words_of(result.text) == [f"w{n}" for n in range(10)]
    assert result.coverage["warnings"] == ["the model server has filtered an answer (batch/0)"]


def test_a_prompt_that_was_read_in_part_is_said() -> None:
    warned = ("the server read 40 of 90 tokens",)

    result, _ = carried_out(order(fields=1), lambda call: Answer(minutes(call), warnings=warned))

    assert result.coverage["warnings"] == ["the server read 40 of 90 tokens (batch/0, batch/1, batch/2, batch/3)"]


class Small:
    """A model with a context of its own, which it names or not. It *clamps* the answer as vLLM does, or counts it too."""

    def __init__(self, context: int, *, named: bool = True, clamps: bool = False) -> None:
        self.context, self.named, self.clamps = context, named, clamps
        self.refused = 0

    def __call__(self, call: Call) -> str:
        prompt = Words().measure([message.wire() for message in call.messages])
        if prompt + (1 if self.clamps else call.max_tokens) > self.context:
            self.refused += 1
            raise ContextExceeded("too long", limit=self.context if self.named else 0)
        if call.messages[-1].content.startswith("Shorten."):
            return " ".join(words_of(call.messages[-1].content))
        return minutes(call)


@pytest.mark.parametrize("fields", [1, 2])
@pytest.mark.parametrize("clamps", [True, False])
@pytest.mark.parametrize("named", [True, False])
def test_a_batch_that_is_too_long_is_halved_and_the_job_goes_on(fields: int, clamps: bool, named: bool) -> None:
    model = Small(140 if not clamps else 42, named=named, clamps=clamps)

    result, _ = carried_out(order(fields=fields, maxNewTurns=10, summaryTurns=1), model)

    assert words_of(result.text) == [f"w{n}" for n in range(10)]
    assert result.coverage["turns_sent"] == 10
    assert result.coverage["halved"] >= 1


def test_a_limit_that_is_known_is_not_run_into_again() -> None:
    named, unnamed = Small(140), Small(140, named=False)
    content = "\n".join(f"Ann : w{number} said this today to all." for number in range(60))

    for model in (named, unnamed):
        carried_out(order(content, 2, maxNewTurns=20, summaryTurns=1), model)

    assert named.refused == 1 < unnamed.refused


def test_a_single_turn_that_is_too_long_is_sent_in_pieces() -> None:
    content = "Ann : " + " ".join(f"w{number} is said." for number in range(60))

    result, _ = carried_out(order(content, 1, createNewTurnAfter=250), Small(60, clamps=True))

    assert words_of(result.text) == [f"w{n}" for n in range(60)]
    assert (result.coverage["turns"], result.coverage["turns_sent"]) == (1, 1)


def test_a_model_that_refuses_everything_as_too_long_fails_with_its_words() -> None:
    with pytest.raises(ContextExceeded, match="too long"):
        carried_out(order(), Small(1))


@pytest.mark.parametrize("context", [150, 130])
def test_the_reduce_is_halved_too(context: int) -> None:
    result, _ = carried_out(order(fields=1, maxNewTurns=2, reduce_prompt="reduce"), Small(context))

    assert words_of(result.text) == [f"w{n}" for n in range(10)]


@given(context=st.integers(20, 300), fields=st.sampled_from([1, 2]), named=st.booleans(), clamps=st.booleans())
def test_whatever_the_context_no_turn_is_lost_in_silence(context: int, fields: int, named: bool, clamps: bool) -> None:
    try:
        result, _ = carried_out(order(fields=fields, maxNewTurns=10), Small(context, named=named, clamps=clamps))
    except ContextExceeded:
        return  # it cannot be done, and the job says so

    assert words_of(result.text) == [f"w{n}" for n in range(10)]


@pytest.mark.parametrize("fields", [1, 2])
def test_after_a_crash_what_was_answered_in_halves_is_not_asked_again(fields: int) -> None:
    journal: dict[str, Finished] = {}
    first, _ = carried_out(order(fields=fields, maxNewTurns=10), Small(140), journal=journal)

    again, model = carried_out(order(fields=fields, maxNewTurns=10), Small(140), journal=journal)

    assert again.text == first.text
    assert len(model.heard) <= 1  # the refusal was not remembered


def test_answers_without_numbers_are_said_to_be_estimated() -> None:
    class Silent(Model):
        def complete(self, call: Call) -> Answer:
            return replace(super().complete(call), prompt_tokens=0, completion_tokens=0, estimated=True)

    result = summary.run(Work(order(fields=1, maxNewTurns=50), Silent(minutes), Words()))

    assert result.coverage["estimated"] is True
    assert result.coverage["tokens_in"] > 50
    assert result.coverage["tokens_out"] == 13
