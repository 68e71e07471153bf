"""Every error as a status code and a JSON body: the only table from our errors to HTTP."""

from __future__ import annotations

import logging
from functools import singledispatch
from typing import Any

from flask import Flask, Response, current_app, g, jsonify, request
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed, NotFound, RequestEntityTooLarge
from werkzeug.routing.exceptions import WebsocketMismatch

from app import errors
from app.web.near_routes import near_route

log = logging.getLogger(__name__)

RETRY_AFTER = 5  # seconds; Retry-After if nothing better is known

# The nearest class of an error decides.
ANSWERS: dict[type[errors.GatewayError], tuple[int, str]] = {
    errors.MissingParameter: (400, "missing_parameter"),
    errors.BadParameter: (400, "bad_parameter"),
    errors.BadContent: (400, "bad_content"),
    errors.NoValidCall: (422, "no_valid_call"),
    errors.ServiceNotFound: (404, "service_not_found"),
    errors.FlavorNotFound: (404, "flavor_not_found"),
    errors.FlavorUnfit: (400, "flavor_unfit"),
    errors.JobNotFound: (404, "job_not_found"),
    errors.ModelNotFound: (404, "model_not_found"),
    errors.ConversationNotFound: (404, "conversation_not_found"),
    errors.ConversationBusy: (409, "conversation_busy"),
    errors.TooManyPrompts: (413, "too_many_prompts"),
    errors.PromptTooLong: (400, "prompt_too_long"),
    errors.JobConflict: (409, "job_conflict"),
    errors.VersionNotFound: (404, "version_not_found"),
    errors.ActionNotFound: (404, "action_not_found"),
    errors.VersionConflict: (412, "precondition_failed"),
    errors.VersionMissing: (428, "precondition_required"),
    errors.DocumentTooLarge: (422, "document_too_large"),
    errors.IdempotencyConflict: (409, "idempotency_conflict"),
    errors.QueueFull: (429, "queue_full"),
    errors.Unauthenticated: (401, "no_key"),
    errors.Forbidden: (403, "forbidden"),
    errors.RateLimited: (429, "rate_limited"),
    errors.TokensSpent: (429, "tokens_spent"),
    errors.Cancelled: (409, "cancelled"),
    errors.RequestError: (400, "bad_request"),
    errors.AuthorError: (500, "service_misconfigured"),
    errors.BackendUnavailable: (503, "backend_unavailable"),
    errors.BackendRefused: (502, "backend_refused"),
    errors.ContextExceeded: (400, "context_exceeded"),
    errors.BackendError: (502, "backend_error"),
    errors.EngineError: (503, "engine_unavailable"),
    errors.StoreError: (503, "store_unavailable"),
    errors.Busy: (503, "busy"),
    errors.Stopping: (503, "stopping"),
    errors.Superseded: (409, "superseded"),
    errors.ContentChanged: (409, "renewed"),
    errors.GatewayError: (500, "internal_error"),
}
BAD_REQUEST = 400
FASTAPIS_OWN = (404, 405)  # statuses whose words are known to clients of the other dialect
TOO_MANY = 429
COME_BACK = (TOO_MANY, 503)  # answered with Retry-After
UNAUTHORIZED = 401
V1 = ("/services", "/results")  # the paths that speak a dialect
OPENAIS = ("/chat/completions", "/completions", "/models", "/responses", "/messages", "/embeddings")  # routes below /v1
# Paths of other APIs that clients try.
OTHERS = {
    **{f"/api/{name}": "Ollama's API" for name in ("chat", "generate", "tags", "version", "show", "ps", "embed", "embeddings")},
    **dict.fromkeys(("/completion", "/infill", "/props", "/slots"), "llama.cpp's own API"),
    "/generate_stream": "the own API of text-generation-inference",
}
LEAST_SHARED = 12  # characters of a message and its detail that are no coincidence
MOST_NAMED = 12  # models that a refusal names
MOST_ECHOED = 100  # characters of a field, or of its name, that an error repeats


def echoed(name: str) -> str:
    """The *name* of a field as an error repeats it: in ASCII, and not too long."""
    return name.encode("ascii", "replace").decode()[:MOST_ECHOED]


def register(app: Flask, v1_dialect: str = "default") -> None:
    """Makes every error of *app* a JSON answer."""
    app.config.update(V1_DIALECT=v1_dialect)
    app.register_error_handler(errors.GatewayError, handle_gateway_error)
    app.register_error_handler(HTTPException, handle_http_exception)


def handle_gateway_error(error: errors.GatewayError) -> Response:
    """One of our errors, by the table."""
    status, kind = status_of(error)
    if status >= 500:
        log.error("request %s: %s: %s", g.get("request_id"), kind, getattr(error, "located", error))
    status, body = _fastapi(error, status) if _speaks_fastapi() else (status, _body(error, kind))
    answer = jsonify(body)
    answer.status_code = status
    if status in COME_BACK:
        requested = getattr(error, "retry_after", None)
        answer.headers["Retry-After"] = str(max(1, round(requested)) if requested else RETRY_AFTER)
    if status == UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def body(error: errors.GatewayError) -> dict[str, Any]:
    """The body of an error whose status can no longer be sent: in the middle of a stream."""
    return _body(error, status_of(error)[1])


def status_of(error: errors.GatewayError) -> tuple[int, str]:
    """The HTTP status of an error, and its name for programs. A 429 of a model server stays one."""
    if isinstance(error, errors.BackendUnavailable) and getattr(error, "status", None) == TOO_MANY:
        return TOO_MANY, ANSWERS[errors.BackendUnavailable][1]
    return next(ANSWERS[each] for each in type(error).__mro__ if each in ANSWERS)


