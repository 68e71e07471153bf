"""JSON texts: one value, several behind each other, one a line, or the events of a stream."""

from __future__ import annotations

import json
import re
from typing import Any

from app import json_bounds
from app.transcript.formats.base import broken, refusal

EVENT = re.compile(r"(?:(?:event|id|retry)?:[^\n]*\n){0,4}data:")  # the first field with data in a stream of events
_BLANK = re.compile(r"\s*")


def parsed(text: str) -> Any:
    """The value in *text*; a list if there are several. Raises BadContent, with line and column where the JSON is broken."""
    text = _of_events(text) if EVENT.match(text) else text
    try:
        json_bounds.check(text, json_bounds.TRANSCRIPT)
        return json.loads(text)
    except json_bounds.OutOfBounds as exc:
        raise refusal(f"the JSON of this transcript {exc}") from exc
    except RecursionError as exc:
        raise refusal("the JSON is nested too deeply to be a transcript") from exc
    except json.JSONDecodeError as exc:
        found = _several(text)
        if found is not None:
            return found
        raise broken("JSON", exc.msg, exc.lineno, exc.colno) from exc
    except ValueError as exc:  # an integer of thousands of digits
        raise refusal("the JSON holds a number that is too long") from exc


def _of_events(text: str) -> str:
    """The data of a stream of events, one a line."""
    data = [line[len("data:") :].strip() for line in text.split("\n") if line.startswith("data:")]
    return "\n".join(each for each in data if each != "[DONE]")


def _several(text: str) -> list[Any] | None:
    """The values that stand behind each other; None if the first is none. Raises BadContent for a later one."""
    found: list[Any] = []
    decoder = json.JSONDecoder()
    place = _behind_blanks(text, 0)
    while place < len(text):
        try:
            value, place = decoder.raw_decode(text, place)
        except RecursionError as exc:
            raise refusal("the JSON is nested too deeply to be a transcript") from exc
        except json.JSONDecodeError as exc:
            if not found:
                return None
            raise broken("JSON, one value a line", exc.msg, exc.lineno, exc.colno) from exc
        except ValueError as exc:
            raise refusal("the JSON holds a number that is too long") from exc
        found.append(value)
        place = _behind_blanks(text, place)
    return found


def _behind_blanks(text: str, place: int) -> int:
    found = _BLANK.match(text, place)
    return found.end() if found else place
