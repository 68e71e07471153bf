"""Hands requests on to a server of the OpenAI API, over connections that are kept for the next one.

Through urllib3's connections: of what a request through the gateway costs, the `openai` client alone would be 60 %."""

from __future__ import annotations

import json
import re
import ssl
import weakref
from collections import deque
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from http.client import HTTPException
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError
from urllib3.response import HTTPResponse

from app.backends.line import Line
from app.backends.relaying import Head, Parts, Passage, Relayed
from app.backends.timeouts import Timeouts
from app.backends.trouble import Source
from app.errors import BackendError, Cancelled

KEPT = 128  # connections that wait for their next request
LARGEST_ERROR = 65536  # bytes of an error's body that are read
BLOCK = 65536  # bytes of a body without chunks that are read at a time
_OF_THE_BODY = frozenset({"content-type", "accept"})
_FINISHED = re.compile(rb'"finish_reason":\s*"')
_NOTHING_CHOSEN = re.compile(rb'"choices":\s*\[\s*\]')
_EVENTS, _JSON = "text/event-stream", "application/json"


class Forwarder:
    """Forwards to one server. Safe to use from several threads."""

    def __init__(self, source: Source, api_base: str, key: str, timeouts: Timeouts, headers: Mapping[str, str]) -> None:
        self._source = source
        self._base = urlsplit(api_base.rstrip("/"))
        self._timeouts = timeouts
        self._headers = {
            "Content-Type": _JSON,
            "User-Agent": "llm-gateway",
            **({"Authorization": f"Bearer {key}"} if key else {}),
            **headers,
        }
        self._kept: deque[HTTPConnection] = deque()
        weakref.finalize(self, _close_all, self._kept)

    @cached_property
    def direct(self) -> bool:
        """Whether no proxy stands before the server: through one, requests take the long way."""
        host = self._base.hostname or ""
        return self._base.scheme not in getproxies() or bool(proxy_bypass(host))

    def passthrough(self, passage: Passage) -> Relayed:
        line = Line()
        return Relayed(self.parts(passage, line), line.close)

    def parts(self, passage: Passage, line: Line) -> Parts:
        """The head and then the bytes of the answer to *passage* as they come; *line* cuts it while it waits."""
        with line, self._our_errors(line):
            line.expect(self._timeouts.first_token)
            connection, response = self._answered(passage, line)
            try:
                self._refuse(response, passage)
                kind = response.headers.get("Content-Type", "")
                chunks = self._events(response, line) if kind.startswith(_EVENTS) else self._body(response, line, kind)
                first = next(chunks, b"")
                yield Head(response.status, {"Content-Type": kind})
                yield first
                yield from chunks
                line.hold(None)  # from here on the connection may be another request's
                self._keep(connection)
            except BaseException:
                response.close()
                connection.close()
                raise

    def _body(self, response: HTTPResponse, line: Line, kind: str) -> Iterator[bytes]:
        """All of it at once: as long as nothing is out, the request may be tried again."""
        body = response.read(decode_content=False)
        line.rest()
        if not kind.startswith(_JSON) or not _is_whole(body):
            raise self._source.broke_off(f"{self._source.address} answers, but not as a model server does")
        yield body

    def _events(self, response: HTTPResponse, line: Line) -> Iterator[bytes]:
        """Event after event as it comes. Comments, which keep a connection alive, are no sign of life of the model."""
        finished = False
        before = b""
        for chunk in _chunks(response):
            finished = finished or bool(_FINISHED.search(before + chunk))
            before = chunk[-32:]
            if chunk.startswith(b":"):
                yield chunk
            else:
                line.rest()
                yield chunk
                line.expect(self._timeouts.between_tokens)
        if not finished:
            raise self._source.broke_off("the answer ended without a finish_reason, so a part of it is missing")

    def _answered(self, passage: Passage, line: Line) -> tuple[HTTPConnection, HTTPResponse]:
        """The connection and the beginning of the answer on it. A kept connection that its server has closed meanwhile is
        replaced: that is no failure of the server's."""
        kept = self._taken()
        if kept is not None:
            try:
                return kept, self._asked(kept, passage, line)
            except (ConnectionError, HTTPException):
                kept.close()
                if line.closed or line.silent_for:
                    raise
        connection = self._connected()
        try:
            return connection, self._asked(connection, passage, line)
        except BaseException:
            connection.close()
            raise

    def _asked(self, connection: HTTPConnection, passage: Passage, line: Line) -> HTTPResponse:
        line.hold(connection.sock)
        if line.closed:
            raise Cancelled("closed before it was sent")
        of_the_body = {name: value for name, value in passage.headers.items() if name.lower() in _OF_THE_BODY}
        connection.request(
            passage.method,
            self._base.path + passage.path,
            body=passage.body or None,
            headers={**self._headers, **of_the_body},
            preload_content=False,
            decode_content=False,
        )
        return connection.getresponse()

    def _refuse(self, response: HTTPResponse, passage: Passage) -> None:
        if response.status >= 300:
            body = _read(response.read(LARGEST_ERROR, decode_content=False))
            raise self._source.refused(response.status, body, response.headers, _texts(passage.body))

    def _taken(self) -> HTTPConnection | None:
        while self._kept:
            try:
                connection = self._kept.pop()
            except IndexError:  # another thread took the last one
                return None
            if connection.is_connected:
                return connection
            connection.close()
        return None

    def _keep(self, connection: HTTPConnection) -> None:
        if connection.sock is None or len(self._kept) >= KEPT:
            connection.close()
        else:
            self._kept.append(connection)

    def _connected(self) -> HTTPConnection:
        host, port = self._base.hostname or "", self._base.port
        connection: HTTPConnection
        if self._base.scheme == "https":
            connection = HTTPSConnection(host, port, timeout=self._timeouts.connect, ssl_context=self._tls)
        else:
            connection = HTTPConnection(host, port, timeout=self._timeouts.connect)
        connection.connect()
        # the line is stricter; this is for its failure
        connection.timeout = max(self._timeouts.first_token, self._timeouts.between_tokens) + 5
        return connection

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context()

    @contextmanager
    def _our_errors(self, line: Line) -> Iterator[None]:
        try:
            yield
        except (HTTPError, HTTPException, OSError) as exc:
            raise self._translated(exc, line) from exc

    def _translated(self, exc: Exception, line: Line) -> BackendError | Cancelled:
        if line.closed:
            return Cancelled("closed while the model was answering")
        if line.silent_for:
            return self._source.broke_off(f"{self._source.address} was silent for {line.silent_for:g} s")
        match exc:
            case NewConnectionError() | ssl.SSLError():  # the former is a timeout too, to urllib3
                why = f"cannot connect to {self._source.address}: {exc.__cause__ or exc}"
            case ConnectTimeoutError():
                why = f"no connection to {self._source.address} within {self._timeouts.connect:g} s"
            case _:
                why = f"the connection to {self._source.address} broke: {exc}"
        return self._source.broke_off(why)


def _chunks(response: HTTPResponse) -> Generator[bytes, None, None]:
    """The body as it comes: with chunks one after the other, without them what there is."""
    if response.chunked:
        yield from response.read_chunked(decode_content=False)
        return
    while chunk := response.read1(BLOCK, decode_content=False):
        yield chunk


def _is_whole(body: bytes) -> bool:
    """Whether *body* may be an answer: an object from end to end, with something in it. It is not parsed for that."""
    return body[:1] == b"{" and body.rstrip()[-1:] == b"}" and not _NOTHING_CHOSEN.search(body)


def _read(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")


def _texts(body: bytes) -> list[str]:
    """What of a request must not come back in a message."""
    found: list[str] = []

    def gather(value: object) -> None:
        match value:
            case str():
                found.append(value)
            case dict():
                for name, each in value.items():
                    if name != "model":  # a server that has no such model has to say which
                        gather(each)
            case list():
                for each in value:
                    gather(each)

    gather(_read(body))
    return found


def _close_all(connections: deque[HTTPConnection]) -> None:
    for connection in connections:
        connection.close()
