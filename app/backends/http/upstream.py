"""A request upstream: how long its server may stay silent, and a way to end it from any thread."""

from __future__ import annotations

import heapq
import itertools
import socket
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from math import inf
from typing import TYPE_CHECKING, Any

from app.backends.base import Answer, Piece
from app.errors import Cancelled

if TYPE_CHECKING:
    import httpx2

_current: ContextVar[Upstream | None] = ContextVar("line", default=None)
_CONNECTED = frozenset({"connection.connect_tcp.complete", "connection.start_tls.complete"})


class Upstream:
    """One connection to a model server: shuts it down after too long a silence, so that the thread that reads from it wakes up.
    Watched while it is entered (`with upstream:`).

    The HTTP library's own read timeout will not do: it is one for all reads, counts from byte to byte (servers send comments to
    keep a connection alive), and nothing else ends a read in which another thread waits."""

    def __init__(self) -> None:
        self.timed_out_after = 0.0  # seconds of silence for which the line was cut; 0 where it was not
        self.closed = False  # whether somebody closed it
        self.over = False  # whether the request has ended
        self._lock = threading.Lock()
        self._allowed = inf
        self._until = inf
        self._looked_at = inf  # when the watch will look at us
        self._socket: socket.socket | None = None

    def __enter__(self) -> Upstream:
        _watchdog.entered()
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self.over = True
            self._socket = None
        _watchdog.left()

    def arm(self, seconds: float) -> None:
        """From now on, at most so much silence."""
        with self._lock:
            self._allowed, self._until = seconds, time.monotonic() + seconds
            if self._until >= self._looked_at:  # the watch looks early enough anyway: nothing to do for most tokens
                return
            self._looked_at = self._until
        _watchdog.look_at(self, self._until)

    def disarm(self) -> None:
        """Nothing is expected: the one who reads takes his time."""
        self._until = inf

    def close(self) -> None:
        """Ends the request, whatever it waits for."""
        with self._lock:
            self.closed = True
            self._cut()

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """httpcore's `trace` extension: learns of the socket when it is connected."""
        if event in _CONNECTED:
            self.attach(info["return_value"].get_extra_info("socket"))

    @contextmanager
    def sending(self) -> Iterator[None]:
        """Requests that are sent meanwhile with the hook `watched` are this line's."""
        token = _current.set(self)
        try:
            yield
        finally:
            _current.reset(token)

    def attach(self, connection: socket.socket | None) -> None:
        """The socket to cut."""
        with self._lock:
            self._socket = connection
            if self.closed or self.timed_out_after:
                self._cut()

    def look(self) -> float:
        """Cuts the line where it was silent for too long. The moment for the next look."""
        with self._lock:
            if self.over or self.timed_out_after:
                return inf
            if self._until <= time.monotonic():
                self.timed_out_after = self._allowed
                self._cut()
                return inf
            self._looked_at = self._until
            return self._until

    def _cut(self) -> None:
        if self._socket and not self.over:
            with suppress(OSError):  # it is closed already
                # the plain socket's shutdown, also below TLS: the reader finds the end of the stream and cleans up by itself
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


def watched(request: httpx2.Request) -> None:
    """httpx2's hook for requests: lets the line whose request this is learn of the connection."""
    upstream = _current.get()
    if upstream is not None:
        request.extensions["trace"] = upstream.trace


class _Watchdog:
    """The one thread of a process that looks at all of its lines; begun with the first, and again in a forked child."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._due: list[tuple[float, int, Upstream]] = []
        self._number = itertools.count()
        self._lines = 0
        self._thread: threading.Thread | None = None

    def entered(self) -> None:
        with self._changed:
            self._lines += 1

    def left(self) -> None:
        with self._changed:
            self._lines -= 1
            if len(self._due) > 2 * self._lines + 64:  # most are of requests that have ended long before they were due
                self._due = [each for each in self._due if not each[2].over]
                heapq.heapify(self._due)

    def look_at(self, upstream: Upstream, moment: float) -> None:
        with self._changed:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._keep_looking, name="lines", daemon=True)
                self._thread.start()
            heapq.heappush(self._due, (moment, next(self._number), upstream))
            if self._due[0][2] is upstream:
                self._changed.notify()

    def _keep_looking(self) -> None:
        while True:
            for upstream in self._next():
                moment = upstream.look()
                if moment < inf:
                    self.look_at(upstream, moment)

    def _next(self) -> list[Upstream]:
        """Waits until something is due."""
        with self._changed:
            pause = self._due[0][0] - time.monotonic() if self._due else None
            if pause is None or pause > 0:
                self._changed.wait(pause)
            now = time.monotonic()
            lines: list[Upstream] = []
            while self._due and self._due[0][0] <= now:
                lines.append(heapq.heappop(self._due)[2])
            return lines


_watchdog = _Watchdog()


def _as_it_is() -> None:
    """Reading a stream as a whole changes nothing in how it is made."""


class Closable:
    """A stream made of a generator, and of what wakes the generator up while it waits in another thread.

    *unseen* is told when somebody reads it as a whole."""

    def __init__(
        self, pieces: Generator[Piece, None, None], wake: Callable[[], None], unseen: Callable[[], None] = _as_it_is
    ) -> None:
        self._pieces = pieces
        self._wake = wake
        self._unseen = unseen

    def __iter__(self) -> Iterator[Piece]:
        return self

    def __next__(self) -> Piece:
        return next(self._pieces)

    def whole(self) -> Answer:
        self._unseen()
        answer = None
        for piece in self._pieces:
            answer = piece.answer or answer
        if answer is None:
            raise Cancelled("closed before the model had answered")
        return answer

    def close(self) -> None:
        self._wake()
        with suppress(ValueError):  # another thread is in the generator, and on its way out by now
            self._pieces.close()
