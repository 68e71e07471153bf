"""Meetings: read and correct their transcripts."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from app.errors import BadParameter
from app.meetings.corrections import Asked
from app.web.bodies import forms
from app.web.bodies.preconditions import tagged, wanted
from app.web.bodies.query import UNKNOWN, refuse_others
from app.web.interfaces import GatewayView
from app.web.middleware import paths


def blueprint(view: GatewayView) -> Blueprint:
    meetings = Blueprint("meetings", __name__)

    @meetings.get("/jobs/<job_id>/transcript")
    def transcript(job_id: str) -> Response:
        refuse_others(request.args, ("from", "to"), UNKNOWN)
        first, last = _turn("from"), _turn("to")
        found = view.meetings.transcript(paths.job_id(job_id))
        return tagged(jsonify(found.record(first or 0, last)), found.job.content_version)

    @meetings.patch("/jobs/<job_id>/transcript")
    def correct(job_id: str) -> Response:
        version = wanted(request)
        body = forms.of_json(forms.raw(request)).fields
        told = view.meetings.correct(paths.job_id(job_id), version, Asked.of(body))
        return tagged(jsonify(told), told["version"])

    return meetings


def _turn(name: str) -> int | None:
    """The number of a turn in the query. Raises BadParameter."""
    given = request.args.get(name)
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and len(given) < 9):
        raise BadParameter(name, "must be the number of a turn, from 0")
    return int(given)
