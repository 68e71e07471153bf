"""JSON texts: one value, several behind each other, one a line, the events of a stream, or the data of a script."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from app import json_bounds
from app.transcript.formats.base import broken, refusal

EVENT = re.compile(r"(?:(?:event|id|retry)?:[^\n]*\n){0,4}data:")  # the first field with data in a stream of events
_BLANK = re.compile(r"\s*(?:,\s*)?")
_SCRIPT = re.compile(  # what stands before data in a script, or keeps a browser from running an answer as one
    r"(?:(?:#|//)[^\n]*+\n\s*+|/\*(?:(?!\*/).){0,2000}+\*/\s*+)*+"
    r"(?:\)\]\}',?|while ?\(1\);|for ?\(;;\);|export default\b|[A-Za-z_$][\w$.]*+\("
    r"|(?:(?:var|let|const)\s)?[ \t]{0,4}[A-Za-z_$][\w$.]*+(?:\[[\"'][\w-]{1,64}[\"']\])?\s*+=(?!=))?"
    r"\s*+(?=\{\s*[\"']|\[\s*[\[{\"])",
    re.DOTALL,
)
_SEEN = re.compile(r"[^\n]")
_OF_LINES = "{["  # what a value that has a line of its own begins with


class Parsed(NamedTuple):
    """The *value* that a JSON text holds, a list if there are several, and how many lines between several hold none."""

    value: Any
    skipped: int = 0


def opening(text: str) -> int:
    """Where the JSON in *text* begins: 0, or behind `data =`, `callback(`, `)]}'`, or comments."""
    found = _SCRIPT.match(text)
    return found.end() if found else 0


def parsed(text: str) -> Parsed:
    """The value in *text*; a list if there are several. Raises BadContent, with line and column where the JSON is broken."""
    text = _of_events(text) if EVENT.match(text) else _without_script(text)
    try:
        json_bounds.check(text, json_bounds.TRANSCRIPT)
        return Parsed(json.loads(text))
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


def _without_script(text: str) -> str:
    """*text*, blanks in the place of what a script has before its data, and without what it has behind them."""
    begin = opening(text)
    if not begin or not text[:begin].strip():
        return text
    before, data = text[:begin], text[begin:].rstrip().rstrip(";").rstrip()
    data = data.removesuffix(")") if before.rstrip().endswith("(") else data
    return _SEEN.sub(" ", before) + data


def _several(text: str) -> Parsed | None:
    """The values that stand behind each other; None if the first is none. Raises BadContent for a later one.

    A line that is not even the beginning of a value, such as a comment or what a program logs, is skipped."""
    found: list[Any] = []
    skipped = 0
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
            if text[place] not in _OF_LINES and text[place - 1] == "\n" and skipped < len(found):
                place, skipped = _behind_blanks(text, _line_end(text, place)), skipped + 1
                continue
            raise broken("JSON, one value a line", exc.msg, exc.lineno, exc.colno) from exc
        except ValueError as exc:
            raise refusal("the JSON holds a number that is too long") from exc
        found.append(value)
        place = _behind_blanks(text, place)
    return Parsed(found, skipped)


def _line_end(text: str, place: int) -> int:
    end = text.find("\n", place)
    return len(text) if end < 0 else end


def _behind_blanks(text: str, place: int) -> int:
    found = _BLANK.match(text, place)
    return found.end() if found else place
