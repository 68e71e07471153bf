"""Compressed request bodies: gzip and deflate, decompressed piece by piece within the limit of any other body."""

from __future__ import annotations

import io
import zlib
from typing import IO, Any

from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

PIECE = 64 * 2**10  # bytes of the compressed body that are read at a time
MOST_MEMBERS = 1000  # of one gzip body; each of them costs more than its bytes
GZIP, DEFLATE = "gzip", "deflate"
ENCODINGS = {"gzip": GZIP, "x-gzip": GZIP, "deflate": DEFLATE}
_GZIP_BITS, _ZLIB_BITS, _RAW_BITS = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS


class UnknownEncoding(UnsupportedMediaType):
    """415 for a Content-Encoding that we do not read; `Accept-Encoding` names those that we do (RFC 9110, 15.5.16)."""

    description = f"send the body as it is, or with the Content-Encoding {GZIP} or {DEFLATE}"

    def get_headers(self, *args: Any, **named: Any) -> list[tuple[str, str]]:
        return [*super().get_headers(*args, **named), ("Accept-Encoding", f"{GZIP}, {DEFLATE}")]


def encoding_of(header: str) -> str | None:
    """What the body is compressed with, by its *header* Content-Encoding; None if it is not. Raises UnknownEncoding."""
    if not header:
        return None
    named = [each.strip().lower() for each in header.split(",")]
    codings = [each for each in named if each not in ("", "identity")]
    if not codings:
        return None
    if len(codings) > 1 or codings[0] not in ENCODINGS:
        raise UnknownEncoding
    return ENCODINGS[codings[0]]


class Decompressed(io.RawIOBase):
    """The content of the compressed *body*. At most *limit* bytes of it are made, a piece at a time, so that a small body
    that stands for an endless one costs nothing.

    Reading raises the HTTP error of a content that is too large (413) or of a body that is broken or cut off (400), once the
    rest of the body was read and thrown away."""

    def __init__(self, body: IO[bytes], encoding: str, limit: int | None) -> None:
        super().__init__()
        self._body = body
        self._encoding = encoding
        self._limit = limit
        self._made = 0
        self._members = 0
        self._inflater: Any = None
        self._held = b""  # what was read of the compressed body and not used
        self._refused = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """As `io.RawIOBase` has it, whose `read` calls this."""
        if self._refused or not len(buffer):
            return 0
        try:
            made = self._next(len(buffer))
        except (BadRequest, RequestEntityTooLarge):
            self._refused = True
            while self._body.read(PIECE):
                pass
            raise
        buffer[: len(made)] = made
        return len(made)

    def _next(self, most: int) -> bytes:
        """The next bytes of the content, at most *most*; none at its end."""
        while True:
            if not self._held and not self._left_over:
                self._held = self._body.read(PIECE)
            used_up = not self._held and not self._left_over
            if used_up and (self._inflater is None or self._inflater.eof):
                return b""
            made = self._inflated(most)
            self._made += len(made)
            if self._limit is not None and self._made > self._limit:
                raise RequestEntityTooLarge(
                    f"the body may hold at most {self._limit} bytes, decompressed: send less, or raise MAX_BODY"
                )
            if made:
                return made
            if used_up:  # zlib had nothing left of what it had taken in, either
                raise BadRequest(f"the {self._encoding} body ends too early: send the whole of it")

    @property
    def _left_over(self) -> bytes:
        """What zlib was given and has not taken in."""
        return bytes(self._inflater.unconsumed_tail) if self._inflater is not None else b""

    def _inflated(self, most: int) -> bytes:
        """The content of what is held, as far as it fits in *most* bytes."""
        if self._inflater is None or self._inflater.eof:
            self._begin()
        given = self._left_over + self._held
        try:
            made = bytes(self._inflater.decompress(given, most))
        except zlib.error as exc:
            raise BadRequest(f"the {self._encoding} body is broken: compress it again, or send it as it is") from exc
        self._held = self._inflater.unused_data if self._inflater.eof else b""
        return made

    def _begin(self) -> None:
        """Begins the content, or the next member of a gzip body."""
        self._members += 1
        if self._members > 1 and (self._encoding != GZIP or self._members > MOST_MEMBERS):
            raise BadRequest(f"the {self._encoding} body is followed by something else: send nothing behind it")
        while len(self._held) < 2 and (more := self._body.read(PIECE)):
            self._held += more
        self._inflater = zlib.decompressobj(_GZIP_BITS if self._encoding == GZIP else _deflate_bits(self._held))


def _deflate_bits(beginning: bytes) -> int:
    """How to read a body called `deflate`: with zlib's head, as the standard has it, or without one, as some clients send."""
    has_a_head = len(beginning) >= 2 and beginning[0] & 0x0F == 8 and int.from_bytes(beginning[:2], "big") % 31 == 0
    return _ZLIB_BITS if has_a_head else _RAW_BITS
