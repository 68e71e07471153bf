"""A request upstream: how long its server may stay silent, and a way to end it from any thread."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import suppress
from math import inf
from typing import Any

from app.backends.base import Piece

_CONNECTED = frozenset({"connection.connect_tcp.complete", "connection.start_tls.complete"})


class Line:
    """Watches one connection while it is entered (`with line:`), and cuts it: a thread that waits for its bytes then wakes up.

    The HTTP library's own read timeout will not do: it is one for all reads, counts from byte to byte (servers send comments to
    keep a connection alive), and nothing else ends a read in which another thread waits."""

    def __init__(self) -> None:
        self.silent_for = 0.0  # seconds of silence for which the line was cut; 0 where it was not
        self.closed = False  # whether somebody closed it
        self._changed = threading.Condition()
        self._allowed = inf
        self._until = inf
        self._wakes = inf
        self._over = False
        self._socket: socket.socket | None = None

    def __enter__(self) -> Line:
        threading.Thread(target=self._watch, name="line", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def expect(self, seconds: float) -> None:
        """From now on, at most so much silence."""
        with self._changed:
            self._allowed, self._until = seconds, time.monotonic() + seconds
            if self._until < self._wakes:  # or else the watch wakes early enough anyway, without a switch per token
                self._changed.notify_all()

    def rest(self) -> None:
        """Nothing is expected: the one who reads takes his time."""
        self._until = inf

    def close(self) -> None:
        """Ends the request, whatever it waits for."""
        with self._changed:
            self.closed = True
            self._cut()

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """httpcore's `trace` extension: learns of the socket when it is connected."""
        if event in _CONNECTED:
            with self._changed:
                self._socket = info["return_value"].get_extra_info("socket")
                if self.closed or self.silent_for:
                    self._cut()

    def _watch(self) -> None:
        with self._changed:
            while not self._over and not self.silent_for:
                self._wakes = self._until
                left = self._until - time.monotonic()
                if left <= 0:
                    self.silent_for = self._allowed
                    self._cut()
                else:
                    self._changed.wait(None if left == inf else left)

    def _cut(self) -> None:
        if self._socket and not self._over:
            with suppress(OSError):  # it is closed already
                # the plain socket's shutdown, also below TLS: the reader finds the end of the stream and cleans up by itself
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


class Closable:
    """A stream made of a generator, and of what wakes the generator up while it waits in another thread."""

    def __init__(self, pieces: Generator[Piece, None, None], wake: Callable[[], None]) -> None:
        self._pieces = pieces
        self._wake = wake

    def __iter__(self) -> Iterator[Piece]:
        return self

    def __next__(self) -> Piece:
        return next(self._pieces)

    def close(self) -> None:
        self._wake()
        with suppress(ValueError):  # another thread is in the generator, and on its way out by now
            self._pieces.close()
