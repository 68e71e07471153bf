"""Long values of a SQLite file, written and read a piece at a time: SQLite and its driver would each hold a copy of a whole
one, and the driver copies it without letting other threads run."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import cast

import sqlalchemy as sa
from sqlalchemy import exc

from app.large_texts import PIECE


def write(connection: sa.Connection, column: sa.Column[str], rowid: int, pieces: Iterable[bytes]) -> None:
    """Writes *pieces* into *column* of a row whose value is as long as they are, in the transaction of *connection*."""
    with _opened(connection, column, rowid) as blob:
        for piece in pieces:
            blob.write(piece)


def read(connection: sa.Connection, column: sa.Column[str], rowid: int) -> Iterator[bytes]:
    """The value of *column* in a row, in pieces."""
    with _opened(connection, column, rowid, readonly=True) as blob:
        yield from iter(lambda: blob.read(PIECE), b"")


@contextmanager
def _opened(connection: sa.Connection, column: sa.Column[str], rowid: int, *, readonly: bool = False) -> Iterator[sqlite3.Blob]:
    """Errors are those of a statement: this is none, so the library does not see them."""
    driver = cast(sqlite3.Connection, connection.connection.driver_connection)
    try:
        with driver.blobopen(column.table.name, column.name, rowid, readonly=readonly) as blob:
            yield blob
    except sqlite3.Error as error:
        raise exc.OperationalError(f"a value of {column}", None, error) from error
