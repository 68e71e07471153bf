"""The HTTP service: `create_app(gateway)` is its one door."""

from __future__ import annotations

from flask import Flask
from flask.json.provider import DefaultJSONProvider

from app.web import docs, health, metrics, paths, problems, results, services, trail
from app.web.parts import Parts


class Utf8Json(DefaultJSONProvider):
    """JSON as people wrote it: keys in their order, characters as they are."""

    ensure_ascii = False
    sort_keys = False


def create_app(parts: Parts) -> Flask:
    """The gateway as a WSGI application. Starts no thread and opens no connection before the first request."""
    app = trail.QuietFlask(__name__, static_folder=None)
    app.json = Utf8Json(app)
    app.config.update(MAX_CONTENT_LENGTH=parts.settings.max_body)
    problems.register(app)
    trail.register(app)
    metrics.register(app, parts)
    for subject in (services, results, health):
        app.register_blueprint(subject.blueprint(parts))
    app.register_blueprint(metrics.blueprint(parts))
    docs.register(app, parts)
    app.wsgi_app = paths.PlainPaths(app.wsgi_app)  # type: ignore[method-assign]
    return app
