"""Gunicorn's threads, each of which stays with its connection for a moment, as whoever has asked soon asks again."""

from __future__ import annotations

from typing import Any, cast

from gunicorn.http.wsgi import base_environ
from gunicorn.workers.gthread import ThreadWorker

from app import turn
from app.serve.short import Other, Reply, ShortParser, ShortRequest, environment


class StayingWorker(ThreadWorker):
    """A connection that waits for its next request goes back to the main thread's poll, and another thread may take it from
    there: a quarter of what a short request costs. Here its thread waits itself at first, as long as there are threads for
    all connections."""

    wsgi: Any

    def load_wsgi(self) -> None:
        super().load_wsgi()
        self._usual = base_environ(self.cfg)

    def handle(self, conn: Any) -> Any:
        if self.cfg.is_ssl:
            return super().handle(conn)
        if conn.parser is None:
            conn.parser = ShortParser(self.cfg, conn.sock, conn.client)
        try:
            kept = super().handle(conn)
            while kept is True and self.alive and self.nr_conns <= self.cfg.threads:
                turn.leave()
                heard = conn.parser.hear()
                if heard is Other.NOTHING:
                    break
                kept = self._answered(heard, conn) if isinstance(heard, ShortRequest) else super().handle(conn)
            if kept is True:
                conn.parser.be_patient()
        finally:
            turn.leave()
        return kept

    def handle_request(self, req: Any, conn: Any) -> Any:
        if not isinstance(req, ShortRequest):
            return super().handle_request(req, conn)
        self.nr += 1
        reply = Reply()
        parts = self.wsgi(environment(req, conn, self._usual), reply.start)
        try:
            kept = self.alive
            conn.sock.sendall(reply.whole(parts, kept=kept))
        finally:
            if hasattr(parts, "close"):
                parts.close()
        return kept

    def _answered(self, request: ShortRequest, conn: Any) -> Any:
        """Whether the connection is kept, after a request that gunicorn has not seen."""
        try:
            return self.handle_request(request, conn)
        except OSError:  # the client has left
            return False
        except Exception as exc:  # noqa: BLE001  a bug
            self.handle_error(cast("Any", request), conn.sock, conn.client, exc)
            return False
