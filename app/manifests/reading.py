"""Reading a manifest: every problem at once, each by file, key and line, in words for the one who writes prompts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from app.errors import Problem, nearest
from app.manifests.model import Flavor, Service, keys_of_kinds, service_of
from app.manifests.source import Path, Source, refusal

LONGEST_SHOWN = 40  # characters of a value that an error shows
_TYPES = {
    "string_type": "a text in quotes",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list [ … ]",
    "list_type": "a list [ … ]",
    "dict_type": "an object { … }",
    "model_type": "an object { … }",
    "model_attributes_type": "an object { … }",
}
_LIMITS = {
    "greater_than_equal": "must be at least {ge:g}",
    "greater_than": "must be more than {gt:g}",
    "less_than_equal": "must be at most {le:,.10g}",
    "less_than": "must be less than {lt:g}",
    "literal_error": "must be {expected}",
    "string_pattern_mismatch": "may hold letters, digits, . _ - only, and begins with a letter or digit",
}
_PATTERNS = {
    "language": "must be a code of two or three small letters, such as fr (ISO 639)",
    "route": "may hold letters, digits, . _ - and single slashes between them only, none of the parts beginning with a dot",
}


def parse(file: str, text: str, flavors: Mapping[str, type[Flavor]]) -> tuple[Service, Source]:
    """The service that a manifest describes, and the manifest as it stands in the file.

    *flavors* holds the Flavor of every kind. Raises ManifestError with everything that is wrong."""
    source = Source.read(file, text)
    kind = source.raw.get("type")
    known = isinstance(kind, str) and kind in flavors
    model = service_of(kind, flavors[kind]) if isinstance(kind, str) and known else Service
    described: Iterable[Problem] = ()
    try:
        service = model.model_validate(source.raw)
    except ValidationError as exc:
        described = _described(source, exc.errors(include_url=False), model)
    if wrong := refusal(file, _wrong_kind(source, flavors), _contradictions(source), described):
        raise wrong
    return service, source


def _wrong_kind(source: Source, flavors: Mapping[str, type[Flavor]]) -> Iterator[Problem]:
    """What of the manifest is for another kind than its own, or for none."""
    kind = source.raw.get("type")
    if isinstance(kind, str) and kind not in flavors:
        yield source.problem(
            ("type",), f'"{kind}" is no kind of service; known are {", ".join(sorted(flavors))}{nearest(kind, flavors)}'
        )
        return
    for key, of in keys_of_kinds().items():
        if kind in of.kinds and of.required and source.raw.get(key) is None:
            yield source.problem((key,), f"is missing{_meaning(key)}")
        elif kind not in of.kinds and key in source.raw and isinstance(kind, str):
            yield source.problem((key,), f"is for services of type {', '.join(of.kinds)} only")


def _meaning(key: str) -> str:
    meaning = next((info.description for name, info in Service.model_fields.items() if key in (name, info.alias)), None)
    return f": {meaning}" if meaning else ""


def _contradictions(source: Source) -> Iterator[Problem]:
    """What single keys cannot say: names given twice, fallbacks that lead nowhere, no room for a prompt."""
    flavors = source.raw.get("flavor")
    entries = [(at, each) for at, each in enumerate(flavors) if isinstance(each, dict)] if isinstance(flavors, list) else []
    names = {name: at for at, each in reversed(entries) if isinstance(name := each.get("name"), str)}
    for at, each in entries:
        name = each.get("name")
        if isinstance(name, str) and names[name] != at:
            yield source.problem(("flavor", at, "name"), f'"{name}" is the name of flavor.{names[name]} already')
        yield from _fallbacks(source, at, each, names)
        total, most = each.get("totalContextLength"), each.get("maxGenerationLength")
        if isinstance(total, int) and isinstance(most, int) and most >= total:
            yield source.problem(
                ("flavor", at, "maxGenerationLength"),
                f"{most} leaves no room for a prompt: must be less than totalContextLength, which is {total}",
            )


def _fallbacks(source: Source, at: int, flavor: dict[str, Any], names: Iterable[str]) -> Iterator[Problem]:
    fallbacks = flavor.get("fallback")
    for place, name in enumerate(fallbacks if isinstance(fallbacks, list) else []):
        if isinstance(name, str) and name == flavor.get("name"):
            yield source.problem(("flavor", at, "fallback", place), "a flavor cannot be its own fallback")
        elif isinstance(name, str) and name not in names:
            yield source.problem(("flavor", at, "fallback", place), f'there is no flavor "{name}" here{nearest(name, names)}')


def _described(source: Source, errors: Iterable[ErrorDetails], model: type[Service]) -> Iterator[Problem]:
    """Pydantic's errors in plain words; of the branches of one key that may be this or that, one problem.

    Where something inside a value is wrong, the value itself is not reported besides. Unknown keys of the flavors of an
    unknown kind are not reported: nobody knows which keys it has."""
    placed = sorted(((place_of(source.raw, error), error) for error in errors), key=lambda pair: str(pair[0]))
    holders = outer_paths(path for path, _ in placed)
    for path, group in groupby(placed, key=lambda pair: pair[0]):
        told = [error for _, error in group]
        if told[0]["type"] == "extra_forbidden":
            yield from _unknown_key(source, path, model)
        elif path not in holders:
            yield source.problem(path, reason_of(path, told))


def outer_paths(paths: Iterable[Path]) -> frozenset[Path]:
    """The paths of all that holds something that is at one of *paths*."""
    return frozenset(path[:end] for path in paths for end in range(len(path)))


def place_of(raw: Any, error: ErrorDetails) -> Path:
    """Where the error is in the file: pydantic's place without the names of the types it tried there."""
    path: list[str | int] = []
    for step in error["loc"]:
        inside = (isinstance(raw, dict) and step in raw) or (isinstance(raw, list) and isinstance(step, int))
        if inside:
            raw = raw[step]
            path.append(step)
    if error["type"] == "missing":
        path.append(error["loc"][-1])
    return tuple(path)


