"""What of a JSON Schema keeps an answer from having an end: made finite, and measured."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from app.orders import Json

LARGEST = 1e18  # of numbers without a limit: a random exponent would be infinite, or a hundred digits
NUMBER = 64  # bytes that a number may have left
_NUMERIC = ("number", "integer")
# What we know to measure; a schema with anything else is closed by trying at every token.
_KNOWN = {
    *("type", "enum", "const", "anyOf", "oneOf", "items", "minItems", "maxItems", "minLength", "maxLength"),
    *("properties", "required", "additionalProperties", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    *("title", "description", "default", "examples", "$schema"),
}


def finite(schema: Json) -> Json:
    """*schema* as it is decoded: limits for all numbers, so that JSON readers take each for the same; and what an object must
    hold before what it may hold, so that it can be closed as soon as it is whole."""
    if isinstance(schema, list):
        return [finite(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    drawn = {key: _within(key, value) for key, value in schema.items()}
    if isinstance(drawn.get("properties"), dict) and isinstance(drawn.get("required"), list):
        drawn["properties"] = dict(sorted(drawn["properties"].items(), key=lambda pair: pair[0] not in drawn["required"]))
    if set(_types(schema)) & set(_NUMERIC) and "enum" not in schema and "const" not in schema:
        if "exclusiveMinimum" not in drawn:
            drawn.setdefault("minimum", -LARGEST)
        if "exclusiveMaximum" not in drawn:
            drawn.setdefault("maximum", LARGEST)
    return drawn


def _within(key: str, value: Json) -> Json:
    if key in ("enum", "const", "default", "examples", "required"):
        return value
    if key in ("properties", "$defs", "definitions") and isinstance(value, dict):
        return {name: finite(each) for name, each in value.items()}
    return finite(value)


def way_out(schema: Json) -> int | None:
    """How many bytes an answer needs at most, from wherever it is, to come to its end soon; None if we cannot say."""
    try:
        return _way_out(schema)
    except (_UnknownError, RecursionError):
        return None


class _UnknownError(Exception):
    """A schema that we cannot measure."""


def _types(schema: Mapping[str, Any]) -> tuple[str, ...]:
    given = schema.get("type", ())
    return (given,) if isinstance(given, str) else tuple(given)


def _least(schema: Json) -> int:
    """Bytes of an answer that says as little as it may, however it chooses among several."""
    return max(_each(schema, inside=False))


def _way_out(schema: Json) -> int:
    return max(_each(schema, inside=True))


def _each(schema: Json, *, inside: bool) -> Iterator[int]:
    """The bytes for each of the types that *schema* allows: of a least value, or (*inside*) to come out of any."""
    if not isinstance(schema, dict) or not set(schema) <= _KNOWN:
        raise _UnknownError
    branches = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    if "enum" in schema or "const" in schema:
        values = schema["enum"] if "enum" in schema else [schema["const"]]
        yield max(len(json.dumps(value, ensure_ascii=False).encode()) for value in values)
    elif branches:
        for branch in branches:
            yield from _each(branch, inside=inside)
    elif not _types(schema):
        raise _UnknownError
    else:
        for kind in _types(schema):
            yield _of_kind(kind, schema, inside=inside)


def _of_kind(kind: str, schema: Mapping[str, Any], *, inside: bool) -> int:
    match kind:
        case "string":
            return 12 + 4 * int(schema.get("minLength", 0))
        case "number" | "integer":
            return NUMBER
        case "boolean" | "null":
            return 5
        case "array":
            items = schema.get("items", {"type": "null"} if schema.get("maxItems") == 0 else None)
            least = 2 + int(schema.get("minItems", 0)) * (2 + _least(items))
            return least + 2 + _way_out(items) if inside else least
        case "object":
            return _of_object(schema, inside=inside)
    raise _UnknownError


def _of_object(schema: Mapping[str, Any], *, inside: bool) -> int:
    if schema.get("additionalProperties", True) is not False:
        raise _UnknownError
    properties = schema.get("properties", {})
    needed = set(schema.get("required", ()))
    least = 2 + sum(_key(name) + _least(each) for name, each in properties.items() if name in needed)
    deepest = max((_key(name) + _way_out(each) for name, each in properties.items()), default=0) if inside else 0
    return least + deepest


def _key(name: str) -> int:
    return len(json.dumps(name, ensure_ascii=False).encode()) + 4
