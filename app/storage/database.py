"""The connection to the database: one engine per process, its pragmas, transactions, and what its errors mean."""

from __future__ import annotations

import errno
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy import event, exc
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from app.errors import StoreError
from app.gil import release
from app.storage.group_commit import GroupCommit
from app.storage.sqlite_file import REPLACED, FileReplaced, FileWatch, OpenedFile, check_place, low_on_disk, with_subseconds
from app.urls import secrets, without_secrets

BUSY_SECONDS = 30.0  # at most, that a writer waits for another one on SQLite
WAL_BYTES = 4 * 2**20  # that a write-ahead log keeps when it is used anew
RETRY_SECONDS = 0.5
# Seconds that a statement may take at a database server, which may have gone silent, and that a writer may wait for a SQLite
# file: for a client that waits, for a job, for a lock, for a migration, for a question whether anything can be written.
REQUEST_SECONDS, JOB_SECONDS, LOCK_SECONDS, MIGRATION_SECONDS, PROBE_SECONDS = 4.0, 15.0, 2.0, 600.0, 1.0
REMEMBERED_SECONDS = 30.0  # for which a write that failed says something about the database
PROBE_KEPT_SECONDS = 2.0  # for which the answer to that question is good: each costs a write to the disk
POOL_SECONDS = 30.0  # for a free connection
POOL_SECONDS_AT_A_SERVER = 4.0

_PATIENCE = "patience"  # of a connection, in what is kept with it

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
        path = sqlite_file(url)
        self.file = OpenedFile(path) if path else None  # None: a database server
        self._limit = limit
        self._pool = pool
        self._lock = threading.Lock()
        self._writer = threading.RLock()
        self.write_together = GroupCommit(self.write).write  # for small transactions that many threads make
        self._failed = ("", 0.0)  # why the last write failed, and when; empty if it did not
        self._probed = ("", -PROBE_KEPT_SECONDS)  # the last answer of `why_read_only`, and when
        self._engines: dict[
            int, sa.Engine
        ] = {}  # by process; a parent's is kept, because closing it would close the connections of the parent

    @property
    def engine(self) -> sa.Engine:
        with self._lock:
            made = self._engines.get(os.getpid())
            if made is None:
                made = make_engine(self.url, pool=self._pool, limit=self._limit, file=self.file)
                self._engines[os.getpid()] = made
            return made

    def write(self, transaction: Callable[[sa.Connection], T], *, patience: float = 0.0) -> T:
        """What *transaction* returns; it is committed or rolled back as a whole.

        A database that is away or full is tried again for *patience* seconds, so *transaction* must be idempotent: it is run
        again if only the answer to its commit was lost. Raises StoreError."""
        release()
        deadline = time.monotonic() + patience
        while True:
            try:
                done = self._write_once(transaction)
            except StoreError as error:
                self._failed = (str(error), time.monotonic())
                if not _may_pass(error) or time.monotonic() >= deadline:
                    raise
                time.sleep(RETRY_SECONDS)
            else:
                self._failed = ("", 0.0)
                return done

    def _write_once(self, transaction: Callable[[sa.Connection], T], limit: float = 0.0) -> T:
        """Writes within *limit* seconds, or the database's own limit. If a file was replaced meanwhile, nothing was written."""
        with self.writing(limit) as seconds, mapped_errors(self.url):
            with self.engine.begin() as connection:
                if self.file is not None:
                    driver = cast(sqlite3.Connection, connection.connection.driver_connection)
                    _be_patient(driver, connection.info, round(seconds, 1))  # nearly always what it is already
                done = transaction(connection)
            if self.file is not None:
                self.file.check()
            return done

    @contextmanager
    def writing(self, limit: float = 0.0) -> Iterator[float]:
        """For whatever writes: in a SQLite file, one thread of this process at a time, so that those who wait for another
        program leave connections to those who read. Gives the seconds that are left to wait. Raises StoreError."""
        limit = limit or self._limit
        if self.file is None:
            yield limit
            return
        deadline = time.monotonic() + limit
        if not self._writer.acquire(timeout=limit):
            raise StoreError(_REMEDIES["locked"], place=display_url(self.url))
        try:
            yield max(0.0, deadline - time.monotonic())
        finally:
            self._writer.release()

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """For queries. Raises StoreError."""
        if self.file is None:
            release()
        with mapped_errors(self.url), self.engine.connect() as connection:
            yield connection

    def why_read_only(self) -> str:
        """Why nothing can be written at present, for anybody to read; empty if something can. On a file it takes PROBE_SECONDS
        at most."""
        why, when = self._probed
        if time.monotonic() - when >= PROBE_KEPT_SECONDS:
            why = self._probe()
            self._probed = (why, time.monotonic())
        failed, when = self._failed
        return why or (failed if time.monotonic() - when < REMEMBERED_SECONDS else "")

    def _probe(self) -> str:
        try:
            self.try_to_write()
        except StoreError as error:
            return str(error)
        return low_on_disk(self.file.path) if self.file is not None else ""

    def try_to_write(self) -> None:
        """Writes something that changes nothing. Raises StoreError; on a file, after PROBE_SECONDS at most."""
        release()
        if self.file is not None:
            check_place(self.file.path)
        self._write_once(_write_nothing_new, PROBE_SECONDS)

    def close(self) -> None:
        """Closes this process's connections; the next use makes new ones."""
        with self._lock:
            made = self._engines.pop(os.getpid(), None)
        if made is not None:
            made.dispose()


