"""Checks that the configured port can be listened on."""

from __future__ import annotations

import errno
import socket
import time

from app.ports import listener
from app.settings import SettingError


def check_port(host: str, port: int, patience: float = 0.0) -> None:
    """Raises SettingError when *port* cannot be listened on; a taken one may become free for *patience* seconds."""
    deadline = time.monotonic() + patience
    while (trouble := _trouble(host, port)) is not None:
        if time.monotonic() >= deadline:
            raise SettingError(_in_words(host, port, trouble)) from trouble
        time.sleep(0.1)


def _trouble(host: str, port: int) -> OSError | None:
    """The system's error for listening there, or none."""
    try:
        listener(host, port).close()
    except OSError as exc:
        return exc
    return None


def _in_words(host: str, port: int, trouble: OSError) -> str:
    if isinstance(trouble, socket.gaierror) or trouble.errno == errno.EADDRNOTAVAIL:
        return f"HTTP_HOST: {host!r} is no address of this machine ({trouble.strerror})"
    if isinstance(trouble, PermissionError):
        return f"HTTP_PORT: this user may not listen on port {port}: choose one from 1024 on"
    return f"HTTP_PORT: cannot listen on {host}, port {port} ({trouble.strerror}): end what uses it, or choose another port"
