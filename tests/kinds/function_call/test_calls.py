"""What a call must be: drawn as JSON Schema, checked by Pydantic, and both of one mind."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jsonschema
import pytest
from pydantic import ValidationError

from app.backends.answers.written_calls import NoJson, call_in, parse
from app.kinds.function_call import calls
from app.manifests.functions import Function, read_functions

BOOK = """[{"name": "book", "parameters": {
    "seats": {"type": "integer", "minimum": 1, "maximum": 9},
    "class": {"enum": ["first", "second", 3]},
    "price": {"type": "number", "optional": true},
    "window": {"type": "boolean", "optional": true},
    "note": {"type": ["string", "null"], "maxLength": 5, "optional": true},
    "stops": {"type": "array", "items": {"type": "string"}, "minItems": 1, "optional": true},
    "who": {"type": "object", "optional": true,
            "properties": {"name": {"type": "string"}, "age": {"type": "integer", "optional": true}}}
}}]"""
GOOD: dict[str, Any] = {"seats": 2, "class": "first"}


def book() -> Function:
    return read_functions("f.json", BOOK)[0]


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"class": 3},
        {"price": 2},
        {"price": 2.5},
        {"window": True},
        {"note": None},
        {"note": 'é\n"\\'},
        {"stops": ["a", "b"]},
        {"who": {"name": "Ann"}},
        {"who": {"name": "Ann", "age": 3}},
    ],
    ids=str,
)
def test_good_arguments_come_back_as_they_are(more: dict[str, Any]) -> None:
    given = {**GOOD, **more}

    jsonschema.validate(given, book().parameters.schema_())
    found = calls.validated(book(), given)

    assert (found, {key: type(value) for key, value in found.items()}) == (
        given,
        {key: type(value) for key, value in given.items()},
    )


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"seats": 0}, "seats"),
        ({"seats": "2"}, "seats"),
        ({"seats": 2.5}, "seats"),
        ({"seats": True}, "seats"),
        ({"class": "third"}, "class"),
        ({"price": "2"}, "price"),
        ({"window": 1}, "window"),
        ({"note": "longer"}, "note"),
        ({"stops": []}, "stops"),
        ({"stops": [1]}, "stops.0"),
        ({"who": {}}, "who.name"),
        ({"who": {"name": "A", "shoe": 4}}, "who.shoe"),
        ({"extra": 1}, "extra"),
    ],
    ids=str,
)
def test_bad_arguments_are_refused_by_key(more: dict[str, Any], key: str) -> None:
    given = {**GOOD, **more}

    with pytest.raises(ValidationError) as refusal:
        calls.validated(book(), given)

    assert calls.reasons(refusal.value).startswith(f"{key}")
    assert not jsonschema.Draft202012Validator(book().parameters.schema_()).is_valid(given)


def test_a_missing_argument_is_named() -> None:
    with pytest.raises(ValidationError) as refusal:
        calls.validated(book(), {"seats": 1})

    assert calls.reasons(refusal.value) == "class: Field required"


@pytest.mark.parametrize("number", [float("inf"), float("nan")])
def test_no_number_is_infinite(number: float) -> None:
    with pytest.raises(ValidationError):
        calls.validated(book(), {**GOOD, "price": number})


def test_the_schema_of_several_functions_lets_each_have_its_own_arguments_only() -> None:
    functions = read_functions("f.json", '[{"name": "a", "parameters": {"x": {"type": "number"}}}, {"name": "b"}]')
    schema = calls.schema(functions)
    validator = jsonschema.Draft202012Validator(schema)

    assert validator.is_valid({"name": "a", "parameters": {"x": 1}})
    assert validator.is_valid({"name": "b", "parameters": {}})
    assert not validator.is_valid({"name": "b", "parameters": {"x": 1}})
    assert not validator.is_valid({"name": "c", "parameters": {}})


def test_a_result_is_told_in_both_spellings() -> None:
    result = calls.FunctionCallResult(prompt="p", fn_name="f", args={"a": 1})

    assert result.record() == {"prompt": "p", "fn_name": "f", "args": {"a": 1}, "name": "f", "parameters": {"a": 1}}


@pytest.mark.parametrize(
    "said",
    [
        '{"name": "f", "parameters": {"a": {}}}',
        'Sure! ```json\n{"name": "f", "parameters": {"a": {}}}\n```',
        'In {braces}: {"name": "f", "parameters": {"a": {}}}',
    ],
)
def test_the_first_whole_object_is_found(said: str) -> None:
    assert parse(said) == {"name": "f", "parameters": {"a": {}}}


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("", "no JSON object"),
        ("[1]", "no JSON object"),
        ('{"a": 1', "breaks off or is malformed"),
        ('{"a": NaN}', "too large"),
        ('{"a": 1e999}', "too large"),
        ('{"a": ' * 200_000, "nested too deeply"),
    ],
    ids=["empty", "list", "cut", "nan", "huge", "deep"],
)
def test_what_holds_no_object_is_refused_without_being_quoted(said: str, reason: str) -> None:
    with pytest.raises(NoJson, match=reason):
        parse(said)


@pytest.fixture
def switching() -> Iterator[None]:
    """Lets other threads run wherever garbage is collected, and that often."""

    def rest(_phase: str, _info: object) -> None:
        time.sleep(0.001)

    before = gc.get_threshold()
    gc.callbacks.append(rest)
    gc.set_threshold(50)
    yield
    gc.set_threshold(*before)
    gc.callbacks.remove(rest)


@pytest.mark.usefixtures("switching")
def test_threads_read_calls_in_pythons_notation_side_by_side() -> None:
    said = "f(" + ", ".join(f"a{number}={{'x': [1, {{'y': {number}}}]}}" for number in range(20)) + ")"

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: call_in(said, {"f": None}), range(64)))

    assert found[0] is not None
    assert found == [call_in(said, {"f": None})] * len(found)
