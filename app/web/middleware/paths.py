"""Normalises the paths that clients write into those that we route."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from app.errors import JobNotFound

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SLASHES = re.compile("/{2,}")
AN_ID = re.compile(r"[\w-]{1,64}", re.ASCII)  # what a job's id may be; a database may refuse other characters as text


class PlainPaths:
    """Reads `//services//cra/generate/` as `/services/cra/generate`.

    Clients join a base URL that ends in a slash with our paths. A redirect would turn their POST into a GET."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ["PATH_INFO"] = plain(environ.get("PATH_INFO", ""))
        return self._app(environ, start_response)


def plain(path: str) -> str:
    """*path* with single slashes and none at its end; the root stays `/`."""
    return SLASHES.sub("/", f"/{path}").rstrip("/") or "/"


def rooted(given: str) -> str:
    """*given* with one slash before it and none behind; the root is empty."""
    bare = given.strip("/")
    return f"/{bare}" if bare else ""


def job_id(given: str) -> str:
    """*given*, if it can be the id of a job. Raises JobNotFound."""
    if not AN_ID.fullmatch(given):
        raise JobNotFound(given)
    return given
