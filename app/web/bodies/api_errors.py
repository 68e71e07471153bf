"""Errors below `/v1` in the format of the API that a path belongs to: OpenAI's, or Anthropic's for messages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote

from flask import Response, current_app, g, request
from werkzeug.exceptions import BadRequest, HTTPException, NotFound

from app.backends import routes
from app.errors import BackendRefused, GatewayError, nearest
from app.orders import Json
from app.web import problems
from app.web.streaming.completions import TOO_LONG, told, type_of
from app.web.streaming.formats import dumped, event

ROOT = "/v1"
METHODS = {"GET", "POST", "DELETE"}
LEAST_ALIKE = 0.8  # of paths, which have endings in common
LONGEST_PATH = 100  # characters of a path that an error repeats
ANTHROPICS_TOO_LONG = "prompt is too long"  # the words by which Anthropic's clients tell that: its API has no code for it
THEIR_FAULT = (400, 404, 405, 413, 415, 422)  # what a server says of a request, and not of us
HANDED_ON = "/v1/{path}"  # the rule of whatever a model server has
_NO_FILES = (
    "the gateway keeps no files and no batches of requests: POST /batch/generate answers several prompts at once, and a "
    "service takes a text of any length as a job (POST /services/{name}/generate)"
)
_NO_ARCHIVE = (
    "the gateway keeps none: send the messages with each request, or go on with `previous_response_id` of /v1/responses"
)
# The first words of paths that clients of OpenAI's and Anthropic's APIs know and that ask no model; what there is instead.
_INSTEAD = {
    **dict.fromkeys(("files", "uploads", "batches", "messages/batches"), _NO_FILES),
    **dict.fromkeys(("assistants", "threads", "conversations", "vector_stores", "containers"), _NO_ARCHIVE),
}
_ANTHROPIC = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    503: "overloaded_error",
}


def is_below(path: str) -> bool:
    """True for the root of the API, and what is below it."""
    return path == ROOT or path.startswith(f"{ROOT}/")


def is_anthropic(path: str) -> bool:
    """True for the paths of Anthropic's API."""
    return path == f"{ROOT}/messages" or path.startswith(f"{ROOT}/messages/")


def refused(error: GatewayError) -> Response:
    """One of our errors in the format of the present path's API."""
    answer = problems.handle_gateway_error(error)
    if isinstance(error, BackendRefused) and error.status in THEIR_FAULT:
        answer.status_code = error.status
    answer.set_data(dumped(_body(told(error, answer.status_code), answer.status_code)))
    return answer


def refused_by_flask(error: HTTPException) -> Response:
    """One of Flask's errors in the same format."""
    answer = problems.handle_http_exception(error)
    said = answer.get_json()["error"]
    openais = _openais(said["detail"], said["type"], answer.status_code)
    answer.set_data(dumped(_body(openais, answer.status_code)))
    return answer


def unread(path: str, message: str, code: str, status: int) -> dict[str, Json]:
    """The error of a request for *path* that is refused before it is read as a whole."""
    if is_anthropic(path):
        return _anthropic(message, status)
    return {"error": _openais(message, code, status)}


def _openais(message: str, code: str, status: int) -> dict[str, Json]:
    return {"message": message, "type": type_of(status), "param": None, "code": code}


def _body(openais: dict[str, Json], status: int) -> dict[str, Json]:
    if not is_anthropic(request.path):
        return {"error": openais}
    return {**_anthropic(_in_anthropics_words(openais), status), "request_id": g.get("request_id")}


def _in_anthropics_words(openais: dict[str, Json]) -> str:
    """The message of an error in OpenAI's format, in words that clients of Anthropic's API look for."""
    message = str(openais["message"])
    is_unsaid = openais["code"] == TOO_LONG and ANTHROPICS_TOO_LONG not in message.lower()
    return f"{ANTHROPICS_TOO_LONG}: {message}" if is_unsaid else message


def _anthropic(message: str, status: int) -> dict[str, Json]:
    kind = _ANTHROPIC.get(status, "invalid_request_error" if status < 500 else "api_error")
    return {"type": "error", "error": {"type": kind, "message": message}}


def broken_off(route: routes.Route, error: GatewayError) -> bytes:
    """What is sent in place of the missing rest of an answer of *route*."""
    status = problems.status_of(error)[0]
    said = told(error, status)
    if route.anthropic:
        return b"event: error\n" + event(_anthropic(_in_anthropics_words(said), status))
    if route.path == routes.RESPONSES.path:  # its own clients read the fields of the event, OpenAI's package `error`
        return b"event: error\n" + event({**said, "type": "error", "error": said, "sequence_number": -1})
    return event({"error": said})


def meant(asked: str, known: Sequence[str]) -> str:
    """What *asked* is probably meant to be of the *known* paths below the root: a slip of the pen, a base URL that holds too
    much (`/v1/v1/models`), or a part of a path (`/v1/chat`)."""
    path = asked.removeprefix(f"{ROOT}/").strip("/")
    doubled = max((each for each in known if path.endswith(f"/{each}")), key=len, default="")
    part = next((each for each in known if path and (each.startswith(f"{path}/") or each.endswith(f"/{path}"))), "")
    if found := doubled or part:
        return f'; did you mean "{ROOT}/{found}"?'
    return nearest(path, known, LEAST_ALIKE).replace('"', f'"{ROOT}/', 1)


def instead_of(path: str) -> str:
    """What there is instead of the *path* below the root, which clients of other APIs know; empty if nothing is known."""
    return next((told for begun, told in _INSTEAD.items() if f"{path}/".startswith(f"{begun}/")), "")


def without_socket() -> HTTPException:
    """The refusal of a WebSocket at the present path."""
    asked = quote(request.path[:LONGEST_PATH])
    return BadRequest(
        f"there is no WebSocket at {asked}: ask by http:// or https://; a stream comes as server-sent events "
        '(`"stream": true`), and recorded speech goes to POST /v1/audio/transcriptions'
    )


def without_route() -> HTTPException:
    """The refusal of the present path, naming what there is."""
    asked = quote(request.path[:LONGEST_PATH])
    if instead := instead_of(request.path.removeprefix(f"{ROOT}/")):
        return NotFound(f"there is no route {asked}; use what there is: {instead}")
    rules = [rule for rule in current_app.url_map.iter_rules() if is_below(rule.rule)]
    paths = {_spelled(rule.rule): (rule.methods or set()) & METHODS for rule in rules}
    handed_on = {f"{ROOT}/{path}" for path in routes.KNOWN}
    for path in (HANDED_ON, *handed_on):
        paths.pop(path, None)
    there_are = ", ".join(f"{method} {path}" for path, methods in sorted(paths.items()) for method in sorted(methods))
    servers = ", ".join(f"POST {path}" for path in sorted(handed_on))
    near = meant(request.path, sorted(path.removeprefix(f"{ROOT}/") for path in {*paths, *handed_on} if "{" not in path)) or ";"
    return NotFound(
        f"there is no route {asked}{near} there are {there_are}; and, if the server of the `model` in the body has them, "
        f"{servers}, or another path that it has"
    )


def _spelled(rule: str) -> str:
    """A route as OpenAPI spells it."""
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule)
