"""From what a model said to the JSON value in it."""

from __future__ import annotations

import json
import math
from typing import Any

from app.orders import Json



class NoJson(ValueError):
    """The text holds no JSON object; the message says why, and nothing of the text."""


def parse(text: str) -> Json:
    """The first JSON object in *text*; a server without constrained decoding lets models put words or a fence around it."""
    start = text.find("{")
    if start < 0:
        raise NoJson("there is no JSON object in the answer")
    try:
        value, _ = _DECODER.raw_decode(text, start)
    except RecursionError as exc:
        raise NoJson("the JSON is nested too deeply") from exc
    except json.JSONDecodeError as exc:
        raise NoJson(f"the JSON breaks off or is malformed at character {exc.pos - start}: {exc.msg}") from exc
    except ValueError as exc:
        raise NoJson("the JSON holds a number that is too large") from exc
    return value


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("too large")
    return number


def _no_constant(name: str) -> Any:
    raise ValueError(name)


_DECODER = json.JSONDecoder(parse_float=_finite, parse_constant=_no_constant)
