"""Answers that come compressed: some servers, and proxies before them, do that unasked."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any

LARGEST = 2**28  # bytes that an answer may stand for
_RAW = -zlib.MAX_WBITS  # without zlib's head, as some send what they call `deflate`
_HEAD = 2  # bytes of zlib's head
_DEFLATE, _GZIP = zlib.MAX_WBITS, 16 + zlib.MAX_WBITS
_WINDOWS = {"gzip": _GZIP, "x-gzip": _GZIP, "deflate": _DEFLATE}  # how zlib reads each
_PACKINGS = frozenset({*_WINDOWS, "br", "zstd", "compress", "x-compress"})  # other words (`identity`, `UTF-8`) pack nothing


class Unreadable(ValueError):
    """What came is not what its head says, ends too early, or is too large; says which."""


class Unpacker:
    """Reads the body of one answer."""

    def __init__(self, window: int) -> None:
        self._window = window
        self._inflater: Any = None
        self._made = 0
        self._held = b""  # of what begins, too little to tell how it is compressed

    def feed(self, body: bytes) -> bytes:
        """What *body*, the next bytes that came, stands for. Raises Unreadable."""
        made = bytearray()
        body, self._held = self._held + body, b""
        while body:
            if self._inflater is None or self._inflater.eof:
                body = body if self._inflater is None else body.lstrip(b"\0")  # some pad what they have packed
                if len(body) < _HEAD:
                    self._held = body
                    break
                self._inflater = zlib.decompressobj(_RAW if self._is_bare(body) else self._window)
            try:
                made += self._inflater.decompress(body, LARGEST - self._made + 1)
            except zlib.error as exc:
                raise Unreadable("what came is not compressed as its head says") from exc
            if self._made + len(made) > LARGEST:
                raise Unreadable(f"its answer is larger than {LARGEST} bytes, decompressed")
            body = self._inflater.unused_data  # of a gzip body, the next member
        self._made += len(made)
        return bytes(made)

    def end(self) -> None:
        """Raises Unreadable if the body is not whole."""
        if self._held or (self._inflater is not None and not self._inflater.eof):
            raise Unreadable("it was closed in the middle of an answer")

    def _is_bare(self, body: bytes) -> bool:
        head = int.from_bytes(body[:_HEAD], "big")
        return self._window == _DEFLATE and (body[0] & 0x0F != 8 or head % 31 != 0)


def packings(headers: Mapping[str, str]) -> list[str]:
    """How a body with these *headers* is compressed, in the order in which that was done."""
    if "content-encoding" not in headers:
        return []
    named = (each.strip() for each in headers["content-encoding"].lower().split(","))
    return [each for each in named if each in _PACKINGS]


def unpacker(headers: Mapping[str, str]) -> Unpacker | None:
    """What reads a body with these *headers*; None for one that is not compressed, or otherwise than we read it."""
    found = packings(headers)
    return Unpacker(_WINDOWS[found[0]]) if len(found) == 1 and found[0] in _WINDOWS else None
