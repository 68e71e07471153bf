"""Gunicorn's threads, each of which stays with its connection for a moment, as whoever has asked soon asks again."""

from __future__ import annotations

import re
import select
import socket
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from app import turn

STAY = 50  # milliseconds
LOOK = 65536  # bytes of a request that are looked at before it is read
# Requests that are handed on within a millisecond, most of them: they take turns.
SHORT = re.compile(rb"POST /v1/(?:chat/)?completions HTTP/1\.1\r\n(?:.+\r\n)*?content-length: *(\d{1,5})\r\n", re.IGNORECASE)
END = b"\r\n\r\n"


class StayingWorker(ThreadWorker):
    """A connection that waits for its next request goes back to the main thread's poll, and another thread may take it from
    there: a quarter of what a short request costs. Here its thread waits itself at first, as long as there are threads for
    all connections."""

    def handle(self, conn: Any) -> Any:
        kept = super().handle(conn)
        while kept is True and self._asks_again(conn):
            if _is_here_and_short(conn.sock):
                turn.take()
            try:
                kept = super().handle(conn)
            finally:
                turn.leave()
        return kept

    def _asks_again(self, conn: Any) -> bool:
        if not self.alive or self.cfg.is_ssl or self.nr_conns > self.cfg.threads:
            return False
        if conn.parser.unreader.buf.getvalue():  # it has already: what was read with the last request, no poll shows
            return True
        poll = select.poll()
        poll.register(conn.sock, select.POLLIN)
        return bool(poll.poll(STAY))


def _is_here_and_short(connection: socket.socket) -> bool:
    """Whether all of a request that takes a turn is here: who has a turn must not wait for a slow client."""
    try:
        here = connection.recv(LOOK, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except OSError:
        return False
    head = SHORT.match(here)
    return head is not None and len(here) >= here.find(END) + len(END) + int(head[1])
