"""The functions that a service of type `function_call` may call: how a list of them is read, from a manifest or a file.

Parameters are written in either of two ways, and are one thing afterwards: an object of parameters by name, all of them
required but those with `"optional": true` or a `default`; or a JSON Schema of an object, with its own list `required`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from app.errors import ManifestError, nearest
from app.manifests.model import Wire
from app.manifests.reading import place_of, reason_of
from app.manifests.source import Path, Source, refusal

NAME = r"^[A-Za-z_][A-Za-z0-9_.-]{0,63}$"
DEEPEST = 8  # objects and lists within one another: a model loses its way long before
# What JSON Schema knows and we have no use for: said to the one who reads the file, not to the model.
_IGNORED = frozenset({"title", "examples", "$schema", "$comment", "format"})
_PYTHON = {"number": (int, float), "integer": (int,), "string": (str,), "boolean": (bool,)}


class Parameter(Wire):
    """One value that a function takes. Numbers of `minLength` and the like bound texts, lists and numbers."""

    type: Literal["number", "integer", "string", "boolean", "array", "object"] | None = None
    description: str = ""
    nullable: bool = False
    enum: Annotated[tuple[Any, ...] | None, Field(strict=False, min_length=1)] = None
    items: Parameter | None = None
    properties: dict[str, Parameter] | None = None
    required: Annotated[tuple[str, ...], Field(strict=False)] = ()
    additional_properties: Annotated[Literal[False], Field(alias="additionalProperties")] = False
    minimum: float | None = None
    maximum: float | None = None
    min_length: Annotated[int | None, Field(alias="minLength", ge=0)] = None
    max_length: Annotated[int | None, Field(alias="maxLength", ge=0)] = None
    min_items: Annotated[int | None, Field(alias="minItems", ge=0)] = None
    max_items: Annotated[int | None, Field(alias="maxItems", ge=0)] = None
    default: Any = None

    def schema_(self) -> dict[str, Any]:
        """The value as JSON Schema, without what it is described with."""
        bounds = ("minimum", "maximum", "min_length", "max_length", "min_items", "max_items")
        aliases = {name: type(self).model_fields[name].alias or name for name in bounds}
        drawn: dict[str, Any] = {aliases[name]: given for name in bounds if (given := getattr(self, name)) is not None}
        if self.type is not None:
            drawn["type"] = [self.type, "null"] if self.nullable else self.type
        if self.enum is not None:
            drawn["enum"] = [*self.enum, *([None] if self.nullable and None not in self.enum else [])]
        if self.items is not None:
            drawn["items"] = self.items.schema_()
        if self.properties is not None:
            drawn["properties"] = {name: each.schema_() for name, each in self.properties.items()}
            drawn["required"] = list(self.required)
            drawn["additionalProperties"] = False
        return drawn

    def described(self) -> dict[str, Any]:
        """The same with its descriptions, as a model that is shown its tools wants them."""
        drawn = self.schema_()
        if self.description:
            drawn["description"] = self.description
        if self.items is not None:
            drawn["items"] = self.items.described()
        if self.properties is not None:
            drawn["properties"] = {name: each.described() for name, each in self.properties.items()}
        return drawn


class Function(Wire):
    """A function by its name, what it does, what it takes (always an object) and what it returns."""

    name: Annotated[str, Field(pattern=NAME)]
    description: str = ""
    parameters: Parameter = Parameter(type="object", properties={})
    returns: dict[str, Any] | None = None


def read_functions(file: str, text: str) -> tuple[Function, ...]:
    """The functions of a file of their own: a list, or an object with the one key `functions`.

    Raises ManifestError with everything that is wrong."""
    source = Source.read(file, text, lists=True)
    return settle_functions(source, ("functions",) if isinstance(source.raw, dict) and "functions" in source.raw else ())


def settle_functions(source: Source, at: Path) -> tuple[Function, ...]:
    """The functions that stand in *source* at the key *at*. Raises ManifestError with everything that is wrong."""
    raw: Any = source.raw
    for step in at:
        raw = raw[step]
    if not isinstance(raw, list) or not raw:
        raise ManifestError([source.problem(at, "must be a list of functions [ … ], at least one")])
    canonical = [_canonical(each) for each in raw]
    try:
        functions = _FUNCTIONS.validate_python(canonical)
    except ValidationError as exc:
        slots = {place_of(raw, error): error for error in exc.errors(include_url=False)}
        told = (source.problem((*at, *place), _said(place, error)) for place, error in slots.items())
        raise (refusal(source.file, told) or exc) from exc
    if wrong := refusal(
        source.file, (source.problem((*at, *_in(raw, place)), reason) for place, reason in _contradictions(functions))
    ):
        raise wrong
    return functions


_FUNCTIONS = TypeAdapter(tuple[Function, ...])


def _said(place: Path, error: Any) -> str:
    if error["type"] == "extra_forbidden":
        model = Function if len(place) == 2 else Parameter
        return f"unknown key{nearest(str(place[-1]), (info.alias or name for name, info in model.model_fields.items()))}"
    if error["type"] == "string_pattern_mismatch":
        return "a function's name holds letters, digits, . _ - only, begins with a letter or _ and has at most 64 characters"
    return reason_of(place, [error])


def _canonical(function: Any) -> Any:
    """The function with its parameters as JSON Schema; what is no object is left to be refused."""
    if not isinstance(function, dict) or not isinstance(function.get("parameters"), dict):
        return function
    given = function["parameters"]
    by_name = not (given.get("type") == "object" and isinstance(given.get("properties", {}), dict))
    drawn = {"type": "object", "properties": given} if by_name else {"properties": {}, **given}
    return {**_known(function), "parameters": _schema(drawn, by_name=by_name)}


def _schema(given: Any, *, by_name: bool) -> Any:
    """A JSON Schema as `Parameter` has it. Where parameters are given *by_name*, an object without a list of its own requires
    all that is not optional."""
    if not isinstance(given, dict):
        return given
    drawn = {key: value for key, value in _known(given).items() if key not in ("optional", "required")}
    if isinstance(given.get("type"), list) and "null" in given["type"] and len(given["type"]) == 2:
        drawn |= {"type": next(each for each in given["type"] if each != "null"), "nullable": True}
    if "items" in given:
        drawn["items"] = _schema(given["items"], by_name=by_name)
    inner = given.get("properties")
    if isinstance(inner, dict):
        drawn["properties"] = {name: _schema(each, by_name=by_name) for name, each in inner.items()}
        drawn["required"] = [name for name, each in inner.items() if by_name and not _optional(each)]
    if isinstance(given.get("required"), list):
        drawn["required"] = given["required"]
    return drawn


def _known(given: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in given.items() if key not in _IGNORED}


def _optional(parameter: Any) -> bool:
    given = parameter if isinstance(parameter, dict) else {}
    return given.get("optional") is True or given.get("required") is False or "default" in given


def _in(raw: Any, place: Path) -> Path:
    """*place* as far as it is in the file: what reading added is left out."""
    found: list[str | int] = []
    for step in place:
        match raw, step:
            case (dict(), _) if step in raw:
                raw = raw[step]
            case (list(), int()):
                raw = raw[step]
            case _:
                continue
        found.append(step)
    return tuple(found)


def _contradictions(functions: tuple[Function, ...]) -> Iterator[tuple[Path, str]]:
    """What single keys cannot say, by place in the canonical form."""
    first: dict[str, int] = {}
    for at, function in enumerate(functions):
        if first.setdefault(function.name, at) != at:
            yield (at, "name"), f'"{function.name}" is the name of function {first[function.name]} already'
        yield from _wrong((at, "parameters"), function.parameters)


def _wrong(place: Path, parameter: Parameter) -> Iterator[tuple[Path, str]]:
    if sum(step in ("properties", "items") for step in place) > DEEPEST:
        yield place, f"is nested more than {DEEPEST} deep"
        return
    yield from ((place, reason) for reason in _wrong_by_itself(parameter))
    for low, high in (("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems")):
        bounds = parameter.wire()
        if low in bounds and high in bounds and bounds[low] > bounds[high]:
            yield (*place, low), f"{bounds[low]:g} is more than {high}, which is {bounds[high]:g}"
    if parameter.items is not None:
        yield from _wrong((*place, "items"), parameter.items)
    for name, each in (parameter.properties or {}).items():
        yield from _wrong((*place, "properties", name), each)


def _wrong_by_itself(parameter: Parameter) -> Iterator[str]:
    kind = parameter.type
    if kind is None and parameter.enum is None:
        yield "must say its type, or the values it may have (enum)"
    if kind == "array" and parameter.items is None:
        yield 'must say what the list holds: "items": {"type": …}'
    if kind == "object" and parameter.properties is None:
        yield 'must say what the object holds: "properties": {…}'
    missing = [name for name in parameter.required if name not in (parameter.properties or {})]
    if missing:
        yield f"requires {', '.join(missing)}, which is not among its properties"
    fitting = _PYTHON.get(kind or "", ())
    for value in parameter.enum or ():
        if fitting and not (isinstance(value, fitting) and isinstance(value, bool) == (kind == "boolean")):
            yield f"may be {value!r} by its enum, which is no {kind}"
