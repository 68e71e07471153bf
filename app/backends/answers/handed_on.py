"""Answers of other APIs than chat completions on their way through: whole ones, and an error for anything else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Protocol, TypeGuard

from app.backends.answers.characters import mended_everywhere
from app.backends.answers.events import DONE, WholeEvents, as_event, events, is_done, with_escaped_line_ends
from app.backends.answers.json_values import parsed, written
from app.backends.routes import Route

ANOTHER_SHAPE = "the server's answer has another shape than that of the route"
_TYPE = re.compile(rb'\s*+\{\s*+"type"\s*+:\s*+"([^"\\]*)"')  # where most servers write it
_SAYS_AN_ERROR = re.compile(rb'\s*+\{\s*+"error"')
_A_LIST = rb'"%b"\s*+:\s*+\[\s*+[{\]]'  # of objects, under a name
# A list of numbers under a name, or the text that stands for one (base64), and what is none in such a list.
_NUMBERS = rb'"%b"\s*+:\s*+(?:\[\s*+[-\d\[]|"[^"])'
_NO_NUMBER = re.compile(rb"[\[,]\s*+(?:null|NaN|-?Infinity)\s*+[,\]]")
_A_DELTA = re.compile(rb'"delta"\s*+:\s*+(?!null)')
_TWO = re.compile(rb"\}\s*+\{")  # objects, unless it stands in a text
_BEGUN = frozenset({"response.created", "response.queued", "response.in_progress"})  # events of a response that has not ended
_ERROR = "error"
_NO_NAMES = ("", "message")  # of events: the second is the name of one that has none


class Failures(Protocol):
    """Makes our errors of what a server says."""

    def failed_midway(self, body: Any) -> Exception: ...

    def unavailable(self, why: str) -> Exception: ...

    def no_model_server(self, came: bytes) -> Exception: ...


class HandedOnEvents:
    """The events of one answer. *ends* are the types of events one of which must come; with none, the end is not checked.
    *named*: each event needs its type as its name, by which clients of Anthropic's API read it."""

    def __init__(self, ends: frozenset[str], failures: Failures, *, named: bool = False) -> None:
        self._ends = ends
        self._typed = bool(ends) and DONE.decode() not in ends  # an event without a type is of another API
        self._named = named
        self._done = b""  # the event that says so; clients read nothing behind it
        self._failures = failures
        self._events = WholeEvents()
        self._error: Exception | None = None
        self.finished = False

    def feed(self, part: bytes) -> bytes:
        """What can go out now that *part* has come. An error is raised at the next call, once what came before it is out."""
        self._raise()
        return with_escaped_line_ends(b"".join(map(self._passed, self._events.feed(part))))

    def end(self) -> bytes:
        """What goes out when nothing more comes. Raises if the answer is not whole."""
        self._raise()
        held = self._events.end()
        last = self._passed(held + b"\n\n") if held.strip() and self._is_whole(held) else b""
        self._raise()
        if self._ends and not self.finished:
            raise self._failures.unavailable("the answer ended before its last event, so a part of it is missing")
        return with_escaped_line_ends(last) + self._done

    def _raise(self) -> None:
        if self._error is not None:
            raise self._error

    def _is_whole(self, held: bytes) -> bool:
        _, data = next(events([held]), ("", b""))
        return is_done(data) or _object(data) is not None

    def _passed(self, event: bytes) -> bytes:
        """*event* as it goes out."""
        if self._error is not None:
            return b""
        name, data = next(events([event]), ("", b""))
        kind = self._kind(name, data)
        self._error = self._wrong(kind, data)
        if self._error is not None:
            return b""
        self.finished = self.finished or kind in self._ends
        if is_done(data):
            self._done = event
            return b""
        if self._ends and kind.endswith(("_block_delta", ".delta")) and not _A_DELTA.search(data):
            return b""  # it says nothing, and clients look into it
        if self._named and name in _NO_NAMES and kind:
            return as_event(data, kind)
        return _with_output(event, name, data) if kind in _BEGUN else event

    def _wrong(self, kind: str, data: bytes) -> Exception | None:
        """What is wrong with an event of this *kind*, if something is."""
        if kind == _ERROR:
            return self._failures.failed_midway(_object(data))
        if self._ends and not _is_object(data) and not is_done(data):
            return self._failures.unavailable("an event of the answer is no whole JSON")
        if self._typed and data.strip() and not kind:
            return self._failures.no_model_server(data)
        return None

    def _kind(self, name: str, data: bytes) -> str:
        """The type of an event: its name, or what its data says."""
        if is_done(data):
            return DONE.decode()
        if name == _ERROR or (_SAYS_AN_ERROR.match(data) and (_object(data) or {}).get(_ERROR)):
            return _ERROR
        if name not in _NO_NAMES:
            return name
        found = _TYPE.match(data)
        if found is None and b'"type"' in data:
            said = (_object(data) or {}).get("type")
            return said if isinstance(said, str) else ""
        return found[1].decode("utf-8", "replace") if found else ""


