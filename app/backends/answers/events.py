"""Server-sent events, and what of an answer is safe to hand on before its end is known."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

DONE = b"[DONE]"
LONGEST_DONE = 20  # bytes; no event of an answer is so short
BOM = b"\xef\xbb\xbf"
_DATA = b"data:"
_FIELDS = (_DATA, b"event:", b"id:", b"retry:", b":")  # of events
# Characters that JSON may hold as they are and that some clients take for the end of a line: Python's `splitlines` does.
_LINE_ENDS = ((b"\xe2\x80\xa8", b"\\u2028"), (b"\xe2\x80\xa9", b"\\u2029"), (b"\xc2\x85", b"\\u0085"))
_MAY_BE_CHUNK = re.compile(rb'"delta"|"finish_reason":\s*null')
LONGEST_END = 4  # bytes, of CR LF CR LF
# Two line ends. A CR behind a line end of another kind waits for its LF, which would else begin the next event.
_EVENT_END = re.compile(rb"(?>\r\n|\n)(?>\r\n|\n|\r(?!\Z))|\r(?!\n)(?>\r\n|\r)")


def is_done(data: bytes) -> bool:
    """True if *data* says that the answer is done: `[DONE]`, which some servers quote or write small."""
    return len(data) <= LONGEST_DONE and data.strip(b' \t\r\n"').upper() == DONE


def events(parts: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """Name and data of each event of a `text/event-stream` that arrives in *parts*, wherever it is cut.

    An event that the end of the stream cuts off is given out too: its reader sees that it is not whole. An event without data
    is none. As `html.spec.whatwg.org/multipage/server-sent-events.html`, without ids and retries."""
    name = ""
    data: list[bytes] = []
    for line in _lines(parts):
        if not line:
            if any(data):
                yield name, b"\n".join(data)
            name, data = "", []
            continue
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"data":
            data.append(value)
        elif field == b"event":
            name = value.decode("utf-8", "replace")
        elif field == b"error":  # llama.cpp up to 2025 spells an event of the name `error` so
            name, data = "error", [value]
    if any(data):
        yield name, b"\n".join(data)


def as_event(data: bytes, name: str = "") -> bytes:
    """An event of any *data*, with a *name* if that is not empty."""
    begun = f"event: {name}\n".encode() if name else b""
    return b"%bdata: %b\n\n" % (begun, data.replace(b"\n", b"\ndata: "))


def with_escaped_line_ends(event: bytes) -> bytes:
    """*event*, whose data is JSON, with the line separators of Unicode as JSON's escapes. Bytes that are no UTF-8, at which
    some clients break off, become U+FFFD."""
    if event.isascii():
        return event
    try:
        event.decode()
    except UnicodeDecodeError:
        event = event.decode("utf-8", "replace").encode()
    for written, escaped in _LINE_ENDS:
        event = event.replace(written, escaped)
    return event


def _lines(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The lines, which may end in CR, LF or both; the last one need not end."""
    begun, after_cr = b"", False
    for part in without_bom(parts):
        if after_cr:
            part = part.removeprefix(b"\n")  # noqa: PLW2901
        after_cr = part.endswith(b"\r")
        if b"\r" in part:
            part = part.replace(b"\r\n", b"\n").replace(b"\r", b"\n")  # noqa: PLW2901
        *whole, begun = (begun + part).split(b"\n")
        yield from whole
    if begun:
        yield begun


def without_bom(parts: Iterable[bytes]) -> Iterator[bytes]:
    """*parts* without a byte order mark at their beginning, however it is cut. Empty parts are left out."""
    begun: bytes | None = b""
    for part in parts:
        if begun is not None:
            begun += part
            if len(begun) < len(BOM) and BOM.startswith(begun):
                continue
            part, begun = begun.removeprefix(BOM), None  # noqa: PLW2901
        if part:
            yield part
    if begun:
        yield begun


def of_lines(parts: Iterable[bytes]) -> Iterator[bytes]:
    """*parts*, or events that are made of them if each line is a chunk of an answer: some servers stream these as NDJSON, or
    leave out the empty lines between events.

    The first two lines tell: the first is a chunk if its choices are not whole."""
    arriving = iter(parts)
    begun = b""
    for part in arriving:
        begun += part
        if _tells(begun.lstrip()):
            break
    first, _, second = begun.lstrip().partition(b"\n")
    if (first.startswith(b"{") or second.startswith(_DATA)) and _is_chunk(first.removeprefix(_DATA).strip()):
        for line in _lines(chain([begun], arriving)):
            if line.strip():
                yield b"%b%b\n\n" % (b"" if line.startswith(_FIELDS) else b"data: ", line)
        return
    if begun:
        yield begun
    yield from arriving


def _tells(begun: bytes) -> bool:
    """Whether the *begun* stream is long enough to tell what its lines are."""
    if begun.startswith(b"{"):
        return b"\n" in begun
    if begun.startswith(_DATA):
        return len(begun.partition(b"\n")[2]) >= len(_DATA) or b"\n" in begun.partition(b"\n")[2]
    return not _DATA.startswith(begun)


def _is_chunk(line: bytes) -> bool:
    """True for a part of a streamed answer, as JSON. A whole answer, which may be long, is seldom read for that."""
    if not line.startswith(b"{") or not _MAY_BE_CHUNK.search(line):
        return False
    try:
        chunk = json.loads(line)
    except (ValueError, RecursionError):
        return False
    choices: Any = chunk.get("choices") if isinstance(chunk, dict) else None
    first = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}
    return "delta" in first or ("text" in first and first.get("finish_reason") is None)


class WholeEvents:
    """Gives out only whole events of a stream, so that nothing is ever glued to half a line.

    Its time is linear in the length of the stream, however long an event is and in however small parts it comes."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._sought = 0  # bytes of it in which no event ends

    def feed(self, part: bytes) -> list[bytes]:
        """Each event that is whole now, with the empty line behind it."""
        if not self._held and len(part) > 1 and part.find(b"\n\n") == len(part) - 2 and b"\r" not in part:
            return [part]  # as nearly all are
        self._held += part
        if b"\n" not in part and b"\r" not in part:
            return []
        found: list[bytes] = []
        start = 0
        for end in [each.end() for each in _EVENT_END.finditer(self._held, self._sought)]:
            found.append(bytes(self._held[start:end]))
            start = end
        del self._held[:start]
        self._sought = max(0, len(self._held) - LONGEST_END + 1)
        return found

    def end(self) -> bytes:
        """What the end of the stream has cut off."""
        held, self._held, self._sought = bytes(self._held), bytearray(), 0
        return held
