"""JSON texts: one value, several behind each other, one a line, the events of a stream, or the data of a script; also values
as Python prints them and JavaScript writes them."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from app import json_bounds
from app.transcript.formats import loose_values
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
_SHORTEST = 20  # characters of a JSON text within another
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
        return _several(text) or _loosely(text, exc)
    except ValueError as exc:  # an integer of thousands of digits
        raise refusal("the JSON holds a number that is too long") from exc


def opened(given: Any, depth: int = 2) -> Any:
    """*given*, with the lists in it one behind the other if it is a list of lists of objects, and with what stands in a text
    below one of its keys as a JSON text of its own: the body of an answer, the data of a message."""
    if isinstance(given, list):
        pages = all(isinstance(page, list) and page and all(isinstance(each, dict) for each in page) for page in given)
        return [each for page in given for each in page] if given and pages else given
    if not isinstance(given, dict) or not depth:
        return given
    return {name: _of_text(value) if isinstance(value, str) else opened(value, depth - 1) for name, value in given.items()}


def _of_text(text: str) -> Any:
    """The object or list that *text* is as JSON; else *text* itself."""
    if len(text) < _SHORTEST or text.lstrip()[:1] not in ("{", "["):
        return text
    try:
        json_bounds.check(text, json_bounds.TRANSCRIPT)
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _loosely(text: str, exc: json.JSONDecodeError) -> Parsed:
    """The values in *text*, which are no JSON for the reason *exc*. Raises BadContent."""
    commented = text[exc.pos : exc.pos + 2] in ("//", "/*")
    if (commented or not text.lstrip("[{ \t\r\n").startswith('"')) and not _ends_early(text, exc):
        try:
            found = loose_values.read(text)
            return Parsed(found[0] if len(found) == 1 else found)
        except loose_values.NotLoose as other:
            if other.place > exc.pos:
                line, column = text.count("\n", 0, other.place) + 1, other.place - text.rfind("\n", 0, other.place)
                raise broken("written as Python or JavaScript does", other.reason, line, column) from other
    raise broken("JSON", _reason(text, exc), exc.lineno, exc.colno) from exc


def _ends_early(text: str, exc: json.JSONDecodeError) -> bool:
    """Whether *text* is the beginning of a JSON text."""
    return exc.msg.startswith("Unterminated string") or exc.pos >= len(text.rstrip())


def _reason(text: str, exc: json.JSONDecodeError) -> str:
    return f"{exc.msg}; the text ends before its JSON does, so send all of it" if _ends_early(text, exc) else exc.msg


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
            raise broken("JSON, one value a line", _reason(text, exc), exc.lineno, exc.colno) from exc
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
