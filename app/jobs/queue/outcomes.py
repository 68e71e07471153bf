"""How workflows end at the engine, in a SQLite file: in the transactions of our own jobs, by statements that are built once.

The engine ends each in a transaction of its own, and knows nothing of the turn that our writers take: it waited for the file by
sleeping: 34 to 68 ms for each of many short jobs. It builds both statements of an end anew, which takes several times as long
as executing them. So its method writes an end once with parameters in the place of the values, and what it would have executed
is kept. All conditions stay the engine's."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import exc

from app.errors import StoreError
from app.storage.database import Database

if TYPE_CHECKING:
    from dbos import DBOS


_NONE: Mapping[str, Any] = {"output": None, "error": None, "owner_xid": None}  # of an end, where it has none


class _Recorder:
    """For the engine, an engine of SQLAlchemy and its connection; keeps what is executed, and says that each found its row."""

    def __init__(self, dialect: sa.Dialect) -> None:
        self.dialect = dialect
        self.options: dict[str, Any] = {}
        self.statements: list[sa.Executable] = []

    def get_execution_options(self) -> Mapping[str, Any]:
        return self.options

    def execution_options(self, **options: Any) -> None:
        self.options |= options

    @contextmanager
    def begin(self) -> Iterator[_Recorder]:
        yield self

    def execute(self, statement: Any, values: Mapping[str, Any] | None = None) -> Any:
        whole = statement if values is None else statement.values(values)
        self.statements.append(whole.execution_options(**self.options))
        return SimpleNamespace(rowcount=1)


def share_transactions(engine: DBOS, database: Database) -> None:
    """From now on ends of workflows of *engine* are committed together with other writes. A database that is away is told in
    the words of its driver: the engine then tries again."""
    system = engine._sys_db
    write = type(system)._update_workflow_outcome_in_transaction

    @cache
    def statements(*names: str) -> Sequence[sa.Executable]:
        """What the engine executes for an end with these values, each as long as the one before has found its row."""
        recorder, within = _Recorder(database.engine.dialect), copy.copy(system)
        system._apply_caller_schema(recorder)  # type: ignore[arg-type]
        within.engine = recorder  # type: ignore[assignment]
        write(within, **{**_NONE, **{name: sa.bindparam(f"its_{name}") for name in names}})
        return recorder.statements

    def update(workflow_id: str, status: str, **others: str | None) -> bool:
        end = {"workflow_id": workflow_id, "status": status, **others}
        values = {name: value for name, value in end.items() if value is not None}
        parameters = {f"its_{name}": value for name, value in values.items()}

        def transaction(connection: sa.Connection) -> bool:
            return all(connection.execute(each, parameters).rowcount for each in statements(*values))

        try:
            return database.write_together(transaction)
        except StoreError as error:
            raise error.__cause__ or exc.TimeoutError(str(error)) from error

    system._update_workflow_outcome_in_transaction = update  # type: ignore[method-assign]
