"""A separate port for `GET /metrics` and `/healthcheck`, so that monitoring needs no access to the services."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from app.ports import listener

log = logging.getLogger(__name__)

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BACKLOG = 16  # scrapes that may wait to be accepted
MOST_CONNECTIONS = 32  # of one process
IDLE_TIMEOUT = 30.0  # seconds that a connection may be silent


def listen(host: str, port: int | None) -> socket.socket | None:
    """A listening socket, for this process or those forked from it; None without a *port*.

    If the port is taken, None and a warning: a gateway without this port serves all the same."""
    if port is None:
        return None
    try:
        made = listener(host, port, BACKLOG)
    except OSError as exc:
        log.warning(
            "METRICS_PORT: cannot listen on %s, port %d (%s): choose another port, or an empty one for none; "
            "the metrics are at /metrics of the service all the same",
            host,
            port,
            exc.strerror,
        )
        return None
    made.setblocking(False)  # several processes may wait for the same connection, and one gets it
    return made


def serve(listening: socket.socket, render: Callable[[], bytes]) -> None:
    """Answers scrapes on *listening* with what *render* returns, in a daemon thread of this process."""
    server = _Server(listening, render)
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, listening: socket.socket, render: Callable[[], bytes]) -> None:
        super().__init__(listening.getsockname()[:2], _Scrape, bind_and_activate=False)
        self.socket.close()
        self.socket = listening
        self.render = render
        self._open: dict[socket.socket, None] = {}
        self._changing = threading.Lock()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Handles it in a thread of its own. Beyond the limit, the oldest connection is closed."""
        with self._changing:
            self._open[request] = None
            oldest = next(iter(self._open)) if len(self._open) > MOST_CONNECTIONS else None
            if oldest is not None:
                del self._open[oldest]
        if oldest is not None:
            with suppress(OSError):
                oldest.shutdown(socket.SHUT_RDWR)  # its thread closes it
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._changing:
            self._open.pop(request, None)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that left, or was disconnected, is not logged."""


class _Scrape(BaseHTTPRequestHandler):
    timeout = IDLE_TIMEOUT
    server: _Server

    def do_GET(self) -> None:
        match self.path.partition("?")[0]:
            case "/metrics":
                self._answer(200, CONTENT_TYPE, self.server.render())
            case "/healthcheck":
                self._answer(200, "application/json", b"1")
            case _:
                self._answer(404, "text/plain; charset=utf-8", b"the metrics are at /metrics\n")

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response_only(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """A scrape every few seconds is not logged."""
