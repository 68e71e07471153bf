"""A request's body as a Form: multipart, urlencoded or JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import IO

from flask import Request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType
from werkzeug.formparser import FormDataParser
from werkzeug.wsgi import get_input_stream

from app.errors import BadParameter
from app.kinds.base import Form
from app.kinds.options import MOST_NESTED, is_too_deep
from app.orders import Json

MULTIPART = "multipart/form-data"
FORMS = (MULTIPART, "application/x-www-form-urlencoded")
PIECE = 64 * 2**10  # bytes read at a time
MOST_PARTS = 100  # fields of one form; a transcript's has four
MOST_NAMED = 100  # characters of a field's name that an error repeats


def read(request: Request) -> Form:
    """What *request* sends, as text fields and content.

    Raises the HTTP errors of a body that is too large (413), of no type that we read (415) or malformed (400), and
    BadParameter for a value that is no text."""
    body = _stream(request)
    if request.is_json:
        return of_json(_whole(body))
    if request.mimetype in FORMS:
        return _of_form(request, body)
    if not request.mimetype and not _whole(body):
        return Form({})
    raise UnsupportedMediaType("send multipart/form-data, application/x-www-form-urlencoded or application/json")


def raw(request: Request) -> bytes:
    """The body of *request* as it came. Raises the HTTP error of one that is too large (413)."""
    return _whole(_stream(request))


def _stream(request: Request) -> IO[bytes]:
    return get_input_stream(request.environ, max_content_length=request.max_content_length)


def _whole(body: IO[bytes]) -> bytes:
    """All of *body*, piece by piece: `body.read()` would cut a chunked one at the limit and call it whole."""
    return b"".join(iter(lambda: body.read(PIECE), b""))


def of_json(text: bytes) -> Form:
    """The fields of a JSON body. Raises the HTTP error of a malformed one (400), BadParameter for a value that is no text."""
    return of_object(json_object(text))


def of_object(fields: Mapping[str, Json]) -> Form:
    """*fields* of a JSON body. Raises BadParameter for a value that is no text."""
    return _form(fields, None)


def json_object(text: bytes) -> dict[str, Json]:
    """The object that a JSON body is; nobody has looked yet whether its strings are text. Raises the HTTP error of a malformed
    one (400)."""
    try:
        body = json.loads(text)
    except RecursionError as exc:
        raise BadRequest("the JSON body is nested too deeply") from exc
    except UnicodeDecodeError as exc:
        raise BadRequest(f"the JSON body is not UTF-8: byte {exc.start} cannot be read") from exc
    except json.JSONDecodeError as exc:
        raise BadRequest(f"the body is not JSON: {exc.msg} (line {exc.lineno}, column {exc.colno})") from exc
    except ValueError as exc:  # an integer of thousands of digits
        raise BadRequest("the JSON body holds a number that is too long") from exc
    if not isinstance(body, dict):
        raise BadRequest('the JSON body must be an object, as in {"content": "…", "flavor": "…"}')
    return body


def _of_form(request: Request, body: IO[bytes]) -> Form:
    parser = FormDataParser(
        stream_factory=_in_memory,
        max_form_memory_size=request.max_content_length,
        max_form_parts=MOST_PARTS,
        silent=False,
    )
    stream = body if request.mimetype == MULTIPART else BytesIO(_whole(body))
    try:
        _, fields, files = parser.parse(stream, request.mimetype, request.content_length, request.mimetype_params)
    except ValueError as exc:
        raise BadRequest("the form cannot be read: is its boundary declared, and is it whole?") from exc
    upload = files.get("file")
    return _form(fields.to_dict(), upload.read() if upload else None)


def _in_memory(
    total_content_length: int | None, content_type: str | None, filename: str | None, content_length: int | None = None
) -> IO[bytes]:
    """Where an upload is kept while it is read: never on a disk, as it is somebody's meeting."""
    del total_content_length, content_type, filename, content_length
    return BytesIO()


def _form(fields: Mapping[str, Json], upload: bytes | None) -> Form:
    """The upload is the content; without one, the text field `content` or `file` is."""
    for name, value in fields.items():
        if is_too_deep(value):
            raise BadRequest(f"the JSON body is nested more than {MOST_NESTED} levels deep")
        for text in _texts({name: value}):
            refuse_what_is_no_text(name, text)
    written = fields.get("content") or fields.get("file")
    if not upload and written is not None and not isinstance(written, str):
        raise BadParameter("content", "must be a string")
    rest = {name: value for name, value in fields.items() if name not in ("content", "file")}
    return Form(rest, upload or written or upload)


def _texts(value: Json) -> Iterator[str]:
    """Every string in *value*, names of fields included, however deep it is nested."""
    left = [value]
    while left:
        match left.pop():
            case str(text):
                yield text
            case dict(inner):
                left += [*inner.keys(), *inner.values()]
            case list(inner):
                left += inner


def refuse_what_is_no_text(name: str, text: str) -> None:
    r"""JSON can spell what no UTF-8 answer or database can hold: half a surrogate pair (`"\ud800"`), and NUL.

    Raises BadParameter for such a *text*, the value of *name*."""
    named = name.encode("ascii", "replace").decode()[:MOST_NAMED]
    if "\0" in text:
        raise BadParameter(named, f"character {text.index(chr(0))} is NUL, not text")
    try:
        text.encode()
    except UnicodeEncodeError as exc:
        raise BadParameter(named, f"character {exc.start} is half of a surrogate pair, not text") from exc
