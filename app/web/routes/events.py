"""A job's server-sent events: each has the whole state, so that a client that missed some has missed nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, request

from app.backends.answers.events import with_escaped_line_ends
from app.jobs import Job
from app.web.bodies import job_json
from app.web.interfaces import GatewayView
from app.web.middleware import paths
from app.web.streaming import request_limit
from app.web.streaming.feed import Feed
from app.web.streaming.formats import COMMENT, EVENT_STREAM
from app.web.streaming.request_limit import RequestLimit

# Seconds of silence after which a comment is sent: proxies keep the connection open, and we notice who has gone.
HEARTBEAT = 5.0
RECONNECT_MS = 1000


def blueprint(
    view: GatewayView, feed: Feed, watchers: RequestLimit | None = None, *, heartbeat: float = HEARTBEAT
) -> Blueprint:
    events = Blueprint("events", __name__)
    limit = watchers or request_limit.of_watchers()

    @events.get("/jobs/<job_id>/events")
    def happens(job_id: str) -> Response:
        job = view.jobs.find(paths.job_id(job_id))
        seen = _last_event(request.headers.get("Last-Event-ID", ""), job)
        if job.status.final and seen == job.version:
            return Response(status=204)  # tells a browser not to reconnect
        release = limit.acquire()
        answer = Response(_stream(feed, job, seen, heartbeat), mimetype=EVENT_STREAM)
        answer.call_on_close(release)
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["X-Accel-Buffering"] = "no"  # nginx hands each event on at once
        return answer

    return events


def _last_event(header: str, job: Job) -> int:
    """The version that the client has seen; -1 for none, or for one that this job never had."""
    return int(header) if header.isascii() and header.isdigit() and len(header) < 19 and int(header) <= job.version else -1


def _stream(feed: Feed, job: Job, seen: int, heartbeat: float) -> Iterator[bytes]:
    """The job's state, unless the client has *seen* it, then every change until it has ended."""
    said: str | None = None
    with feed.subscribe(job) as watch:
        yield f"retry: {RECONNECT_MS}\n\n".encode()
        news: tuple[Job, ...] = () if job.version == seen else (job,)
        while not watch.over:
            for state in news:
                yield _event(state, said)
                said = _text(state)
                if state.status.final:
                    return
            news = watch.take(heartbeat)
            if not news:
                yield COMMENT


def _event(job: Job, said: str | None) -> bytes:
    """The text is in it where it is not the one *said* last, for most events come between two batches; and in the end."""
    body: dict[str, Any] = job_json.brief(job)
    if _text(job) != said or job.status.final:
        body["text"] = _text(job)
    return with_escaped_line_ends(f"id: {job.version}\ndata: {json.dumps(body, ensure_ascii=False)}\n\n".encode())


def _text(job: Job) -> str:
    """The text so far, and in the end the result."""
    return job.text if job.result is None else job.result
