"""The versions of a result: edit it, look at what it was, take an older one back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from app.errors import BadParameter, MissingParameter
from app.jobs.versions import Version
from app.web.bodies import forms
from app.web.bodies.answers import uncached
from app.web.bodies.job_json import MINUTES, time
from app.web.bodies.preconditions import tagged, wanted
from app.web.bodies.query import UNKNOWN, refuse_others
from app.web.bodies.reading import stream, whole
from app.web.interfaces import GatewayView
from app.web.middleware import paths

TEXTS = ("text/markdown", "text/plain")


def blueprint(view: GatewayView) -> Blueprint:
    versions = Blueprint("versions", __name__)

    @versions.put("/results/<job_id>/minutes")
    def edit_minutes(job_id: str) -> Response:
        version = wanted(request)
        given = forms.of_json(forms.raw(request)).fields
        made = view.meetings.edit_minutes(paths.job_id(job_id), version, given)
        return tagged(jsonify(made.parts[MINUTES]), made.number)

    @versions.put("/results/<job_id>/text")
    def edit_text(job_id: str) -> Response:
        version = wanted(request)
        made = view.meetings.edit_text(paths.job_id(job_id), version, _text())
        return tagged(jsonify({"jobId": job_id, "version": made.number, "text": made.text}), made.number)

    @versions.get("/results/<job_id>/versions")
    def listed(job_id: str) -> Response:
        found = view.meetings.versions(paths.job_id(job_id))
        current = found[-1].number
        told = {"jobId": job_id, "current": current, "versions": [_entry(each) for each in reversed(found)]}
        return tagged(jsonify(told), current)

    @versions.get("/results/<job_id>/versions/<int:number>")
    def one(job_id: str, number: int) -> Response:
        found = view.meetings.version(paths.job_id(job_id), number)
        return uncached({**_entry(found), "text": found.text, "minutes": found.parts.get(MINUTES)})

    @versions.post("/results/<job_id>/versions/<int:number>/restore")
    def restore(job_id: str, number: int) -> Response:
        made = view.meetings.restore(paths.job_id(job_id), wanted(request), number)
        return tagged(jsonify(_entry(made)), made.number)

    return versions


def _text() -> str:
    """The text of the body: Markdown, or a plain text, as it is, or the field `text` of a JSON object."""
    if request.mimetype in TEXTS:
        try:
            text = whole(stream(request)).decode("utf-8-sig")
        except UnicodeDecodeError as exc:
            raise BadParameter("text", "is not UTF-8: send it as UTF-8") from exc
        forms.refuse_what_is_no_text("text", text)
        return text
    fields = forms.of_json(forms.raw(request)).fields
    refuse_others(fields, ("text",), UNKNOWN)
    given = fields.get("text")
    if given is None:
        raise MissingParameter("text")
    if not isinstance(given, str):
        raise BadParameter("text", "must be a text")
    return given


def _entry(version: Version) -> dict[str, Any]:
    return {
        "version": version.number,
        "created": time(version.created),
        "source": version.source,
        "restored": version.restored,
        "by": version.holder,
        "characters": len(version.text),
    }
