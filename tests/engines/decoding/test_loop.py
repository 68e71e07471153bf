"""The loop: whatever the model, what is held to a schema parses and validates; the model is asked for choices only."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import numpy as np
import pytest

from app.engines.decoding import LogitsModel, Step, decode
from app.engines.sampling import Sampling
from app.errors import BadParameter, PromptTooLong
from tests.engines.decoding.models import VOCABULARY, Clueless, Determined
from tests.engines.decoding.schemas import schema

pytest.importorskip("llguidance", reason="llguidance is not installed (requirements-logits.txt)")

PROMPT = [65]
FREELY = Sampling(1.0)


def decoded(model: LogitsModel, most: int = 50, wanted: Any = None, seed: int = 0, sampling: Sampling = FREELY) -> list[Step]:
    return list(decode(model, PROMPT, most, sampling, np.random.default_rng(seed), schema=wanted))


def text_of(steps: list[Step]) -> str:
    return "".join(step.text for step in steps)


# -- held to a schema --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(300))
def test_a_random_model_always_makes_what_the_schema_says(number: int) -> None:
    wanted = schema(number)

    steps = decoded(Clueless(), 700, wanted, number)

    jsonschema.Draft202012Validator(wanted).validate(_parsed(text_of(steps)))
    assert steps[-1].finish_reason == "stop"
    assert len(steps) <= 700


def _parsed(text: str) -> Any:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    value = json.loads(text, parse_constant=refuse)
    json.dumps(value, ensure_ascii=False).encode()  # no half of a surrogate pair
    return value


@pytest.mark.parametrize("most", [52, 53, 55, 60, 70, 90, 120])
@pytest.mark.parametrize("seed", range(5))
def test_however_little_room_there_is_the_answer_comes_to_its_end(most: int, seed: int) -> None:
    properties = {"s": {"type": "string"}, "n": {"type": "number"}, "l": {"type": "array", "items": {"type": "boolean"}}}
    wanted = {
        "type": "object",
        "properties": {"may": {"type": "object", "properties": properties, "additionalProperties": False}, **properties},
        "required": ["s", "n", "l"],
        "additionalProperties": False,
    }

    steps = decoded(Clueless(), most, wanted, seed)

    jsonschema.validate(json.loads(text_of(steps)), wanted)
    assert (steps[-1].finish_reason, len(steps) <= most) == ("stop", True)


def test_a_schema_that_we_cannot_measure_comes_to_its_end_too() -> None:
    tree = {
        "type": "object",
        "properties": {"v": {"type": "string"}, "kids": {"type": "array", "items": {"$ref": "#/$defs/tree"}}},
    }
    wanted = {"$ref": "#/$defs/tree", "$defs": {"tree": {**tree, "required": ["v", "kids"], "additionalProperties": False}}}

    for seed in range(10):
        steps = decoded(Clueless(), 60, wanted, seed)

        jsonschema.validate(json.loads(text_of(steps)), wanted)


def test_an_answer_for_which_there_is_no_room_at_all_is_cut() -> None:
    steps = decoded(Clueless(), 10, {"enum": ["far too long for ten tokens"]})

    assert (len(steps), steps[-1].finish_reason) == (10, "length")


@pytest.mark.parametrize(("wanted", "most"), [({"type": "number"}, 3), ({"type": "integer", "minimum": 10}, 2)], ids=str)
def test_a_bare_number_is_whole_where_the_room_ends(wanted: dict[str, Any], most: int) -> None:
    for seed in range(20):
        steps = decoded(Clueless(), most, wanted, seed)

        jsonschema.validate(json.loads(text_of(steps)), wanted)
        assert steps[-1].finish_reason == "stop"


@pytest.mark.parametrize(
    "said",
    ['{"name": "é \\"x\\" \\\\ 日本 😀", "n": -1.5}', '{"name": "", "n": 0}', '{"name": "\\n\\t", "n": 12}'],
)
def test_what_a_model_wants_to_say_it_may_say_where_the_schema_lets_it(said: str) -> None:
    wanted = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "n": {"type": "number"}},
        "required": ["name", "n"],
        "additionalProperties": False,
    }

    steps = decoded(Determined(text=said.encode()), 200, wanted, sampling=Sampling())

    assert text_of(steps) == said


def test_the_model_is_not_asked_for_what_must_come() -> None:
    wanted = {
        "type": "object",
        "properties": {"a_rather_long_name": {"type": "boolean"}},
        "required": ["a_rather_long_name"],
        "additionalProperties": False,
    }
    model = Clueless()

    steps = decoded(model, 100, wanted)

    assert text_of(steps) in ('{"a_rather_long_name": true}', '{"a_rather_long_name": false}')
    assert len(model.asked) == sum(not step.forced for step in steps) <= 2


def test_numbers_are_finite() -> None:
    for seed in range(50):
        value = json.loads(text_of(decoded(Clueless(), 40, {"type": "number"}, seed)))

        assert abs(value) <= 1e18


@pytest.mark.parametrize("wanted", [{"type": "strin"}, {"type": "string", "pattern": "("}, {"$ref": "#/nowhere"}], ids=str)
def test_a_schema_that_cannot_be_used_is_the_callers(wanted: dict[str, Any]) -> None:
    with pytest.raises(BadParameter, match="response_format: its schema cannot be used"):
        decoded(Clueless(), 10, wanted)


# -- free --------------------------------------------------------------------------------------------------------------


def test_a_model_ends_by_itself() -> None:
    steps = decoded(Determined(text="né".encode()), sampling=Sampling())

    assert text_of(steps) == "né"
    assert (steps[-1].token, steps[-1].finish_reason) == (None, "stop")


def test_an_answer_ends_where_there_is_no_more_room() -> None:
    steps = decoded(Determined(text=b"abcdef"), 3, sampling=Sampling())

    assert (text_of(steps), steps[-1].finish_reason) == ("abc", "length")


def test_prompt_and_answer_stay_within_the_context() -> None:
    steps = decoded(Determined(context=4, text=b"abcdef"), 50, sampling=Sampling())

    assert (text_of(steps), steps[-1].finish_reason) == ("abc", "length")


def test_a_prompt_as_long_as_the_context_is_refused() -> None:
    with pytest.raises(PromptTooLong):
        decoded(Clueless(context=1))


def test_the_last_row_of_the_logits_counts() -> None:
    """`Determined` gives a row for each token, `Clueless` the last one only."""
    assert text_of(decoded(Determined(text=b"ab"), sampling=Sampling())) == "ab"


def test_each_call_brings_what_was_asked_before_and_one_token() -> None:
    model = Determined(text=b"abc")

    decoded(model, sampling=Sampling())

    assert model.asked == [1, 2, 3, 4]


def test_the_same_seed_decodes_the_same() -> None:
    texts = [text_of(decoded(Clueless(), 30, {"type": "string"}, seed)) for seed in (5, 5, 6)]

    assert texts[0] == texts[1] != texts[2]


def test_a_special_token_is_no_text() -> None:
    assert VOCABULARY.encode("<|im_end|>") == list(b"<|im_end|>")
    assert VOCABULARY.encode("<|im_end|>", specials=True) == [VOCABULARY.ends[0]]
    assert VOCABULARY.bytes_of(VOCABULARY.ends[0]) == b""
