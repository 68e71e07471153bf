"""An answer that must keep to a form: whether it does, and how it is asked for once more."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from app.backends.base import Answer, Call
from app.orders import Json

WARMER = 0.3  # added to the temperature: asked the same way, a model falls into the same loop
LOOPS = ("whitespace", "repetition")


def broken(answer: Answer, wanted: Mapping[str, Json] | None) -> bool:
    """Whether *answer* is not of the form *wanted*, though it was not cut short."""
    if wanted is None or wanted.get("type") not in ("json_object", "json_schema") or answer.tool_calls:
        return False
    if answer.finish_reason in LOOPS:
        return True
    return answer.finish_reason != "length" and not _keeps_to(answer.text, wanted)


def again(call: Call) -> Call:
    """*call* as it is asked once more."""
    seed = None if call.seed is None else call.seed + 1
    return replace(call, temperature=min((call.temperature or 0.0) + WARMER, 1.5), seed=seed)


def _keeps_to(text: str, wanted: Mapping[str, Json]) -> bool:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return False
    schema = (wanted.get("json_schema") or {}).get("schema")
    if wanted["type"] == "json_object" or not isinstance(schema, dict):
        return isinstance(value, dict) or wanted["type"] == "json_schema"
    return _valid(value, schema)


def _valid(value: Json, schema: Mapping[str, Json]) -> bool:
    """Whether *value* is as *schema* says; a schema that we cannot use is the server's to refuse."""
    from jsonschema import Draft202012Validator, SchemaError
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    try:
        Draft202012Validator.check_schema(schema)
        return bool(Draft202012Validator(schema, registry=Registry()).is_valid(value))
    except (SchemaError, Unresolvable):
        return True
