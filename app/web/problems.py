"""Every error as a status code and a JSON body: the only table from our errors to HTTP."""

from __future__ import annotations

import logging
from functools import singledispatch
from typing import Any

from flask import Flask, Response, current_app, g, jsonify
from werkzeug.exceptions import HTTPException, InternalServerError, NotFound, RequestEntityTooLarge

from app import errors

log = logging.getLogger(__name__)

RETRY_AFTER = 5  # seconds; what a client is told to wait when we do not know better

# The nearest class of an error decides.
ANSWERS: dict[type[errors.GatewayError], tuple[int, str]] = {
    errors.MissingParameter: (400, "missing_parameter"),
    errors.BadParameter: (400, "bad_parameter"),
    errors.BadContent: (400, "bad_content"),
    errors.NoValidCall: (422, "no_valid_call"),
    errors.ServiceNotFound: (404, "service_not_found"),
    errors.FlavorNotFound: (404, "flavor_not_found"),
    errors.JobNotFound: (404, "job_not_found"),
    errors.Cancelled: (409, "cancelled"),
    errors.RequestError: (400, "bad_request"),
    errors.AuthorError: (500, "service_misconfigured"),
    errors.BackendUnavailable: (503, "backend_unavailable"),
    errors.BackendRefused: (502, "backend_refused"),
    errors.ContextExceeded: (413, "context_exceeded"),
    errors.BackendError: (502, "backend_error"),
    errors.EngineError: (503, "engine_unavailable"),
    errors.StoreError: (503, "store_unavailable"),
    errors.Superseded: (409, "superseded"),
    errors.GatewayError: (500, "internal_error"),
}
BAD_REQUEST, BUSY = 400, 503
MOST_ECHOED = 100  # characters of a field that an error repeats


def register(app: Flask) -> None:
    """Makes every error of *app* a JSON answer."""
    app.register_error_handler(errors.GatewayError, ours)
    app.register_error_handler(HTTPException, https)


def ours(error: errors.GatewayError) -> Response:
    """One of our errors, by the table."""
    status, kind = status_of(error)
    if status >= 500:
        log.error("request %s: %s: %s", g.get("request_id"), kind, error)
    answer = jsonify(_body(error, kind))
    answer.status_code = status
    if status == BUSY:
        wish = getattr(error, "retry_after", None)
        answer.headers["Retry-After"] = str(max(1, round(wish)) if wish else RETRY_AFTER)
    return answer


def status_of(error: errors.GatewayError) -> tuple[int, str]:
    """The HTTP status of an error, and its name for programs."""
    return next(ANSWERS[each] for each in type(error).__mro__ if each in ANSWERS)


def https(error: HTTPException) -> Response:
    """One of Flask's own errors with its headers (`Allow`, …); nothing of a bug's cause goes out."""
    kind = error.name.lower().replace(" ", "_")
    detail = _detail(error)
    answer = jsonify(
        {"message": detail if error.code == BAD_REQUEST else error.name, "error": {"type": kind, "detail": detail}}
    )
    answer.status_code = error.code or 500
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            answer.headers[name] = value
    return answer


def _detail(error: HTTPException) -> str:
    if isinstance(error, InternalServerError):
        return f"see the log of the gateway for request {g.get('request_id')}"
    if isinstance(error, NotFound):
        return "there is no such route; GET /apispec.json lists them"
    if isinstance(error, RequestEntityTooLarge):
        return f"the body may hold at most {current_app.config['MAX_CONTENT_LENGTH']} bytes (setting MAX_BODY)"
    return error.description or error.name


def _body(error: errors.GatewayError, kind: str) -> dict[str, Any]:
    body: dict[str, Any] = {"message": str(error), "error": {"type": kind, **_more(error)}}
    if isinstance(error, errors.JobNotFound):
        body["status"] = "nojob"  # the word that polling clients end on
    return body


@singledispatch
def _more(error: errors.GatewayError) -> dict[str, Any]:
    """What went wrong in a sentence, with its remedy, and the values that it names."""
    return {"detail": str(error)}


@_more.register
def _(error: errors.MissingParameter) -> dict[str, Any]:
    return {"detail": _HOW.get(error.name, f"add the field {error.name}"), "parameter": error.name}


_HOW = {
    "content": "send the text as a non-empty file in the form field `file`, or as `content` in a JSON body",
    "flavor": "name a flavor of the service in the field `flavor`; GET /services lists them",
}


@_more.register
def _(error: errors.BadParameter) -> dict[str, Any]:
    return {"detail": error.reason, "parameter": error.name}


@_more.register
def _(error: errors.NoValidCall) -> dict[str, Any]:
    return {"detail": f"{error.reason}; say the question in other words", "stage": error.stage}


@_more.register
def _(error: errors.ServiceNotFound) -> dict[str, Any]:
    return {"detail": f"no service {error.name!r} is live; GET /services lists them", "service": error.name}


@_more.register
def _(error: errors.FlavorNotFound) -> dict[str, Any]:
    known = ", ".join(error.known)
    asked = str(error.flavor)[:MOST_ECHOED]
    return {
        "detail": f"service {error.service!r} has no flavor {asked!r}; it has: {known}",
        "service": error.service,
        "flavor": asked,
        "known": list(error.known),
    }
