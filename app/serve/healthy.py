"""The health check of a container: whether the gateway on this machine answers."""

from __future__ import annotations

import sys
from http.client import HTTPConnection, HTTPException

from app.ports import local_address
from app.settings import Settings

ANSWER_TIMEOUT = 20.0  # seconds: a machine that loads a model may be slow, and is well all the same


def healthy(settings: Settings) -> int:
    """0 if `GET /healthcheck` on the service's port is answered, else 1 and the reason."""
    connection = HTTPConnection(local_address(settings.host), settings.service_port, timeout=ANSWER_TIMEOUT)
    try:
        connection.request("GET", "/healthcheck")
        status = connection.getresponse().status
    except (OSError, HTTPException) as exc:
        print(f"port {settings.service_port}: {exc}", file=sys.stderr)  # noqa: T201  the container's engine shows it
        return 1
    finally:
        connection.close()
    return 0 if status == 200 else 1
