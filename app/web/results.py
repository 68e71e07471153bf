"""The state and the result of a job, in the words that polling clients know."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify

from app.web.parts import Job, Parts


def blueprint(parts: Parts) -> Blueprint:
    results = Blueprint("results", __name__)

    @results.get("/results/<job_id>")
    def result(job_id: str) -> Response:
        status, body = _told(parts.jobs.find(job_id))
        answer = jsonify(body)
        answer.status_code = status
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return results


def _told(job: Job) -> tuple[int, dict[str, Any]]:
    match job.status:
        case "queued":
            return 202, {"status": "queued", "message": "Processing 0%"}
        case "processing":
            return 202, {"status": "processing", "message": round(job.percent, 2), "progress": str(int(job.percent))}
        case "complete":
            return 200, {"status": "complete", "message": "success", "summarization": (job.result or "").strip()}
        case "cancelled":
            return 400, {"status": "error", "message": "cancelled"}
        case _:
            return 400, {"status": "error", "message": job.error or "failed"}
