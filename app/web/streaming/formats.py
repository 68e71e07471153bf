"""Stream formats: plain text, or server-sent events."""

from __future__ import annotations

import errno
import json
from collections.abc import Mapping
from typing import Any, Protocol

from flask import Request

from app.backends.answers.events import with_escaped_line_ends
from app.backends.base import Answer
from app.errors import BadParameter, GatewayError
from app.kinds import exchange
from app.kinds.base import Form
from app.orders import Json
from app.web import problems

EVENT_STREAM = "text/event-stream"
COMMENT = b": still here\n\n"
PLAIN, EVENTS = "text/plain; charset=utf-8", f"{EVENT_STREAM}; charset=utf-8"


class AbortedResponse(ConnectionResetError):
    """Ends the connection in the middle of an answer, as nothing in plain text could say that a part of it is missing.

    An error of this sort is what the server meets when a client leaves: it closes the connection and says nothing."""

    def __init__(self) -> None:
        super().__init__(errno.ECONNRESET, "the answer broke off")


class StreamFormat(Protocol):
    """Encodes each part of an answer; an empty encoding is not sent."""

    @property
    def content_type(self) -> str: ...

    def text(self, text: str) -> bytes: ...

    def thought(self, text: str) -> bytes:
        """A piece of the model's reasoning."""

    def alive(self) -> bytes:
        """A sign of life while there is nothing new."""

    def end(self, answer: Answer) -> bytes: ...

    def failed(self, error: GatewayError) -> bytes:
        """May raise BrokenOff."""


class PlainTextFormat:
    """Only the text."""

    content_type = PLAIN

    def text(self, text: str) -> bytes:
        return text.encode()

    def thought(self, text: str) -> bytes:
        del text
        return b""

    def alive(self) -> bytes:
        return b""

    def end(self, answer: Answer) -> bytes:
        del answer  # its text is out, piece by piece
        return b""

    def failed(self, error: GatewayError) -> bytes:
        raise AbortedResponse from error


class Events:
    """`data: {"text": …}` for every piece, `event: thinking` for reasoning, then `event: done` with what is
    known of the answer, or `event: error`."""

    content_type = EVENTS

    def __init__(self, more: Mapping[str, Json] | None = None) -> None:
        self._more = more or {}

    def text(self, text: str) -> bytes:
        return event({"text": text})

    def thought(self, text: str) -> bytes:
        return event({"text": text}, "thinking")

    def alive(self) -> bytes:
        return COMMENT

    def end(self, answer: Answer) -> bytes:
        return event({**self._more, **exchange.told(answer), "duration": round(answer.seconds, 3)}, "done")

    def failed(self, error: GatewayError) -> bytes:
        return event(problems.body(error), "error")


def event(data: Any, name: str = "") -> bytes:
    """One server-sent event."""
    named = f"event: {name}\n" if name else ""
    return with_escaped_line_ends(f"{named}data: {dumped(data)}\n\n".encode())


def dumped(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def negotiate(request: Request, form: Form, more: Mapping[str, Json] | None = None) -> StreamFormat:
    """The stream format that a request asks for; *more* is what the last event says besides. Raises BadParameter."""
    named = form.fields.get("stream_format")
    if named not in (None, "", "text", "plain", "sse"):
        raise BadParameter("stream_format", 'must be "text" or "sse"')
    if named == "sse" or (not named and EVENT_STREAM in request.headers.get("Accept", "")):
        return Events(more)
    return PlainTextFormat()
