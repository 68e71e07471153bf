"""JSON that was written from a table: its columns, each with a list of values, or its rows apart from their names."""

from __future__ import annotations

from typing import Any

from app.transcript.formats import tables
from app.transcript.formats.recognisers.keys import END, SPEAKER, START, TEXT, plain_key

_KNOWN = frozenset([*TEXT, *SPEAKER, *START, *END])


def as_rows(found: Any) -> Any:
    """A list with an object for each row, if *found* is a table; else *found* itself."""
    if not isinstance(found, dict):
        return found
    names, rows = found.get("columns"), found.get("data", found.get("rows"))
    if isinstance(names, list) and isinstance(rows, list) and all(isinstance(name, str) for name in names):
        fits = bool(rows) and all(isinstance(row, list) and len(row) == len(names) for row in rows)
        return [dict(zip(names, row, strict=True)) for row in rows] if fits else found
    return _of_columns(found)


def in_english(rows: list[Any]) -> list[Any]:
    """*rows* with what stands under keys of other languages (`locuteur`, `inicio`) under those that are known as well, if they
    lack a text or a speaker."""
    first = rows[0] if rows else None
    if not isinstance(first, dict) or not all(isinstance(each, dict) for each in rows):
        return rows
    if not first.keys().isdisjoint(TEXT) and not first.keys().isdisjoint(SPEAKER):
        return rows
    names = list(first)
    columns = tables.columns_of(names, whole=True)
    if columns is None:
        return rows
    places = (
        ("text", columns.text),
        ("speaker", columns.speaker if columns.surname is None else None),
        ("start", columns.start),
        ("end", columns.end),
    )
    called = {key: names[place] for key, place in places if place is not None and names[place] not in _KNOWN}
    return [{**{key: each[name] for key, name in called.items() if name in each}, **each} for each in rows]


def _of_columns(found: dict[str, Any]) -> Any:
    """The rows of columns of one length, of which one holds texts and another names or times."""
    columns = {name: list(value.values()) if isinstance(value, dict) else value for name, value in found.items()}
    if len(columns) < 2 or not all(isinstance(each, list) and each for each in columns.values()):
        return found
    known = {plain_key(name) for name in columns}
    texts = next((columns[name] for name in columns if plain_key(name) in TEXT), None)
    if texts is None or not all(isinstance(each, str) for each in texts) or not known & {*SPEAKER, *START}:
        return found
    if len({len(each) for each in columns.values()}) > 1:
        return found
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