def sentence(error: errors.GatewayError) -> str:
    """What is wrong and how to mend it, for answers that have one text."""
    message, detail = str(error), str(_more(error)["detail"])
    if detail in message:
        return message
    if detail.startswith(message):
        return detail
    # the end of the message may be the beginning of the detail
    shared = next((at for at in range(len(message) - LEAST_SHARED) if detail.startswith(message[at:])), None)
    return f"{message}: {detail}" if shared is None else message[:shared] + detail


def handle_http_exception(error: HTTPException) -> Response:
    """One of Flask's own errors with its headers (`Allow`, …); nothing of a bug's cause goes out."""
    kind = error.name.lower().replace(" ", "_")
    detail = _detail(error)
    message = detail if error.code == BAD_REQUEST else error.name
    body = {"message": message, "error": {"type": kind, "detail": detail}}
    answer = jsonify({"detail": error.name if error.code in FASTAPIS_OWN else detail} if _speaks_fastapi() else body)
    answer.status_code = error.code or 500
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            answer.headers[name] = value
    return answer


def _detail(error: HTTPException) -> str:
    if isinstance(error, InternalServerError):
        return f"see the log of the gateway for request {g.get('request_id')}"
    if error.description != type(error).description:
        return error.description or error.name
    return _remedy(error)


def _remedy(error: HTTPException) -> str:
    """What to do about an error for which nobody has said more than its name."""
    match error:
        case NotFound():
            return f"there is no such route; {_meant()}GET /apispec.json lists them"
        case RequestEntityTooLarge():
            return f"the body may hold at most {current_app.config['MAX_CONTENT_LENGTH']} bytes: send less, or raise MAX_BODY"
        case MethodNotAllowed():
            others = " or ".join(sorted(error.valid_methods or ()))
            return f"this route is not there for {request.method}: {_meant()}use {others}"
        case WebsocketMismatch():
            if wants_socket():
                return "this route is no WebSocket: ask it by http:// or https://; WebSockets are at /ws/results"
            return "this is a WebSocket: connect with ws:// or wss://, and let a proxy on the way pass `Upgrade` on"
        case _:
            return f"{(error.description or error.name).rstrip('.')}. GET /apispec.json says how to call this route."


def wants_socket() -> bool:
    """Whether the present request would open a WebSocket."""
    return request.headers.get("Upgrade", "").lower() == "websocket"


def _meant() -> str:
    """What the present path is probably meant to be: a route of OpenAI's API without its `/v1`, one of another API, or one of
    ours; empty if nothing is known."""
    asked = request.path.lower().rstrip("/")
    found = next((each for each in OPENAIS if asked.endswith(each) and not request.path.startswith("/v1")), "")
    if found:
        return f'did you mean "/v1{found}"? The base URL of OpenAI\'s clients ends in /v1 here; '
    if asked in OTHERS:
        return f"{asked} is of {OTHERS[asked]}, which the gateway does not have: its OpenAI API is at /v1; "
    near = near_route(request.path, request.method, current_app.url_map)
    return f'did you mean "{near}"? ' if near else ""


def _speaks_fastapi() -> bool:
    return current_app.config["V1_DIALECT"] == "fastapi" and request.path.startswith(V1)


def _fastapi(error: errors.GatewayError, status: int) -> tuple[int, dict[str, Any]]:
    """One of our errors in the format of the second earlier gateway; *status* if that knew no such error."""
    match error:
        case errors.MissingParameter(name="flavor"):
            return 422, {"detail": [{"type": "missing", "loc": ["body", "flavor"], "msg": "Field required", "input": None}]}
        case errors.MissingParameter():
            return 400, {"detail": f"400: Missing {error.name}"}
        case errors.FlavorNotFound():
            return 400, {"detail": "404: Flavor not found"}
        case errors.ServiceNotFound():
            return 404, {"detail": "Not Found"}
        case errors.JobNotFound():
            return 404, {"detail": "Unknown task status"}
    return status, {"detail": sentence(error)}


def _body(error: errors.GatewayError, kind: str) -> dict[str, Any]:
    body: dict[str, Any] = {"message": str(error), "error": {"type": kind, **_more(error)}}
    if isinstance(error, errors.JobNotFound):
        body["status"] = "nojob"  # the word that polling clients end on
    return body


@singledispatch
def _more(error: errors.GatewayError) -> dict[str, Any]:
    """The error as a sentence, with its remedy, and the values that it names."""
    return {"detail": error.advice}


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
    return {"detail": f"{error.reason}; {error.remedy}", "stage": error.stage}


@_more.register
def _(error: errors.ServiceNotFound) -> dict[str, Any]:
    near = errors.nearest(error.name, error.known) or ";"
    return {"detail": f"no service {error.name!r} is live{near} GET /services lists them", "service": error.name}


@_more.register
def _(error: errors.ModelNotFound) -> dict[str, Any]:
    bare = error.name.rpartition("/")[2]  # some clients write the name of an API before it
    near = errors.nearest(error.name, error.known) or errors.nearest(bare, error.known) or ";"
    named = [name for name in error.known if len(name) <= MOST_ECHOED][:MOST_NAMED]
    there_are = f": {', '.join(named)}{', …' if len(named) < len(error.known) else ''}" if named else ""
    return {"detail": f"{error}{near} {error.remedy}{there_are}"}


@_more.register
def _(error: errors.ConversationNotFound) -> dict[str, Any]:
    return {
        "detail": "it never was, was deleted, or was idle for too long: send no conversation_id to begin another",
        "conversation_id": error.conversation_id[:MOST_ECHOED],
    }


@_more.register
def _(error: errors.PromptTooLong) -> dict[str, Any]:
    return {"detail": str(error), "prompt_tokens": error.prompt, "context_length": error.context}


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
