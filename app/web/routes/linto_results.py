"""What LinTO Studio (API v2) does with the result of a job: export it, edit it, look at its versions, delete it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from flask import Blueprint, Response, request
from werkzeug.exceptions import MethodNotAllowed

from app.documents.apart import Maker
from app.documents.building import Wishes
from app.documents.formats import FORMATS
from app.documents.sources import source_of
from app.errors import BadParameter, nearest
from app.jobs import Job
from app.web.bodies import forms, linto_json
from app.web.bodies.answers import uncached
from app.web.bodies.query import whole
from app.web.interfaces import GatewayView
from app.web.middleware import paths
from app.web.routes import linto_templates
from app.web.routes.documents import download, template_of

NUMBER = "version_number"


def blueprint(view: GatewayView, maker: Maker) -> Blueprint:
    results = Blueprint("linto_results", __name__)
    folder = Path(view.settings.services_folder)

    @results.get("/api/v1/jobs/<job_id>/export/<form>")
    def export(job_id: str, form: str) -> Response:
        if form not in FORMATS:
            raise BadParameter("format", f"is none; there are {', '.join(FORMATS)}{nearest(form, FORMATS)}")
        linto_templates.refuse_unknown(request.args.get("template_id"))
        job = _at_version(view, paths.job_id(job_id), request.args.get(NUMBER))
        template = template_of(view, folder, job.service) if form == "docx" else None
        return download(source_of(job, view.jobs.order(job.id)), form, Wishes(), maker, template)

    @results.patch("/api/v1/jobs/<job_id>/result")
    def edit(job_id: str) -> Response:
        text = forms.of_json(forms.raw(request)).content
        if not isinstance(text, str):
            raise BadParameter("content", "must be the new text of the result")
        return uncached(linto_json.restored(job_id, view.meetings.edit_text(paths.job_id(job_id), None, text)))

    @results.get("/api/v1/jobs/<job_id>/versions")
    def versions(job_id: str) -> Response:
        return uncached(list(map(linto_json.version, view.meetings.versions(paths.job_id(job_id)))))

    @results.get("/api/v1/jobs/<job_id>/versions/<int:number>")
    def version(job_id: str, number: int) -> Response:
        found = view.meetings.version(paths.job_id(job_id), number)
        return uncached({**linto_json.version(found), "content": found.text})

    @results.post("/api/v1/jobs/<job_id>/versions/<int:number>/restore")
    def restore(job_id: str, number: int) -> Response:
        return uncached(linto_json.restored(job_id, view.meetings.restore(paths.job_id(job_id), None, number)))

    _serve_deletions(results, view)
    return results


def _serve_deletions(results: Blueprint, view: GatewayView) -> None:
    @results.delete("/api/v1/jobs/<job_id>")
    def delete(job_id: str) -> Response:
        job = view.jobs.cancel(paths.job_id(job_id))
        view.jobs.delete(job.id)
        return uncached({"job_id": job.id, "message": "Job deleted"})

    @results.delete("/api/v1/jobs/<job_id>/versions/<int:number>")
    def delete_version(job_id: str, number: int) -> Response:
        view.meetings.version(paths.job_id(job_id), number)
        raise MethodNotAllowed(["GET"], "all versions of a result are kept; delete the job, and they go with it")


def _at_version(view: GatewayView, job_id: str, number: str | None) -> Job:
    """The job with the result of that version, the newest if none is named. Raises VersionNotFound."""
    job = view.jobs.find(job_id)
    if number in (None, ""):
        return job
    found = view.meetings.version(job_id, whole(NUMBER, number, 1, most=None))
    return replace(job, result=found.text, coverage={**job.coverage, **found.parts})
