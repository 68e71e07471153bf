"""The pages of the studio: a form for a new meeting, the list of meetings, one meeting, the services, and signing in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Blueprint, Flask, Response, redirect, render_template, request, send_from_directory
from markupsafe import Markup
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.wrappers import Response as AnyResponse

from app import __version__
from app.catalog import Entry
from app.catalog.pointing import excerpt
from app.documents.apart import Maker
from app.errors import Forbidden, GatewayError, JobConflict, JobNotFound
from app.jobs import Status
from app.kinds.base import Form
from app.meetings.corrections import Asked
from app.orders import Order
from app.web import problems
from app.web.bodies import forms, preview_json, submission
from app.web.bodies.answers import uncached
from app.web.bodies.flavors import Flavors
from app.web.bodies.job_json import MINUTES
from app.web.interfaces import GatewayView
from app.web.middleware import paths
from app.web.middleware.sessions import COOKIE, Sessions, is_from_here
from app.web.probes import Probes
from app.web.routes import questions
from app.web.routes.health import visible
from app.web.streaming.responder import Responder
from app.web.studio import changing, editing, listing, sharing, submitting
from app.web.studio import meeting as meetings_shown
from app.web.studio.entrance import HOME, path_after, prefix
from app.web.studio.words import COOKIE as LANGUAGE
from app.web.studio.words import language_of, languages, words

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
YEAR = 365 * 86_400  # seconds
FILES = ("studio.css", "studio.js", "meeting.js", "lit-html-3.3.3.js", "icon.svg")
EXPORTS = ("docx", "pdf", "md", "html", "csv", "ics", "srt", "vtt", "json")
SUBTITLES = ("srt", "vtt")  # are made of transcripts with times


def register(app: Flask, view: GatewayView, probes: Probes, responder: Responder, maker: Maker) -> None:
    """Adds the pages to *app*. Templates are compiled when a page is first asked for."""
    studio = Blueprint("studio", __name__, url_prefix=HOME, template_folder="templates")
    show = Pages(app, view)
    studio.before_request(_refuse_other_origins)
    studio.after_request(_keep_inside)
    studio.register_error_handler(GatewayError, show.refused)
    for kind in (HTTPException, NotFound):  # by its code too, which goes before that of the application
        studio.register_error_handler(kind, show.refused)
    _forms(studio, view, show, responder, Flavors(view, probes))
    listing.register(studio, view, show)
    _meetings(studio, view, show, responder)
    _changes(studio, view, show)
    changing.register(studio, view, show)
    sharing.register(studio, view, show, maker)
    _services(studio, view, probes, show)
    editing.register(studio, view, show)
    _entrance(studio, view, show)
    app.register_blueprint(studio)


class Pages:
    """Renders templates with what every page needs."""

    def __init__(self, app: Flask, view: GatewayView) -> None:
        self._app = app
        self._view = view

    @property
    def sessions(self) -> Sessions | None:
        """None if the gateway needs no keys."""
        found: Sessions | None = self._app.extensions.get("sessions")
        return found

    def page(self, name: str, status: int = 200, **values: Any) -> Response:
        code = language_of(request)
        token = self.sessions.token(request) if self.sessions else ""
        html = render_template(
            f"studio/{name}.html",
            words=words(code),
            code=code,
            languages={each: words(each)["language"] for each in languages()},
            home=prefix(self._view.settings) + HOME,
            root=prefix(self._view.settings),
            docs=prefix(self._view.settings) + "/" + self._view.settings.swagger_url.strip("/"),
            keyed=self.sessions is not None,
            csrf=token,
            csrf_query=f"?csrf={token}" if token else "",
            version=__version__,
            name=self._view.settings.service_name,
            here=request.endpoint,
            other=partial(_language_beside, code),
            **values,
        )
        answer = Response(html, status=status, mimetype="text/html")
        if request.args.get("lang") in languages():
            answer.set_cookie(LANGUAGE, code, max_age=YEAR, samesite="Strict", httponly=True)
        return answer

    def part(self, name: str, **values: Any) -> str:
        """A part of a page, as HTML."""
        return render_template(f"studio/{name}.html", words=words(language_of(request)), **values)

    def refused(self, error: GatewayError | HTTPException) -> Response:
        """An error as a page for a browser, as JSON for a script."""
        if "text/html" not in request.headers.get("Accept", ""):
            if isinstance(error, HTTPException):
                return problems.handle_http_exception(error)
            return problems.handle_gateway_error(error)
        status, told = submitting.refusal(error, words(language_of(request)))
        return self.page("refused", status, message=told["message"], missing=isinstance(error, NotFound | JobNotFound))

    def to(self, path: str) -> AnyResponse:
        return redirect(prefix(self._view.settings) + path, 303)


def _language_beside(code: str, language: str) -> Markup:
    """The attribute of a text in another *language* than that of the page, so that it is read aloud in its own."""
    return Markup(' lang="{}"').format(language) if language and language != code else Markup()


def _refuse_other_origins() -> None:
    """Raises Forbidden for a form that a page of another origin sends."""
    if request.method == "POST" and not is_from_here(request):
        raise Forbidden("the request comes from another site: use the pages of this one")


def _keep_inside(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers.setdefault("Cache-Control", "no-store")
    return response


class NewPage:
    """The form of a new meeting. It proposes the first flavor that can run here, before others one that writes in the language
    of the page, and says which cannot."""

    def __init__(self, view: GatewayView, show: Pages, flavors: Flavors) -> None:
        self._view = view
        self._show = show
        self._flavors = flavors

    def __call__(self, typed: Mapping[str, str], wrong: Mapping[str, Any], status: int = 200, **values: Any) -> Response:
        entries = {name: entry for name, entry in self._view.current.catalog.services.items() if entry.kind.GROWS}
        takers = {name: self._flavors.running(entry) for name, entry in entries.items()}
        fit = [(service, flavor) for service, flavors in takers.items() for flavor, runs in flavors.items() if runs]
        own = (each for each in fit if _written_in(entries[each[0]], each[1]) == language_of(request))
        proposed = next(own, fit[0] if fit else None)
        chosen = typed.get(submitting.TARGET) or ":".join(proposed or ())
        return self._show.page("new", status, takers=takers, chosen=chosen, typed=typed, wrong=wrong, **values)


def _written_in(entry: Entry, flavor: str) -> str:
    """The language that a flavor says that it writes in; empty if it says none."""
    return str(getattr(entry.flavor(flavor), "language", None) or "")


def _forms(studio: Blueprint, view: GatewayView, show: Pages, responder: Responder, flavors: Flavors) -> None:
    show_new = NewPage(view, show, flavors)

    @studio.get("")
    @studio.get("/")
    def home() -> AnyResponse:
        return show.to(f"{HOME}/new")

    @studio.get("/new")
    def new() -> Response:
        return show_new({}, {})

    @studio.post("/new")
    def begin() -> AnyResponse:
        form = forms.read(request)
        try:
            service, asked = submitting.request_of(form)
            catalog = view.current.catalog
            if form.fields.get("preview"):
                told = _previewed(view, responder, form, catalog.order(f"{service}/generate", asked))
                if request.accept_mimetypes.best == "application/json":
                    return uncached({"preview": show.part("preview", preview=told)})
                return show_new(submitting.typed(form), {}, preview=told)
            order = flavors.order(catalog, f"{service}/generate", asked)
            job = submission.submit(view, order, asked)
        except (GatewayError, HTTPException) as error:
            status, wrong = submitting.refusal(error, words(language_of(request)))
            if status >= 500 and not isinstance(error, GatewayError):
                raise
            if request.accept_mimetypes.best == "application/json":
                return uncached(wrong, status)
            return show_new(submitting.typed(form), wrong, status)
        if request.accept_mimetypes.best == "application/json":
            return uncached({"location": f"{prefix(view.settings)}{HOME}/meetings/{job.id}"})
        return show.to(f"{HOME}/meetings/{job.id}")


def _previewed(view: GatewayView, responder: Responder, form: Form, order: Order) -> dict[str, Any]:
    """What *order* would ask its model, with the prompt of the call that the form names."""
    number = preview_json.number_of(str(form.fields["preview"]))
    with responder.limit.held():  # counting the tokens of a long transcript takes its time
        planned = view.interactive.plan(order)
    pace = view.jobs.pace(order.service, order.flavor_name)
    first = number - (number - 1) % preview_json.MOST_LISTED  # call of the page of the list
    return {
        **preview_json.record(order, planned, pace, first),
        "call": preview_json.record(order, planned, pace, number)["call"],
    }


def _meetings(studio: Blueprint, view: GatewayView, show: Pages, responder: Responder) -> None:
    @studio.get("/meetings/<job_id>")
    def meeting(job_id: str) -> Response:
        if request.accept_mimetypes.best == "application/json":
            return uncached(meetings_shown.meeting(view.jobs.find(paths.job_id(job_id))))
        return show.page("meeting", **_shown(view, job_id), asked={})

    @studio.post("/meetings/<job_id>")
    def ask(job_id: str) -> AnyResponse:
        fields = forms.read(request).fields
        try:
            order = view.meetings.question(paths.job_id(job_id), questions.question_in(fields))
            told: dict[str, Any] = {"answer": meetings_shown.answer(responder.run(order)[0].body)}
            status = 200
        except GatewayError as error:
            status, wrong = submitting.refusal(error, words(language_of(request)))
            told = {"wrong": wrong["message"], "question": str(fields.get("question") or "")}
        if request.accept_mimetypes.best == "application/json":
            return uncached(told, status)
        return show.page("meeting", status, **_shown(view, job_id), asked=told)


def _shown(view: GatewayView, job_id: str) -> dict[str, Any]:
    """What the page of a meeting shows. Raises JobNotFound."""
    job = view.jobs.find(paths.job_id(job_id))
    shown = meetings_shown.meeting(job)
    shown["title"] = shown["title"] or view.meetings.titles([job.id]).get(job.id, "")
    kind = view.kinds.get(job.kind)
    found = view.meetings.transcript(job.id) if kind is not None and kind.GROWS else None
    turns = meetings_shown.turns(found) if found else []
    return {
        "meeting": shown,
        "turns": turns,
        "spoken": found.language if found else "",
        "speakers": found.speakers() if found else [],
        "cited": meetings_shown.cited(shown),
        "created": job.created,
        "exports": [each for each in EXPORTS if each not in SUBTITLES or any(turn["time"] for turn in turns)],
        "edition": job.content_version,
        "sharing": sharing.shown(view, job, request),
        "can_edit": job.status is Status.COMPLETE and MINUTES in job.coverage,
    }


def _changes(studio: Blueprint, view: GatewayView, show: Pages) -> None:
    """What the buttons of a meeting do."""

    @studio.post("/meetings/<job_id>/rename")
    def rename(job_id: str) -> AnyResponse:
        job_id, fields = paths.job_id(job_id), forms.read(request).fields
        old, new = str(fields.get("old") or ""), str(fields.get("new") or "").strip()

        def make() -> None:
            view.meetings.correct(job_id, changing.version_in(fields, "edition"), Asked.of({"speakers": {old: new}}))

        if wrong := changing.refusal_of(make):
            renaming = {"old": old, "new": new, "message": wrong["message"]}
            return show.page("meeting", wrong["status"], **_shown(view, job_id), asked={}, renaming=renaming)
        return show.to(f"{HOME}/meetings/{job_id}?renaming=yes")

    @studio.post("/meetings/<job_id>/cancel")
    def cancel(job_id: str) -> AnyResponse:
        view.jobs.cancel(paths.job_id(job_id))
        return show.to(f"{HOME}/meetings/{job_id}")

    @studio.post("/meetings/<job_id>/retry")
    def retry(job_id: str) -> AnyResponse:
        view.jobs.retry(paths.job_id(job_id))
        return show.to(f"{HOME}/meetings/{job_id}")

    @studio.post("/meetings/<job_id>/delete")
    def delete(job_id: str) -> AnyResponse:
        job = view.jobs.cancel(paths.job_id(job_id))
        if not job.status.final:
            raise JobConflict(f"{job.id} is {job.status}: cancel it first, then delete it")
        view.jobs.delete(job.id)
        return show.to(f"{HOME}/meetings")


def _services(studio: Blueprint, view: GatewayView, probes: Probes, show: Pages) -> None:
    @studio.get("/services")
    def services() -> Response:
        catalog = view.current.catalog
        problems = [*catalog.problems, *view.backends.problems]
        editable = editing.is_open(view)
        return show.page(
            "services",
            editable=editable,
            entries=list(catalog.services.values()),
            problems=[
                (each, excerpt(view.settings.services_folder, each), editing.stem_of(view, each.file) if editable else "")
                for each in problems
            ],
            backends=visible(probes.states(), catalog),
            queue={str(status): count for status, count in view.jobs.counts().items() if not status.final},
        )


def _entrance(studio: Blueprint, view: GatewayView, show: Pages) -> None:
    @studio.get("/files/<name>")
    def file(name: str) -> Response:
        if name not in FILES:
            raise NotFound
        answer = send_from_directory(f"{studio.root_path}/static", name)
        answer.headers["Cache-Control"] = "no-cache"
        return answer

    @studio.get("/sign-in")
    def sign_in() -> AnyResponse:
        if view.keyring is None:
            return show.to(f"{HOME}/new")
        return show.page("sign_in", after=path_after(request.args.get("next", "")), wrong=False)

    @studio.get("/<path:unknown>")
    def nothing(unknown: str) -> AnyResponse:  # noqa: ARG001 - the route names it
        raise NotFound

    @studio.post("/sign-in")
    def enter() -> AnyResponse:
        fields = forms.read(request).fields
        after = path_after(str(fields.get("next") or ""))
        key = view.keyring.opened_by(str(fields.get("key") or "").strip()) if view.keyring else None
        if key is None or show.sessions is None:
            return show.page("sign_in", 401, after=after, wrong=True)
        answer = show.to(after)
        show.sessions.begin(key, request, answer)
        return answer

    @studio.post("/sign-out")
    def sign_out() -> AnyResponse:
        answer = show.to(f"{HOME}/sign-in")
        answer.delete_cookie(COOKIE, samesite="Strict", httponly=True)
        return answer
