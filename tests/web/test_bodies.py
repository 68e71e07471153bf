"""Bodies of the size that is allowed, with more in them than is built."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import BadParameter
from app.kinds import options
from app.web.bodies import multipart
from tests.web.conftest import Actions
from tests.web.routes.test_services import CRA_PATH


def test_a_body_of_too_many_values_is_refused(actions: Actions) -> None:
    answer = actions.client.post(CRA_PATH, data=b'{"a":[' + b"[]," * 100_001, content_type="application/json")

    assert (answer.status_code, answer.json["error"]["detail"]) == (
        413,
        "the JSON body holds more than 100000 values: send less",
    )


def test_variables_in_a_field_of_a_form_are_bounded_too() -> None:
    with pytest.raises(BadParameter, match="variables: holds more than 100000 values"):
        options.mapping({"variables": '{"a":[' + "[]," * 100_001}, "variables")


@pytest.mark.parametrize("path", [CRA_PATH, "/v1/chat/completions", "/chat", "/batch/generate", "/generate/stream"])
def test_every_route_that_reads_json_is_bounded(actions: Actions, path: str) -> None:
    answer = actions.client.post(path, data=b'{"messages":[' + b"[]," * 100_001, content_type="application/json")

    assert answer.status_code == 413


NAMES = st.text(st.characters(codec="utf-8", exclude_characters='\r\n\0"\\'), min_size=1, max_size=9)
CONTENTS = st.binary(max_size=300) | st.sampled_from([b"--b", b"\r\n--b", b"\r\n", b"--b--", b"x" * 200_000])


def part(disposition: str, content: bytes) -> bytes:
    head = f"--an0ther\r\nContent-Disposition: form-data; {disposition}\r\n\r\n"
    return head.encode() + content + b"\r\n"


@given(st.dictionaries(NAMES, st.text(max_size=50), max_size=5), CONTENTS, st.integers(1, 999))
@settings(deadline=None)
def test_a_form_comes_back_as_it_was_sent(fields: dict[str, str], content: bytes, size: int) -> None:
    view = [part(f'name="{name}"', text.encode()) for name, text in fields.items()]
    raw = b"".join((part('name="file"; filename="a.txt"', content), *view, b"--an0ther--\r\n"))

    class Slow(io.BytesIO):
        def read(self, most: int | None = -1) -> bytes:
            return super().read(min(size * 97, most or size))

    form = multipart.read(Slow(raw), "an0ther", None)

    assert (form.fields, form.upload) == (fields, content)


@pytest.mark.parametrize("content", [b"", b"x", b"\r\n", b"x\r", b"--b", b"\r\n--", b"\r\n--c"])
def test_a_form_may_be_cut_anywhere(content: bytes) -> None:
    raw = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n' + content + b"\r\n--b--\r\n"

    uploads = set()
    for at in range(1, len(raw)):
        pieces = iter((raw[:at], raw[at:], b""))
        body = io.BytesIO()
        body.read = lambda *_, pieces=pieces: next(pieces)  # type: ignore[method-assign,misc]
        uploads.add(multipart.read(body, "b", None).upload)

    assert uploads == {content}


def test_a_field_may_name_the_encoding_of_its_text() -> None:
    head = b'--b\r\nContent-Disposition: form-data; name="a"\r\nContent-Type: text/plain; charset=ISO-8859-1\r\n\r\n'

    assert multipart.read(io.BytesIO(head + b"\xe9\r\n--b--"), "b", None).fields == {"a": "é"}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/jobs/x/ask", {"question": "What?", "qestion": "Who?"}),
        ("PATCH", "/jobs/x/actions/1", {"done": True, "doen": True}),
        ("PUT", "/results/x/text", {"text": "a", "txt": "b"}),
        ("GET", "/jobs/x/transcript?form=3", None),
    ],
)
def test_what_a_route_of_meetings_does_not_know_is_refused(client: FlaskClient, method: str, path: str, body: Any) -> None:
    answer = client.open(path, method=method, json=body, headers={"If-Match": "*"})

    assert (answer.status_code, answer.json["error"]["type"]) == (400, "bad_parameter"), answer.text
