"""Answers over kept connections, read by ourselves: what a call costs us is then a tenth of what a client library takes."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import closing
from typing import Any

from app.backends.http.error_mapping import ErrorMapper
from app.backends.http.forwarding import PassthroughClient
from app.backends.http.passthrough import PassthroughHead, PassthroughRequest
from app.cancellation import CancelToken

DONE = b"[DONE]"


class OpenAIDirectClient:
    """Asks one server through a Forwarder."""

    def __init__(self, source: ErrorMapper, forwarder: PassthroughClient) -> None:
        self._errors = source
        self._forwarder = forwarder

    def chunks(
        self, body: Mapping[str, Any], cancel: CancelToken, headers: Mapping[str, str]
    ) -> Generator[Mapping[str, Any], None, None]:
        """The `chat.completion.chunk` objects of a streamed answer to *body* as they come."""
        encoded = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        request = PassthroughRequest("/chat/completions", encoded, headers)
        with closing(self._forwarder.passthrough(request, cancel)) as parts:
            for name, data in events(part for part in parts if not isinstance(part, PassthroughHead)):
                if data != DONE:
                    yield self._read(name, data, body)

    def _read(self, name: str, data: bytes, request: Mapping[str, Any]) -> Mapping[str, Any]:
        try:
            chunk = json.loads(data)
        except ValueError as exc:
            raise self._errors.malformed_event() from exc
        match chunk:
            case {"error": error} if error:
                raise self._failed(error, request)
            case dict() if name != "error":
                return chunk
            case _:
                raise self._failed(chunk, request)

    def _failed(self, error: object, request: Mapping[str, Any]) -> Exception:
        return self._errors.failed_midway(error, [str(message["content"]) for message in request["messages"]])


def events(parts: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """Name and data of each event of a `text/event-stream` that arrives in *parts*, wherever it is cut.

    An event that the end of the stream cuts off is given out too: it was sent, and its reader sees that it is not whole.
    As `html.spec.whatwg.org/multipage/server-sent-events.html`, without ids and retries, and with `\\n` and `\\r\\n` only."""
    name, data = "", []
    for line in _lines(parts):
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"data":
            data.append(value)
        elif field == b"event":
            name = value.decode("utf-8", "replace")
        elif not line and data:
            yield name, b"\n".join(data)
            name, data = "", []
    if data:
        yield name, b"\n".join(data)


def _lines(parts: Iterable[bytes]) -> Iterator[bytes]:
    begun = b""
    for part in parts:
        *whole, begun = (begun + part).split(b"\n")
        for line in whole:
            yield line.removesuffix(b"\r")
    if begun:
        yield begun