def watch_file(database: Database, restart: Callable[[], None]) -> FileWatch | None:
    """Watches the file of *database* from now on; see FileWatch for *restart*. None if the database is a server."""
    if database.file is None:
        return None
    watch = FileWatch(database.file, restart)
    watch.start()
    return watch


def _may_pass(error: StoreError) -> bool:
    """Whether another try may succeed. Not in this process if its file was replaced."""
    cause = error.__cause__
    return isinstance(cause, exc.OperationalError) and not isinstance(cause.orig, FileReplaced)


def _write_nothing_new(connection: sa.Connection) -> None:
    """Writes what is there already."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("UPDATE gateway_ready SET mark = mark")
        return
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    connection.exec_driver_sql(f"PRAGMA user_version={version}")  # unlike an UPDATE without a change, it writes a page


def make_engine(
    url: str, *, pool: int, limit: float = REQUEST_SECONDS, idle: str = "", file: OpenedFile | None = None
) -> sa.Engine:
    """An engine whose statements end within *limit* seconds at a database server; see `postgres.bound` for *idle*.

    On SQLite, writers wait so long for another one, and every use is refused once *file* is replaced."""
    at_a_server = sqlite_file(url) is None
    patience = max(limit, POOL_SECONDS_AT_A_SERVER) if at_a_server else POOL_SECONDS
    # hide_parameters: an error's text must never hold a transcript; a connection to a file is never away
    engine = sa.create_engine(
        url, pool_size=pool, max_overflow=0, pool_timeout=patience, pool_pre_ping=at_a_server, hide_parameters=True
    )
    if at_a_server:
        from app.storage import postgres  # its driver is not needed for a file

        postgres.bound(engine, limit, idle)
    else:
        _prepare_connections(engine, round(min(limit, BUSY_SECONDS), 1), file)
    return engine


def _prepare_connections(engine: sa.Engine, patience: float, file: OpenedFile | None) -> None:
    """Sets what holds for all connections of *engine* to a SQLite file."""

    def check(*_: object) -> None:
        if file is not None:
            file.check()

    def connect(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:  # noqa: ARG001
        # IMMEDIATE: a transaction that will write waits for the lock at its start, when waiting is possible
        connection.isolation_level = "IMMEDIATE"
        with_subseconds(cast(sqlite3.Connection, connection))
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute(f"PRAGMA journal_size_limit={WAL_BYTES}")
        cursor.close()

    def checkout(connection: DBAPIConnection, entry: ConnectionPoolEntry, _: object) -> None:
        check()
        _be_patient(cast(sqlite3.Connection, connection), entry.info, patience)  # a write may have left less of it

    event.listen(engine, "do_connect", check)  # SQLite would make a new, empty file
    event.listen(engine, "connect", connect)
    event.listen(engine, "checkout", checkout)


def _be_patient(connection: sqlite3.Connection, known: dict[Any, Any], seconds: float) -> None:
    """Has *connection*, of which some things are *known*, wait so long for another writer."""
    if known.get(_PATIENCE) != seconds:
        connection.execute(f"PRAGMA busy_timeout={round(1000 * seconds)}").close()
        known[_PATIENCE] = seconds


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
    except FileReplaced as error:
        raise StoreError(_REMEDIES[REPLACED], place=display_url(url)) from error
    except exc.SQLAlchemyError as error:
        raise store_error(error, url) from error


def store_error(error: exc.SQLAlchemyError, url: str) -> StoreError:
    """*error* as the error that names the place and the remedy."""
    if not isinstance(error, exc.DBAPIError):
        return StoreError(f"the database failed: {type(error).__name__}", place=display_url(url))
    reason, said = _reason(error, url)
    return StoreError(reason, place=display_url(url), said=said)


_OF_SEVERAL = "Multiple connection attempts failed. All failures were:"  # psycopg's line before what each address says
_REMEDIES = {
    REPLACED: f"{REPLACED}; the gateway restarts what uses it: send the request again",
    "disk is full": "the disk is full, nothing was stored; free some space",
    "disk i/o error": "the disk cannot be read or written; check the disk and the folder's mount",
    "readonly database": "the file or its folder cannot be written; give this user the right to, or choose another file",
    "unable to open": "the file cannot be opened; does its folder exist, and may this user write there?",
    "too many open files": "this process has too many files open; raise its limit (ulimit -n, LimitNOFILE, --ulimit nofile)",
    "not a database": "the file is no SQLite database; move it away or choose another file",
    "malformed": "the file is damaged; restore a backup or move it away",
    "locked": "another program keeps the file locked; find and end it",
    "no such table": "the tables are missing; the gateway has not prepared this database yet",
    "does not exist": "the database or a table is missing; the gateway has not prepared this database yet",
    "statement timeout": "the database server took too long",
    "password authentication": "the database server refused the name or password",
    "pg_hba.conf": "the database server lets nobody in from here by this name; see its pg_hba.conf",
    "starting up": "the database server is starting; it will answer soon",
    "not yet accepting": "the database server is starting; it will answer soon",
    "in recovery mode": "the database server is starting; it will answer soon",
    "shutting down": "the database server is being stopped; start it again",
    "terminating connection": "the database server ended the connection; is it being stopped?",
    "connection unexpectedly": "the database server ended the connection; is it running?",
    "closed unexpectedly": "the database server ended the connection; is it running?",
    "reset by peer": "the database server ended the connection; is it running?",
    "eof detected": "the database server ended the connection; is it running?",
    "too many clients": "the database server takes no more connections; raise its max_connections, or run fewer processes",
    "connection slots": "the database server takes no more connections; raise its max_connections, or run fewer processes",
    # last: a server has several addresses, and the one that answers knows better than those that do not
    "connection refused": "the database server does not answer; is it running, and is the address right?",
    "timeout expired": "the database server does not answer in time; is it running, and is the address right?",
    "server was silent": "the database server is silent; is it running, and does the network keep idle connections?",
    "timed out": "the database server does not answer in time; is it running, and is the address right?",
    "resolve host": "the name of the database server is not known; is it running, and is the address right?",
    "translate host": "the name of the database server is not known; is it running, and is the address right?",
    "no route to host": "the database server cannot be reached; is it running, and is the address right?",
    "network is unreachable": "the database server cannot be reached; is it running, and is the address right?",
    "on socket": "the database server does not answer; is it running, and is the address right?",
}


def _is_out_of_files() -> bool:
    """Whether this process can open no more than a few files; SQLite opens three at a time."""
    opened: list[int] = []
    try:
        opened.extend(os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC) for _ in range(4))
    except OSError as error:
        return error.errno in (errno.EMFILE, errno.ENFILE)
    finally:
        for each in opened:
            os.close(each)
    return False


def _reason(error: exc.DBAPIError, url: str) -> tuple[str, str]:
    """What is wrong, for anybody, and in the words of the driver, for the log; those name hosts and users."""
    lines = str(error.orig).splitlines() or [""]
    said = "; ".join(line.strip() for line in lines) if _OF_SEVERAL in lines else lines[0]
    if "unable to open" in said and _is_out_of_files():  # SQLite says no more than that
        said = f"{said}: too many open files"
        return _REMEDIES["too many open files"], said
    remedy = next((remedy for sign, remedy in _REMEDIES.items() if sign in said.lower()), "")
    for secret in secrets(url):
        said = said.replace(secret, "***")
    return remedy or f"the database failed: {type(error.orig).__name__}", said
