"""Answers to requests that never reach the application: what is wrong with them, in the JSON of all other errors; below `/v1`,
where so much of the request can be read, in that of the API.

Neither an answer nor a log line repeats what the client sent: a broken header may hold a key."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from gunicorn.http import errors as known
from werkzeug.exceptions import HTTPException

from app.web.bodies.api_errors import is_below, unread

errors: Any = known  # its stubs are older
HOST = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]*)(?::[0-9]{0,5})?")
START = 2048  # bytes of a request in which its path is looked for
# The path of the first line, behind a method and, for proxies, a host. It may be cut off, and what comes later be wrong.
PATH = re.compile(rb"(?:\r?\n)*[!-~]*[ \t]+(?:[A-Za-z][A-Za-z0-9+.-]*://[^/ \t\r\n]*)?(/[^?# \t\r\n]*)")
ONE_HOST = "an HTTP/1.1 request needs one Host header, with a valid value"

# The first matching class decides.
REFUSALS: tuple[tuple[type[Exception], HTTPStatus, str], ...] = (
    (errors.UnsupportedTransferCoding, HTTPStatus.NOT_IMPLEMENTED, "this Transfer-Encoding is not supported"),
    (errors.LimitRequestLine, HTTPStatus.REQUEST_URI_TOO_LONG, "the request line is too long"),
    (errors.LimitRequestHeaders, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "the headers are too many or too long"),
    (errors.ExpectationFailed, HTTPStatus.EXPECTATION_FAILED, "the only expectation that can be met is 100-continue"),
    (errors.InvalidHTTPVersion, HTTPStatus.BAD_REQUEST, "the HTTP version is not supported"),
    (errors.InvalidRequestMethod, HTTPStatus.BAD_REQUEST, "the method is malformed"),
    (errors.InvalidRequestLine, HTTPStatus.BAD_REQUEST, "the request line is malformed"),
    (errors.ParseException, HTTPStatus.BAD_REQUEST, "the headers are malformed"),
)
# Faults of an application, which gunicorn derives from those of a client.
OURS = (errors.InvalidResponseHeader, errors.InvalidResponseHeaderName, errors.ConfigurationProblem)


def refusal(error: BaseException) -> tuple[HTTPStatus, str] | None:
    """The status and the reason with which a request is refused; None for an error that is not the client's."""
    if isinstance(error, HTTPException):
        return HTTPStatus(error.code or 500), error.description or error.name
    if isinstance(error, OURS):
        return None
    return next(((status, why) for kind, status, why in REFUSALS if isinstance(error, kind)), None)


def path_of(start: bytes | bytearray) -> str:
    """The path for which a request asks that begins like this; empty if nobody can tell."""
    found = PATH.match(start)
    return unquote(re.sub("/+", "/", found[1].decode("latin-1"))) if found else ""


def answer(status: HTTPStatus, why: str, path: str = "") -> bytes:
    """A whole answer that closes the connection, to a request for *path*."""
    kind = status.phrase.lower().replace(" ", "_").replace("-", "_")
    message = why if status is HTTPStatus.BAD_REQUEST else status.phrase
    ours = {"message": message, "error": {"type": kind, "detail": why}}
    body = json.dumps(unread(path, why, kind, status.value) if is_below(path) else ours).encode()
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\nConnection: close\r\nContent-Type: application/json\r\n"
        f"X-Content-Type-Options: nosniff\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def has_a_host(request: Any) -> bool:
    """Whether *request* names its host exactly once, as RFC 9112 (section 3.2) demands; older versions need not."""
    given = [value for name, value in request.headers if name == "HOST"]
    if not given and request.version < (1, 1):
        return True
    return len(given) == 1 and HOST.fullmatch(given[0]) is not None
