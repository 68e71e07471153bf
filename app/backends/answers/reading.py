"""From the bytes of an answer to its chunks, whether the server streams them or sends one JSON object."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from app.backends.answers import chunks, events

Chunk = Mapping[str, Any]


class NoChunk(ValueError):
    """What came is no whole JSON."""


def read(parts: Iterable[bytes], failed: Callable[[Any], Exception]) -> Iterator[Chunk]:
    """The chunks of an answer that comes in *parts*, and `chunks.DONE` where it says that it is done.

    An error in it is raised as *failed* makes it; raises NoChunk."""
    arriving = events.without_bom(parts)
    begun = b""
    for part in arriving:
        begun += part
        if begun.strip():
            break
    if begun.lstrip()[:1] == b"{":
        yield _chunk("", b"".join(chain([begun], arriving)), failed)
        yield chunks.DONE
        return
    done = False
    for name, data in events.events(chain([begun], arriving)):
        if done:  # what comes later is read, so that the connection can be used again, and is no part of the answer
            continue
        done = events.is_done(data)
        yield chunks.DONE if done else _chunk(name, data, failed)


def _chunk(name: str, data: bytes, failed: Callable[[Any], Exception]) -> Chunk:
    try:
        chunk = json.loads(data.decode("utf-8", "replace"), parse_constant=_no_number)
    except (ValueError, RecursionError) as exc:
        raise NoChunk from exc
    if chunks.is_error(name, chunk):
        raise failed(chunk)
    assert isinstance(chunk, Mapping)  # noqa: S101  `is_error` holds for all else
    return chunk


def _no_number(_name: str) -> None:
    """NaN and Infinity, which some servers write for the logarithm of 0 and which no JSON has, as null."""
