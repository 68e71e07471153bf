"""Cursors: the place where a page of a list ended, as clients get it and hand it back."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import Any, TypeAlias

from app.errors import BadParameter
from app.orders import Json

LARGEST = 2**63  # from here on a number fits no column

Entry: TypeAlias = datetime | str | int


def written(*place: Entry) -> str:
    entries = [each.isoformat() if isinstance(each, datetime) else each for each in place]
    return base64.urlsafe_b64encode(json.dumps(entries).encode()).decode().rstrip("=")


def read(cursor: str, *types: type[Entry]) -> list[Any]:
    """The place in a cursor, whose entries are of *types*. Raises BadParameter for what `written` cannot have made."""
    try:
        place = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(place, list):
            raise ValueError("no list")
        return [_entry(each, kind) for each, kind in zip(place, types, strict=True)]
    except (ValueError, RecursionError) as error:
        raise BadParameter("cursor", "is none of ours: take it from the page before") from error


def _entry(given: Json, kind: type[Entry]) -> Entry:
    """*given*, or the time that it says. Raises ValueError, also for what a database refuses."""
    if type(given) is str and given.isprintable():
        if kind is str:
            return given
        if kind is datetime and (moment := datetime.fromisoformat(given)).tzinfo is not None:
            return moment
    if type(given) is int and kind is int and abs(given) < LARGEST:
        return given
    raise ValueError(f"no {kind.__name__}")
