"""Bodies that are handed on: which model they name, and what it costs to hold them."""

from __future__ import annotations

import io
import tracemalloc
from typing import Any

import pytest
from flask import Flask, Request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

from app.web.bodies import api_requests

SIZE = 24 * 2**20
HEAD = (
    b'--xyz\r\nContent-Disposition: form-data; name="model"\r\n\r\nwhisper\r\n'
    b'--xyz\r\nContent-Disposition: form-data; name="stream"\r\n\r\ntrue\r\n'
    b'--xyz\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
)
END = b"\r\n--xyz--\r\n"


class Recording(io.RawIOBase):
    """A form with a file of *size* zeros, made while it is read."""

    def __init__(self, size: int) -> None:
        self._parts = [(HEAD, 1), (bytes(2**16), size // 2**16), (END, 1)]
        self._left = b""
        self.length = len(HEAD) + size + len(END)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left and self._parts:
            part, times = self._parts[0]
            self._left = part
            self._parts[0] = (part, times - 1)
            if times == 1:
                self._parts.pop(0)
        made = self._left[: len(buffer)]
        buffer[: len(made)] = made
        self._left = self._left[len(made) :]
        return len(made)


def request(body: Any, length: int, kind: str, limit: int | None = None) -> Request:
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = limit
    environ = {"wsgi.input": body, "CONTENT_LENGTH": str(length), "CONTENT_TYPE": kind, "REQUEST_METHOD": "POST"}
    with app.test_request_context(environ_overrides=environ):
        return app.request_class({**environ, "wsgi.url_scheme": "http", "SERVER_NAME": "x", "SERVER_PORT": "1"})


def test_a_recording_is_held_once_with_all_of_its_form() -> None:
    body = Recording(SIZE)
    given = request(body, body.length, "multipart/form-data; boundary=xyz")

    tracemalloc.start()
    asked = api_requests.read(given)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    mark = asked.content_type.removeprefix("multipart/form-data; boundary=").encode()
    assert (asked.model, asked.streamed) == ("whisper", True)
    assert asked.body.startswith(HEAD.replace(b"xyz", mark))
    assert asked.body.endswith(END.replace(b"xyz", mark))
    assert asked.body.count(0) == SIZE
    assert peak < 1.6 * SIZE


def test_a_recording_that_is_too_large_is_refused() -> None:
    body = Recording(SIZE)
    given = request(body, body.length, "multipart/form-data; boundary=xyz")
    given.max_content_length = 2**20

    with pytest.raises(RequestEntityTooLarge):
        api_requests.read(given)


@pytest.mark.parametrize("boundary", ["abc", "", "é"])
def test_a_form_that_cannot_be_read_is_refused(boundary: str) -> None:
    body = Recording(2**16)

    with pytest.raises(BadRequest, match="form cannot be read"):
        api_requests.read(request(body, body.length, f"multipart/form-data; boundary={boundary}"))


def test_other_types_are_refused() -> None:
    with pytest.raises(UnsupportedMediaType, match="multipart/form-data"):
        api_requests.read(request(io.BytesIO(b"x"), 1, "audio/wav"))


def test_a_plain_json_body_goes_on_as_it_came() -> None:
    raw = b'{ "model" : "m",  "input": "d\xc3\xa9j\xc3\xa0" }'

    asked = api_requests.read(request(io.BytesIO(raw), len(raw), "application/json"))

    assert asked.body == raw
