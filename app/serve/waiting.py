"""Connections that wait without a thread: each has a deadline, and the oldest is found at once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from gunicorn.workers.gthread import TConn


class ClientConnection(TConn):
    """One client's connection, with what the main thread knows of it between two requests."""

    parser: Any

    def __init__(self, cfg: Any, client: Any, address: Any, server: Any) -> None:
        super().__init__(cfg, client, address, server)
        self.head = bytearray()  # the part of the next request received so far, if it came in several pieces
        self.needed = 0  # bytes of head and body together, while the rest of a small body is waited for
        self.group: Waiting | None = None
        self.deadline = 0.0
        self.drained = 0  # bytes read and thrown away since the end of the last answer


class Waiting:
    """Connections in one state. All wait for the same number of seconds, so that arrival order is deadline order."""

    def __init__(self) -> None:
        self._connections: dict[ClientConnection, None] = {}

    def __len__(self) -> int:
        return len(self._connections)

    def add(self, connection: ClientConnection, seconds: float) -> None:
        connection.group, connection.deadline = self, time.monotonic() + seconds
        self._connections[connection] = None

    def discard(self, connection: ClientConnection) -> None:
        connection.group = None
        self._connections.pop(connection, None)

    def oldest(self) -> ClientConnection | None:
        return next(iter(self._connections), None)

    def expired(self) -> Iterator[ClientConnection]:
        """Every connection whose deadline has passed; the caller removes each."""
        now = time.monotonic()
        while (connection := self.oldest()) is not None and connection.deadline <= now:
            yield connection

    def hurry(self, seconds: float) -> None:
        """From now on, no connection waits longer than *seconds*."""
        latest = time.monotonic() + seconds
        for connection in self._connections:
            connection.deadline = min(connection.deadline, latest)
