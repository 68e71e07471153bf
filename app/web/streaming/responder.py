"""Waiting clients: their orders run in their own request, and end when the client disconnects."""

from __future__ import annotations

import logging
import socket
import struct
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeVar

from flask import Response, g, jsonify, request
from flask.globals import request_ctx

from app.backends import requests
from app.backends.base import Answer, Piece
from app.backends.http.passthrough import PassthroughBackend, PassthroughHead, PassthroughRequest
from app.cancellation import CancelToken
from app.errors import BadParameter, Cancelled, GatewayError, Stopping, raised_at
from app.gil import release
from app.kinds.base import Form, Result
from app.orders import Order
from app.web.interfaces import GatewayView
from app.web.streaming.disconnects import SOCKETS, DisconnectMonitor
from app.web.streaming.formats import COMMENT, EVENT_STREAM, EVENTS, AbortedResponse, StreamFormat
from app.web.streaming.heartbeat import HEARTBEAT, Heartbeat, Opening
from app.web.streaming.request_limit import RequestLimit

log = logging.getLogger(__name__)

AT_ONCE = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # no proxy keeps a stream back
LATE = PassthroughHead(200, {"Content-Type": EVENTS})  # of an answer whose beginning is not there yet
Item = TypeVar("Item")
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: what is not sent yet is thrown away, and the client sees a reset


def _nothing() -> None:
    """Does nothing."""


def _unheard(answer: Answer) -> None:
    """Ignores the answer."""


