"""JSON that servers send, and JSON that goes out to clients."""

from __future__ import annotations

import json
from typing import Any, Final

LEAST_LOGPROB: Final = -9999.0  # OpenAI's and vLLM's word for the logarithm of 0


def constant(name: str) -> float | None:
    """What stands for a number that JSON does not have: NaN and Infinity are null, and -Infinity, which some servers write for
    the logarithm of 0, is the API's number for that. Clients calculate with it."""
    return LEAST_LOGPROB if name == "-Infinity" else None


_JSON = json.JSONDecoder(parse_constant=constant)  # made once: `json.loads` makes one for each text


def parsed(text: str | bytes | bytearray) -> Any:
    """The value of a JSON *text* in any of Unicode's encodings; None for what is none."""
    try:
        if not isinstance(text, str):
            text = text.decode(json.detect_encoding(text), "surrogatepass")
        return _JSON.decode(text)
    except (ValueError, RecursionError):
        return None


def written(value: Any) -> bytes:
    """*value* as JSON in UTF-8, with a question mark for half a surrogate pair."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


def are_objects(given: Any) -> bool:
    """Whether *given* is a list of objects, or an empty one."""
    return isinstance(given, list) and all(isinstance(each, dict) for each in given)
