"""The state and the result of a job, in the words that polling clients know."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from app.web.bodies.dialects import DIALECTS
from app.web.interfaces import GatewayView
from app.web.middleware import paths


def blueprint(view: GatewayView) -> Blueprint:
    results = Blueprint("results", __name__)
    dialect = DIALECTS[view.settings.v1_dialect]

    @results.get("/results/<job_id>")
    def result(job_id: str) -> Response:
        status, body = dialect.told(view.jobs.find(paths.job_id(job_id)))
        answer = jsonify(body)
        answer.status_code = status
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return results
