"""A request's body as a Form: multipart, urlencoded or JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import IO
from urllib.parse import parse_qsl

from flask import Request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from app.errors import BadParameter
from app.kinds.base import Form
from app.orders import Json
from app.web.bodies import large_json, multipart
from app.web.bodies.broken_json import how_to_mend
from app.web.bodies.ordering import NotedFields
from app.web.bodies.reading import OfFields, OfJson, stream, whole
from app.web.problems import echoed

MULTIPART = "multipart/form-data"
FORMS = (MULTIPART, "application/x-www-form-urlencoded")
# The name of a file without blanks, or one that begins as a path does.
_A_PATH = re.compile(
    r"(?:[@/~.\\]|[A-Za-z]:\\)[^\n]{0,250}\.[a-z]{2,5}[0-9]?|[^\s:]{1,250}\.(?:txt|md|srt|vtt|sbv|json|csv|tsv|docx|html?|xml|lrc|ass|ttml)",
    re.IGNORECASE,
)
PIECE = 2**20  # characters that are looked at in one go, in which no other thread runs


def read(request: Request) -> Form:
    """What *request* sends, as text fields and content.

    Raises the HTTP errors of a body that is too large or holds too much (413), of no type that we read (415) or malformed
    (400), and BadParameter for a value that is no text."""
    body = stream(request)
    if request.is_json:
        return of_json(whole(body, OfJson()))
    if request.mimetype in FORMS:
        return _of_form(request, body)
    if not request.mimetype and not whole(body):
        return Form({})
    raise UnsupportedMediaType("send multipart/form-data, application/x-www-form-urlencoded or application/json")


def raw(request: Request) -> bytes:
    """The JSON body of *request* as it came, whatever its type says.

    Raises the HTTP error of one that is too large or holds too much (413) or is nested too deeply (400)."""
    body = whole(stream(request), OfJson())
    if body.startswith(b"--") and request.mimetype == MULTIPART:
        raise UnsupportedMediaType("the body is a form: send a JSON object, with Content-Type: application/json")
    return body


def of_json(text: bytes) -> Form:
    """The fields of a JSON body. Raises the HTTP error of a malformed one (400), BadParameter for a value that is no text."""
    return _form(json_object(text), None, NotedFields)


def of_object(fields: Mapping[str, Json]) -> Form:
    """*fields* of a JSON body. Raises BadParameter for a value that is no text."""
    return _form(fields, None)


def json_object(text: bytes) -> dict[str, Json]:
    """The object that a JSON body is, which was read within its bounds; nobody has looked yet whether its strings are text.

    Raises the HTTP error of a malformed one (400)."""
    try:
        body = large_json.loads(text)
    except RecursionError as exc:
        raise BadRequest("the JSON body is nested too deeply: send a flat object") from exc
    except UnicodeDecodeError as exc:
        raise BadRequest(f"the JSON body is not UTF-8: byte {exc.start} cannot be read; send it as UTF-8") from exc
    except json.JSONDecodeError as exc:
        if not text.strip():
            raise BadRequest("the body is empty: send a JSON object") from exc
        raise BadRequest(
            f"the body is not JSON: {exc.msg} (line {exc.lineno}, column {exc.colno}); send it corrected: {how_to_mend(exc)}"
        ) from exc
    except ValueError as exc:  # an integer of thousands of digits
        raise BadRequest("the JSON body holds a number that is too long: send it as text, or leave it out") from exc
    if not isinstance(body, dict):
        raise BadRequest("the JSON body must be an object: its fields, between { and }")
    return body


def _of_form(request: Request, body: IO[bytes]) -> Form:
    if request.mimetype != MULTIPART:
        text = whole(body, OfFields())
        if text.lstrip().startswith(b"{"):  # what curl sends with -d alone
            raise BadRequest("the body looks like JSON, and its Content-Type says form: send Content-Type: application/json")
        return _form(_of_urlencoded(text), None)
    try:
        form = multipart.read(body, request.mimetype_params.get("boundary", ""), request.max_content_length)
    except ValueError as exc:
        raise BadRequest("the form cannot be read: is its boundary declared, and is it whole?") from exc
    return replace(_form(form.fields, form.upload), file=form.file)


def _of_urlencoded(body: bytes) -> dict[str, Json]:
    """The fields of the form; the first of each name counts."""
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, errors="strict")
    except ValueError as exc:
        raise BadRequest("the form is not UTF-8: send its fields as UTF-8") from exc
    fields: dict[str, Json] = {}
    for name, value in pairs:
        fields.setdefault(name, value)
    return fields


def _form(
    fields: Mapping[str, Json], upload: bytes | None, kept: Callable[[dict[str, Json]], Mapping[str, Json]] = dict
) -> Form:
    """The upload is the content; without one, the text field `content` or `file` is."""
    for name, value in fields.items():
        for text in _texts({name: value}):
            refuse_what_is_no_text(name, text)
    written = fields.get("content") or fields.get("file")
    if not upload and written is not None and not isinstance(written, str):
        raise BadParameter("content", "must be a string")
    if not upload and isinstance(written, str) and written == fields.get("file") and _A_PATH.fullmatch(written.strip()):
        raise BadParameter("file", "is the name of a file and not what it holds: upload it (curl: -F file=@NAME)")
    rest = {name: value for name, value in fields.items() if name not in ("content", "file")}
    return Form(kept(rest), upload or written or upload)


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
    if "\0" in text:
        raise BadParameter(echoed(name), f"character {text.index(chr(0))} is NUL, not text: leave it out")
    for begin in range(0, 0 if text.isascii() else len(text), PIECE):
        try:
            text[begin : begin + PIECE].encode()
        except UnicodeEncodeError as exc:
            reason = f"character {begin + exc.start} is half of a surrogate pair, not text: leave it out, or send both halves"
            raise BadParameter(echoed(name), reason) from exc
