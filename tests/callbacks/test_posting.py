from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from app.callbacks import posting
from app.callbacks.posting import post
from app.callbacks.targets import Targets

HEAD = b"HTTP/1.1 204 No Content\r\nX-Slow: "
HANDSHAKE = b"\x16\x03\x03\x3f\x00"  # the head of a TLS record whose content is never complete
DRIPS = 200  # of a tenth of a second each: then the receiver gives up, and the test fails


class Dripping:
    """A receiver that sends *first*, and then a byte every tenth of a second."""

    def __init__(self, first: bytes) -> None:
        self._first = first
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self.left = threading.Event()
        self._thread = threading.Thread(target=self._answer, daemon=True)
        self._thread.start()

    def _answer(self) -> None:
        client, _ = self._server.accept()
        with client:
            try:
                client.recv(65536)
                client.sendall(self._first)
                for _ in range(DRIPS):
                    if self.left.wait(0.1):
                        return
                    client.sendall(b"x")
                client.sendall(b"\r\n\r\n")
            except OSError:
                self.left.set()

    def close(self) -> None:
        self.left.set()
        self._thread.join()
        self._server.close()


@pytest.fixture(params=[("http", HEAD), ("https", HANDSHAKE)], ids=["headers", "handshake"])
def url_of_a_dripping_receiver(request: pytest.FixtureRequest) -> Iterator[tuple[str, Dripping]]:
    scheme, first = request.param
    made = Dripping(first)
    yield f"{scheme}://127.0.0.1:{made.port}/done", made
    made.close()


def test_a_receiver_that_sends_a_byte_now_and_then_is_left(
    url_of_a_dripping_receiver: tuple[str, Dripping], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, receiver = url_of_a_dripping_receiver
    monkeypatch.setattr(posting, "DEADLINE", 0.5)
    target = Targets(allowed=True, private=True, ports=(receiver.port,)).target(url)

    with pytest.raises(OSError, match=r"."):
        post(target, b"{}", {})

    assert not receiver.left.is_set(), "it was not left before it gave up"
