"""Calls of functions on their way through: every part under the index by which clients join it, and an end that tells of them.

Gemini, Ollama and others leave the index out, or give each call the index 0, and end an answer that calls with `stop`: a
client then joins two calls to one, or never carries one out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from app.backends.answers import finish_reasons
from app.backends.answers.finish_reasons import FUNCTION_CALL, STOP, TOOL_CALLS
from app.backends.answers.tool_calls import CUSTOM, FUNCTION, ToolCalls, index_in, names_one, schemas, whole_arguments

_SOME = re.compile(rb'"(?:tool_calls":\s*(?:\{|\[\s*\{)|function_call":\s*\{)')
_DOUBTFUL_END = re.compile(rb'"finish_reason":\s*(?:\{|"tool_)')


def has_some(data: bytes) -> bool:
    """Whether there is a call in the *data* of an event, or in a whole answer."""
    return (b'"tool_calls"' in data or b'"function_call"' in data) and _SOME.search(data) is not None


def has_doubtful_end(data: bytes) -> bool:
    """Whether the reason of an end there is an object, as SGLang's own API has it, or tells of calls."""
    return _DOUBTFUL_END.search(data) is not None


def _nothing() -> Mapping[str, Any]:
    return {}


class PassedCalls:
    """The calls of one answer to the request that *asked* reads, of each of its choices."""

    def __init__(self, asked: Callable[[], Mapping[str, Any]] = _nothing) -> None:
        self._asked = asked
        self._choices: dict[int | None, ToolCalls] = {}
        self._sent: dict[tuple[int | None, int], tuple[str, str]] = {}  # id and name of each call, as far as they went out
        self._old: set[int | None] = set()  # choices with a call of the API before tools

    @property
    def begun(self) -> bool:
        return bool(self._choices)

    def mended(self, chunk: dict[str, Any]) -> bool:
        """Puts right what *chunk*, an event of a stream, says of calls and of an end; True if that changed it."""
        changed = False
        for choice in _objects(chunk.get("choices")):
            delta, at = choice.get("delta"), index_in(choice)
            if isinstance(delta, dict) and delta.get("tool_calls"):
                changed |= self._placed(at, delta)
            if _calls_in_the_old_way(delta):
                self._old.add(at)
            changed |= self._ended(choice, called=_is_among(at, self._choices), old=_is_among(at, self._old))
        return changed

    def whole(self, answer: dict[str, Any]) -> bool:
        """The same for an *answer* that is not streamed."""
        changed = False
        for choice in _objects(answer.get("choices")):
            message = choice.get("message")
            given = message.get("tool_calls") if isinstance(message, dict) else None
            if isinstance(message, dict) and given:
                parts = [_with_whole_arguments(part) for part in _listed(given)]
                changed |= parts != given
                message["tool_calls"] = parts
            changed |= self._ended(choice, called=bool(given), old=_calls_in_the_old_way(message))
        return changed

    def _placed(self, choice: int | None, delta: dict[str, Any]) -> bool:
        """Each part of a call under the number of its call. What one says again is left out: clients join it to what it was."""
        if choice not in self._choices:
            self._choices[choice] = ToolCalls(schemas(_objects(self._asked().get("tools"))))
        calls, given = self._choices[choice], delta["tool_calls"]
        parts = []
        for part in _listed(given):
            number = len(calls)
            try:
                at = calls.add(part)
            except TypeError:
                return False
            placed = _spelled(part) if index_in(part) == at else {**_spelled(part), "index": at}
            marks = calls.marks(at)
            parts.append(placed if at == number else _without_old(placed, self._sent[choice, at], marks))
            self._sent[choice, at] = marks
        delta["tool_calls"] = parts
        return bool(parts != given)

    def _ended(self, choice: dict[str, Any], *, called: bool, old: bool) -> bool:
        """The reason in one word. A call that the client did not name itself ends as one of tools does; what its server says
        of an *old* one stays."""
        reason = choice.get("finish_reason")
        if isinstance(reason, dict) and isinstance(word := reason.get("type"), str):
            choice["finish_reason"] = word
        elif not isinstance(reason, str):
            return False
        said = str(choice["finish_reason"])
        known = finish_reasons.known(said) if said else ""
        if called and known == STOP and not self._names_one():
            choice["finish_reason"] = TOOL_CALLS
        elif not called and not old and known == TOOL_CALLS:
            choice["finish_reason"] = STOP  # a client would look for calls where none are
        return bool(choice["finish_reason"] != reason)

    def _names_one(self) -> bool:
        asked = self._asked()
        return names_one(asked.get("tool_choice")) or isinstance(asked.get(FUNCTION_CALL), Mapping)


def _is_among(at: int | None, choices: Collection[int | None]) -> bool:
    """Whether the choice *at* that index is one of *choices*; some servers leave the index out, here or there."""
    return at in choices or (bool(choices) and (at is None or None in choices))


def _calls_in_the_old_way(said: Any) -> bool:
    return isinstance(said, dict) and isinstance(said.get(FUNCTION_CALL), dict)


def _objects(given: Any) -> list[dict[str, Any]]:
    return [each for each in given if isinstance(each, dict)] if isinstance(given, list) else []


def _listed(given: Any) -> list[dict[str, Any]]:
    """The parts, of which some servers send one without a list around it."""
    return _objects([given] if isinstance(given, dict) else given)


def _spelled(part: dict[str, Any]) -> dict[str, Any]:
    """*part* with its arguments as text; some servers send the object itself."""
    function = part.get(FUNCTION)
    if not isinstance(function, dict) or not isinstance(given := function.get("arguments"), dict | list):
        return part
    return {**part, FUNCTION: {**function, "arguments": json.dumps(given, ensure_ascii=False)}}


def _with_whole_arguments(part: dict[str, Any]) -> dict[str, Any]:
    function = part.get(FUNCTION)
    if not isinstance(function, dict):
        return part
    given = function.get("arguments")
    arguments = whole_arguments(given)
    return part if arguments == given else {**part, FUNCTION: {**function, "arguments": arguments}}


def _without_old(part: dict[str, Any], sent: tuple[str, str], now: tuple[str, str]) -> dict[str, Any]:
    """*part* without its id and its name, where they add nothing: what went out of its call before it was *sent*, and *now* it
    has these."""
    called_before, named_before = (one == other for one, other in zip(sent, now, strict=True))
    kept = {key: value for key, value in part.items() if key != "id" or not value or not called_before}
    for kind in (FUNCTION, CUSTOM):
        said = kept.get(kind)
        if isinstance(said, dict) and said.get("name") and named_before:
            kept[kind] = {key: value for key, value in said.items() if key != "name"}
    return kept
