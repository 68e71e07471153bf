"""Bodies of requests that are handed on to a model server: JSON or a form, with the fields that say where to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from app.backends.http.passthrough import Body
from app.backends.requests import truth
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
        return truth(self.fields.get("stream")) is True

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
    return ApiRequest(unambiguous(raw, said), JSON, said)


def unambiguous(raw: bytes, said: Mapping[str, Json]) -> bytes:
    """The body *raw*, which we read as *said*, with one field `model`: servers read a body with two of them in different ways.

    Raises BadParameter for other spellings of that name, which some servers take for it."""
    if any(name.lower() == MODEL and name != MODEL for name in said):
        raise BadParameter(MODEL, "is written in lower case, and once")
    is_plain = raw.count(b'"model"') == 1 and b"\\u00" not in raw  # no letter of the name is escaped
    return raw if is_plain else _bytes(said)


def _of_form(request: Request) -> ApiRequest:
    copy, boundary = multipart.Copy(), request.mimetype_params.get("boundary", "")
    try:
        form = multipart.read(stream(request), boundary, request.max_content_length, copy)
    except ValueError as exc:
        raise BadRequest("the form cannot be read: is its boundary declared, and is it whole?") from exc
    if sum(name.lower() == MODEL for name in form.names) > 1:
        raise BadParameter(MODEL, "is in the form more than once: send it once")
    return ApiRequest(copy.body, copy.content_type, form.fields)


def _bytes(fields: Mapping[str, Json]) -> bytes:
    return dumped(fields).encode("utf-8", "replace")
