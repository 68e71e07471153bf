"""The access log: an id and one line per request."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from random import getrandbits
from typing import Any
from urllib.parse import quote

from flask import Flask, Request, Response, g
from flask.globals import app_ctx, request_ctx
from flask.sessions import NullSession, SecureCookieSession, SecureCookieSessionInterface

from app.errors import raised_at

access = logging.getLogger("app.web.access")
SANE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}")
LONGEST_PATH = 200  # characters of a path in the log
SHARED = "/studio/shared/"  # whoever knows the rest of such a path may read the meeting


def register(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    given, kept = request_ctx.request.headers.get("X-Request-Id"), app_ctx.g
    # an id must be unique, but need not be hard to guess
    kept.request_id = given if given and SANE_ID.fullmatch(given) else f"{getrandbits(128):032x}"  # nosec B311
    kept.began = time.perf_counter()


def shown_path(path: str) -> str:
    """*path* for a log: cut, and without what opens a shared meeting."""
    if path.startswith(SHARED):
        path = f"{SHARED}..."
    return quote(path[:LONGEST_PATH])


def _end(response: Response) -> Response:
    asked, kept = request_ctx.request, app_ctx.g  # each look at a proxy costs a microsecond
    response.headers["X-Request-Id"] = kept.request_id
    access.info(
        "%s %s %s %d %.1f ms %s",
        asked.remote_addr,
        asked.method if asked.method.isalpha() else "?",
        shown_path(asked.path),
        response.status_code,
        1000 * (time.perf_counter() - kept.began),
        kept.request_id,
    )
    return response


class _NoSessions(SecureCookieSessionInterface):
    """The same session for every request, in which nothing can be kept."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:  # noqa: ARG002
        return _NONE


_NONE = NullSession()


class QuietFlask(Flask):
    """Flask that logs a bug by its type and place, never by its message: that may quote a transcript. Views are plain, and the
    studio has sessions of its own (`sessions`)."""

    session_interface = _NoSessions()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Returns *func* as it is: Flask would check for every hook of every request whether it is a coroutine."""
        return func

    def log_exception(self, exc_info: Any) -> None:
        kind, error, _ = exc_info
        self.logger.error("request %s: bug: %s at %s", g.get("request_id"), kind.__name__, raised_at(error))
