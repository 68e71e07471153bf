"""Texts of many megabytes, a piece at a time: one step over a whole text keeps the interpreter from all other threads, and
makes a copy of it."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress

PIECE = 2**20  # characters or bytes; a step over them takes a few milliseconds at most
PACKED_PIECE = 2**15  # bytes of a packed text, usually of 80,000
FASTEST = 1  # level of compression: 10 ms of the processor for a megabyte


def joined(pieces: Iterable[str]) -> str:
    """The *pieces* as one text. Unlike with `"".join`, it grows where it is: the pieces are not all held beside it."""
    whole = ""
    for piece in pieces:
        whole += piece
    return whole


def gathered(lines: Iterable[str]) -> Iterator[str]:
    """*lines* with line ends between them, in pieces of at least PIECE characters but for the last."""
    held: list[str] = []
    size, between = 0, ""
    for line in lines:
        held.append(line)
        size += len(line)
        if size >= PIECE:
            yield between + "\n".join(held)
            held, size, between = [], 0, "\n"
    if held:
        yield between + "\n".join(held)


def encoded(text: str) -> Iterator[bytes]:
    """*text* as bytes that give it back to the last character, halves of surrogate pairs included."""
    for begin in range(0, len(text), PIECE):
        yield text[begin : begin + PIECE].encode("utf-8", "surrogatepass")


def decoded(pieces: Iterable[bytes], errors: str = "strict") -> Iterator[str]:
    """The text of *pieces*, which are UTF-8 together and may end within a character. Raises UnicodeDecodeError."""
    rest = b""
    for piece in pieces:
        held = rest + piece
        last = len(held) - 1
        while last > 0 and held[last] & 0xC0 == 0x80:  # a byte within a character
            last -= 1
        yield held[:last].decode("utf-8", errors)
        rest = held[last:]
    yield rest.decode("utf-8", errors)


class PackedText:
    """A long text that is kept for hours, in about half the bytes of its file: as a `str` it would take up to four times as
    many, since one rare character makes all of them wider. Never changes."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        """*pieces* as `encoded` makes them."""
        compressor = zlib.compressobj(FASTEST)
        packed = bytearray()  # grows where it is
        for piece in pieces:
            packed += compressor.compress(piece)
        packed += compressor.flush()
        self._packed = packed

    def pieces(self) -> Iterator[str]:
        decompressor, packed = zlib.decompressobj(), memoryview(self._packed)
        taken = (packed[begin : begin + PACKED_PIECE] for begin in range(0, len(packed), PACKED_PIECE))
        return decoded(map(decompressor.decompress, taken), "surrogatepass")

    def __str__(self) -> str:
        return joined(self.pieces())


def from_utf8(raw: bytes) -> str:
    """*raw* as text. Raises UnicodeDecodeError, as `bytes.decode` does."""
    if len(raw) > 2 * PIECE:
        with suppress(UnicodeDecodeError):
            return joined(decoded(raw[begin : begin + PIECE] for begin in range(0, len(raw), PIECE)))
    return raw.decode()
