"""Sends one POST to an address that was checked, with one deadline for the whole exchange.

The timeouts of the HTTP library are for one read each: a receiver that sends a byte now and then would hold its thread
forever."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager

from urllib3.connection import HTTPConnection, HTTPSConnection

from app.backends.http.upstream import Upstream
from app.callbacks.targets import Target
from app.cancellation import CancelToken

TIMEOUT = 10.0  # seconds to connect, and for each read
DEADLINE = 20.0  # seconds from the first byte to the headers of the answer


def post(target: Target, body: bytes, headers: Mapping[str, str]) -> int:
    """The status that *target* answers. Raises OSError, http.client.HTTPException, and HTTPError of urllib3."""
    path = target.url.path or "/"
    upstream = Upstream(CancelToken())
    with upstream, _connection(target, upstream) as connection:
        upstream.arm(DEADLINE)
        connection.request(
            "POST",
            f"{path}?{target.url.query}" if target.url.query else path,
            body=body,
            headers={"Host": target.url.netloc, **headers},
            preload_content=False,
        )
        status = connection.getresponse().status
    if upstream.timed_out_after:  # headers that our shutdown cut look whole to the library
        raise TimeoutError(f"no whole answer within {DEADLINE:g} seconds")
    return status


@contextmanager
def _connection(target: Target, upstream: Upstream) -> Iterator[HTTPConnection]:
    """A connection to *target* whose socket *upstream* knows from its beginning on."""
    made: _Plain | _Encrypted
    if target.url.scheme == "http":
        made = _Plain(target.address, target.port, timeout=TIMEOUT)
    else:
        host = str(target.url.hostname)
        made = _Encrypted(
            target.address, target.port, timeout=TIMEOUT, cert_reqs="CERT_REQUIRED", server_hostname=host, assert_hostname=host
        )
    with ExitStack() as stack:
        stack.callback(made.close)
        # a copy: TLS takes the socket itself away before its handshake
        made.opened = lambda opened: upstream.attach(stack.enter_context(opened.dup()))
        yield made


class _Watched:
    """Tells of its socket as soon as it is connected, before TLS begins."""

    opened: Callable[[socket.socket], None]

    def _new_conn(self) -> socket.socket:
        made: socket.socket = super()._new_conn()  # type: ignore[misc]
        self.opened(made)
        return made


class _Plain(_Watched, HTTPConnection):
    pass


class _Encrypted(_Watched, HTTPSConnection):
    pass
