"""Ports of this machine: a socket that listens on one, and the address under which a local client reaches it."""

from __future__ import annotations

import socket

# Hosts that stand for every address of this machine, and where a client on this machine finds them.
_EVERY_ADDRESS = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104


def local_address(host: str) -> str:
    """The address to connect to, on this machine, for a server that listens on *host*."""
    return _EVERY_ADDRESS.get(host, host)


def free_port() -> int:
    """A port of 127.0.0.1 on which nothing listens at this moment."""
    with listener("127.0.0.1", 0) as found:
        return int(found.getsockname()[1])


def listener(host: str, port: int, backlog: int = 1) -> socket.socket:
    """A socket that listens there; an empty *host* is every address. Raises OSError."""
    family, kind, protocol, _, address = socket.getaddrinfo(
        host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    made = socket.socket(family, kind, protocol)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
        made.listen(backlog)
    except OSError:
        made.close()
        raise
    return made
