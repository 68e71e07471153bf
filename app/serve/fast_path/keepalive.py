"""Gunicorn's threads, each of which stays with its connection for a moment, as whoever has asked soon asks again."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from typing import Any, cast

from gunicorn.http.parser import RequestParser
from gunicorn.http.wsgi import Response, base_environ
from gunicorn.util import close_graceful

from app import gil
from app.serve.connections import LEFT, ConnectionWorker, ends_head
from app.serve.fast_path.requests import Other, Reply, ShortParser, ShortRequest, environment
from app.serve.waiting import ClientConnection


class KeepAliveWorker(ConnectionWorker):
    """A connection that waits for its next request goes back to the main thread's poll, and another thread may take it from
    there: a quarter of what a short request costs. Here its thread waits itself at first, as long as there are threads for
    all connections."""

    wsgi: Any

    def load_wsgi(self) -> None:
        super().load_wsgi()
        self._usual = base_environ(self.cfg)

    def parser_class(self, connection: ClientConnection) -> type[RequestParser]:
        is_short = isinstance(connection.client, tuple)  # a Unix socket has no address
        return ShortParser if is_short else super().parser_class(connection)

    def handle(self, conn: Any) -> Any:
        if not isinstance(conn.parser, ShortParser):
            return super().handle(conn)
        try:
            kept = super().handle(conn)
            while kept is True and self.alive and self.nr_conns <= self.cfg.threads:
                gil.release()
                heard = conn.parser.hear()
                if heard is Other.NOTHING or (heard is Other.SOMETHING and not ends_head(conn.parser.unreader.buf.getvalue())):
                    break  # the main thread waits for the rest of a head
                kept = self._answered(heard, conn) if isinstance(heard, ShortRequest) else super().handle(conn)
            if kept is True:
                conn.parser.be_patient()
        finally:
            gil.release()
        return kept

    def handle_request(self, req: Any, conn: Any) -> Any:
        if not isinstance(req, ShortRequest):
            return super().handle_request(req, conn)
        self.nr += 1
        kept = self.alive and len(self.keepalived_conns) < self.max_keepalived
        reply = Reply()
        view = self.wsgi(environment(req, conn, self._usual), reply.start)
        try:
            if not reply.is_plain:
                return self._written(req, reply, view, conn, kept=kept)
            said = reply.whole(view, kept=kept)
        finally:
            if hasattr(view, "close"):
                view.close()
        _send(conn.sock, said)
        return kept

    def _written(self, req: ShortRequest, reply: Reply, view: Iterable[bytes], conn: Any, *, kept: bool) -> bool:
        """Sends *parts* as they come, as gunicorn does; whether the connection is kept."""
        gil.release()  # it may block
        response = Response(cast("Any", req), conn.sock, self.cfg)
        if not kept:
            response.force_close()
        response.start_response(reply.status, reply.headers)
        try:
            for part in view:
                response.write(part)
            response.close()
        except OSError:
            raise
        except Exception:  # too late for another answer
            self.log.exception("Error handling request")
            close_graceful(conn.sock)
            return False
        return not response.should_close()

    def _answered(self, request: ShortRequest, conn: Any) -> Any:
        """Whether the connection is kept, after a request that gunicorn has not seen."""
        try:
            return self.handle_request(request, conn)
        except OSError as exc:
            if exc.errno not in LEFT:
                self.log.exception("Socket error processing request.")
            return False
        except Exception as exc:  # noqa: BLE001  a bug
            self.handle_error(cast("Any", request), conn.sock, conn.client, exc, request.path)
            return False


def _send(client: socket.socket, said: bytes) -> None:
    """Sends all of it; releases the interpreter lock if the client does not take it at once."""
    try:
        sent = client.send(said, socket.MSG_DONTWAIT)
    except BlockingIOError:
        sent = 0
    if sent < len(said):
        gil.release()
        client.sendall(memoryview(said)[sent:])
