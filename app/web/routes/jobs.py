"""Jobs: list, inspect, cancel, retry, append."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from flask import Blueprint, Response, request

from app.errors import BadParameter, JobConflict, nearest
from app.jobs import Job, Page, Status
from app.kinds.base import Kind
from app.web.bodies import forms, job_json, submission
from app.web.bodies.answers import uncached
from app.web.bodies.ordering import refuse_unknown
from app.web.bodies.query import refuse_others, whole
from app.web.interfaces import GatewayView, Jobs
from app.web.middleware import paths

USUAL, MOST = 50, 500  # jobs of one page
OF_TURNS = ("content", "file")
FILTERS = ("service", "status", "after", "before", "cursor", "limit")
CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


def blueprint(view: GatewayView) -> Blueprint:
    jobs = Blueprint("jobs", __name__)

    @jobs.get("/jobs")
    def some() -> Response:
        refuse_others(request.args, FILTERS, "is no filter of jobs")  # a misspelled one would list everything
        page = _page(view)
        return uncached({"jobs": [job_json.brief(job) for job in page.jobs], "next": page.next_cursor})

    @jobs.get("/jobs/<job_id>")
    def one(job_id: str) -> Response:
        job = view.jobs.find(paths.job_id(job_id))
        return uncached(job_json.full(job, view.jobs.order(job.id), view.jobs.calls(job.id), texts=_texts()))

    @jobs.delete("/jobs/<job_id>")
    def cancel(job_id: str) -> Response:
        return uncached(job_json.brief(cancelled(view.jobs, job_id)))

    @jobs.post("/jobs/<job_id>/retry")
    def retry(job_id: str) -> Response:
        return uncached(job_json.brief(submission.joined(view.jobs.retry(paths.job_id(job_id)))), 202)

    @jobs.post("/jobs/<job_id>/turns")
    def append(job_id: str) -> Response:
        job = view.jobs.find(paths.job_id(job_id))
        kind = _growing(view.kinds, job)
        key = submission.checked(request.headers.get(submission.KEY))
        form = replace(forms.read(request), so_far=view.jobs.order(job.id).content)
        more = kind.accept(form).content
        refuse_unknown(form, told=OF_TURNS)
        return uncached(job_json.brief(submission.joined(view.jobs.append(job.id, more, key=key))), 202)

    return jobs


def cancelled(jobs: Jobs, job_id: str) -> Job:
    """The job of that id, which is cancelled now. Raises JobNotFound, JobConflict if it had ended."""
    job = jobs.cancel(paths.job_id(job_id))
    if job.status is not Status.CANCELLED:
        raise JobConflict(
            f"{job.id} is {job.status} already: only a job that waits or runs can be cancelled; GET /jobs/{job.id} tells more"
        )
    return job


def _page(view: GatewayView) -> Page:
    """The page of jobs that this request asks for. Raises BadParameter."""
    return view.jobs.list(
        service=_plain("service"),
        status=_status(request.args.get("status")),
        after=_moment("after"),
        before=_moment("before"),
        cursor=_plain("cursor"),
        limit=whole("limit", request.args.get("limit"), USUAL, most=MOST),
    )


def _growing(kinds: Mapping[str, Kind], job: Job) -> Kind:
    """The kind of *job*. Raises JobConflict if no turns can be added to its jobs."""
    kind = kinds.get(job.kind)
    if kind is None or not kind.GROWS:
        growing = ", ".join(name for name, each in kinds.items() if each.GROWS)
        raise JobConflict(
            f"{job.id} is a job of the kind {job.kind}: turns can be added to a {growing} only; send a new request instead"
        )
    return kind


def _texts() -> bool:
    """Whether the request wants the texts of the service's files. Raises BadParameter."""
    given = request.args.get("texts", "")
    if given not in ("", "true", "false"):
        raise BadParameter("texts", "must be true or false")
    return given == "true"


def _plain(name: str) -> str | None:
    """The text of a filter; None if it is missing or empty."""
    given = request.args.get(name) or None
    if given is not None and CONTROLS.search(given):
        raise BadParameter(name, "holds control characters: leave them out")
    return given


def _status(given: str | None) -> Status | None:
    if not given:
        return None
    if given not in tuple(Status):
        raise BadParameter("status", f"is none; there are {', '.join(Status)}{nearest(given, Status)}")
    return Status(given)


def _moment(name: str) -> datetime | None:
    """A time in ISO 8601, in UTC unless it says otherwise; an unescaped `+` arrives as a space."""
    given = request.args.get(name)
    if not given:
        return None
    try:
        moment = datetime.fromisoformat(given.replace(" ", "+") if "T" in given else given)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as exc:
        raise BadParameter(name, "is no time: give it as in 2026-01-31T09:00:00Z") from exc
