"""The state and the result of a job, in the words that polling clients know."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, jsonify

from app.errors import JobNotFound
from app.jobs import Job, Status
from app.web.parts import Parts

AN_ID = re.compile(r"[\w-]{1,64}", re.ASCII)  # what a job's id may be; a database may refuse other characters as text


def blueprint(parts: Parts) -> Blueprint:
    results = Blueprint("results", __name__)

    @results.get("/results/<job_id>")
    def result(job_id: str) -> Response:
        if not AN_ID.fullmatch(job_id):
            raise JobNotFound(job_id)
        status, body = _told(parts.jobs.find(job_id))
        answer = jsonify(body)
        answer.status_code = status
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return results


def _told(job: Job) -> tuple[int, dict[str, Any]]:
    match job.status:
        case Status.QUEUED:
            return 202, {"status": "queued", "message": "Processing 0%"}
        case Status.PROCESSING:
            return 202, {"status": "processing", "message": round(job.percent, 2), "progress": str(int(job.percent))}
        case Status.COMPLETE:
            return 200, {"status": "complete", "message": "success", "summarization": (job.result or "").strip()}
        case Status.CANCELLED:
            return 400, {"status": "error", "message": "cancelled"}
        case Status.ERROR:
            return 400, {"status": "error", "message": job.error or "failed"}
