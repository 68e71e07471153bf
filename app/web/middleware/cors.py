"""Cross-origin requests (CORS): pages of the origins that an operator lists may call the gateway from a browser."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ANY = "*"
ALLOWED = "Access-Control-Allow-Origin"
METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
PREFLIGHT_SECONDS = 600  # for which a browser need not ask again
# The headers that a page may send: those of our routes, of the SDKs and of traces. Browsers send a few others unasked.
REQUEST_HEADERS = (
    "Accept",
    "Authorization",
    "Content-Encoding",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "Last-Event-ID",
    "traceparent",
    "tracestate",
    "User-Agent",
    "X-API-Key",
    "X-Request-Id",
)
REQUEST_PREFIXES = ("x-stainless-", "openai-", "anthropic-")  # of headers that OpenAI's and Anthropic's SDKs add
# The headers of our answers that a page may read besides the few that every page may.
RESPONSE_HEADERS = (
    "Accept-Encoding",
    "Allow",
    "Content-Disposition",
    "ETag",
    "Location",
    "Retry-After",
    "WWW-Authenticate",
    "X-Catalog-Generation",
    "X-Catalog-Problems",
    "X-Catalog-Stale",
    "X-Conversation-Id",
    "X-Request-Id",
)
EXPOSED = ", ".join(RESPONSE_HEADERS)


class Cors:
    """Answers the preflights of the *origins*, before any route or key is looked at, and lets their pages read the answers.

    Credentials of a browser (cookies) are not allowed: there are none. Another origin gets the answers that it would get
    without CORS, which its browser keeps from it."""

    def __init__(self, app: WSGIApplication, origins: Iterable[str]) -> None:
        self._app = app
        self._origins = frozenset(origins)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        granted = self._granted(environ.get("HTTP_ORIGIN", ""))
        if ALLOWED in granted and _is_preflight(environ):
            start_response("204 No Content", [*granted.items(), *_preflight(environ).items()])
            return []

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            shown = {**granted, "Access-Control-Expose-Headers": EXPOSED} if ALLOWED in granted else granted
            return start_response(status, [*headers, *shown.items()], exc_info)

        return self._app(environ, start)

    def _granted(self, origin: str) -> dict[str, str]:
        """What every answer to a page of *origin* says; caches tell the answers to different origins apart."""
        if ANY in self._origins:
            return {ALLOWED: ANY}
        allowed = {ALLOWED: origin} if origin.lower() in self._origins else {}
        return {**allowed, "Vary": "Origin"}


def _is_preflight(environ: Mapping[str, Any]) -> bool:
    return environ.get("REQUEST_METHOD") == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ


def _preflight(environ: Mapping[str, Any]) -> dict[str, str]:
    """What a preflight is answered besides."""
    requested = [each.strip() for each in environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "").split(",")]
    further = [each for each in requested if each.lower().startswith(REQUEST_PREFIXES) and _is_token(each)]
    return {
        "Access-Control-Allow-Methods": METHODS,
        "Access-Control-Allow-Headers": ", ".join([*REQUEST_HEADERS, *further]),
        "Access-Control-Max-Age": str(PREFLIGHT_SECONDS),
        "Content-Length": "0",
    }


def _is_token(name: str) -> bool:
    """Whether *name* can be the name of a header: it is repeated in one."""
    return name.isascii() and name.replace("-", "").replace("_", "").isalnum()
