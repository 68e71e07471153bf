"""The variables of a template: their JSON Schema in a manifest (`inputs`), and what a request gives for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from app import prompts
from app.errors import BadParameter, ManifestError, MissingParameter, Problem, nearest
from app.orders import Json

if TYPE_CHECKING:
    from jsonschema import SchemaError, ValidationError

KEY = "inputs"
LONGEST = 200  # characters of what is wrong with a value, which is quoted in it
_TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")  # of JSON Schema
_JINJAS = frozenset({"range", "dict", "cycler", "joiner", "namespace"})  # names that Jinja itself gives to a template


def problems(file: str, schema: Mapping[str, Json] | None) -> Iterator[Problem]:
    """What is wrong with `inputs` itself."""
    if schema is None:
        return
    from jsonschema import Draft202012Validator, SchemaError

    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as exc:
        yield Problem(file, ".".join((KEY, *map(str, exc.absolute_path))), f"is no JSON Schema: {_said(exc)}"[:LONGEST])
        return
    if schema.get("type", "object") != "object":
        yield Problem(file, f"{KEY}.type", 'must be "object": the variables have names')


def _said(error: SchemaError) -> str:
    """What is wrong with a schema; of a type that JSON Schema does not know, which there are."""
    if error.absolute_path and error.absolute_path[-1] == "type" and isinstance(error.instance, str):
        return f'"{error.instance}" is no type{nearest(error.instance, _TYPES)}; known are {", ".join(_TYPES)}'
    return str(error.message)


def unknown(template: prompts.Template, names: Iterable[str]) -> Iterator[Problem]:
    """The variables that *template* uses and that no request can give, as *names* are all there are."""
    known = sorted(names)
    for name in beyond(template, known):
        yield Problem(template.file, "", f"uses {name}, which {KEY} does not have{nearest(name, known)}")


def beyond(template: prompts.Template, names: Iterable[str]) -> list[str]:
    """The variables of *template* that are neither among *names* nor Jinja's own, in order."""
    return sorted(template.variables - {*names, *_JINJAS})


def defaults(schema: Mapping[str, Json]) -> dict[str, Json]:
    """What the variables of *schema* hold if a request does not say."""
    properties = schema.get("properties", {})
    return {name: said["default"] for name, said in properties.items() if isinstance(said, dict) and "default" in said}


def settled(schema: Mapping[str, Json] | None, given: Mapping[str, Json]) -> dict[str, Json]:
    """*given* with the defaults of *schema*; raises MissingParameter or BadParameter, which name the variable.

    Raises ManifestError if the schema refers to what is not in it."""
    if schema is None:
        return dict(given)
    variables = {**defaults(schema), **given}
    error = next(iter(sorted(_errors(schema, variables), key=_place)), None)
    if error is not None:
        raise _refusal(error)
    return variables


def _errors(schema: Mapping[str, Json], variables: Mapping[str, Json]) -> list[ValidationError]:
    from jsonschema import Draft202012Validator
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    empty: Registry[Any] = Registry()  # a `$ref` leads nowhere outside: the default one would fetch it
    try:
        return list(Draft202012Validator(schema, registry=empty).iter_errors(variables))
    except Unresolvable as exc:
        raise ManifestError([Problem("", KEY, f"refers to {exc.ref}, which is not in it")]) from exc


def _place(error: ValidationError) -> str:
    return ".".join(map(str, error.absolute_path))


def _refusal(error: ValidationError) -> MissingParameter | BadParameter:
    path = ".".join(("variables", *map(str, error.absolute_path)))
    if error.validator == "required" and isinstance(error.instance, dict):
        wanted: Any = error.validator_value
        missing = next(name for name in wanted if name not in error.instance)
        return MissingParameter(f"{path}.{missing}")
    return BadParameter(path, error.message[:LONGEST])
