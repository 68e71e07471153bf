"""Whatever comes in, what goes out is JSON."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from app.web import create_app
from tests.web.conftest import Gateway

SEGMENTS = st.sampled_from(
    ["services", "cra", "generate", "results", "health", "healthcheck", "minutes", "analytical", "", "..", "%2e"]
)
PATHS = st.one_of(
    st.just("/services/cra/generate"),
    st.lists(SEGMENTS | st.text(max_size=8), max_size=6).map(lambda view: "/" + "/".join(view)),
)
METHODS = st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "TRACE", "HEAD", "FOO"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20) | st.sampled_from(["mixtral", "A : b"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(["flavor", "content", "file", "temperature", "top_p", "priority", "language", "speakers"]) | st.text(
    max_size=5
)
JSON_BODIES = st.dictionaries(NAMES, VALUES, max_size=5).map(lambda body: json.dumps(body).encode())
PART = st.tuples(
    NAMES, st.sampled_from(["", '; filename="f.txt"', "; filename*=utf-8''%e9", '; filename="']), st.binary(max_size=40)
)
FORM_BODIES = st.lists(PART, max_size=4).map(
    lambda view: (
        b"".join(
            b'--b\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
            % (name.encode("utf-8", "replace"), file.encode(), value)
            for name, file, value in view
        )
        + b"--b--\r\n"
    )
)
BODIES = st.binary(max_size=200) | JSON_BODIES | FORM_BODIES
TYPES = st.sampled_from(
    [
        None,
        "application/json",
        "application/json; charset=utf-16",
        "multipart/form-data; boundary=b",
        "multipart/form-data",
        "multipart/form-data; boundary=\u00e9",
        "application/x-www-form-urlencoded",
        "text/plain",
        ";;",
    ]
)
# What a server lets through: latin-1 without control characters.
HEADER = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=30)
HEADERS = st.dictionaries(
    st.sampled_from(
        ["X-Request-Id", "Accept", "Content-Encoding", "Range", "Cookie", "If-None-Match", "Host", "X-Forwarded-Host"]
    ),
    HEADER,
    max_size=3,
)


@effort(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=PATHS, method=METHODS, body=BODIES, kind=TYPES, headers=HEADERS)
def test_any_request_gets_json_and_no_server_error(
    client: FlaskClient, *, path: str, method: str, body: bytes, kind: str | None, headers: dict[str, str]
) -> None:
    wire = path.encode("utf-8", "replace").decode("latin-1")  # as WSGI hands paths over

    answer = client.open(
        "/", method=method, data=body, content_type=kind, headers=headers, environ_overrides={"PATH_INFO": wire}
    )

    assert answer.status_code < 500
    assert method == "HEAD" or answer.status_code == 302 or json.loads(answer.data) is not None
    assert answer.headers["X-Request-Id"]


def test_making_an_app_starts_no_thread(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    here, started = threading.get_ident(), []
    start = threading.Thread.start

    def start_and_note(thread: threading.Thread) -> None:
        if threading.get_ident() == here:  # other tests of this process may have threads that start threads
            started.append(thread.name)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", start_and_note)
    create_app(gateway)

    assert started == []


@pytest.mark.parametrize("path", ["/services", "/health", "/apispec.json"])
def test_json_is_utf_8_as_it_is_and_says_so_by_its_type(client: FlaskClient, path: str) -> None:
    answer: Any = client.get(path)

    assert answer.mimetype == "application/json"
    assert "\\u00" not in answer.text
