"""Answers on their way through in the one shape that clients of OpenAI's API read.

Clients go through `choices`, look into `delta` or `message`, add up texts and numbers, and break off at anything else: a list
where an object stands elsewhere, null, a text in parts. What can be read is put into its place; what cannot is an error."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.backends.answers import finish_reasons
from app.backends.answers.chunks import said_in
from app.backends.answers.finish_reasons import FILTERED, LENGTH
from app.backends.answers.json_values import are_objects
from app.backends.answers.usage import mended as mended_usage

# What JSON does not have for a number: Python's servers write it for the logarithm of 0.
_NO_NUMBER = re.compile(rb"[:\[,]\s*+-?(?:NaN|Infinity)\s*+[,\]}]")
# Two objects in one event; or a value that is of another type than clients expect under its name. What follows a name inside
# of a text is escaped.
_ODD = re.compile(
    rb'\}\s*+\{|"(?:choices":\s*+(?!\[\s*+[\]{])|(?:delta|message|function)":\s*+(?!\{)|tool_calls":\s*+(?!\[\s*+[\]{]|null)'
    rb'|content":\s*+(?!"|null|\[\s*+\{\s*+"token"|\[\])|(?:text|refusal|role|reasoning|reasoning_content)":\s*+(?!"|null)|usage":\s*+(?!\{\s*+"|null)'
    rb'|logprobs":\s*+(?!null|\{\s*+(?:\}|"content":\s*+(?:null|\[)|"t))|function_call":\s*+(?!\{|null)|finish_reason":\s*+(?!"|\{|null)|(?:prompt|completion|total)_tokens":\s*+(?!\d))'
)
_NO_TEXT = re.compile(rb'"text":\s*+null')
_THOUGHTS = ("reasoning_content", "reasoning")
_WORDS, _LISTS = ("role", "content"), ("tool_calls", "annotations")  # of a message
_MESSAGE, _DELTA, _TEXT = "message", "delta", "text"
_READ_PARTS = ("text", "output_text", "refusal", "thinking", "reasoning")  # types of parts whose words are kept


class Unreadable(ValueError):
    """What came has no place in the API; its text says what that is."""


@dataclass(frozen=True)
class Shape:
    """How the choices of one answer are told: those of *completions* hold texts, those of chats messages."""

    completions: bool = False

    def fits(self, data: bytes) -> bool:
        """Whether the *data* of an event is as clients read it, as far as can be seen without parsing."""
        if b"null]" in data or has_no_number(data) or _ODD.search(data) is not None:
            return False
        return b'"text":' in data and not _NO_TEXT.search(data) if self.completions else b'"delta":' in data

    def of_event(self, chunk: Mapping[str, Any]) -> dict[str, Any]:
        """*chunk* with a delta, or a text, in each choice, or with a message if it has one of an answer that is not streamed.
        Raises Unreadable."""
        given = chunk.get("choices")
        if given is not None and not isinstance(given, list):
            raise Unreadable("`choices` is no list")
        choices = [_object(each, "a choice") for each in given or () if each is not None]
        return _counted({**chunk, "choices": [self._choice(each, streamed=True) for each in choices]})

    def of_answer(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        """A whole *answer*, whose choices are objects, with a message or a text in each. Raises Unreadable."""
        return _counted({**answer, "choices": [self._choice(each, streamed=False) for each in answer["choices"]]})

    def _choice(self, choice: dict[str, Any], *, streamed: bool) -> dict[str, Any]:
        if not streamed and not self.completions and _says_a_text(choice):
            return choice
        made = {**choice, **_reason(choice), **_logprobs(choice)}
        if self.completions:
            if not isinstance(choice.get(_TEXT), str):
                made = {name: value for name, value in made.items() if name not in (_MESSAGE, _DELTA)}
                made[_TEXT] = _text_of(choice)
            return made
        told = (_DELTA,) if streamed and choice.get(_DELTA) is not None else (_DELTA, _MESSAGE)  # some repeat all in a message
        name = next((name for name in told if choice.get(name)), "")
        if name:
            said = _said(choice[name])
        elif isinstance(choice.get(_TEXT), str):
            said = {"content": made.pop(_TEXT)}
        elif streamed or _DELTA in choice or choice.get(_MESSAGE) == {} or _says_why_nothing_came(choice):
            said = {}
        else:
            raise Unreadable("a choice without a message")
        if streamed and not (name == _MESSAGE and _DELTA not in choice):
            made.pop(_MESSAGE, None)
            return {**made, _DELTA: _message(said, whole=False)}
        made.pop(_DELTA, None)
        if not isinstance(choice.get(_MESSAGE), dict):
            said = {"role": "assistant", "content": None, **said}
        return {**made, _MESSAGE: _message(said, whole=True)}


class FittingEvents:
    """The events of one answer in *shape*. Nearly all differ from the one before in their text alone: these are known without
    a closer look."""

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._last = b""  # an event that fits, without its text

    def fits(self, data: bytes) -> bool:
        around = _around_text(data)
        if around and around == self._last:
            return True
        if not self._shape.fits(data):
            return False
        self._last = around
        return True


def has_no_number(data: bytes) -> bool:
    """Whether *data* holds what JSON does not have for a number, which hardly any does."""
    return (b"NaN" in data or b"Infinity" in data) and _NO_NUMBER.search(data) is not None


def _around_text(data: bytes) -> bytes:
    """An event without its text; empty if where that ends is not seen at once."""
    before, _, after = data.partition(b'"content":')
    blank, quote, said = after.partition(b'"')
    text, _, behind = said.partition(b'"')
    return before + behind if quote and not blank.strip() and b"\\" not in text else b""


def _says_a_text(choice: Mapping[str, Any]) -> bool:
    """Whether a whole *choice* of a chat says a text and nothing else, as nearly all do: it is as clients read it."""
    said = choice.get(_MESSAGE)
    return (
        isinstance(said, dict)
        and all(isinstance(said.get(name), str) for name in _WORDS)
        and all(value is None or (name in _LISTS and value == []) for name, value in said.items() if name not in _WORDS)
        and isinstance(choice.get("finish_reason"), str)
        and choice.get("logprobs") is None
        and _DELTA not in choice
    )


def _object(given: Any, what: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise Unreadable(f"{what} is no object")
    return given


def _says_why_nothing_came(choice: Mapping[str, Any]) -> bool:
    reason = choice.get("finish_reason")
    return isinstance(reason, str) and finish_reasons.known(reason) in (LENGTH, FILTERED)


def _reason(choice: Mapping[str, Any]) -> dict[str, Any]:
    """The reason as text; one of a type that no server uses is no known one."""
    reason = choice.get("finish_reason")
    return {} if reason is None or isinstance(reason, str | dict) else {"finish_reason": str(reason)}


def _logprobs(choice: Mapping[str, Any]) -> dict[str, Any]:
    given = choice.get("logprobs")
    if given is None:
        return {}
    listed = given.get("content") if isinstance(given, dict) else None
    if not isinstance(given, dict) or not (listed is None or are_objects(listed)):
        return {"logprobs": None}
    return {}


def _text_of(choice: Mapping[str, Any]) -> str:
    """The text of a choice that says it elsewhere, or in parts."""
    inner = next((choice[name] for name in (_TEXT, _DELTA, _MESSAGE) if choice.get(name)), None)
    content = inner.get("content") if isinstance(inner, dict) and "content" in inner else inner
    return said_in(content).text


def _said(given: Any) -> dict[str, Any]:
    """A message, which may be its text alone, or a list of its parts."""
    if isinstance(given, dict):
        return dict(given)
    if isinstance(given, str | list):
        return {"content": said_in(given).text}
    raise Unreadable("a message is no object")


def _message(said: dict[str, Any], *, whole: bool) -> dict[str, Any]:
    """A message or a delta whose fields have the types that clients know."""
    content = said.get("content")
    if not isinstance(content, str | None):
        words = said_in(content)
        said["content"] = words.text
        if words.thought and not any(said.get(name) for name in _THOUGHTS):
            said |= dict.fromkeys(_THOUGHTS, words.thought)
        if _has_more(content):
            said["content_parts"] = content
    for name in (*_THOUGHTS, "refusal"):
        if not isinstance(said.get(name), str | None):
            said[name] = said_in(said[name]).everything or None
    if "role" in said and not isinstance(said["role"], str | None):
        said["role"] = "assistant"
    _put_calls(said, whole=whole)
    return said


def _has_more(content: Any) -> bool:
    """Whether a content in parts has one that is no text: a picture, or a reference."""
    parts = content if isinstance(content, list) else []
    return any(isinstance(part, dict) and part.get("type", _TEXT) not in _READ_PARTS for part in parts)


def _put_calls(said: dict[str, Any], *, whole: bool) -> None:
    """The calls in a list of objects. Raises Unreadable for one that nobody could carry out."""
    given = said.get("tool_calls")
    if given is not None:
        listed = [given] if isinstance(given, dict) and given else given or []
        if not isinstance(listed, list):
            raise Unreadable("`tool_calls` is no list")
        said["tool_calls"] = [_call(_object(each, "a call"), whole=whole) for each in listed if each is not None]
        if not said["tool_calls"] and given != []:
            del said["tool_calls"]
    old = said.get("function_call")
    if old is not None and not isinstance(old, dict):
        if old:
            raise Unreadable("`function_call` is no object")
        said["function_call"] = None


def _call(call: dict[str, Any], *, whole: bool) -> dict[str, Any]:
    """One call with the object that holds its name and its arguments, which some servers leave out."""
    if call.get("type") not in (None, "function") or isinstance(call.get("function") or call.get("custom"), dict):
        return call
    name = call["function"] if isinstance(call.get("function"), str) else call.get("name")
    if isinstance(name, str) and name:
        rest = {key: value for key, value in call.items() if key not in ("name", "arguments", "parameters")}
        return {**rest, "function": {"name": name, "arguments": call.get("arguments", call.get("parameters")) or ""}}
    if whole or call.get("function"):
        raise Unreadable("a call without a function")
    return call


def _counted(answer: dict[str, Any]) -> dict[str, Any]:
    """*answer* with the numbers of its usage, if it has some."""
    if "usage" not in answer:
        return answer
    usage = mended_usage(answer["usage"])
    if usage is None and answer["usage"] is not None:
        return {name: value for name, value in answer.items() if name != "usage"}
    return {**answer, "usage": usage}
