"""Versions of what people change: the header `If-Match` of a request, and the `ETag` of an answer."""

from __future__ import annotations

import re

from flask import Request, Response

from app.errors import BadParameter, VersionMissing

MATCH = "If-Match"
_TAG = re.compile(r'(?:W/)?"?(\d{1,18})"?')
ANY = "*"


def wanted(request: Request) -> int | None:
    """The version that the request wants to change, None for any. Raises VersionMissing, BadParameter."""
    given = request.headers.get(MATCH, "").strip()
    if not given:
        raise VersionMissing
    if given == ANY:
        return None
    found = _TAG.fullmatch(given)
    if found is None:
        raise BadParameter(MATCH, 'must be one version, such as "3", or *')
    return int(found[1])


def tagged(answer: Response, version: int) -> Response:
    """*answer* with its version, which no cache may keep."""
    answer.headers["ETag"] = f'"{version}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
