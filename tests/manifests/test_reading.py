"""A manifest is taken as a whole or refused with everything that is wrong, in words that name file, line and key."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from app.errors import ManifestError
from app.kinds import KINDS
from app.manifests import Flavor, Service, parse

FLAVORS = {name: kind.Flavor for name, kind in KINDS.items()}
FLAVOR: dict[str, Any] = {"name": "a", "modelName": "m", "totalContextLength": 4096, "maxGenerationLength": 512}
MANIFEST: dict[str, Any] = {"type": "summary", "fields": 2, "name": "cra", "flavor": [FLAVOR]}


def without(values: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != key}


def parsed(**changed: Any) -> Service:
    return parse("cra.json", json.dumps({**MANIFEST, **changed}), FLAVORS)[0]


def refusals(manifest: dict[str, Any]) -> list[str]:
    with pytest.raises(ManifestError) as refusal:
        parse("cra.json", json.dumps(manifest), FLAVORS)
    return [str(problem) for problem in refusal.value.problems]


def test_the_flavors_are_those_of_the_kind() -> None:
    service = parsed(flavor=[{**FLAVOR, "maxNewTurns": 3, "stop": ["###"]}])

    assert isinstance(service.flavor[0], FLAVORS["summary"])
    assert service.flavor[0].wire() | {"maxNewTurns": 3, "stop": ["###"]} == service.flavor[0].wire()


def test_the_manifest_comes_back_as_it_stands_in_the_file() -> None:
    manifest = {"$schema": "x", **MANIFEST, "description": {"fr": "é"}, "flavor": [{**FLAVOR, "temperature": 1}]}

    _, source = parse("cra.json", json.dumps(manifest), FLAVORS)

    assert json.dumps(source.raw) == json.dumps(manifest)


def test_the_settings_of_an_order_are_the_keys_of_its_kind() -> None:
    service = parsed(route="x/y", description="d")

    assert service.settings() == {"fields": 2}


def test_a_flavor_is_read_again_from_its_wire_form() -> None:
    flavor = parsed(flavor=[{**FLAVOR, "stop": ["a"], "reduce_prompt": "r"}]).flavor[0]

    assert type(flavor).model_validate(json.loads(json.dumps(flavor.wire()))) == flavor


def test_what_only_a_later_release_knows_of_a_flavor_is_left_out() -> None:
    flavor = parsed().flavor[0]

    known = type(flavor).known({**flavor.wire(), "tomorrow": True})

    assert known == flavor.wire()


def test_a_service_does_not_change() -> None:
    service = parsed()

    with pytest.raises(ValidationError):
        service.name = "other"  # type: ignore[misc]


@pytest.mark.parametrize("route", ["cra", "team/minutes", "a/b/c", "x.y-z_1"])
def test_a_route_may_hold_slashes(route: str) -> None:
    assert parsed(route=route).route == route


def test_everything_is_reported_at_once() -> None:
    text = """{ // what a tired author writes
      "type": "summary",
      "descripton": "x", "name": "a b",
      "flavor": [
        {"name": "x", "modelName": "", "totalContextLength": "8192", "maxGenerationLength": 9000,
         "temprature": 0.2, "fallback": ["y"]},
        {"name": "x", "totalContextLength": 100, "maxGenerationLength": 100},
      ],
    }"""

    with pytest.raises(ManifestError) as refusal:
        parse("cra.json", text, FLAVORS)

    assert [str(problem) for problem in refusal.value.problems] == [
        "cra.json: fields: is missing: 2 = previous summary and new turns, one batch after the other; "
        "1 = every batch on its own",
        'cra.json:3: descripton: unknown key; did you mean "description"?',
        'cra.json:3: name: may hold letters, digits, . _ - only, and begins with a letter or digit, not the text "a b"',
        "cra.json:5: flavor.0.modelName: must not be empty",
        'cra.json:5: flavor.0.totalContextLength: must be a whole number, not the text "8192"',
        'cra.json:6: flavor.0.fallback.0: there is no flavor "y" here',
        'cra.json:6: flavor.0.temprature: unknown key; did you mean "temperature"?',
        "cra.json:7: flavor.1.maxGenerationLength: 100 leaves no room for a prompt: must be less than totalContextLength, "
        "which is 100",
        "cra.json:7: flavor.1.modelName: is missing",
        'cra.json:7: flavor.1.name: "x" is the name of flavor.0 already',
    ]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"type": "summry"},
            'cra.json:1: type: "summry" is no kind of service; known are chat, function_call, generate, minutes, summary; '
            'did you mean "summary"?',
        ),
        ({"type": 3}, "cra.json:1: type: must be a text in quotes, not the number 3"),
        (
            {"flavor": [{**FLAVOR, "totalContextLength": 10**400}]},
            "cra.json:1: flavor.0.totalContextLength: must be at most 1,000,000,000, not the number 1",
        ),
        ({"fields": 3}, "cra.json:1: fields: must be at most 2, not the number 3"),
        ({"fields": True}, "cra.json:1: fields: must be a whole number, not true"),
        (
            {"name": ""},
            'cra.json:1: name: may hold letters, digits, . _ - only, and begins with a letter or digit, not the text ""',
        ),
        ({"name": "x" * 101}, f'the text "{"x" * 40}…"'),
        ({"route": "../x"}, "cra.json:1: route: may hold letters, digits, . _ - and single slashes between them only, "),
        ({"route": "/x"}, "cra.json:1: route: may hold letters"),
        ({"route": "a//b"}, "cra.json:1: route: may hold letters"),
        ({"description": 3}, "cra.json:1: description: must be an object { … } or a text in quotes, not the number 3"),
        ({"description": {"fr": 3}}, "cra.json:1: description.fr: must be a text in quotes, not the number 3"),
        ({"flavor": []}, "cra.json:1: flavor: must not be empty"),
        ({"flavor": FLAVOR}, "cra.json:1: flavor: must be a list [ … ], not an object"),
        ({"flavor": ["a"]}, 'cra.json:1: flavor.0: must be an object { … }, not the text "a"'),
        ({"temperature": 0.1}, "cra.json:1: temperature: unknown key; it belongs in a flavor"),
        ({"Backend": "x"}, 'cra.json:1: Backend: unknown key; did you mean "backend"?'),
        ({"zzz": 1}, "cra.json:1: zzz: unknown key"),
    ],
)
def test_a_bad_service_is_refused(changed: dict[str, Any], message: str) -> None:
    (problem,) = refusals({**MANIFEST, **changed})

    assert message in problem


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"fields": 2}, "flavor.0.fields: unknown key; it belongs beside `flavor`"),
        ({"max_new_turns": 2}, 'flavor.0.max_new_turns: unknown key; did you mean "maxNewTurns"?'),
        ({"topP": 0.5}, 'flavor.0.topP: unknown key; did you mean "top_p"?'),
        ({"totalContextLength": 4096.5}, "flavor.0.totalContextLength: must be a whole number, not the number 4096.5"),
        ({"totalContextLength": None}, "flavor.0.totalContextLength: must be a whole number, not null"),
        (
            {"totalContextLength": 63, "maxGenerationLength": 9},
            "flavor.0.totalContextLength: must be at least 64, not the number 63",
        ),
        ({"maxGenerationLength": 0}, "flavor.0.maxGenerationLength: must be at least 1, not the number 0"),
        (
            {"maxGenerationLength": 4096},
            "flavor.0.maxGenerationLength: 4096 leaves no room for a prompt: must be less than totalContextLength, "
            "which is 4096",
        ),
        ({"temperature": "0.1"}, 'flavor.0.temperature: must be a number, not the text "0.1"'),
        ({"temperature": 2.5}, "flavor.0.temperature: must be at most 2, not the number 2.5"),
        ({"top_p": 0}, "flavor.0.top_p: must be more than 0, not the number 0"),
        ({"stop": "###"}, 'flavor.0.stop: must be a list [ … ], not the text "###"'),
        ({"stop": [1]}, "flavor.0.stop.0: must be a text in quotes, not the number 1"),
        ({"reduceSummary": "yes"}, 'flavor.0.reduceSummary: must be true or false, not the text "yes"'),
        ({"type": "short"}, "flavor.0.type: must be 'abstractive', 'extractive' or 'markdown', not the text \"short\""),
        ({"fallback": ["a"]}, "flavor.0.fallback.0: a flavor cannot be its own fallback"),
        ({"fallback": ["mixtrl"]}, 'flavor.0.fallback.0: there is no flavor "mixtrl" here; did you mean "mixtral"?'),
        ({"priority": 10}, "flavor.0.priority: must be at most 9, not the number 10"),
    ],
)
def test_a_bad_flavor_is_refused(changed: dict[str, Any], message: str) -> None:
    (problem,) = refusals({**MANIFEST, "flavor": [{**FLAVOR, **changed}, {**FLAVOR, "name": "mixtral"}]})

    assert problem.startswith(f"cra.json:1: {message}")


@pytest.mark.parametrize("key", ["type", "name", "flavor"])
def test_a_service_without_a_required_key_is_refused(key: str) -> None:
    assert refusals(without(MANIFEST, key)) == [f"cra.json: {key}: is missing"]


@pytest.mark.parametrize("key", ["name", "modelName", "totalContextLength", "maxGenerationLength"])
def test_a_flavor_without_a_required_key_is_refused(key: str) -> None:
    assert refusals({**MANIFEST, "flavor": [without(FLAVOR, key)]}) == [f"cra.json:1: flavor.0.{key}: is missing"]


def test_nobody_is_told_about_the_keys_of_a_kind_that_there_is_not() -> None:
    assert refusals({**MANIFEST, "type": "x", "flavor": [{**FLAVOR, "voice": "low"}]}) == [
        'cra.json:1: type: "x" is no kind of service; known are chat, function_call, generate, minutes, summary'
    ]


def test_a_key_of_another_kind_is_refused() -> None:
    flavors = {**FLAVORS, "generate": Flavor}

    with pytest.raises(ManifestError) as refusal:
        parse("cra.json", json.dumps({**MANIFEST, "type": "generate"}), flavors)

    assert str(refusal.value) == "cra.json:1: fields: is for services of type summary only"


def test_a_language_that_is_no_code_is_told_what_a_code_is() -> None:
    told = refusals({**MANIFEST, "flavor": [{**FLAVOR, "language": "french"}]})

    assert told == [
        "cra.json:1: flavor.0.language: must be a code of two or three small letters, such as fr (ISO 639), "
        'not the text "french"'
    ]
