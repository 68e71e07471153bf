from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from app.web.middleware.security_headers import HEADERS

ORIGIN = {"Origin": "https://elsewhere.example"}


@pytest.mark.parametrize("path", ["/services", "/docs", "/health", "/metrics", "/nowhere", "/results/none", "/"])
def test_every_answer_tells_browsers_to_be_careful(client: FlaskClient, path: str) -> None:
    answer = client.get(path)

    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_a_page_has_a_policy_that_keeps_it_on_our_origin(client: FlaskClient) -> None:
    policy = client.get("/docs").headers["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "http" not in policy


@pytest.mark.parametrize("path", ["/services", "/health", "/docs", "/apispec.json"])
@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_no_other_origin_is_let_in(client: FlaskClient, path: str, method: str) -> None:
    answer = client.open(path, method=method, headers={**ORIGIN, "Access-Control-Request-Method": "POST"})

    assert not [name for name, _ in answer.headers if name.lower().startswith("access-control-")]
