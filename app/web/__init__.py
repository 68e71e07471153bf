"""The HTTP service: `create_app(gateway)` is its one door."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from flask.json.provider import DefaultJSONProvider

from app.documents.apart import Maker
from app.web import problems
from app.web.authorized import AuthorizedGateway
from app.web.bodies.flavors import Flavors
from app.web.bodies.models import Models
from app.web.interfaces import GatewayView
from app.web.middleware import access_log, auth, cors, memory, paths, security_headers, tracing
from app.web.probes import Probes
from app.web.routes import (
    chat,
    docs,
    documents,
    events,
    health,
    jobs,
    linto,
    linto_results,
    linto_templates,
    meetings,
    metrics,
    openai,
    preview,
    questions,
    replays,
    results,
    search,
    services,
    sockets,
    text,
    versions,
)
from app.web.streaming import request_limit
from app.web.streaming.disconnects import DisconnectMonitor
from app.web.streaming.feed import Feed
from app.web.streaming.heartbeat import HEARTBEAT, Heartbeat
from app.web.streaming.responder import Responder
from app.web.studio import pages


class Utf8Json(DefaultJSONProvider):
    """JSON as people wrote it: keys in their order, characters as they are."""

    ensure_ascii = False
    sort_keys = False


def create_app(
    view: GatewayView,
    closing: Callable[[], bool] = lambda: False,
    disconnects: DisconnectMonitor | None = None,
    probes: Probes | None = None,
    heartbeat: Heartbeat = HEARTBEAT,
) -> Flask:
    """The gateway as a WSGI application. Starts no thread and opens no connection before the first request.

    *closing* says that this process is about to end: clients that follow a job are then disconnected, to reconnect elsewhere.
    `abort` of *disconnects* ends what clients wait for. *probes* are shared with the rest of the process. *heartbeat* is for
    clients that wait for the first piece of an event stream."""
    app = access_log.QuietFlask(__name__, static_folder=None)
    app.json = Utf8Json(app)
    app.config.update(MAX_CONTENT_LENGTH=view.settings.max_body)
    problems.register(app, view.settings.v1_dialect)
    access_log.register(app)
    tracing.register(app, view.tracing)
    metrics.register(app, view)
    probes = probes or Probes(view.backends)
    feed = Feed(view.jobs.changes, closing=closing)  # its thread serves no particular client
    if view.keyring is not None:
        view = AuthorizedGateway(view, view.keyring, view.accounts)
        auth.register(app, view.keyring, view.accounts, view.settings)
    for subject in (results, versions, jobs, meetings, search):
        app.register_blueprint(subject.blueprint(view))
    maker = documents.maker(view)
    for blueprint in (documents.blueprint(view, maker), health.blueprint(view, probes), metrics.blueprint(view, probes)):
        app.register_blueprint(blueprint)
    responder = Responder(view, disconnects or DisconnectMonitor(), request_limit.of_waiting(), heartbeat)
    _serve_text(app, view, responder, probes)
    _serve_changes(app, view, feed, maker, probes)
    if view.settings.studio == "on":
        pages.register(app, view, probes, responder, maker)
    docs.register(app, view, Flavors(view, probes))
    app.wsgi_app = security_headers.SecurityHeaders(paths.PlainPaths(app.wsgi_app))  # type: ignore[method-assign]
    if origins := view.settings.allowed_origins:
        app.wsgi_app = cors.Cors(app.wsgi_app, origins)  # type: ignore[method-assign]
    return app


def _serve_changes(app: Flask, view: GatewayView, feed: Feed, maker: Maker, probes: Probes) -> None:
    """Registers the routes on which clients follow jobs."""
    watchers = request_limit.of_watchers()
    app.register_blueprint(events.blueprint(view, feed, watchers))
    sockets.register(app, view, feed, watchers)
    if view.settings.linto_api == "on":
        linto.register(app, view, feed, watchers)
        _serve_linto(app, view, maker, probes)


def _serve_linto(app: Flask, view: GatewayView, maker: Maker, probes: Probes) -> None:
    """Registers the routes that LinTO Studio calls."""
    app.register_blueprint(linto.blueprint(view, Flavors(view, probes), lambda: _reads_jobs(app, view)))
    for blueprint in (linto_results.blueprint(view, maker), linto_templates.blueprint()):
        app.register_blueprint(blueprint)


def _reads_jobs(app: Flask, view: GatewayView) -> bool:
    """Whether the present request could read jobs: it has a key if it needs one, and the database answers."""
    return auth.has_key(app) and health.serves(view)


def _serve_text(app: Flask, view: GatewayView, responder: Responder, probes: Probes) -> None:
    """Registers the routes on which clients wait for a model's answer."""
    flavors = Flavors(view, probes)
    memory.register(app)
    app.register_blueprint(services.blueprint(view, responder, flavors))
    app.register_blueprint(preview.blueprint(view, responder))
    app.register_blueprint(replays.blueprint(view, responder, flavors))
    app.register_blueprint(text.blueprint(view, responder, flavors, probes))
    app.register_blueprint(chat.blueprint(view, responder, flavors))
    app.register_blueprint(questions.blueprint(view, responder))
    app.register_blueprint(openai.blueprint(view, responder, Models(probes), flavors))
