"""JSON answers that no cache may keep, and headers that say with which version of a service a request was run."""

from __future__ import annotations

from typing import Any

from flask import Response, after_this_request, has_request_context, jsonify

from app.orders import Order

STALE = "X-Catalog-Stale"
LONGEST_HEADER = 800  # characters; proxies refuse long headers


def uncached(body: Any, status: int = 200) -> Response:
    """*body* as JSON, with the *status*."""
    answer = jsonify(body)
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    return answer


def with_staleness(order: Order) -> Order:
    """*order*. The present answer gets a header that names the broken files, if the order runs with the last good version of
    its service. A thread without a request sets no header."""
    if order.stale and has_request_context():
        after_this_request(lambda answer: _marked(answer, order.stale))
    return order


def _marked(answer: Response, broken: str) -> Response:
    answer.headers[STALE] = printable(broken)
    return answer


def printable(text: str) -> str:
    """*text* as far as a header can hold it."""
    plain = "".join(each if " " <= each <= "~" else "?" for each in text)
    return plain if len(plain) <= LONGEST_HEADER else f"{plain[: LONGEST_HEADER - 3]}..."