def whole(body: bytes, failures: Failures, route: Route | None = None) -> bytes:
    """A JSON answer as it goes out. Raises if it is no JSON, an error in spite of its status, or none of its *route*."""
    said = body.strip()
    if (said[:1], said[-1:]) not in ((b"{", b"}"), (b"[", b"]"), (b'"', b'"')):
        raise failures.no_model_server(body)
    if b'"error"' in said:
        answer = _object(said)
        if _is_error(answer):
            raise failures.failed_midway(answer)
        if answer is not None and answer.get(_ERROR):  # a response that failed may hold nothing but why
            return _with_list(body, answer)
    if b'"response"' in said and not re.search(_A_LIST % b"output", said) and _is_unfinished(answer := _object(said)):
        return _with_list(body, answer)
    if route is not None and (wrong := _wrong_shape(said, route)):
        raise failures.unavailable(f"{ANOTHER_SHAPE}: {wrong}")
    return body


def _wrong_shape(said: bytes, route: Route) -> str:
    """What of an answer is none of its *route*; empty if it is one."""
    begins = b"{" if route.holds else (b"{", b'"')  # a transcript may be asked for as a text alone
    if (route.ends or route.holds) and not said.startswith(begins):
        return "it is no object"
    if route.holds and not re.search(_A_LIST % route.holds.encode(), said):
        return f"there is no list `{route.holds}`"
    if route.each:
        return "" if _has_numbers(said, route.each) else f"`{route.each}` is missing, or holds what is no number"
    return _unreadable(_object(said), route) if said.startswith(b"{") and (route.holds or route.text) else ""


def _unreadable(answer: Mapping[str, Any] | None, route: Route) -> str:
    """What of an answer clients cannot read; empty if they can."""
    if answer is None:
        return "it is no whole JSON"
    if route.text and not isinstance(answer.get(route.text), str):
        return f"there is no text `{route.text}`"
    for item in answer.get("output") or ():
        if not isinstance(item, Mapping):
            return "what `output` holds is no object"
        if item.get("type") == "message" and not isinstance(item.get("content"), list):
            return "`content` of a message is no list"
    return ""


def _has_numbers(said: bytes, name: str) -> bool:
    """Whether each *name* stands for numbers, and none is cut off. Servers write NaN, which JSON does not have, or null for one
    that overflowed."""
    named = len(re.findall(rb'"%b"\s*+:' % name.encode(), said))
    are_numbers = 0 < named == len(re.findall(_NUMBERS % name.encode(), said)) and _NO_NUMBER.search(said) is None
    is_balanced = all(said.count(begin) == said.count(end) for begin, end in (b"[]", b"{}"))
    return are_numbers and (is_balanced or _object(said) is not None)


def _is_unfinished(answer: Mapping[str, Any] | None) -> TypeGuard[Mapping[str, Any]]:
    """True for a response that says another status than that it is complete: it may have no output yet."""
    match answer:
        case {"object": "response", "status": str(status)}:
            return status != "completed"
    return False


def _with_list(body: bytes, response: Mapping[str, Any]) -> bytes:
    """The *body* of a response with a list for its output, through which clients go, whatever its status says."""
    if response.get("output") is not None:
        return body
    return _mended({**response, "output": []})


def _with_output(event: bytes, name: str, data: bytes) -> bytes:
    """The *event* of a response that has begun, with a list for its output."""
    said = _object(data) or {}
    response = said.get("response")
    if not isinstance(response, Mapping) or response.get("output") is not None:
        return event
    return as_event(_mended({**said, "response": {**response, "output": []}}), name)


def _mended(value: Mapping[str, Any]) -> bytes:
    return written(mended_everywhere(value))


def _is_object(data: bytes) -> bool:
    """Whether *data* looks like one JSON object, or there is none: comments hold no data."""
    said = data.strip()
    looks = said.startswith(b"{") and said.endswith(b"}")
    return not said or (looks and (_TWO.search(said) is None or _object(said) is not None))


def _is_error(answer: Mapping[str, Any] | None) -> bool:
    """True for an error. A response that failed is none: it is a response, and says so."""
    match answer:
        case {"object": "response"} | None:
            return False
        case {"object": "error"} | {"type": "error"}:
            return True
        case _:
            return bool(answer.get(_ERROR))


def _object(data: bytes) -> dict[str, Any] | None:
    """The JSON object that *data* is; None for anything else."""
    value = parsed(data)
    return value if isinstance(value, dict) else None