@dataclass(frozen=True)
class Responder:
    """Serves clients that wait."""

    view: GatewayView
    disconnects: DisconnectMonitor
    limit: RequestLimit
    heartbeat: Heartbeat = HEARTBEAT

    def waits(self, order: Order, form: Form) -> bool:
        """Whether the client waits for the result of *order*, rather than for a job. Raises BadParameter."""
        return self.view.interactive.is_interactive(order) and not truth(form, "async")

    def run(self, order: Order) -> tuple[Result, float]:
        """The result, and the seconds that it took."""
        began = time.perf_counter()
        cancel = CancelToken()
        with self.limit.held(), self.disconnects.watch(request.environ, cancel):
            try:
                result = self.view.interactive.start(order, cancel).run()
            except Cancelled as error:
                raise self.cause(error) from error
        return result, round(time.perf_counter() - began, 3)

    def answer(self, order: Order) -> Response:
        """The result as its kind formats it, and the seconds that it took."""
        result, duration = self.run(order)
        return jsonify({**result.body, "duration": duration})

    def stream(
        self,
        order: Order,
        stream_format: StreamFormat,
        *,
        keep: Callable[[Answer], None] = _unheard,
        drop: Callable[[], None] = _nothing,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Streams the answer. A failure before the first piece is raised, as an error with its status, unless events have
        begun because the first piece is late: then it is an event.

        *keep* gets the whole answer before the client learns that it is whole; *drop* is called at the very end."""
        outgoing = StreamBody(g.get("request_id", ""), stream_format, keep, request.environ, self.cause)
        with self._waiting(drop) as waiting:
            pieces = self.view.interactive.start(order, waiting.cancel).stream()
            if stream_format.alive():
                opening = waiting.opening(pieces)
                body = outgoing.body(opening.items(), self._beats(opening))
            else:
                body = outgoing.body(chain([next(pieces)], pieces))
        return waiting.answer(body, 200, {"Content-Type": stream_format.content_type, **AT_ONCE, **(headers or {})})

    def passthrough(
        self,
        backend: PassthroughBackend,
        passed: PassthroughRequest,
        failed: Callable[[GatewayError], bytes],
        *,
        streamed: bool,
    ) -> Response:
        """The model server's own answer; *streamed* says whether the request asks for events. What fails before its first byte
        is raised, unless events have begun because that is late; in the middle of a stream, *failed* puts it into bytes."""
        with self._waiting() as waiting:
            chunks: Iterator[PassthroughHead | bytes] = backend.passthrough(passed, waiting.cancel)
            beats: Iterable[None] = ()
            late = False
            if streamed:
                opening = waiting.opening(chunks)
                chunks, beats = opening.items(), self._beats(opening)
                late = not opening.is_there_within(0)
            head = LATE if late else next(chunks)
            assert isinstance(head, PassthroughHead)  # noqa: S101  the first item always is
            events = head.headers.get("Content-Type", "").startswith(EVENT_STREAM)
            if not events:
                return waiting.answer(b"".join(_bytes_of(chunks)), head.status, head.headers)
            release()  # its client may take its time
            body = self._passed(chunks, failed, g.get("request_id", ""), beats)
        return waiting.answer(body, head.status, {**head.headers, **AT_ONCE})

    @contextmanager
    def _waiting(self, drop: Callable[[], None] = _nothing) -> Iterator[WaitingClient]:
        """A client that waits, from now on until its answer has ended. What fails inside ends it at once."""
        waiting = WaitingClient(self.limit, self.disconnects, drop)
        try:
            yield waiting
        except Cancelled as error:
            waiting.end()
            raise self.cause(error) from error
        except BaseException:
            waiting.end()
            raise

    def _beats(self, opening: Opening[Item]) -> Iterable[None]:
        """The heartbeats that a client gets before the first item, none if that comes in time. What fails in time is raised."""
        if not opening.is_there_within(self.heartbeat.first):
            return opening.beats(self.heartbeat)
        opening.first()
        return ()

    def _passed(
        self,
        chunks: Iterator[PassthroughHead | bytes],
        failed: Callable[[GatewayError], bytes],
        request_id: str,
        beats: Iterable[None],
    ) -> Iterator[bytes]:
        try:
            for _ in beats:
                yield COMMENT
            for chunk in _bytes_of(chunks):
                if chunk:
                    yield chunk
        except GatewayError as error:
            cause = self.cause(error)
            if isinstance(cause, Cancelled):  # the client has left: nobody reads this
                raise AbortedResponse from error
            log.warning("request %s: broke off: %s: %s", request_id, type(cause).__name__, cause)
            yield failed(cause)

    def cause(self, error: GatewayError) -> GatewayError:
        """The reason why a request was cancelled: its client has left, or this process ends."""
        return Stopping() if isinstance(error, Cancelled) and self.disconnects.aborted else error


class WaitingClient:
    """The client of the present request while it waits: it has a slot of *limit*, and its disconnection cancels `cancel`.

    `end` ends that; *drop* is called then."""

    def __init__(self, limit: RequestLimit, disconnects: DisconnectMonitor, drop: Callable[[], None]) -> None:
        self.cancel = CancelToken()
        release_slot = limit.acquire()
        watched = disconnects.begin(request_ctx.request.environ, self.cancel)
        self._at_end = [release_slot, lambda: disconnects.end(watched), self.cancel.cancel, drop]

    def opening(self, items: Iterator[Item]) -> Opening[Item]:
        """The beginning of the stream *items*, which ends with this."""
        opening = Opening(items)
        self._at_end.append(opening.close)
        return opening

    def answer(self, body: bytes | Iterator[bytes], status: int, headers: Mapping[str, str]) -> Response:
        """The answer, with whose body this ends. (The server says when it closes the body, also one that was never begun.)"""
        whole_or_not = body if isinstance(body, bytes) else _then(body, self.end)
        answer = Response(whole_or_not, status=status, headers=headers)
        answer.call_on_close(self.end)
        return answer

    def end(self) -> None:
        at_end, self._at_end = self._at_end, []
        for do in at_end:
            do()


def _then(body: Iterator[bytes], end: Callable[[], None]) -> Iterator[bytes]:
    """*body*; *end* is called when it ends."""
    try:
        yield from body
    finally:
        end()


def _bytes_of(chunks: Iterable[PassthroughHead | bytes]) -> Iterator[bytes]:
    return (chunk for chunk in chunks if isinstance(chunk, bytes))


@dataclass(frozen=True)
class StreamBody:
    """The body of one streamed answer."""

    request_id: str
    stream_format: StreamFormat
    keep: Callable[[Answer], None]
    environ: Mapping[str, Any]
    cause: Callable[[GatewayError], GatewayError]

    def body(self, pieces: Iterator[Piece], beats: Iterable[None] = ()) -> Iterator[bytes]:
        """The bytes to send: a sign of life for each of *beats*, then the *pieces*.

        Ends by AbortedResponse if the format has no words for a failure."""
        try:
            for _ in beats:
                yield self.stream_format.alive()
            for piece in pieces:
                yield from self._worded(piece)
        except GatewayError as error:
            cause = self.cause(error)
            if isinstance(cause, Cancelled):  # the client has left: nobody reads this
                raise self._broken() from error
            log.warning("request %s: broke off: %s: %s", self.request_id, type(cause).__name__, cause)
            yield from self._failed(cause)
        except OSError:
            raise
        except Exception as error:  # noqa: BLE001  a bug; the server would log its message, which may hold a piece of the text
            log.error("request %s: bug: %s at %s", self.request_id, type(error).__name__, raised_at(error))
            yield from self._failed(GatewayError("internal error, see the log of the gateway"))

    def _worded(self, piece: Piece) -> Iterator[bytes]:
        said = self.stream_format.thought(piece.thinking) if piece.thinking else b""
        if piece.text:
            said += self.stream_format.text(piece.text)
        if not (piece.text or piece.thinking or piece.answer):
            said = self.stream_format.alive()
        if said:
            yield said
        if piece.answer is not None:
            self.keep(piece.answer)
            last = self.stream_format.end(piece.answer)
            if last:
                yield last

    def _failed(self, error: GatewayError) -> Iterator[bytes]:
        try:
            yield self.stream_format.failed(error)
        except AbortedResponse as broken:
            raise self._broken() from broken

    def _broken(self) -> AbortedResponse:
        """What ends the connection. Without chunks its end would look like that of the answer: then it is reset."""
        client = next((self.environ[name] for name in SOCKETS if self.environ.get(name) is not None), None)
        if client is not None and self.environ.get("SERVER_PROTOCOL") == "HTTP/1.0":
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            client.close()  # here, as the server would say goodbye first
        return AbortedResponse()


def truth(form: Form, name: str) -> bool:
    """A boolean field, as JSON or as text; False if it is missing. Raises BadParameter."""
    given = form.fields.get(name)
    said = False if given == "" else requests.truth(given)
    if said is None and given is not None:
        raise BadParameter(name, "must be true or false")
    return bool(said)
