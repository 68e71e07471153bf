"""Security headers for browsers. Pages also have a policy of their own (`docs.POLICY`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HEADERS = {
    "X-Content-Type-Options": "nosniff",  # a transcript is never taken for a page
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",  # ids of jobs are in addresses
    "Cross-Origin-Resource-Policy": "same-origin",
}
_OURS = [(name.lower(), (name, value)) for name, value in HEADERS.items()]


class SecurityHeaders:
    """Adds the headers to every answer that does not set them itself. None admits another origin: that is `cors`."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            said = {name.lower() for name, _ in headers}
            own_headers = [header for name, header in _OURS if name not in said]
            return start_response(status, [*headers, *own_headers], exc_info)

        return self._app(environ, start)
