"""Who may ask which route: each request carries a key, each route has a rule, and a route without one is refused."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, Request, g
from flask.globals import request_ctx
from werkzeug.wrappers import Response as AnyResponse

from app.errors import Forbidden, RateLimited
from app.keys import Key, Keyring
from app.limits.accounts import Accounts
from app.settings import SettingError, Settings
from app.web.middleware.sessions import Sessions, signing_secret
from app.web.studio import entrance

BEARER = "bearer "
WORK = frozenset({"POST"})  # methods that ask for work: reading results is free
# What a name in OPEN_ROUTES stands for: the endpoints that it opens.
OPENED = {
    "healthcheck": ("health.healthcheck",),
    "health": ("health.state",),
    "metrics": ("metrics.scrape", "metrics.health_metrics"),
    "docs": ("flasgger.apidocs", "flasgger.apispec", "flasgger.static", "root.index"),
}
# Who opens the page of the API without a key: it shows how to sign in and what the API is, and no service.
NOBODY = Key("", "", services=())
# The views of each blueprint that any key may ask. What it gets there is what `AuthorizedGateway` shows it.
_RULES = {
    "chat": "delete messages say say_to_service",
    "documents": "export",
    "events": "happens",
    "jobs": "append cancel one retry some",
    "meetings": "correct transcript",
    "openai": "cancel_response chat_completions completions hand_on listed model response response_items",
    "preview": "preview",
    "questions": "ask",
    "replays": "preview replay",
    "results": "minutes result",
    "search": "actions find mark",
    "services": "generate manifest manifests",
    "studio": "actions ask begin cancel change_service correct delete edit edit_service home mark meeting meetings "
    "new nothing part rename restore retry services share sign_out turn unshare versions",
    "text": "batch generate generate_stream info service_stream",
    "versions": "edit_minutes edit_text listed one restore",
}
RULES = frozenset(
    {
        "many",
        "one",
        *(f"{subject}.{view}" for subject, views in _RULES.items() for view in views.split()),
        *entrance.OPEN,
        *(endpoint for endpoints in OPENED.values() for endpoint in endpoints),
    }
)
# The same for routes that exist only with LINTO_API=on.
_LINTO = {
    "linto": "cancel flavors_of job run service services",
    "linto_results": "delete delete_version edit export restore version versions",
    "linto_templates": "delete listed one placeholders upload",
}
LINTO_RULES = frozenset({"linto_jobs", *(f"{subject}.{view}" for subject, views in _LINTO.items() for view in views.split())})
# A page of another origin may open a WebSocket here, cookies included: only a key in a header opens one.
WITHOUT_SESSION = frozenset({"many", "one", "linto_jobs"})


def register(app: Flask, keyring: Keyring, accounts: Accounts, settings: Settings) -> None:
    """Makes every request to *app* require a key, except on open routes.

    Raises SettingError for an unknown open route."""
    opened = opened_by(settings.open_routes)
    sessions = Sessions(keyring, lambda: signing_secret(settings), settings.session_seconds)
    app.extensions["sessions"] = sessions
    app.extensions["key_of"] = lambda asked: _key_of(asked, keyring, sessions)

    @app.before_request
    def look() -> AnyResponse | None:
        asked = request_ctx.request
        endpoint = asked.endpoint
        if endpoint in opened:
            return None
        if endpoint in entrance.OPEN:
            g.key = NOBODY
            return None
        key = _key_of(asked, keyring, sessions)
        if key is None:
            return entrance.sign_in_first(asked, settings)
        if endpoint is not None and endpoint not in RULES | LINTO_RULES:
            raise Forbidden(
                f"the route {asked.url_rule} has no rule that says who may use it: say so to the operator of the gateway"
            )
        g.key = key
        if key.rate is not None and asked.method in WORK:
            wait = accounts.visit(key.holder, key.rate.most, key.rate.seconds)
            if wait > 0:
                raise RateLimited(key.rate.most, key.rate.seconds, wait)
        return None


def has_key(app: Flask) -> bool:
    """Whether the present request has a key that is good here, or needs none; also on an open route."""
    key_of: Callable[[Request], Key | None] | None = app.extensions.get("key_of")
    return key_of is None or key_of(request_ctx.request) is not None


def _key_of(asked: Request, keyring: Keyring, sessions: Sessions) -> Key | None:
    """The key that a request shows in a header, else the one that its session stands for. Raises Forbidden."""
    if shown := _shown(asked):
        return keyring.opened_by(shown)
    if asked.endpoint in OPENED["docs"]:
        return NOBODY
    return None if asked.endpoint in WITHOUT_SESSION else sessions.key_of(asked)


def opened_by(given: str | None) -> frozenset[str]:
    """The endpoints that OPEN_ROUTES opens. Raises SettingError."""
    names = [name.strip() for name in (given or "").split(",") if name.strip()]
    for name in names:
        if name not in OPENED:
            raise SettingError(f"OPEN_ROUTES: {name!r} is not one of {', '.join(OPENED)}")
    return frozenset(endpoint for name in names for endpoint in OPENED[name])


def _shown(asked: Request) -> str:
    """The key that a request carries, empty if none."""
    given = asked.headers.get("Authorization", "")
    if given[: len(BEARER)].lower() == BEARER:
        return given[len(BEARER) :].strip()
    return asked.headers.get("X-API-Key", "").strip()