def _unknown_key(source: Source, path: Path, model: type[Service]) -> Iterator[Problem]:
    service, flavor = _keys(model), _keys(_flavor_of(model))
    key = str(path[-1])
    known, others, place = (service, flavor, "in a flavor") if len(path) == 1 else (flavor, service, "beside `flavor`")
    if len(path) > 1 and model is Service:
        return
    hint = f"; it belongs {place}" if key in others else nearest(key, known)
    yield source.problem(path, f"unknown key{hint}")


def _flavor_of(model: type[Service]) -> type[Flavor]:
    kind: Any = model.model_fields["flavor"].annotation
    found = kind.__args__[0]
    return found if isinstance(found, type) and issubclass(found, Flavor) else Flavor


def _keys(model: type[Service] | type[Flavor]) -> tuple[str, ...]:
    return tuple(info.alias or name for name, info in model.model_fields.items())


def reason_of(path: Path, told: list[ErrorDetails]) -> str:
    first = told[0]
    if first["type"] == "missing":
        return "is missing"
    if first["type"] in ("too_short", "string_too_short"):
        return "must not be empty"
    types = [_TYPES[error["type"]] for error in told if error["type"] in _TYPES]
    if types:
        return f"must be {' or '.join(dict.fromkeys(types))}, not {shown(first['input'])}"
    reason = _LIMITS.get(first["type"], first["msg"])
    if first["type"] == "string_pattern_mismatch":
        reason = _PATTERNS.get(str(path[-1]), reason)
    return f"{reason.format(**first.get('ctx', {}))}, not {shown(first['input'])}"


def shown(value: Any) -> str:
    """*value* in words, a long text cut short."""
    if isinstance(value, str):
        return f'the text "{value if len(value) <= LONGEST_SHOWN else value[:LONGEST_SHOWN] + "…"}"'
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int | float):
        return f"the number {value}"
    return "a list" if isinstance(value, list | tuple) else "an object"
