"""The state and the result of a job, in the format that polling clients know."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from app.errors import JobConflict
from app.jobs import Status
from app.web.bodies.answers import uncached
from app.web.bodies.dialects import DIALECTS
from app.web.bodies.job_json import MINUTES
from app.web.bodies.preconditions import tagged
from app.web.interfaces import GatewayView
from app.web.middleware import paths


def blueprint(view: GatewayView) -> Blueprint:
    results = Blueprint("results", __name__)
    dialect = DIALECTS[view.settings.v1_dialect]

    @results.get("/results/<job_id>")
    def result(job_id: str) -> Response:
        job = view.jobs.find(paths.job_id(job_id))
        status, body = dialect.told(job)
        answer = uncached(body, status)
        return tagged(answer, view.meetings.current(job.id)) if job.status is Status.COMPLETE else answer

    @results.get("/results/<job_id>/minutes")
    def minutes(job_id: str) -> Response:
        job = view.jobs.find(paths.job_id(job_id))
        if job.status is not Status.COMPLETE or MINUTES not in job.coverage:
            raise JobConflict(
                f"{job.id} is a job of the kind {job.kind} and {job.status}: only complete minutes can be given; "
                f"GET /jobs/{job.id} shows how far it is"
            )
        return tagged(jsonify(job.coverage[MINUTES]), view.meetings.current(job.id))

    return results
