"""The options of a request for text, as clients spell them: read, checked, and named in the error where they cannot be used."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from app import json_bounds
from app.errors import BadParameter
from app.orders import Json

Fields: TypeAlias = Mapping[str, Json]

MOST_TOKENS = ("max_tokens", "max_length", "max_new_tokens", "max_completion_tokens")  # one wish under its usual names
MOST_STOPS = 16
MOST_NESTED = 100  # levels of lists and objects in each other; JSON Schemas have a dozen
RESERVED = frozenset({"model", "messages", "prompt", "stream", "stream_options", "n", *MOST_TOKENS})  # never in `extra`


@dataclass(frozen=True)
class Span:
    """The numbers that an option may be."""

    low: float
    high: float
    whole: bool = False
    above: bool = False  # whether *low* itself is too low

    def __str__(self) -> str:
        kind = "a whole number" if self.whole else "a number"
        if self.high == math.inf:
            return f"{kind} from {self.low:g} on"
        return f"{kind} {'above' if self.above else 'from'} {self.low:g} {'and up to' if self.above else 'to'} {self.high:g}"

    def __contains__(self, number: float) -> bool:
        fits = self.low < number <= self.high if self.above else self.low <= number <= self.high
        return fits and number < math.inf and (not self.whole or number == math.floor(number))


SAMPLING = {
    "temperature": Span(0, 2),
    "top_p": Span(0, 1, above=True),
    "top_k": Span(-1, 2**31, whole=True),
    "seed": Span(-(2**63), 2**63 - 1, whole=True),
    "frequency_penalty": Span(-2, 2),
    "presence_penalty": Span(-2, 2),
}


def overrides(fields: Fields, without: Container[str] = ()) -> dict[str, Json]:
    """What the request sets instead of the flavor, by wire name; the fields *without* are not looked at.

    Raises BadParameter."""
    readers: dict[str, Callable[[], Json]] = {name: partial(number, fields, name, span) for name, span in SAMPLING.items()}
    readers["stop"] = partial(_stops, fields)
    readers["system"] = partial(text, fields, "system")
    readers["response_format"] = partial(_format, fields)
    wishes = {name: read() for name, read in readers.items() if name not in without}
    return {name: requested for name, requested in wishes.items() if requested is not None}


def most_tokens(fields: Fields) -> int | None:
    """How many tokens the client wants at most, under whichever name it says so."""
    wishes = [number(fields, name, Span(1, math.inf, whole=True)) for name in MOST_TOKENS]
    return next((int(requested) for requested in wishes if requested is not None), None)


def beside(fields: Fields) -> dict[str, Json]:
    """What goes to the model server with the call as it is: tools, logprobs, and *extra* keys that only it knows."""
    wishes = {
        "tools": _objects(fields, "tools"),
        "tool_choice": fields.get("tool_choice"),
        "logprobs": _truth(fields, "logprobs"),
        "top_logprobs": number(fields, "top_logprobs", Span(0, 20, whole=True)),
        "extra": {name: value for name, value in (mapping(fields, "extra") or {}).items() if name not in RESERVED},
    }
    if not wishes["tools"]:
        del wishes["tool_choice"]  # it means nothing without tools, and servers refuse it
        wishes["extra"] = {name: value for name, value in wishes["extra"].items() if name != "parallel_tool_calls"}
    return {name: requested for name, requested in wishes.items() if requested not in (None, (), [], {})}


def number(fields: Fields, name: str, span: Span) -> Any:
    """The number that a field holds, as a number or as text; None if it is missing or empty."""
    given = fields.get(name)
    if given is None or (isinstance(given, str) and not given.strip()):
        return None
    try:
        found = _read(given)
    except (TypeError, ValueError, OverflowError) as exc:
        raise BadParameter(name, f"must be {span}") from exc
    if found not in span:
        raise BadParameter(name, f"must be {span}")
    return int(found) if span.whole else float(found)


def _read(given: Json) -> float:
    """The number, a whole one as such: a float does not hold every seed. Raises TypeError, ValueError, OverflowError."""
    if isinstance(given, bool):
        raise TypeError("a boolean is no number")
    if isinstance(given, int):
        return given
    try:
        return int(given) if isinstance(given, str) else float(given)
    except ValueError:
        return float(given)


def text(fields: Fields, name: str) -> str | None:
    """The text that a field holds; None if it is missing or null."""
    given = fields.get(name)
    if given is not None and not isinstance(given, str):
        raise BadParameter(name, "must be a text")
    return given


def mapping(fields: Fields, name: str) -> dict[str, Json] | None:
    """The object that a field holds, as JSON or as the text of one; None if it is missing or empty."""
    given = fields.get(name)
    if given is None or given == "":
        return None
    if isinstance(given, str):
        try:
            json_bounds.check(given, json_bounds.REQUEST)
            given = json.loads(given)
        except json_bounds.OutOfBounds as exc:
            raise BadParameter(name, str(exc)) from exc
        except (ValueError, RecursionError) as exc:
            raise BadParameter(name, "must be a JSON object") from exc
    if not isinstance(given, dict):
        raise BadParameter(name, "must be a JSON object")
    if is_too_deep(given):
        raise BadParameter(name, f"is nested more than {MOST_NESTED} levels deep")
    return given


def is_too_deep(value: Json) -> bool:
    """Whether *value* is nested more than MOST_NESTED levels deep: whatever goes through it later calls itself so often."""
    level = [value]
    for _ in range(MOST_NESTED + 1):
        level = [inner for each in level for inner in _inside(each)]
        if not level:
            return False
    return True


def _inside(value: Json) -> list[Json]:
    """What is nested once more in *value*."""
    found = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [each for each in found if isinstance(each, dict | list)]


def _stops(fields: Fields) -> list[str] | None:
    given = fields.get("stop")
    if given in (None, "", []):
        return None
    stops = [given] if isinstance(given, str) else given
    if not isinstance(stops, list) or len(stops) > MOST_STOPS or not all(isinstance(stop, str) and stop for stop in stops):
        raise BadParameter("stop", f"must be a text, or a list of up to {MOST_STOPS} texts, none of them empty")
    return stops


def _format(fields: Fields) -> dict[str, Json] | None:
    """`response_format` as OpenAI spells it, or the JSON Schema in `schema` as one."""
    schema, given = mapping(fields, "schema"), mapping(fields, "response_format")
    if schema is not None:
        return {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema, "strict": True}}
    if given is not None and not isinstance(given.get("type"), str):
        raise BadParameter("response_format", 'must be an object with a "type": text, json_object or json_schema')
    return given


def _objects(fields: Fields, name: str) -> list[Json] | None:
    given = fields.get(name)
    if given is not None and not (isinstance(given, list) and all(isinstance(each, dict) for each in given)):
        raise BadParameter(name, "must be a list of objects")
    return given


def _truth(fields: Fields, name: str) -> bool | None:
    given = fields.get(name)
    if given is not None and not isinstance(given, bool):
        raise BadParameter(name, "must be true or false")
    return given
