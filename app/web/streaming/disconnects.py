"""Disconnects: notices on its socket that a request's client has left, and cancels what the request started."""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from app.cancellation import CancelToken
from app.errors import Cancelled
from app.periodic import Periodic

LOOK_SECONDS = 0.2
SOCKETS = ("gunicorn.socket", "werkzeug.socket")  # where servers put the client's socket into a request's environment


@dataclass(frozen=True, eq=False)
class WatchedClient:
    """A waiting client, and the token that its disconnection cancels."""

    client: socket.socket
    cancel: CancelToken


class DisconnectMonitor:
    """Checks all waiting clients, five times a second, in one thread that starts with the first of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: set[WatchedClient] = set()
        self._periodic = Periodic("departures", LOOK_SECONDS, self._look, needed=lambda: bool(self._waiting))
        self.aborted = False

    def abort(self) -> None:
        """Called when this process ends: cancels every waiting request, as if its client had left; sets `aborted`."""
        with self._lock:
            self.aborted = True
            waiting, self._waiting = tuple(self._waiting), set()
        for each in waiting:
            each.cancel.cancel()

    @contextmanager
    def watch(self, environ: Mapping[str, Any], cancel: CancelToken) -> Iterator[None]:
        """While entered, *cancel* is cancelled (in another thread) when the client of this request disconnects."""
        waiting = self.begin(environ, cancel)
        try:
            yield
        finally:
            self.end(waiting)

    def begin(self, environ: Mapping[str, Any], cancel: CancelToken) -> WatchedClient | None:
        """Watches until `end`; None if the server does not expose the socket."""
        client = next((environ[name] for name in SOCKETS if environ.get(name) is not None), None)
        if client is None:
            return None
        waiting = WatchedClient(client, cancel)
        if self.aborted:
            cancel.cancel()
        with self._lock:
            self._waiting.add(waiting)
        self._periodic.start()
        return waiting

    def end(self, waiting: WatchedClient | None) -> None:
        """Stops watching."""
        with self._lock:
            self._waiting.discard(waiting)

    def _look(self) -> None:
        with self._lock:
            waiting = tuple(self._waiting)
        for each in _gone(waiting):
            self.end(each)
            each.cancel.cancel(Cancelled("the client has disconnected"))


def _gone(waiting: tuple[WatchedClient, ...]) -> list[WatchedClient]:
    """Those whose client has closed the connection; one that only sends its next request early has not."""
    poll, by_number, gone = select.poll(), dict[int, WatchedClient](), list[WatchedClient]()
    for each in waiting:
        number = each.client.fileno()
        if number < 0:
            gone.append(each)
        else:
            by_number[number] = each
            poll.register(number, select.POLLIN)
    heard = [by_number[number] for number, _ in poll.poll(0)]
    return gone + [each for each in heard if _has_closed(each.client)]


def _has_closed(client: socket.socket) -> bool:
    try:
        # the plain socket's recv, also below TLS
        return socket.socket.recv(client, 1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
