"""The routes that LinTO Studio (API v2) calls to have a transcript worked on, over our own jobs. Off unless LINTO_API=on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import takewhile

from flask import Blueprint, Flask, Response, jsonify, request
from flask_sock import Sock
from simple_websocket import Server
from wsproto.frame_protocol import CloseReason

from app.catalog import Entry
from app.errors import BadParameter, FlavorNotFound, JobNotFound, ServiceNotFound
from app.jobs import Job, Status
from app.kinds.base import Form
from app.web.bodies import forms, linto_json, submission
from app.web.bodies.answers import uncached
from app.web.bodies.flavors import Flavors
from app.web.bodies.query import whole
from app.web.interfaces import Catalog, GatewayView, Jobs
from app.web.middleware import paths
from app.web.problems import ANSWERS, BAD_REQUEST
from app.web.routes.jobs import cancelled
from app.web.routes.sockets import RESTARTED, heard, send, until_it_closes
from app.web.streaming.feed import Feed, JobSubscription
from app.web.streaming.formats import dumped
from app.web.streaming.request_limit import RequestLimit

ROOT = "/api/v1/"
ORGANIZATION = "organization_id"  # a field, a parameter, and the option of an order that keeps it
KEPT = ("temperature", "top_p", "language", "priority", "title")  # fields that are taken as they are
LONGEST_ORGANIZATION = 100  # characters
BAD_PARAMETER = ANSWERS[BadParameter][1]
MOST_LISTED = 100  # services of one page, and jobs that a socket looks at in one go
MOST_FOLLOWED = 1000  # jobs that wait, that run, or that came since the last look
MOST_REMEMBERED = 4000  # jobs whose organization a socket knows
LOOK_SECONDS = 1.0  # between two looks for new jobs
ACTIVE = (Status.QUEUED, Status.PROCESSING)


def register(app: Flask, view: GatewayView, feed: Feed, watchers: RequestLimit, *, look_seconds: float = LOOK_SECONDS) -> None:
    """Adds the socket to *app*."""
    sock = Sock(app)

    @sock.route("/ws/jobs", endpoint="linto_jobs")  # type: ignore[untyped-decorator]
    def jobs(ws: Server) -> None:
        with until_it_closes(ws), watchers.held():
            OrganizationSocket(ws, view.jobs, feed, request.args.get(ORGANIZATION) or None, look_seconds).follow()

    app.view_functions["linto_jobs"] = watchers.checked(app.view_functions["linto_jobs"])


def blueprint(view: GatewayView, flavors: Flavors, reads_jobs: Callable[[], bool]) -> Blueprint:
    """The routes. *reads_jobs* says whether the present request could read jobs."""
    linto = Blueprint("linto", __name__)
    _serve_services(linto, view, flavors)
    _serve_jobs(linto, view)

    @linto.after_app_request
    def say_healthy(answer: Response) -> Response:
        """Studio reads a word of `/healthcheck`; other clients, which do not ask for JSON, get the 1 that they know.

        If that word is "healthy" and a job could not be read, Studio forgets the job: so it is said only if jobs can be
        read."""
        if request.endpoint == "health.healthcheck" and "application/json" in request.headers.get("Accept", ""):
            answer.set_data(dumped({"status": "healthy" if reads_jobs() else "unhealthy"}))
        return answer

    @linto.after_app_request
    def say_why(answer: Response) -> Response:
        """Studio shows people the `detail` of an error's body, and nothing else: it names the parameter, too."""
        if answer.status_code >= BAD_REQUEST and request.path.startswith(ROOT) and answer.is_json:
            body = answer.get_json()
            error = body["error"]
            detail = body["message"] if error["type"] == BAD_PARAMETER else error["detail"]
            answer.set_data(dumped({**body, "detail": detail}))
        return answer

    return linto


def _serve_services(linto: Blueprint, view: GatewayView, flavors: Flavors) -> None:
    def told(entries: Iterable[Entry]) -> list[linto_json.Body]:
        listed = list(entries)
        offers = flavors.offers(listed)
        return [linto_json.service(entry, offers[entry.service.name]) for entry in listed]

    @linto.get("/api/v1/services")
    def services() -> Response:
        number = whole("page", request.args.get("page"), 1, most=None)
        size = whole("page_size", request.args.get("page_size"), 20, most=MOST_LISTED)
        return jsonify(linto_json.page(told(view.current.catalog.services.values()), number, size))

    @linto.get("/api/v1/services/<service_id>")
    def service(service_id: str) -> Response:
        return jsonify(told([_entry(view.current.catalog, service_id)])[0])

    @linto.get("/api/v1/services/<service_id>/flavors")
    def flavors_of(service_id: str) -> Response:
        found = told([_entry(view.current.catalog, service_id)])[0]["flavors"]
        return jsonify({"items": found, "total": len(found)})

    @linto.post("/api/v1/services/<service_id>/run")
    def run(service_id: str) -> Response:
        form = forms.read(request)
        entry = _entry(view.current.catalog, service_id)
        fields = {name: form.fields[name] for name in KEPT if name in form.fields}
        flavor = _named_flavor(entry, form) or flavors.first_that_runs(entry)
        asked = replace(form, fields={**fields, "flavor": flavor})
        order = flavors.order(view.current.catalog, entry.service.name, asked)
        said = {
            ORGANIZATION: _organization(form.fields.get(ORGANIZATION)),
            "title": order.options.get("title") or linto_json.title(form.fields.get("context")),
        }
        order = replace(order, options={**order.options, **{name: value for name, value in said.items() if value}})
        job = submission.submit(view, order, asked, request.headers.get(submission.KEY))
        return uncached(linto_json.accepted(job), 202)


