"""What `bench.upload` tells of other clients is the gateway's doing alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bench.upload import accepted, order
from tests.acceptance import processes

CAME: list[bytes] = []


class Accepting(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        CAME.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"jobId": "one"}')

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture
def port() -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), Accepting) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_nothing_is_encoded_while_the_other_client_asks(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """One step over 50 MB keeps all threads of the benchmark waiting, and the gateway seemed to."""
    body = order("Ann: let us begin")
    encoded: list[Any] = []
    monkeypatch.setattr(processes.json, "dumps", encoded.append)  # type: ignore[attr-defined]

    job_id = accepted(cast(Any, SimpleNamespace(port=port)), body)

    assert (job_id, CAME, encoded) == ("one", [body], [])
