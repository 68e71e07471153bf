"""What of a server's answer a client is handed on: its own bytes, as long as they make a whole answer.

The client must see an answer that is not whole as an error. So events go out whole or not at all, `[DONE]` waits until the
end is known, and an error never looks like an answer."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from app.backends.answers import chunks, finish_reasons, other_apis, passed_calls
from app.backends.answers.characters import mended_everywhere
from app.backends.answers.events import WholeEvents, events, is_done, with_escaped_line_ends
from app.backends.answers.halves import JoinedHalves
from app.backends.answers.json_values import parsed, written
from app.backends.answers.passed_calls import PassedCalls
from app.backends.answers.shapes import FittingEvents, Shape, Unreadable, has_no_number
from app.backends.requests import truth

ANOTHER_SHAPE = "the server's answer has another shape than the OpenAI API's"
DONE_EVENT = b"data: [DONE]\n\n"
# SGLang's own API explains its reason: `{"type": "abort", "message": …}`.
_REASON = re.compile(rb'"finish_reason"\s*+:\s*(?:\{[^{}]*?"type":\s*)?"([^"]*)"')
_THOUGHT = re.compile(rb'"reasoning(?:_content)?":\s*"')
_EMPTY_DATA = re.compile(rb"^data:", re.MULTILINE)
_HALF = re.compile(rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB]..)\\u[dD][c-fC-F]")
_STREAMED = re.compile(rb'"stream"\s*:\s*"?(?:true|1|yes|on)', re.IGNORECASE)
_OF_CHATS = Shape()
_NAMES = ("reasoning_content", "reasoning")  # of thoughts: vLLM's old and new one; clients know either


class Failures(Protocol):
    """Makes our errors of what a server says."""

    def failed_midway(self, body: Any) -> Exception: ...

    def gave_up(self, reason: str) -> Exception: ...

    def missing_finish_reason(self) -> Exception: ...

    def unavailable(self, why: str) -> Exception: ...

    def malformed_event(self) -> Exception: ...

    def no_model_server(self, came: bytes) -> Exception: ...


@dataclass
class EventPassthrough:
    """The events of one answer on their way through."""

    failures: Failures
    calls: PassedCalls = field(default_factory=PassedCalls)
    shape: Shape = field(default_factory=Shape)
    finished: bool = False  # the server has said why the answer ends
    _events: WholeEvents = field(default_factory=WholeEvents)
    _done: bool = False
    _blank: bool = False  # the last word about an end was an empty one
    _error: Exception | None = None
    _halves: JoinedHalves = field(default_factory=JoinedHalves)
    _fitting: FittingEvents = field(init=False)

    def __post_init__(self) -> None:
        self._fitting = FittingEvents(self.shape)

    def feed(self, part: bytes) -> bytes:
        """What can go out now that *part* has come. An error is raised at the next call, once what came before it is out."""
        self._raise()
        return with_escaped_line_ends(b"".join(map(self._passed, self._events.feed(part))))

    def end(self) -> bytes:
        """What goes out when nothing more comes. Raises where the answer is not whole."""
        self._raise()
        last = self._passed(self._events.end() + b"\n\n", cut=True)
        self._raise()
        if not self.finished and not (self._done and self._blank):
            raise self.failures.missing_finish_reason()
        return with_escaped_line_ends(last) + DONE_EVENT

    def _raise(self) -> None:
        if self._error is not None:
            raise self._error

    def _passed(self, event: bytes, *, cut: bool = False) -> bytes:
        """*event* as it goes out; *cut* says that it need not be whole."""
        if self._error is not None:
            return b""
        name, data = _read(event)
        if self._done:  # of what comes behind the end, only the usage is a part of the answer
            late = parsed(data)
            return event if chunks.only_usage(late) and not late.get("choices") else b""
        if not data.strip():  # a comment goes on; at an event whose data is empty, some clients look for JSON
            return b"" if cut or _EMPTY_DATA.search(event) else event
        if is_done(data):
            self._done = True
            return b""
        if not data.rstrip().endswith(b"}") or (cut and parsed(data) is None):
            if not cut:
                self._error = self.failures.malformed_event()
            return b""
        return self._judged(event, name, data)

    def _judged(self, event: bytes, name: str, data: bytes) -> bytes:
        if name == "error" or b"error" in data or b'"choices"' not in data:
            chunk = parsed(data)
            if chunk is None:
                self._error = self.failures.malformed_event()
            elif chunks.is_error(name, chunk):
                self._error = self.failures.failed_midway(chunk)
            elif other_apis.named(chunk):
                self._error = self.failures.no_model_server(data)
            if self._error is not None:
                return b""
        shaped = data if self._fitting.fits(data) else self._shaped(data)
        odd, data = shaped is not data, shaped
        for reason in _reasons(data):
            self._blank = finish_reasons.is_blank(reason)
            if self._blank:
                continue
            if not finish_reasons.known(reason):
                self._error = self.failures.gave_up(reason)
                return b""
            self.finished = True
        return self._readable(event, data, odd=odd) if data else b""

    def _shaped(self, data: bytes) -> bytes:
        """The *data* of an event in the shape that clients read: itself if it has that already. Empty if that cannot be, which
        is an error."""
        chunk = parsed(data)
        if not isinstance(chunk, dict):
            self._error = self.failures.malformed_event()
            return b""
        try:
            shaped = self.shape.of_event(chunk)
        except Unreadable as exc:
            self._error = self.failures.unavailable(f"{ANOTHER_SHAPE}: {exc}")
            return b""
        return data if shaped == chunk and not has_no_number(data) else _escaped(shaped)

    def _readable(self, event: bytes, data: bytes, *, odd: bool) -> bytes:
        """*event* in the words that clients read; one that was *odd* is made anew of its *data*."""
        if b'"message"' in data and b'"delta"' not in data and _is_message(chunk := parsed(data)):
            return streamed_events(chunk)
        if self._tells_of_calls(data) and isinstance(chunk := parsed(data), dict) and self.calls.mended(chunk):
            data = written(chunk)
            event = b"data: " + data + b"\n\n"
        if (odd or self._halves.begun or _has_half(data)) and isinstance(chunk := parsed(data), dict):
            return b"data: " + written(_named(self._halves.mended(chunk))) + b"\n\n"
        return _with_both_names(data) if _THOUGHT.search(data) else event

    def _tells_of_calls(self, data: bytes) -> bool:
        """Whether *data* may say something of calls that clients would not read as it is."""
        ends = self.calls.begun and _REASON.search(data) is not None
        return ends or passed_calls.has_some(data) or passed_calls.has_doubtful_end(data)


def _is_message(chunk: Any) -> bool:
    """Whether *chunk* is of the API for whole answers: a client that reads a stream looks for no message in it."""
    return isinstance(chunk, dict) and any(isinstance(each.get("message"), dict) for each in _choices(chunk))


def _read(event: bytes) -> tuple[str, bytes]:
    """The name and the data of one event, of which nearly all are a single line."""
    if event.startswith(b"data: ") and event.endswith(b"\n\n") and event.count(b"\n") == 2 and b"\r" not in event:
        return "", event[6:-2]
    return next(events([event]), ("", b""))


def whole(body: bytes, failures: Failures, calls: PassedCalls | None = None, shape: Shape = _OF_CHATS) -> bytes:
    """A whole answer as it goes out: its own bytes, unless they are no UTF-8, hold half a surrogate pair, or have another
    *shape* or other *calls* than clients read.

    Raises if it is none, or an error in spite of its status."""
    answer = parsed(body)
    if answer is None:
        body = body.decode("utf-8", "replace").encode()
        answer = parsed(body)
    if isinstance(answer, dict) and (b'"error"' in body or "choices" not in answer) and chunks.is_error("", answer):
        raise failures.failed_midway(answer)
    if not isinstance(answer, dict) or not _choices(answer):
        raise failures.no_model_server(body)
    try:
        shaped = shape.of_answer(answer)
    except Unreadable as exc:
        raise failures.unavailable(f"{ANOTHER_SHAPE}: {exc}") from exc
    odd = shaped != answer or has_no_number(body)
    if odd:
        answer, body = shaped, _escaped(shaped)
    for reason in _reasons(body):
        if not finish_reasons.known(reason):
            raise failures.gave_up(reason)
    tells = passed_calls.has_some(body) or passed_calls.has_doubtful_end(body)
    if (tells and (calls or PassedCalls()).whole(answer)) or odd or _has_half(body) or _THOUGHT.search(body):
        return written(_named(mended_everywhere(answer)))
    return body


def _choices(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The choices of *answer*; none if one of them is no object."""
    choices = answer.get("choices")
    return choices if isinstance(choices, list) and all(isinstance(each, dict) for each in choices) else []


