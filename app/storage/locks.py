"""Locks between processes: a file beside a SQLite file, an advisory lock inside a server."""

from __future__ import annotations

import fcntl
import hashlib
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from app.errors import StoreError
from app.storage.database import mapped_errors, sqlite_file

LOOK_SECONDS = 0.05


class FileLock:
    """A lock that ends with its process, however that ends. The file stays; it holds the pid of its last owner."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def take(self, stop: threading.Event) -> bool:
        """Waits for the lock; False when *stop* came first. Raises StoreError."""
        file = self._open()
        while not flocked(file, fcntl.LOCK_EX):
            if stop.wait(LOOK_SECONDS):
                os.close(file)
                return False
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        self._file = file
        return True

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _open(self) -> int:
        try:
            return os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise StoreError(f"{error.strerror}; {_remedy(self._path)}", place=str(self._path)) from error


def flocked(file: int, how: int) -> bool:
    """Locks *file* (a descriptor) without waiting, as `flock` does; False if another process has it."""
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _remedy(path: Path) -> str:
    if not path.parent.is_dir():
        return "make its folder, or choose another file for the database"
    return "give this user the right to write there, or choose another file for the database"


def beside(database: Path, name: str) -> Path:
    """The lock file *name* of a SQLite file."""
    return database.with_name(f"{database.name}.{name}")


@contextmanager
def alone(url: str, engine: sa.Engine, purpose: str) -> Iterator[None]:
    """Only one process at a time is in here, for one database and *purpose*.

    On PostgreSQL a process that waits asks again and again, and never waits inside a statement: `CREATE INDEX CONCURRENTLY` of
    the process that has the lock would wait for that statement to end, and neither would ever go on."""
    file = sqlite_file(url)
    if file is not None:
        lock = FileLock(beside(file, f"{purpose}.lock"))
        lock.take(threading.Event())
        try:
            yield
        finally:
            lock.release()
        return
    key = int.from_bytes(hashlib.sha256(f"llm-gateway.{purpose}".encode()).digest()[:8], "big", signed=True)
    autocommit = engine.execution_options(isolation_level="AUTOCOMMIT")
    with mapped_errors(url), autocommit.connect() as connection:  # the lock belongs to the session, and ends with it
        while not connection.scalar(sa.select(sa.func.pg_try_advisory_lock(key))):
            time.sleep(LOOK_SECONDS)
        try:
            yield
        finally:
            connection.execute(sa.select(sa.func.pg_advisory_unlock(key)))
