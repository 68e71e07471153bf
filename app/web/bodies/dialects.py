"""The two dialects of the transcript services ("v1"): clients of both earlier gateways work unchanged.

A dialect formats accepted orders and job states; its errors are formatted in `problems`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from app.jobs import Job, Status

Body: TypeAlias = dict[str, Any]

OF_THE_TRANSCRIPT = ("format", "speakers", "left_out", "warnings")  # of a job's coverage, told with the result
UNKNOWN = {"status": "unknown", "message": "Task does not exist"}  # on a socket, in both


@dataclass(frozen=True)
class Dialect:
    """*state* gives the HTTP status and what earlier gateways said of a job, *accepted* the message of a stored order."""

    name: str
    accepted: str
    state: Callable[[Job], tuple[int, Body]]

    def told(self, job: Job) -> tuple[int, Body]:
        """The HTTP status and the body of `/results/{id}`; while a job waits, `trouble` says what for."""
        status, body = self.state(job)
        is_open = job.status in (Status.QUEUED, Status.PROCESSING)
        return status, {**body, "trouble": job.trouble} if is_open and job.trouble else body

    def listed(self, job: Job) -> Body:
        """A job as the socket for many jobs sends it: with its id, and with its result at the end."""
        body = {"task_id": job.id, **self.told(job)[1]}
        match job.status:
            case Status.COMPLETE:
                body["progress"] = "100"
            case Status.CANCELLED | Status.ERROR:
                body["details"] = _reason(job)
        return body


def _default(job: Job) -> tuple[int, Body]:
    match job.status:
        case Status.QUEUED:
            return 202, {"status": "queued", "message": "Processing 0%"}
        case Status.PROCESSING:
            return 202, {"status": "processing", "message": round(job.percent, 2), "progress": _percent(job)}
        case Status.COMPLETE:
            return 200, _complete(job)
        case Status.CANCELLED | Status.ERROR:
            return 400, {"status": "error", "message": _reason(job)}


def _fastapi(job: Job) -> tuple[int, Body]:
    match job.status:
        case Status.QUEUED:
            return 202, {"status": "queued", "message": "Task is in queue"}
        case Status.PROCESSING if not job.phase:
            return 202, {"status": "started", "message": "Task started"}
        case Status.PROCESSING:
            return 202, {"status": "processing", "message": "Task is in progress", "progress": _percent(job)}
        case Status.COMPLETE:
            return 200, _complete(job)
        case Status.CANCELLED | Status.ERROR:
            return 500, {"status": "error", "message": "Task failed", "details": _reason(job)}


def _complete(job: Job) -> Body:
    body = {"status": "complete", "message": "success", "summarization": (job.result or "").strip()}
    coverage = {name: job.coverage[name] for name in OF_THE_TRANSCRIPT if name in job.coverage}
    told = {
        "coverage": coverage if "format" in coverage else None,
        "warnings": job.coverage.get("warnings"),
        "stale": bool(job.stale),
    }
    return {**body, **{name: value for name, value in told.items() if value}}


def _percent(job: Job) -> str:
    return str(int(job.percent))


def _reason(job: Job) -> str:
    return "cancelled" if job.status is Status.CANCELLED else job.error or "failed"


DIALECTS = {
    each.name: each
    for each in (
        Dialect("default", "request successfulty queued", _default),  # clients know this spelling
        Dialect("fastapi", "Request successfully queued", _fastapi),
    )
}