def _has_half(body: bytes) -> bool:
    """Whether half a surrogate pair is in *body*. Few answers have an escape, hardly any one that may be half a pair, and the
    pattern is slow."""
    return b"\\u" in body and (b"\\ud" in body or b"\\uD" in body) and _HALF.search(body) is not None


def streamed(body: bytes) -> bytes:
    """A whole answer as the events of a client that asked for a stream."""
    return with_escaped_line_ends(streamed_events(parsed(body) or {})) + DONE_EVENT


def streamed_events(answer: Mapping[str, Any]) -> bytes:
    """The events of a whole *answer* in which choices are told as in a stream."""
    head = {name: value for name, value in answer.items() if name not in ("choices", "usage")}
    head["object"] = "chat.completion.chunk" if answer.get("object") in (None, "chat.completion") else answer["object"]
    parts = [{**head, "choices": [_begun(choice) for choice in answer.get("choices") or ()]}]
    parts.append({**head, "choices": [_ended(choice) for choice in answer.get("choices") or ()]})
    if answer.get("usage"):
        parts.append({**head, "choices": [], "usage": answer["usage"]})
    return b"".join(b"data: " + written(part) + b"\n\n" for part in parts)


def wants_stream(request: bytes | bytearray) -> bool:
    """Whether the body of a *request* asks for a stream."""
    if not _STREAMED.search(request):
        return False
    asked = parsed(request)
    return isinstance(asked, Mapping) and truth(asked.get("stream")) is True


