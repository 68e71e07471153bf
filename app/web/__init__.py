"""The HTTP service: `create_app(gateway)` is its one door."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from flask.json.provider import DefaultJSONProvider

from app.web import (
    chat,
    docs,
    events,
    guard,
    health,
    jobs,
    metrics,
    openai,
    paths,
    problems,
    protection,
    results,
    services,
    sockets,
    text,
    tracing,
    trail,
)
from app.web.attending import Attending
from app.web.departures import Departures
from app.web.feed import Feed
from app.web.health import Probes
from app.web.models import Models
from app.web.parts import Parts


class Utf8Json(DefaultJSONProvider):
    """JSON as people wrote it: keys in their order, characters as they are."""

    ensure_ascii = False
    sort_keys = False


def create_app(parts: Parts, closing: Callable[[], bool] = lambda: False) -> Flask:
    """The gateway as a WSGI application. Starts no thread and opens no connection before the first request.

    *closing* says that this process is about to end: whoever watches a job is sent away then, to come again elsewhere."""
    app = trail.QuietFlask(__name__, static_folder=None)
    app.json = Utf8Json(app)
    app.config.update(MAX_CONTENT_LENGTH=parts.settings.max_body)
    problems.register(app, parts.settings.v1_dialect)
    trail.register(app)
    tracing.register(app, parts.tracing)
    metrics.register(app, parts)
    feed = Feed(parts.jobs.changes, closing=closing)  # its thread serves nobody in particular
    parts = metrics.Counting(parts)
    if parts.ring is not None:
        parts = guard.Guarded(parts, parts.ring, parts.accounts)
        guard.register(app, parts.ring, parts.accounts, parts.settings)
    for subject in (results, jobs, health):
        app.register_blueprint(subject.blueprint(parts))
    _serve_text(app, parts)
    app.register_blueprint(events.blueprint(parts, feed))
    sockets.register(app, parts, feed)
    app.register_blueprint(metrics.blueprint(parts))
    docs.register(app, parts)
    app.wsgi_app = protection.Protected(paths.PlainPaths(app.wsgi_app))  # type: ignore[method-assign]
    return app


def _serve_text(app: Flask, parts: Parts) -> None:
    """The routes on which clients wait for what a model says."""
    attending, probes = Attending(parts, Departures()), Probes(parts.backends)
    app.register_blueprint(services.blueprint(parts, attending))
    app.register_blueprint(text.blueprint(parts, attending, probes))
    app.register_blueprint(chat.blueprint(parts, attending))
    app.register_blueprint(openai.blueprint(parts, attending, Models(probes)))
