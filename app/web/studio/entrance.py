"""Who may enter the studio without a key, and where a browser without one is sent."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Request, redirect
from werkzeug.wrappers import Response as AnyResponse

from app.errors import Unauthenticated
from app.settings import Settings
from app.web.middleware.paths import rooted

HOME = "/studio"
# The endpoints that need no key: the page that asks for one, and what a share link shows.
OPEN = ("studio.file", "studio.sign_in", "studio.enter", "studio.shared", "studio.shared_export")


def prefix(settings: Settings) -> str:
    """What a proxy puts before our paths, as a browser sees them."""
    return rooted(settings.swagger_prefix)


def sign_in_first(asked: Request, settings: Settings) -> AnyResponse:
    """Leads a browser that asks for a page to the sign-in page. Raises Unauthenticated for everything else."""
    is_page = (asked.endpoint or "").startswith("studio.") and asked.method == "GET"
    if not is_page or "text/html" not in asked.headers.get("Accept", ""):
        raise Unauthenticated
    return redirect(f"{prefix(settings)}{HOME}/sign-in?{urlencode({'next': asked.path})}")


def path_after(given: str) -> str:
    """Where to go after signing in: *given* if it is a page of the studio, else the first one. Never another host."""
    plain = given.isascii() and given.isprintable() and "\\" not in given and "//" not in given
    return given if plain and given.startswith(f"{HOME}/") and ".." not in given else f"{HOME}/new"
