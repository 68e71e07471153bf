"""From the bytes of an answer to its chunks, whether the server streams them or sends one JSON object."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from app.backends.answers import chunks, events, other_apis
from app.backends.answers.json_values import constant

Chunk = Mapping[str, Any]
NOTHING = object()  # no JSON
_NO_EVENTS = (b"{", b"[", b"<")  # JSON or a page, as a whole


class NoChunk(ValueError):
    """What came is no whole JSON."""


class NoAnswer(ValueError):
    """What came is no answer of the OpenAI API; *came* are its bytes."""

    def __init__(self, came: bytes) -> None:
        super().__init__("no answer of the OpenAI API")
        self.came = came


def read(parts: Iterable[bytes], failed: Callable[[Any], Exception]) -> Iterator[Chunk]:
    """The chunks of an answer that comes in *parts*, and `chunks.DONE` where it says that it is done.

    An error in it is raised as *failed* makes it; raises NoChunk, NoAnswer. The usage may come behind the end."""
    arriving = events.of_lines(events.without_bom(parts))
    begun = b""
    for part in arriving:
        begun += part
        if begun.strip():
            break
    if begun.lstrip().startswith(_NO_EVENTS) or other_apis.is_compressed(begun):
        yield _whole(b"".join(chain([begun], arriving)), failed)
        yield chunks.DONE
        return
    done = False
    for name, data in events.events(chain([begun], arriving)):
        if done:  # what comes later is read, so that the connection can be used again
            if counted := chunks.only_usage(_parsed(data)):
                yield counted
            continue
        done = events.is_done(data)
        yield chunks.DONE if done else _chunk(name, data, failed)


def _whole(body: bytes, failed: Callable[[Any], Exception]) -> Chunk:
    if not body.lstrip().startswith(b"{"):
        raise NoAnswer(body)
    try:
        chunk = _chunk("", body, failed)
    except NoChunk as exc:
        if other_apis.is_another(body):  # a line for each part of its answer
            raise NoAnswer(body) from exc
        raise
    if "choices" not in chunk:
        raise NoAnswer(body)
    return chunk


def _chunk(name: str, data: bytes, failed: Callable[[Any], Exception]) -> Chunk:
    chunk = _parsed(data)
    if chunk is NOTHING:
        raise NoChunk
    if chunks.is_error(name, chunk):
        raise failed(chunk)
    assert isinstance(chunk, Mapping)  # noqa: S101  `is_error` holds for all else
    if "choices" not in chunk and other_apis.named(chunk):
        raise NoAnswer(data)
    return chunk


def _parsed(data: bytes) -> Any:
    """The JSON value; NOTHING for what is none. Some servers write line ends and tabs into texts as they are."""
    try:
        return _JSON.decode(data.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return NOTHING


_JSON = json.JSONDecoder(parse_constant=constant, strict=False)  # made once: `json.loads` makes one for each event
