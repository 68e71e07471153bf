from __future__ import annotations

from typing import Any

import pytest

from app import prompts
from app.errors import ManifestError
from app.kinds import inputs


@pytest.mark.parametrize(
    ("schema", "key"),
    [
        ({"properties": {"a": {"type": "strng"}}}, "inputs.properties.a.type"),
        ({"required": "a"}, "inputs.required"),
        ({"type": "array"}, "inputs.type"),
    ],
)
def test_a_schema_that_is_none_is_a_problem(schema: dict[str, Any], key: str) -> None:
    (problem,) = inputs.problems("letter.json", schema)

    assert (problem.file, problem.key) == ("letter.json", key)


@pytest.mark.parametrize("schema", [None, {}, {"properties": {"a": {"type": "string"}}, "required": ["a"]}])
def test_a_good_schema_is_no_problem(schema: dict[str, Any] | None) -> None:
    assert list(inputs.problems("letter.json", schema)) == []


def test_a_type_that_there_is_not_is_told_with_what_is_meant() -> None:
    (problem,) = inputs.problems("letter.json", {"type": "objct"})

    assert str(problem) == (
        'letter.json: inputs.type: is no JSON Schema: "objct" is no type; did you mean "object"?; known are array, boolean, '
        "integer, null, number, object, string"
    )


def test_a_variable_that_no_request_can_give_is_a_problem() -> None:
    template = prompts.compile("letter", {"letter": "{{ nmae }} {% for n in range(3) %}{{ n }}{% endfor %}"})

    (problem,) = inputs.unknown(template, ["name", "prompt"])

    assert str(problem) == 'letter.txt: uses nmae, which inputs does not have; did you mean "name"?'


def test_a_reference_leads_nowhere_outside() -> None:
    schema = {"properties": {"a": {"$ref": "http://127.0.0.1:9/schema.json"}}}

    with pytest.raises(ManifestError, match="refers to http"):
        inputs.settled(schema, {"a": 1})
