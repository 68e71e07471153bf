"""How workflows end at the engine, in a SQLite file: in the transactions of our own jobs.

The engine ends each in a transaction of its own, and knows nothing of the turn that our writers take: it waited for the file by
sleeping: 34 to 68 ms for each of many short jobs."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import exc

from app.errors import StoreError
from app.storage.database import Database

if TYPE_CHECKING:
    from dbos import DBOS


class _Within:
    """For the engine, an engine of SQLAlchemy; all that it does is part of the transaction of *connection*."""

    def __init__(self, connection: sa.Connection) -> None:
        self.dialect = connection.dialect
        self._connection = connection

    @contextmanager
    def begin(self) -> Iterator[sa.Connection]:
        yield self._connection


def share_transactions(engine: DBOS, database: Database) -> None:
    """From now on ends of workflows of *engine* are committed together with other writes. A database that is away is told in
    the words of its driver: the engine then tries again."""
    system = engine._sys_db
    write = type(system)._update_workflow_outcome_in_transaction

    def update(*args: Any, **named: Any) -> bool:
        def transaction(connection: sa.Connection) -> bool:
            within = copy.copy(system)
            system._apply_caller_schema(connection)
            within.engine = _Within(connection)  # type: ignore[assignment]
            return write(within, *args, **named)

        try:
            return database.write_together(transaction)
        except StoreError as error:
            raise error.__cause__ or exc.TimeoutError(str(error)) from error

    system._update_workflow_outcome_in_transaction = update  # type: ignore[method-assign]
