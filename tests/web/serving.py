"""The app behind a real socket, for what a test client cannot do: event streams and WebSockets."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from io import BytesIO
from typing import TYPE_CHECKING, Any

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

SOON = 20.0  # seconds that a busy machine may need


class Quiet(WSGIRequestHandler):
    def make_environ(self) -> WSGIEnvironment:
        """Leaves a WebSocket to those who opened it: werkzeug would read what is left of a request after the last answer."""
        environ = super().make_environ()
        if environ.get("HTTP_UPGRADE"):
            self._opened_by, self.rfile = self.rfile, BytesIO()
        return environ

    def finish(self) -> None:
        super().finish()
        if hasattr(self, "_opened_by"):
            self._opened_by.close()

    def log(self, type: str, message: str, *args: Any) -> None:
        """Nothing: the app has its own log."""


@contextmanager
def served(app: Flask) -> Iterator[int]:
    """The port on which *app* answers, a thread for each connection."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    server.daemon_threads = True  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Events:
    """A client of server-sent events, as a browser is one."""

    def __init__(self, port: int, path: str, last_event_id: str = "") -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=SOON)
        self._connection.request("GET", path, headers={"Last-Event-ID": last_event_id} if last_event_id else {})
        self.answer: HTTPResponse = self._connection.getresponse()
        self.last_id = ""
        self.comments = 0

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """The data of each event, until the server ends the stream."""
        data = []
        for raw in self.answer:
            name, _, value = raw.decode().rstrip("\n").partition(":")
            if name == "data":
                data.append(value.removeprefix(" "))
            elif name == "id":
                self.last_id = value.strip()
            elif not name and value:
                self.comments += 1
            elif not name and data:
                yield json.loads("\n".join(data))
                data = []

    def __enter__(self) -> Events:
        return self

    def __exit__(self, *_: object) -> None:
        self.answer.close()
        self._connection.close()