def _begun(choice: Mapping[str, Any]) -> dict[str, Any]:
    """All that a choice says, and not that it ends."""
    kept = {name: value for name, value in choice.items() if name not in ("message", "finish_reason")}
    if "message" not in choice:
        return {**kept, "finish_reason": None}
    delta = dict(choice["message"] or {})
    if calls := delta.get("tool_calls"):
        listed = [calls] if isinstance(calls, Mapping) else calls
        delta["tool_calls"] = [{**call, "index": number} for number, call in enumerate(listed) if isinstance(call, Mapping)]
    return {**kept, "delta": delta, "finish_reason": None}


def _ended(choice: Mapping[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = {"delta": {}} if "message" in choice else {"text": ""}
    return {"index": choice.get("index", 0), **said, "finish_reason": choice.get("finish_reason") or finish_reasons.STOP}


def _reasons(data: bytes) -> list[str]:
    return [reason.decode("utf-8", "replace") for reason in _REASON.findall(data)]


def _with_both_names(data: bytes) -> bytes:
    chunk = parsed(data)
    return b"data: " + written(_named(chunk)) + b"\n\n" if isinstance(chunk, dict) else b"data: " + data + b"\n\n"


def _named(answer: dict[str, Any]) -> dict[str, Any]:
    """*answer* with its thoughts under both names that clients look for."""
    for choice in _choices(answer):
        for where in ("delta", "message"):
            said = choice.get(where)
            if not isinstance(said, dict):
                continue
            thought = next((said[name] for name in _NAMES if isinstance(said.get(name), str)), None)
            if thought is not None:
                choice[where] = {**said, **dict.fromkeys(_NAMES, thought)}
    return answer


def _escaped(value: Any) -> bytes:
    """*value* as JSON in which halves of characters are still there to be joined."""
    return json.dumps(value).encode()
