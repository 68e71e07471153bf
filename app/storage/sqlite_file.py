"""The SQLite file behind a database: whether it can be used, whether it is still the one that was opened, and its WAL."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from app.errors import StoreError
from app.periodic import Periodic

LOOK_SECONDS = 1.0  # between two looks at the file
LARGEST_WAL = 4 * 2**20  # bytes; a larger write-ahead log is truncated as soon as nobody reads
LOW_ON_DISK = 16 * 2**20  # bytes; with less than this the disk is as good as full
LOCKS, SLOTS = ("lock", "prepare.lock"), "places"  # what is behind the name of the file: two files of locks, and a folder
SUBSECONDS = (3, 42)  # the SQLite from which `unixepoch` knows parts of a second
REPLACED = "the database file was deleted or replaced while the gateway was running"

log = logging.getLogger(__name__)

Identity = tuple[int, int]  # device and inode


class FileReplaced(sqlite3.OperationalError):
    """The path of the database no longer names the file that this process has opened."""

    def __init__(self) -> None:
        super().__init__(REPLACED)


def identity(path: Path) -> Identity | None:
    """Which file *path* names now; None if it names none, or if its folder cannot be read."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def check_place(file: Path) -> None:
    """Raises StoreError if *file* cannot be used as a database: SQLite's own messages do not say why.

    A file that does not exist yet is fine if it can be made. So are the locks beside it, which every process needs."""
    folder = file.absolute().parent
    if file.is_dir():
        raise StoreError("is a folder; name a file in it for the database", place=str(file))
    if not folder.is_dir():
        raise StoreError("its folder does not exist; make it, or choose another file", place=str(file))
    if not os.access(folder, os.W_OK | os.X_OK):  # SQLite keeps its write-ahead log beside the file
        raise StoreError("its folder cannot be written; give this user the right to, or choose another file", place=str(file))
    if file.exists() and not os.access(file, os.R_OK | os.W_OK):
        raise StoreError("the file cannot be written; give this user the right to, or choose another file", place=str(file))
    for name in LOCKS:
        _check_lock(file.with_name(f"{file.name}.{name}"))
    _check_slots(file.with_name(f"{file.name}.{SLOTS}"))


def _check_lock(lock: Path) -> None:
    if lock.is_dir():
        raise StoreError("is a folder; remove it: the gateway locks a file of this name", place=str(lock))
    if lock.exists() and not os.access(lock, os.R_OK | os.W_OK):
        raise StoreError("the file cannot be written; give this user the right to, or remove it", place=str(lock))


def _check_slots(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise StoreError("is no folder; remove it: the gateway makes a folder of this name", place=str(folder))
    if folder.is_dir() and not os.access(folder, os.W_OK | os.X_OK):
        raise StoreError("the folder cannot be written; give this user the right to, or remove it", place=str(folder))


def with_subseconds(connection: sqlite3.Connection) -> None:
    """Gives *connection* a `unixepoch('subsec')` where the library of SQLite has none, as on Debian 12.

    The job engine trusts that Python 3.12 and later come with a newer library: without it every job it stores would fail."""
    if sqlite3.sqlite_version_info < SUBSECONDS:
        connection.create_function("unixepoch", 1, _unixepoch)


def _unixepoch(part: str) -> float:
    """Seconds since 1970. Raises ValueError for anything but parts of a second: what else there is has not that name here."""
    if part not in ("subsec", "subsecond"):
        raise ValueError(part)
    return time.time()


def low_on_disk(file: Path) -> str:
    """How little room the disk of *file* has, in words; empty if there is enough, or if the system does not say."""
    with suppress(OSError):
        free = shutil.disk_usage(file.absolute().parent).free
        if free < LOW_ON_DISK:
            return f"the disk of the database is full: {free / 2**20:.1f} MB are free"
    return ""


class OpenedFile:
    """The file that a path named when it was first used here. Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._opened = identity(path)
        self._abandoned = False

    @property
    def replaced(self) -> bool:
        """Whether the path names another file now, or none. A file that was not there at first may be made."""
        now = identity(self.path)
        if self._opened is None:
            self._opened = now
        return self._abandoned or now != self._opened

    def check(self) -> None:
        """Raises FileReplaced: what is written to the old file would be lost, and the new one may be unprepared."""
        if self.replaced:
            raise FileReplaced

    def abandon(self) -> None:
        """From now on the file counts as replaced, even if it comes back: its write-ahead log is gone."""
        self._abandoned = True


class FileWatch:
    """Looks at a process's SQLite file every second, with a connection of its own.

    If the file or its write-ahead log is replaced, the old log is removed: SQLite would apply it to the new file. Then
    *restart* is called, once, as soon as a new process would find a place for a database. A large log is truncated when nobody
    reads."""

    def __init__(self, file: OpenedFile, restart: Callable[[], None], *, look_seconds: float = LOOK_SECONDS) -> None:
        self._file = file
        self._restart = restart
        self._logs = tuple(file.path.with_name(f"{file.path.name}-{each}") for each in ("wal", "shm"))
        self._connection: sqlite3.Connection | None = None
        self._opened_logs: tuple[Identity | None, ...] = ()
        self._told = False
        self._over = False
        self._periodic = Periodic("database-file", look_seconds, self.look)

    def start(self) -> None:
        self.look()  # at once: until the log is open, nothing tells later whether it is the old file's
        self._periodic.start()

    def stop(self) -> None:
        self._periodic.stop()
        self._close()

    def look(self) -> None:
        """One look at the file."""
        if self._over:
            return
        if self._file.replaced or (self._connection is not None and self._identities() != self._opened_logs):
            self._give_up()
            return
        self._told = False
        if self._connection is None:
            self._open()
        elif _size(self._logs[0]) > LARGEST_WAL:
            self._truncate()

    def _identities(self) -> tuple[Identity | None, ...]:
        return tuple(identity(each) for each in self._logs)

    def _open(self) -> None:
        """Keeps the file and its log open: SQLite deletes no log in use, and no other file gets their inodes."""
        try:
            connection = sqlite3.connect(self._file.path, timeout=0, isolation_level=None, check_same_thread=False)
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # opens the log, too
        except sqlite3.Error:  # a later look tries again
            return
        self._connection, self._opened_logs = connection, self._identities()

    def _give_up(self) -> None:
        """Has this process restarted if that helps; until then every use of the database is refused.

        Without a folder it does not help, and the folder may come back with the same file in it."""
        if not self._told:
            log.error("%s: %s", self._file.path, REPLACED)
            self._told = True
        try:
            check_place(self._file.path)
        except StoreError:
            return
        self._file.abandon()
        self._remove_logs()
        self._close()
        self._over = True
        log.warning("%s: this process is restarted, to use the file that is there now", self._file.path)
        self._restart()

    def _remove_logs(self) -> None:
        """Completes the old file, wherever it is now, and removes its log, unless that is another file's already."""
        self._truncate()
        for each, opened in zip(self._logs, self._opened_logs, strict=False):
            if opened is not None and identity(each) == opened:
                with suppress(OSError):
                    each.unlink()

    def _truncate(self) -> None:
        """Moves what the log holds into the file. Does nothing while somebody reads or writes: a later look tries again."""
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0
