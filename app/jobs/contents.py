"""The texts that jobs work on, each stored once under its sha256."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.dialects import sqlite

from app.large_texts import PackedText, decoded, encoded, joined
from app.storage import blobs
from app.storage.database import insert_new
from app.storage.tables import contents, orders

LARGE = 2**20  # bytes of a text that is written and read in pieces where the database can do so
_ROWID = sa.literal_column("rowid", sa.Integer)
# Built once: building a statement takes as long as executing it.
_BODY = sa.select(contents.c.body).where(contents.c.sha256 == sa.bindparam("sha256"))
_HELD = (
    sa.select(contents.c.sha256).where(contents.c.sha256 == sa.bindparam("sha256")).with_for_update(read=True, key_share=True)
)
_PLACE = sa.select(_ROWID).select_from(contents).where(contents.c.sha256 == sa.bindparam("sha256"))


def address(content: str) -> str:
    sha256 = hashlib.sha256()
    for piece in encoded(content):
        sha256.update(piece)
    return sha256.hexdigest()


def keep(connection: sa.Connection, content: str) -> str:
    """Stores a text once, and returns its address."""
    sha256 = address(content)
    while not _insert(connection, sha256, content) and connection.execute(_HELD, {"sha256": sha256}).first() is None:
        continue  # it was there, and the last job that had it was deleted just now
    return sha256


def _insert(connection: sa.Connection, sha256: str, content: str) -> bool:
    """Whether the text is new."""
    created = datetime.now(UTC)
    if len(content) <= LARGE or connection.dialect.name != "sqlite":
        return insert_new(connection, contents, {"sha256": sha256, "body": content, "created": created})
    size = sum(map(len, encoded(content)))
    empty = sqlite.insert(contents).values(sha256=sha256, body=sa.func.zeroblob(size), created=created)
    made = connection.execute(empty.on_conflict_do_nothing().returning(_ROWID)).first()
    if made is None:
        return False
    blobs.write(connection, contents.c.body, made.rowid, encoded(content))
    return True


def long_text(connection: sa.Connection, sha256: str, *, packed: bool) -> str | PackedText | None:
    """The text at that address; None if it was deleted meanwhile."""
    if connection.dialect.name != "sqlite":
        whole: str | None = connection.scalar(_BODY, {"sha256": sha256})
        return PackedText(encoded(whole)) if packed and whole is not None else whole
    rowid = connection.scalar(_PLACE, {"sha256": sha256})
    if rowid is None:
        return None
    try:
        pieces = blobs.read(connection, contents.c.body, rowid)
        return PackedText(pieces) if packed else joined(decoded(pieces, "surrogatepass"))
    except exc.OperationalError:
        if connection.scalar(_PLACE, {"sha256": sha256}) is None:  # deleted between the two looks
            return None
        raise


def replace(connection: sa.Connection, job_id: str, content: str) -> None:
    """Makes *content* the text of a job. The former one is deleted unless another job works on it."""
    former = connection.execute(sa.select(orders.c.sha256).where(orders.c.job_id == job_id)).scalar_one()
    sha256 = keep(connection, content)
    if sha256 != former:
        connection.execute(sa.update(orders).where(orders.c.job_id == job_id).values(sha256=sha256))
        drop_unused(connection, [former])


def drop_unused(connection: sa.Connection, addresses: Collection[str]) -> None:
    """Deletes those texts of *addresses* that no job works on any more."""
    needed = sa.exists().where(orders.c.sha256 == contents.c.sha256)
    connection.execute(sa.delete(contents).where(contents.c.sha256.in_(addresses), ~needed))
