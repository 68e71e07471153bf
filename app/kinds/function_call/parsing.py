"""From what a model said to the JSON value in it."""

from __future__ import annotations

import json
import math
from typing import Any

from app.orders import Json

MOST_STARTS = 20  # braces at which a JSON object may begin; a text with more of them holds something else


class NoJson(ValueError):
    """The text holds no JSON object; the message says why, and nothing of the text."""


def parse(text: str) -> Json:
    """The first JSON object in *text*: without constrained decoding, models put words or a fence around it."""
    starts = [at for at, letter in enumerate(text) if letter == "{"][:MOST_STARTS]
    reason = NoJson("there is no JSON object in the answer")
    for start in starts:
        try:
            return _DECODER.raw_decode(text, start)[0]
        except RecursionError as exc:
            raise NoJson("the JSON is nested too deeply") from exc
        except json.JSONDecodeError as exc:
            reason = NoJson(f"the JSON breaks off or is malformed: {exc.msg} at character {exc.pos - start}")
        except ValueError:
            reason = NoJson("the JSON holds a number that is too large")
    raise reason


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("too large")
    return number


def _no_constant(name: str) -> Any:
    raise ValueError(name)


_DECODER = json.JSONDecoder(parse_float=_finite, parse_constant=_no_constant)
