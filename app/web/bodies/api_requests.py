"""Bodies of requests that are handed on to a model server: JSON or a form, with the fields that say where to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, cast

from flask import Request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from app.backends.http.passthrough import Body
from app.errors import BadParameter, MissingParameter
from app.orders import Json
from app.web.bodies import forms, multipart
from app.web.bodies.reading import stream
from app.web.streaming.formats import dumped

JSON = "application/json"
MODEL = "model"
JSON_TYPES = ("", JSON, "text/plain")  # some clients say nothing, or the wrong thing


@dataclass(frozen=True)
class ApiRequest:
    """The *body* as it goes on, its *content_type*, and the *fields* of it that are text or JSON."""

    body: Body
    content_type: str
    fields: Mapping[str, Json]

    @property
    def model(self) -> str:
        """The model that the request names. Raises MissingParameter, BadParameter."""
        name = self.fields.get(MODEL)
        if not name:
            raise MissingParameter(MODEL)
        if not isinstance(name, str):
            raise BadParameter(MODEL, "must be a name; GET /v1/models lists them")
        forms.refuse_what_is_no_text(MODEL, name)
        return name

    @property
    def streamed(self) -> bool:
        """Whether the client asks for events."""
        return self.fields.get("stream") in (True, "true", "True", "1")

    def with_field(self, name: str, value: Json) -> ApiRequest:
        """A JSON request with another value of one field."""
        fields = {**self.fields, name: value}
        return ApiRequest(_bytes(fields), self.content_type, fields)


def read(request: Request) -> ApiRequest:
    """What *request* sends.

    Raises the HTTP errors of a body that is too large (413), of no type that is handed on (415) or malformed (400), and
    BadParameter for one that names two models: the server could take another one than we allow."""
    if request.mimetype == forms.MULTIPART:
        return _of_form(request)
    if request.mimetype not in JSON_TYPES and not request.is_json:
        raise UnsupportedMediaType(f"send {JSON} or {forms.MULTIPART}")
    raw = forms.raw(request)
    said = forms.json_object(raw)
    if any(name.lower() == MODEL and name != MODEL for name in said):
        raise BadParameter(MODEL, "is written in lower case, and once")
    # a key that is there twice is read differently by different servers
    is_plain = raw.count(b'"model"') == 1 and b"\\" not in raw
    return ApiRequest(raw if is_plain else _bytes(said), JSON, said)


def _of_form(request: Request) -> ApiRequest:
    kept = _Kept(stream(request))
    boundary = request.mimetype_params.get("boundary", "")
    try:
        form = multipart.read(cast("IO[bytes]", kept), boundary, request.max_content_length, keeps_upload=False)
    except ValueError as exc:
        raise BadRequest("the form cannot be read: is its boundary declared, and is it whole?") from exc
    if sum(name.lower() == MODEL for name in form.names) > 1:
        raise BadParameter(MODEL, "is in the form more than once: send it once")
    return ApiRequest(kept.body, request.content_type or forms.MULTIPART, form.fields)


class _Kept:
    """A body that is kept, once, while it is read."""

    def __init__(self, body: IO[bytes]) -> None:
        self._body = body
        self.body = bytearray()

    def read(self, size: int = -1) -> bytes:
        piece = self._body.read(size)
        self.body += piece
        return piece


def _bytes(fields: Mapping[str, Json]) -> bytes:
    return dumped(fields).encode("utf-8", "replace")
