"""The functions of a file are read whichever way their parameters are written, or refused by file, key and line."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.errors import ManifestError
from app.manifests.functions import DEEPEST, Function, read_functions

NUMBER = {"type": "number"}


def read(parameters: Any, **more: Any) -> Function:
    return read_functions("f.json", json.dumps([{"name": "fn", "parameters": parameters, **more}]))[0]


def refusals(text: str) -> list[str]:
    with pytest.raises(ManifestError) as refusal:
        read_functions("f.json", text)
    return [str(problem) for problem in refusal.value.problems]


def of_one(parameter: dict[str, Any]) -> list[str]:
    return refusals(json.dumps([{"name": "fn", "parameters": {"a": parameter}}]))


def test_parameters_by_name_are_required() -> None:
    assert read({"a": NUMBER, "b": NUMBER}).parameters.required == ("a", "b")


@pytest.mark.parametrize("mark", [{"optional": True}, {"required": False}, {"default": 3}], ids=str)
def test_a_parameter_by_name_may_be_optional(mark: dict[str, Any]) -> None:
    assert read({"a": NUMBER, "b": {**NUMBER, **mark}}).parameters.required == ("a",)


def test_a_parameter_within_another_may_be_optional() -> None:
    inner = {"type": "object", "properties": {"x": NUMBER, "y": {**NUMBER, "optional": True}}}

    parameters = read({"a": inner}).parameters

    assert parameters.schema_()["properties"]["a"]["required"] == ["x"]


def test_a_json_schema_keeps_its_own_list_of_what_is_required() -> None:
    schema = {"type": "object", "properties": {"a": NUMBER, "b": NUMBER}, "required": ["b"]}

    assert read(schema).parameters.required == ("b",)


def test_both_ways_to_write_parameters_are_one_thing() -> None:
    assert read({"a": NUMBER}) == read({"type": "object", "properties": {"a": NUMBER}, "required": ["a"]})


def test_a_parameter_may_be_called_type() -> None:
    assert list(read({"type": {"type": "string"}}).parameters.properties or {}) == ["type"]


def test_null_may_be_one_of_two_types() -> None:
    assert read({"a": {"type": ["string", "null"]}}).parameters.schema_()["properties"]["a"] == {"type": ["string", "null"]}


def test_what_only_people_read_is_left_out_of_the_schema() -> None:
    parameter = {"type": "string", "description": "d", "title": "T", "examples": ["x"], "maxLength": 3}

    parameters = read({"a": parameter}).parameters

    assert parameters.schema_()["properties"]["a"] == {"maxLength": 3, "type": "string"}
    assert parameters.described()["properties"]["a"] == {"maxLength": 3, "type": "string", "description": "d"}


def test_a_function_may_take_nothing() -> None:
    (function,) = read_functions("f.json", '[{"name": "now"}]')

    assert function.parameters.schema_() == {"type": "object", "properties": {}, "required": [], "additionalProperties": False}


def test_a_file_may_be_an_object_with_comments() -> None:
    (function,) = read_functions("f.json", '{"functions": [ // those that there are\n {"name": "now"},\n]}')

    assert function.name == "now"


def test_a_function_is_read_again_from_its_wire_form() -> None:
    function = read({"a": {"type": "array", "items": {"enum": ["x", 1]}, "minItems": 1}}, returns={"type": "number"})

    assert Function.model_validate(json.loads(json.dumps(function.wire()))) == function


def test_everything_is_reported_at_once_by_line() -> None:
    text = """[
      {"name": "a b", "parameters": {"a": {"type": "numbr"}, "b": {"typ": "number"}}},
      {"name": "x", "paramters": {}},
      {"name": "y", "parameters": {"n": 3}}
    ]"""

    assert refusals(text) == [
        "f.json:2: 0.name: a function's name holds letters, digits, . _ - only, begins with a letter or _ and has at most"
        " 64 characters",
        "f.json:2: 0.parameters.a.type: must be 'number', 'integer', 'string', 'boolean', 'array' or 'object', not the text"
        ' "numbr"',
        'f.json:2: 0.parameters.b.typ: unknown key; did you mean "type"?',
        'f.json:3: 1.paramters: unknown key; did you mean "parameters"?',
        "f.json:4: 2.parameters.n: must be an object { … }, not the number 3",
    ]


@pytest.mark.parametrize(
    ("parameter", "reason"),
    [
        ({}, "a: must say its type, or the values it may have (enum)"),
        ({"type": "array"}, 'a: must say what the list holds: "items": {"type": …}'),
        ({"type": "object"}, 'a: must say what the object holds: "properties": {…}'),
        ({"type": "object", "properties": {}, "required": ["b"]}, "a: requires b, which is not among its properties"),
        ({"type": "integer", "enum": ["b"]}, "a: may be 'b' by its enum, which is no integer"),
        ({"type": "integer", "enum": [True]}, "a: may be True by its enum, which is no integer"),
        ({"type": "string", "enum": []}, "a.enum: must not be empty"),
        ({"type": "number", "minimum": 2, "maximum": 1}, "a.minimum: 2 is more than maximum, which is 1"),
        ({"type": "string", "pattern": "x"}, "a.pattern: unknown key"),
    ],
    ids=str,
)
def test_a_parameter_that_says_too_little_or_too_much_is_refused(parameter: dict[str, Any], reason: str) -> None:
    assert of_one(parameter) == [f"f.json:1: 0.parameters.{reason}"]


def test_what_is_nested_too_deeply_is_refused() -> None:
    parameter: dict[str, Any] = NUMBER
    for _ in range(DEEPEST):
        parameter = {"type": "array", "items": parameter}

    assert [reason for reason in of_one(parameter) if f"is nested more than {DEEPEST} deep" in reason]


@pytest.mark.parametrize("text", ["{}", "[]", '{"functions": []}', '"x"'])
def test_a_file_without_functions_is_refused(text: str) -> None:
    assert "must be a list" in refusals(text)[0]


def test_a_name_given_twice_is_refused() -> None:
    assert refusals('[{"name": "a"}, {"name": "a"}]') == ['f.json:1: 1.name: "a" is the name of function 0 already']
