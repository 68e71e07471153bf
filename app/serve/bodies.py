"""Reading from clients: a request that stalls, trickles, is malformed or is cut off ends with its own HTTP error.

Gunicorn waits for a body as long as the client likes, and its errors would look like bugs of ours."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gunicorn.http.body import Body, ChunkedReader, LengthReader
from gunicorn.http.errors import NoMoreData, ParseException
from gunicorn.http.unreader import SocketUnreader
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, RequestTimeout

from app.serve.refusals import START

LONGEST_READ = 2**20  # bytes

MALFORMED = "the chunked body is malformed"
CUT_OFF = "the body ended before its Content-Length"
TOO_SLOW = "the request came too slowly: send it at once"


@dataclass(frozen=True)
class Patience:
    """How long a request is waited for: *stall* seconds without a byte, and as long again as its bytes take at *pace* a second;
    *crowded* seconds in all while no thread is free, which is looked at every *look* seconds."""

    stall: float = 20.0
    pace: float = 500.0
    crowded: float = 5.0
    look: float = 0.5


PATIENCE = Patience()


class DeadlineUnreader(SocketUnreader):
    """Reads from a client while it makes progress. *crowded* says that all threads are taken.

    Raises RequestTimeout. A socket that has a timeout of its own (gunicorn drains bodies with one) keeps to that."""

    def __init__(self, client: socket.socket, crowded: Callable[[], bool], patience: Patience = PATIENCE) -> None:
        super().__init__(client)
        self._crowded = crowded
        self._patience = patience
        self.begin()

    def begin(self) -> None:
        """A new request begins: the time that the last one took does not count."""
        self._waited = 0.0
        self._received = 0
        self.start = b""  # what was read of it first

    def read(self, size: int | None = None, read_ahead: int | None = None) -> bytes:
        data = bytes(super().read(size, read_ahead))  # type: ignore[call-arg]  # newer than its stubs
        self.start = self.start or data[:START]
        return data

    def chunk(self, size_hint: int | None = None) -> bytes:
        size = max(self.mxchunk, min(size_hint or 0, LONGEST_READ))
        if self.sock.gettimeout() is not None:
            return bytes(self.sock.recv(size))
        while True:
            try:
                data = bytes(self.sock.recv(size, socket.MSG_DONTWAIT))
            except BlockingIOError:
                self._wait()
                continue
            self._received += len(data)
            return data

    def _wait(self) -> None:
        """Waits for the next bytes, which count from now on."""
        poll, stalled = select.poll(), 0.0
        poll.register(self.sock, select.POLLIN)
        while True:
            if stalled >= self._patience.stall or self._waited >= self._allowed():
                raise RequestTimeout(TOO_SLOW)
            began = time.monotonic()
            ready = poll.poll(1000 * self._patience.look)
            spent = time.monotonic() - began
            stalled += spent
            self._waited += spent
            if ready:
                return

    def _allowed(self) -> float:
        """The seconds that this request may be waited for by now."""
        patience = self._patience
        return patience.crowded if self._crowded() else patience.stall + self._received / patience.pace


class WholeLengthReader(LengthReader):
    """A body of a known length, of which no part may be missing: half a transcript would make half a summary."""

    def read(self, size: int) -> bytes:
        wanted = min(size, self.length)
        data = bytes(super().read(size))
        if len(data) < wanted:
            raise BadRequest(CUT_OFF)
        return data


class BoundedChunkedReader(ChunkedReader):
    """A body in chunks that are at most *limit* bytes together: a chunk that announces more is refused before it comes."""

    def __init__(self, request: Any, unreader: Any, limit: int) -> None:
        super().__init__(request, unreader)
        self._left = limit

    def read(self, size: int) -> bytes:
        try:
            return bytes(super().read(size))
        except (ParseException, NoMoreData) as exc:
            raise BadRequest(MALFORMED) from exc

    def parse_chunk_size(self, unreader: Any, data: bytes | None = None) -> Any:
        size, rest = super().parse_chunk_size(unreader, data)
        if size > self._left:
            raise RequestEntityTooLarge
        self._left -= size
        return size, rest


def bound(request: Any, limit: int) -> None:
    """Has the body of *request*, of which nothing is read yet, keep to what is promised above; *limit* is in bytes."""
    match request.body.reader:
        case ChunkedReader():
            request.body = Body(BoundedChunkedReader(request, request.unreader, limit))
        case LengthReader(length=length) if length:
            request.body = Body(WholeLengthReader(request.unreader, length))
