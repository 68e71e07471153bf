"""Job updates over the two WebSockets that existing clients know."""

from __future__ import annotations

import json
import selectors
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

from flask import Flask
from flask_sock import Sock
from simple_websocket import ConnectionClosed, Server
from wsproto.frame_protocol import CloseReason

from app import json_bounds
from app.errors import Busy, JobNotFound, StoreError
from app.jobs import Job
from app.web.bodies.dialects import DIALECTS, UNKNOWN, Body, Dialect
from app.web.interfaces import GatewayView, Jobs
from app.web.middleware import paths
from app.web.streaming import request_limit
from app.web.streaming.feed import Feed, JobSubscription
from app.web.streaming.request_limit import RequestLimit

EVERY = 3.0  # seconds; clients take a longer silence for a dead line
MOST_JOBS = 1000  # that one socket follows
LARGEST = 2**20  # bytes of one message to us
# Of the library's thread for each socket, which hears the client: it keeps no process from ending, needs no descriptor of
# its own, and a ping shows whether anybody is there.
OPTIONS = {
    "max_message_size": LARGEST,
    "ping_interval": 30,  # seconds
    "thread_class": partial(threading.Thread, daemon=True),
    "selector_class": selectors.PollSelector,
}

ALIVE = json.dumps({"status": "alive"})
ASK_SO = {"status": "error", "message": "send a JSON array of job ids"}
RESTARTED = "this process of the gateway ends: connect again"  # the reason of a closing
TOO_MANY = {"status": "error", "message": f"one socket follows at most {MOST_JOBS} jobs; open another one"}


def register(app: Flask, view: GatewayView, feed: Feed, watchers: RequestLimit | None = None, *, every: float = EVERY) -> None:
    """Adds both sockets to *app*; each sends a message at least every *every* seconds."""
    limit = watchers or request_limit.of_watchers()
    app.config.setdefault("SOCK_SERVER_OPTIONS", OPTIONS)
    sock = Sock(app)
    dialect = DIALECTS[view.settings.v1_dialect]

    @sock.route("/ws/results/<job_id>", endpoint="one")  # type: ignore[untyped-decorator]
    def one(ws: Server, job_id: str) -> None:
        with until_it_closes(ws), limit.held():
            One(ws, view.jobs, feed, dialect, every).follow(job_id)

    @sock.route("/ws/results", endpoint="many")  # type: ignore[untyped-decorator]
    def many(ws: Server) -> None:
        with until_it_closes(ws), limit.held():
            Many(ws, view.jobs, feed, dialect, every).follow()

    for endpoint in ("one", "many"):
        app.view_functions[endpoint] = limit.checked(app.view_functions[endpoint])


@contextmanager
def until_it_closes(ws: Server) -> Iterator[None]:
    """A client that disconnects ends only its socket. While the database is away, clients are told to reconnect."""
    with suppress(ConnectionClosed, OSError):
        try:
            yield
        except StoreError:
            ws.close(CloseReason.TRY_AGAIN_LATER, "the database cannot be used now: connect again in some seconds")
        except Busy:
            ws.close(CloseReason.TRY_AGAIN_LATER, "too many clients follow jobs now: connect again in some seconds")


def send(ws: Server, message: Body | list[Body]) -> None:
    ws.send(json.dumps(message, ensure_ascii=False))


def heard(ws: Server) -> Iterator[str | bytes]:
    """The messages received so far. Raises ConnectionClosed."""
    while (message := ws.receive(timeout=0)) is not None:
        yield message


class _Client:
    """A client that follows jobs."""

    def __init__(self, ws: Server, jobs: Jobs, feed: Feed, dialect: Dialect, every: float) -> None:
        self._ws = ws
        self._jobs = jobs
        self._feed = feed
        self._dialect = dialect
        self._every = every
        self._said: dict[str, Body] = {}  # the last state sent of each followed job


class One(_Client):
    """One client that follows the job that its address names."""

    def follow(self, job_id: str) -> None:
        """Sends updates until the job, the client or this process ends. Raises ConnectionClosed, StoreError."""
        try:
            job = self._jobs.find(paths.job_id(job_id))
        except JobNotFound:
            return send(self._ws, {"task_id": job_id, **UNKNOWN})
        # the socket sets the same bell when its client speaks or leaves
        with self._feed.subscribe(job, bell=self._ws.event) as watch:
            while not watch.over:
                send(self._ws, self._dialect.told(job)[1])
                if job.status.final:
                    return None
                job = self._next(watch, job)
        self._ws.close(CloseReason.GOING_AWAY, RESTARTED)
        return None

    def _next(self, watch: JobSubscription, job: Job) -> Job:
        """The job at its next change, or unchanged after a while."""
        deadline = time.monotonic() + self._every
        while not watch.over and (left := deadline - time.monotonic()) > 0:
            news = watch.take(left)
            for _ in heard(self._ws):
                pass  # nothing is asked on this socket
            if news:
                return news[-1]
        return job


class Many(_Client):
    """One client that follows the jobs whose ids it sends, an array at a time."""

    def follow(self) -> None:
        """Sends updates until the client disconnects or this process ends. Raises ConnectionClosed, StoreError."""
        alive_at = time.monotonic() + self._every
        with self._feed.subscribe(bell=self._ws.event) as watch:
            while not watch.over:
                news = watch.take(max(0.0, alive_at - time.monotonic()))
                for job in news:
                    self._tell(watch, job)
                for message in heard(self._ws):
                    self._answer(watch, message)
                if time.monotonic() >= alive_at:
                    self._ws.send(ALIVE)
                    alive_at += self._every
        self._ws.close(CloseReason.GOING_AWAY, RESTARTED)

    def _tell(self, watch: JobSubscription, job: Job) -> None:
        body = self._dialect.listed(job)
        if body != self._said.get(job.id):
            send(self._ws, body)
        self._keep(watch, job, body)

    def _answer(self, watch: JobSubscription, message: str | bytes) -> None:
        ids = _ids(message)
        if ids is None:
            return send(self._ws, ASK_SO)
        if len(self._said.keys() | set(ids)) > MOST_JOBS:
            return send(self._ws, TOO_MANY)
        known = {job.id: job for job in self._jobs.changes(dict.fromkeys(filter(paths.AN_ID.fullmatch, ids), -1))}
        send(self._ws, [self._dialect.listed(known[each]) if each in known else {"task_id": each, **UNKNOWN} for each in ids])
        for job in known.values():
            if job.id not in self._said and not job.status.final:
                watch.add(job)
            self._keep(watch, job, self._dialect.listed(job))
        return None

    def _keep(self, watch: JobSubscription, job: Job, body: Body) -> None:
        """Remembers what was sent; stops following a job that has ended."""
        if job.status.final:
            watch.drop(job.id)
            self._said.pop(job.id, None)
        else:
            self._said[job.id] = body


def _ids(message: str | bytes) -> list[str] | None:
    """The ids that *message* asks for, each once; None if it is not an array of strings."""
    try:
        json_bounds.check(message, json_bounds.REQUEST)
        said: Any = json.loads(message)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, list) or not all(isinstance(each, str) for each in said):
        return None
    return list(dict.fromkeys(said))
