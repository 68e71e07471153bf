"""The texts that jobs work on, each stored once under its sha256."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import UTC, datetime

import sqlalchemy as sa

from app.storage.database import insert_new
from app.storage.tables import contents, orders

LARGE = 2**20  # characters of a text that is not to stay in memory


def address(content: str) -> str:
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def keep(connection: sa.Connection, content: str) -> str:
    """Stores a text once, and returns its address."""
    sha256 = address(content)
    if len(content) > LARGE and connection.dialect.name == "sqlite":
        connection.detach()  # so it is closed afterwards: it would keep the values of its last insert until the next one
    row = {"sha256": sha256, "body": content, "created": datetime.now(UTC)}
    held = sa.select(contents.c.sha256).where(contents.c.sha256 == sha256).with_for_update(read=True, key_share=True)
    while not insert_new(connection, contents, row) and connection.execute(held).first() is None:
        continue  # it was there, and the last job that had it was deleted just now
    return sha256


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
