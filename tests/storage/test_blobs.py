"""Long values of a SQLite file are written and read in pieces, in the transaction that they belong to."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import exc

from app.storage import blobs
from app.storage.database import sqlite_url

table = sa.Table("kept", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), sa.Column("body", sa.LargeBinary))


@pytest.fixture
def engine(tmp_path: Path) -> sa.Engine:
    made = sa.create_engine(sqlite_url(tmp_path / "kept.sqlite"))
    table.metadata.create_all(made)
    return made


def written(connection: sa.Connection, *pieces: bytes) -> None:
    connection.execute(table.insert().values(id=1, body=sa.func.zeroblob(sum(map(len, pieces)))))
    blobs.write(connection, table.c.body, 1, pieces)


def test_what_was_written_in_pieces_is_the_value(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        written(connection, b"a" * blobs.PIECE, b"b", b"c" * blobs.PIECE)

    with engine.begin() as connection:
        assert connection.scalar(sa.select(table.c.body)) == b"a" * blobs.PIECE + b"b" + b"c" * blobs.PIECE
        assert b"".join(blobs.read(connection, table.c.body, 1)) == connection.scalar(sa.select(table.c.body))


def test_a_transaction_that_fails_leaves_none_of_it(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        written(connection, b"a", b"b")
        connection.rollback()

    with engine.begin() as connection:
        assert connection.execute(sa.select(table)).all() == []


def test_errors_are_those_of_the_library(engine: sa.Engine) -> None:
    with engine.begin() as connection, pytest.raises(exc.OperationalError):
        list(blobs.read(connection, table.c.body, 7))