def _serve_jobs(linto: Blueprint, view: GatewayView) -> None:
    @linto.get("/api/v1/jobs/<job_id>")
    def job(job_id: str) -> Response:
        found = view.jobs.find(paths.job_id(job_id))
        current = view.meetings.current(found.id) if found.status is Status.COMPLETE else 1
        return uncached(linto_json.told(found, _organization_of(view.jobs, found), current))

    @linto.post("/api/v1/jobs/<job_id>/cancel")
    def cancel(job_id: str) -> Response:
        return uncached({"job_id": cancelled(view.jobs, job_id).id, "status": "cancelled", "message": "Job cancelled"})


def _entry(catalog: Catalog, name: str) -> Entry:
    """The service with that id, name or route. Raises ServiceNotFound."""
    found = (each for each in catalog.services.values() if name in (linto_json.service_id(each.service.name), *each.routes))
    entry = next(found, None)
    if entry is None:
        raise ServiceNotFound(name, catalog.services)
    return entry


def _named_flavor(entry: Entry, form: Form) -> str | None:
    """The flavor that a form names by its id or its name; None if it names none. Raises FlavorNotFound."""
    given = form.fields.get("flavor_id") or form.fields.get("flavor_name")
    names = [flavor.name for flavor in entry.service.flavor]
    if not given:
        return None
    for name in names:
        if given in (name, linto_json.flavor_id(entry.service.name, name)):
            return str(name)
    raise FlavorNotFound(entry.service.name, str(given), names)


def _organization(given: object) -> str:
    """Raises BadParameter."""
    if given in (None, ""):
        return ""
    if not isinstance(given, str) or len(given) > LONGEST_ORGANIZATION:
        raise BadParameter(ORGANIZATION, f"must be a text of at most {LONGEST_ORGANIZATION} characters")
    return given


def _organization_of(jobs: Jobs, job: Job) -> str | None:
    """The organization that *job* was ordered for."""
    kept: str | None = jobs.order(job.id).options.get(ORGANIZATION)
    return kept


class OrganizationSocket:
    """One client that follows the jobs of its organization, or all that it may see if it names none.

    It is sent the jobs that wait or run, and then each change, also of jobs that come later: the newest are looked at every
    *look_seconds*."""

    def __init__(self, ws: Server, jobs: Jobs, feed: Feed, organization: str | None, look_seconds: float) -> None:
        self._ws = ws
        self._jobs = jobs
        self._feed = feed
        self._organization = organization
        self._look_seconds = look_seconds
        self._known: dict[str, bool] = {}  # the jobs that were looked at, and whether they are the organization's

    def follow(self) -> None:
        """Sends updates until the client disconnects or this process ends. Raises ConnectionClosed, StoreError."""
        with self._feed.subscribe(bell=self._ws.event) as watch:
            self._begin(watch)
            look_at = time.monotonic() + self._look_seconds
            while not watch.over:
                for job in watch.take(max(0.0, look_at - time.monotonic())):
                    self._tell(watch, job)
                for _ in heard(self._ws):
                    pass  # nothing is asked on this socket
                if time.monotonic() >= look_at:
                    self._look(watch)
                    look_at = time.monotonic() + self._look_seconds
        self._ws.close(CloseReason.GOING_AWAY, RESTARTED)

    def _begin(self, watch: JobSubscription) -> None:
        """Sends the jobs that wait or run. Those that have ended by now are never told."""
        active = [job for status in ACTIVE for job in self._listed(status)]
        ended = [job for job in self._jobs.list(limit=MOST_LISTED).jobs if job.status.final]
        self._known.update((job.id, False) for job in ended)
        ours = list(self._ours(active))
        send(self._ws, linto_json.snapshot(ours))
        for job in ours:
            watch.add(job)

    def _look(self, watch: JobSubscription) -> None:
        """Tells of jobs that came since the last look, even if they have ended already."""
        came = list(takewhile(lambda job: job.id not in self._known, self._listed()))
        for job in self._ours(reversed(came)):
            watch.add(job)
            with suppress(JobNotFound):  # it was deleted meanwhile
                self._tell(watch, self._jobs.find(job.id))

    def _listed(self, status: Status | None = None) -> Iterator[Job]:
        """The newest jobs, page by page, as long as somebody wants more."""
        cursor = None
        for _ in range(MOST_FOLLOWED // MOST_LISTED):
            page = self._jobs.list(status=status, cursor=cursor, limit=MOST_LISTED)
            yield from page.jobs
            cursor = page.next_cursor
            if cursor is None:
                return

    def _ours(self, jobs: Iterable[Job]) -> Iterable[Job]:
        """Those of *jobs* that were not looked at before, and are the organization's."""
        for job in jobs:
            if job.id not in self._known:
                self._known[job.id] = self._organization is None or self._is_ours(job)
                if self._known[job.id]:
                    yield job
        while len(self._known) > MOST_REMEMBERED:
            self._known.pop(next(iter(self._known)))

    def _is_ours(self, job: Job) -> bool:
        with suppress(JobNotFound):  # it was deleted meanwhile
            return self._organization == _organization_of(self._jobs, job)
        return False

    def _tell(self, watch: JobSubscription, job: Job) -> None:
        send(self._ws, linto_json.update(job))
        if job.status.final:
            watch.drop(job.id)
