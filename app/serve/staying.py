"""Gunicorn's threads, each of which stays with its connection for a moment, as whoever has asked soon asks again."""

from __future__ import annotations

import select
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

STAY = 50  # milliseconds


class StayingWorker(ThreadWorker):
    """A connection that waits for its next request goes back to the main thread's poll, and another thread may take it from
    there: a quarter of what a short request costs. Here its thread waits itself at first, as long as there are threads for
    all connections."""

    def handle(self, conn: Any) -> Any:
        kept = super().handle(conn)
        while kept is True and self._asks_again(conn):
            kept = super().handle(conn)
        return kept

    def _asks_again(self, conn: Any) -> bool:
        if not self.alive or self.cfg.is_ssl or self.nr_conns > self.cfg.threads:
            return False
        if conn.parser.unreader.buf.getvalue():  # it has already: what was read with the last request, no poll shows
            return True
        poll = select.poll()
        poll.register(conn.sock, select.POLLIN)
        return bool(poll.poll(STAY))
