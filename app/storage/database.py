"""The connection to the database: one engine per process, its pragmas, transactions, and what its errors mean."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import event, exc
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from app.errors import StoreError
from app.gil import release
from app.urls import secrets, without_secrets

BUSY_MS = 30_000  # how long a writer waits for another one on SQLite, as DBOS does
RETRY_SECONDS = 0.5
# Seconds that a statement may take at a database server, which may have gone silent: for a client that waits, for a job, for a
# lock, for a migration.
REQUEST_SECONDS, JOB_SECONDS, LOCK_SECONDS, MIGRATION_SECONDS = 4.0, 15.0, 2.0, 600.0
POOL_SECONDS = 30.0  # for a free connection
POOL_SECONDS_AT_A_SERVER = 4.0

T = TypeVar("T")


def sqlite_url(path: str | Path) -> str:
    """The URL of a SQLite file."""
    return f"sqlite:///{path}"


def sqlite_file(url: str) -> Path | None:
    """The file behind *url*; None if the database is a server."""
    made = sa.make_url(url)
    return Path(made.database or "") if made.get_backend_name() == "sqlite" else None


def display_url(url: str) -> str:
    """*url* as an operator may read it in a log: the path of a file, or the URL without what is secret in it."""
    file = sqlite_file(url)
    return str(file) if file else without_secrets(url)


class Database:
    """One database for one process and those forked from it: connects when first used, anew after a fork."""

    def __init__(self, url: str, *, pool: int, limit: float = REQUEST_SECONDS) -> None:
        self.url = url
        self._limit = limit
        self._remote = sqlite_file(url) is None
        self._pool = pool
        self._lock = threading.Lock()
        self._engines: dict[
            int, sa.Engine
        ] = {}  # by process; a parent's is kept, because closing it would close the connections of the parent

    @property
    def engine(self) -> sa.Engine:
        with self._lock:
            made = self._engines.get(os.getpid())
            if made is None:
                made = self._engines[os.getpid()] = make_engine(self.url, pool=self._pool, limit=self._limit)
            return made

    def write(self, transaction: Callable[[sa.Connection], T], *, patience: float = 0.0) -> T:
        """What *transaction* returns; it is committed or rolled back as a whole.

        A database that is away or full is tried again for *patience* seconds, so *transaction* must be idempotent: it is run
        again if only the answer to its commit was lost. Raises StoreError."""
        release()
        deadline = time.monotonic() + patience
        while True:
            try:
                with mapped_errors(self.url), self.engine.begin() as connection:
                    return transaction(connection)
            except StoreError as error:
                if not isinstance(error.__cause__, exc.OperationalError) or time.monotonic() >= deadline:
                    raise
                time.sleep(RETRY_SECONDS)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """For queries. Raises StoreError."""
        if self._remote:
            release()
        with mapped_errors(self.url), self.engine.connect() as connection:
            yield connection

    def close(self) -> None:
        """Closes this process's connections; the next use makes new ones."""
        with self._lock:
            made = self._engines.pop(os.getpid(), None)
        if made is not None:
            made.dispose()


def make_engine(url: str, *, pool: int, limit: float = REQUEST_SECONDS, idle: str = "") -> sa.Engine:
    """An engine whose statements end within *limit* seconds at a database server; see `postgres.bound` for *idle*."""
    at_a_server = sqlite_file(url) is None
    patience = max(limit, POOL_SECONDS_AT_A_SERVER) if at_a_server else POOL_SECONDS
    # hide_parameters: an error's text must never hold a transcript
    engine = sa.create_engine(
        url, pool_size=pool, max_overflow=0, pool_timeout=patience, pool_pre_ping=True, hide_parameters=True
    )
    if not at_a_server:
        event.listen(engine, "connect", _prepare_sqlite)
        return engine
    from app.storage import postgres  # its driver is not needed for a file

    postgres.bound(engine, limit, idle)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:  # noqa: ARG001
    # IMMEDIATE: a transaction that will write waits for the lock at its start, when waiting is possible
    connection.isolation_level = "IMMEDIATE"
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA journal_size_limit={64 * 2**20}")
    cursor.close()


def insert_new(connection: sa.Connection, table: sa.Table, row: Mapping[str, Any]) -> bool:
    """Inserts *row* unless its key is there already; says whether it was new."""
    return connection.execute(_insertion(connection.dialect.name, table), dict(row)).first() is not None


@cache
def _insertion(dialect: str, table: sa.Table) -> sa.Insert:
    """Built once: building the statement takes as long as executing it."""
    key = next(iter(table.primary_key.columns))
    made: sa.Insert = {"sqlite": sqlite, "postgresql": postgresql}[dialect].insert(table).on_conflict_do_nothing()
    return made.returning(key)


@contextmanager
def mapped_errors(url: str) -> Iterator[None]:
    """Turns errors of the database into a StoreError that names the place and the remedy."""
    try:
        yield
    except exc.DBAPIError as error:
        reason, said = _reason(error, url)
        raise StoreError(reason, place=display_url(url), said=said) from error
    except exc.SQLAlchemyError as error:
        raise StoreError(f"the database failed: {type(error).__name__}", place=display_url(url)) from error


_REMEDIES = {
    "disk is full": "the disk is full, nothing was stored; free some space",
    "disk i/o error": "the disk cannot be read or written; check the disk and the folder's mount",
    "readonly database": "the file or its folder cannot be written; give this user the right to, or choose another file",
    "unable to open": "the file cannot be opened; does its folder exist, and may this user write there?",
    "not a database": "the file is no SQLite database; move it away or choose another file",
    "malformed": "the file is damaged; restore a backup or move it away",
    "locked": f"another program kept the file locked for {BUSY_MS // 1000} s; find and end it",
    "no such table": "the tables are missing; the gateway has not prepared this database yet",
    "does not exist": "the database or a table is missing; the gateway has not prepared this database yet",
    "connection refused": "the database server does not answer; is it running, and is the address right?",
    "timeout expired": "the database server does not answer in time; is it running, and is the address right?",
    "server was silent": "the database server is silent; is it running, and does the network keep idle connections?",
    "statement timeout": "the database server took too long",
    "password authentication": "the database server refused the name or password",
}


def _reason(error: exc.DBAPIError, url: str) -> tuple[str, str]:
    """What is wrong, for anybody, and in the words of the driver, for the log; those name hosts and users."""
    said = next(iter(str(error.orig).splitlines()), "")
    remedy = next((remedy for sign, remedy in _REMEDIES.items() if sign in said.lower()), "")
    for secret in secrets(url):
        said = said.replace(secret, "***")
    return remedy or f"the database failed: {type(error.orig).__name__}", said
