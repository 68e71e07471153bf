"""JSON answers that no cache may keep: they change, or belong to one client."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify


def uncached(body: Any, status: int = 200) -> Response:
    """*body* as JSON, with the *status*."""
    answer = jsonify(body)
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    return answer
