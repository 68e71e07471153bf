"""Sends one POST to an address that was checked, with one deadline for the whole exchange.

The timeouts of the HTTP library are for one read each: a receiver that sends a byte now and then would hold its thread
forever."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress

from urllib3.connection import HTTPConnection, HTTPSConnection

from app.callbacks.targets import Target

TIMEOUT = 10.0  # seconds to connect, and for each read
DEADLINE = 20.0  # seconds from the first byte to the headers of the answer


def post(target: Target, body: bytes, headers: Mapping[str, str]) -> int:
    """The status that *target* answers. Raises OSError, http.client.HTTPException, and HTTPError of urllib3."""
    path = target.url.path or "/"
    with _Deadline(DEADLINE) as deadline, _connection(target, deadline.watch) as connection:
        connection.request(
            "POST",
            f"{path}?{target.url.query}" if target.url.query else path,
            body=body,
            headers={"Host": target.url.netloc, **headers},
            preload_content=False,
        )
        status = connection.getresponse().status
    if deadline.passed:  # headers that our shutdown cut look whole to the library
        raise TimeoutError(f"no whole answer within {DEADLINE:g} seconds")
    return status


class _Deadline:
    """Shuts the sockets down that it was shown if the block lasts longer than *seconds*: who reads finds the end."""

    def __init__(self, seconds: float) -> None:
        self.passed = False
        self._opened: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._pass)
        self._timer.daemon = True

    def __enter__(self) -> _Deadline:
        self._timer.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._timer.cancel()
        for each in self._opened:
            each.close()

    def watch(self, made: socket.socket) -> None:
        self._opened.append(made.dup())  # TLS takes the socket itself away before its handshake

    def _pass(self) -> None:
        self.passed = True
        for each in self._opened:
            with suppress(OSError):  # it is closed already
                each.shutdown(socket.SHUT_RDWR)


@contextmanager
def _connection(target: Target, watch: Callable[[socket.socket], None]) -> Iterator[HTTPConnection]:
    made: HTTPConnection
    if target.url.scheme == "http":
        made = _Plain(target.address, target.port, timeout=TIMEOUT)
    else:
        host = str(target.url.hostname)
        made = _Encrypted(
            target.address, target.port, timeout=TIMEOUT, cert_reqs="CERT_REQUIRED", server_hostname=host, assert_hostname=host
        )
    made.watch = watch
    try:
        yield made
    finally:
        made.close()


class _Watched:
    """Shows its socket as soon as it is connected, before TLS begins."""

    watch: Callable[[socket.socket], None]

    def _new_conn(self) -> socket.socket:
        made: socket.socket = super()._new_conn()  # type: ignore[misc]
        self.watch(made)
        return made


class _Plain(_Watched, HTTPConnection):
    pass


class _Encrypted(_Watched, HTTPSConnection):
    pass
