"""Reads a body piece by piece, and refuses it before a tree is built that exceeds the memory limits."""

from __future__ import annotations

from io import BytesIO
from typing import IO, NoReturn, Protocol, cast

from flask import Request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.wsgi import get_input_stream

from app.json_bounds import REQUEST, Gauge, OutOfBounds, TooDeep
from app.kinds.options import MOST_NESTED
from app.web.bodies.compression import Decompressed, encoding_of

PIECE = 64 * 2**10  # bytes read at a time
MOST_FIELDS = 100  # of one form; a transcript's has four


class Bounding(Protocol):
    """Checks each piece of a body; raises an HTTP error if the body exceeds its limits."""

    def feed(self, piece: bytes, /) -> None: ...


class OfJson:
    """Bounds the depth and the values of a JSON body."""

    def __init__(self) -> None:
        self._gauge = Gauge(REQUEST)

    def feed(self, piece: bytes) -> None:
        try:
            self._gauge.feed(piece)
        except OutOfBounds as exc:
            refuse_json(exc)


class OfFields:
    """Bounds the fields of an urlencoded form."""

    def __init__(self) -> None:
        self._fields = 1

    def feed(self, piece: bytes) -> None:
        self._fields += piece.count(b"&")
        if self._fields > MOST_FIELDS:
            raise RequestEntityTooLarge(f"the form holds more than {MOST_FIELDS} fields: send fewer")


def refuse_json(reason: OutOfBounds) -> NoReturn:
    """Raises the HTTP error for *reason*: 400 for a body that is nested too deeply, 413 for one that holds too much."""
    if isinstance(reason, TooDeep):
        raise BadRequest(f"the JSON body is nested more than {MOST_NESTED} levels deep: send a flat object") from reason
    raise RequestEntityTooLarge(f"the JSON body {reason}: send less") from reason


def stream(request: Request) -> IO[bytes]:
    """The body of *request* as it comes, decompressed. Reading it raises the HTTP error of one that is too large (413), or
    compressed and broken (400).

    Raises the HTTP error of an encoding that we do not read (415)."""
    environ, most = request.environ, request.max_content_length
    encoding = encoding_of(environ.get("HTTP_CONTENT_ENCODING", ""))
    here = environ["wsgi.input"]
    if encoding is None and isinstance(here, BytesIO) and most is not None and here.getbuffer().nbytes <= most:
        return here  # a short request's, read in one piece with its head
    body = get_input_stream(environ, max_content_length=most)
    return body if encoding is None else cast("IO[bytes]", Decompressed(body, encoding, most))


def whole(body: IO[bytes], bounding: Bounding | None = None) -> bytes:
    """All of *body*, piece by piece: `body.read()` would cut a chunked one at the limit and call it whole.

    Raises what *bounding* raises, once the rest of the body was read and thrown away: a client that is still sending would
    otherwise see a reset connection instead of the answer."""
    pieces: list[bytes] = []
    for piece in iter(lambda: body.read(PIECE), b""):
        pieces.append(piece)
        if bounding is not None:
            try:
                bounding.feed(piece)
            except (BadRequest, RequestEntityTooLarge):
                pieces.clear()
                throw_away(body)
                raise
    return b"".join(pieces)


def throw_away(body: IO[bytes]) -> None:
    """Reads the rest of *body*."""
    while body.read(PIECE):
        pass
