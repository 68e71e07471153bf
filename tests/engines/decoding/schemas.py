"""Schemas of all shapes for tests: generated the same way each time from a number."""

from __future__ import annotations

import random
from typing import Any

LETTERS = 'abz é"\\\n\t😀{}[]:,日'
KINDS = ("number", "integer", "string", "boolean", "null", "enum", "array", "object", "nullable", "either")
LEAVES = 6  # of the kinds, those that hold no others


def schema(number: int) -> dict[str, Any]:
    """An object of up to five properties, nested up to three deep."""
    return _object(random.Random(number), 3)


def _object(chance: random.Random, depth: int) -> dict[str, Any]:
    names = list(dict.fromkeys(_text(chance, 1, 6) for _ in range(chance.randint(0, 5))))
    properties = {name: _value(chance, depth - 1) for name in names}
    required = [name for name in names if chance.random() < 0.6]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _value(chance: random.Random, depth: int) -> dict[str, Any]:
    match chance.choice(KINDS if depth > 0 else KINDS[:LEAVES]):
        case "number":
            return {"type": "number", **chance.choice([{}, {}, {"minimum": -3.5, "maximum": 2}, {"minimum": 0}])}
        case "integer":
            return {"type": "integer", **chance.choice([{}, {}, {"minimum": 17, "maximum": 9999}, {"maximum": -1}])}
        case "string":
            return {
                "type": "string",
                **chance.choice([{}, {}, {"maxLength": 4}, {"minLength": 3}, {"minLength": 2, "maxLength": 2}]),
            }
        case "enum":
            return {
                "enum": list(dict.fromkeys(_text(chance, 0, 8) for _ in range(3))) + chance.sample([None, 7, -1.5, True], 2)
            }
        case "array":
            sizes = chance.choice([{}, {}, {"minItems": 2}, {"maxItems": 2}, {"minItems": 1, "maxItems": 3}])
            return {"type": "array", "items": _value(chance, depth - 1), **sizes}
        case "object":
            return _object(chance, depth)
        case "nullable":
            return {"type": [chance.choice(["string", "integer", "number", "boolean"]), "null"]}
        case "either":
            return {"anyOf": [_value(chance, depth - 1), _value(chance, depth - 1)]}
        case kind:
            return {"type": kind}


def _text(chance: random.Random, least: int, most: int) -> str:
    return "".join(chance.choice(LETTERS) for _ in range(chance.randint(least, most)))
