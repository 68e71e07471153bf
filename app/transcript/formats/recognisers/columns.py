"""JSON that was written from a table: its columns, each with a list of values, or its rows apart from their names."""

from __future__ import annotations

from typing import Any

from app.transcript.formats.recognisers.keys import SPEAKER, START, TEXT, plain_key


def as_rows(found: Any) -> Any:
    """A list with an object for each row, if *found* is a table; else *found* itself."""
    if not isinstance(found, dict):
        return found
    names, rows = found.get("columns"), found.get("data", found.get("rows"))
    if isinstance(names, list) and isinstance(rows, list) and all(isinstance(name, str) for name in names):
        fits = bool(rows) and all(isinstance(row, list) and len(row) == len(names) for row in rows)
        return [dict(zip(names, row, strict=True)) for row in rows] if fits else found
    return _of_columns(found)


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
