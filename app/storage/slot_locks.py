"""Locks that end with the process that holds them, however that ends: files beside a SQLite file, advisory locks in a server.

A lock is for a numbered slot of a name. Besides, any number of processes may reserve a name: others see that somebody does."""

from __future__ import annotations

import fcntl
import hashlib
import os
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import quote

import sqlalchemy as sa

from app.errors import StoreError
from app.gil import release
from app.periodic import Periodic
from app.storage.database import LOCK_SECONDS, make_engine, mapped_errors, sqlite_file
from app.storage.locks import flocked

CALM_SECONDS = 2.0  # after a lost connection: as long as other processes may need to acquire again what they held
BEAT_SECONDS = 0.5
END_SECONDS = 1.0  # in which the server has ended a session that it was told to end
IDLE = "10s"  # after which the server ends a session that it hears nothing of: that of a machine that is gone holds slots
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC

Done = TypeVar("Done")


class Locks(Protocol):
    """All methods are safe to use from several threads, and raise StoreError."""

    def acquire(self, name: str, slots: Sequence[int], while_wished: Sequence[int] | None = None) -> int | None:
        """Acquires the first free one of *slots*; None if all are held. While any process reserves *name*, only those of
        *while_wished* are tried, if it is given."""

    def release(self, name: str, slot: int) -> None: ...

    def reserve_interactive(self, name: str) -> None: ...

    def release_reserve(self, name: str) -> None: ...

    def is_reserved(self, name: str) -> bool:
        """Whether any process reserves *name*."""

    def close(self) -> None:
        """Releases everything."""


def locks_of(url: str) -> Locks:
    """The locks of the database at *url*."""
    file = sqlite_file(url)
    return AdvisoryLocks(url) if file is None else FileLocks(file.with_name(f"{file.name}.places"))


class FileLocks:
    """Locked files in *folder*; the system releases them when their process ends."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._held: dict[str, int] = {}  # open files by name

    def acquire(self, name: str, slots: Sequence[int], while_wished: Sequence[int] | None = None) -> int | None:
        if while_wished is not None and self.is_reserved(name):
            slots = while_wished
        names = ((slot, f"{name}.{slot}") for slot in slots)
        held = self._held
        return next((slot for slot, file in names if file not in held and self._hold(file, fcntl.LOCK_EX)), None)

    def release(self, name: str, slot: int) -> None:
        self._let_go(f"{name}.{slot}")

    def reserve_interactive(self, name: str) -> None:
        while not self._hold(f"{name}.wish", fcntl.LOCK_SH):  # another process is just looking whether it is reserved
            if f"{name}.wish" in self._held:
                return
            time.sleep(0.001)

    def release_reserve(self, name: str) -> None:
        self._let_go(f"{name}.wish")

    def is_reserved(self, name: str) -> bool:
        file = self._open(f"{name}.wish")
        try:
            return not flocked(file, fcntl.LOCK_EX)
        finally:
            os.close(file)

    def close(self) -> None:
        for name in list(self._held):
            self._let_go(name)

    def _hold(self, name: str, how: int) -> bool:
        with self._lock:
            if name in self._held:
                return False
            file = self._open(name)
            if flocked(file, how):
                self._held[name] = file
                return True
            os.close(file)
            return False

    def _let_go(self, name: str) -> None:
        with self._lock:
            file = self._held.pop(name, None)
        if file is not None:
            os.close(file)

    def _open(self, name: str) -> int:
        path = f"{self._folder}/{quote(name, safe='')}"
        try:
            try:
                return os.open(path, _FLAGS, 0o644)
            except FileNotFoundError:
                self._folder.mkdir(exist_ok=True)
                return os.open(path, _FLAGS, 0o644)
        except OSError as error:
            raise StoreError(f"{error.strerror}; give this user the right to write there", place=path) from error


class AdvisoryLocks:
    """Advisory locks of one session with a connection of its own; the server releases them when the session ends.

    When the connection is lost, what was held is acquired again on the next one, and nothing new for a while, so that other
    processes can do the same first."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._engine = make_engine(url, pool=1, limit=LOCK_SECONDS, idle=IDLE)
        self._session: tuple[Any, ...] = ()  # the server's own name for the last one
        self._missing: set[tuple[str, int]] = set()  # what is held here, and could not be acquired again after a loss
        self._lock = threading.RLock()
        self._connection: sa.Connection | None = None
        self._held: set[tuple[str, int]] = set()
        self._reserves: set[str] = set()
        self._calm_until = 0.0
        self._heartbeat = Periodic(
            "latches", BEAT_SECONDS, self._beat, needed=lambda: bool(self._held or self._reserves), retry_seconds=BEAT_SECONDS
        )

    def acquire(self, name: str, slots: Sequence[int], while_wished: Sequence[int] | None = None) -> int | None:
        with self._lock:
            fewer = slots if while_wished is None else while_wished
            if name in self._reserves:
                slots = fewer
            free, then = self._unheld(name, slots), self._unheld(name, fewer)
            if not free:
                return None
            slot = self._ask(lambda connection: _first(connection, name, free, then) if self._calm() else None)
            if slot is not None:
                self._held.add((name, slot))
                self._heartbeat.start()
            return slot

    def release(self, name: str, slot: int) -> None:
        with self._lock:
            if (name, slot) not in self._held:
                return
            self._held.discard((name, slot))
            self._ask(lambda connection: _call(connection, "pg_advisory_unlock", name, slot))

    def reserve_interactive(self, name: str) -> None:
        with self._lock:
            if name not in self._reserves:
                self._ask(lambda connection: _call(connection, "pg_advisory_lock_shared", name, -1))
                self._reserves.add(name)
                self._heartbeat.start()

    def release_reserve(self, name: str) -> None:
        with self._lock:
            if name in self._reserves:
                self._reserves.discard(name)
                self._ask(lambda connection: _call(connection, "pg_advisory_unlock_shared", name, -1))

    def is_reserved(self, name: str) -> bool:
        with self._lock:
            return name in self._reserves or not self._ask(lambda connection: _unwished(connection, name))

    def close(self) -> None:
        with self._lock:
            self._held.clear()
            self._reserves.clear()
            self._hang_up()
            self._engine.dispose()

    def _unheld(self, name: str, slots: Sequence[int]) -> list[int]:
        return [slot for slot in slots if (name, slot) not in self._held]

    def _calm(self) -> bool:
        return time.monotonic() >= self._calm_until

    def _ask(self, transaction: Callable[[sa.Connection], Done]) -> Done:
        """What *transaction* returns; on a new connection if the old one is lost."""
        release()
        with mapped_errors(self._url):
            try:
                return transaction(self._connected())
            except sa.exc.DBAPIError:
                self._hang_up()
                return transaction(self._connected())

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None

    def _connected(self) -> sa.Connection:
        if self._connection is None:
            self._connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            ended = False
            if self._held or self._reserves:
                self._calm_until = time.monotonic() + CALM_SECONDS
                ended = _end_session(self._connection, self._session)
            self._session = _session(self._connection)
            self._missing = set(self._held)
            until = time.monotonic() + (END_SECONDS if ended else 0.0)
            while self._acquire_missing(self._connection) and time.monotonic() < until:
                time.sleep(0.01)  # the server is still ending the lost session
            for name in self._reserves:
                _call(self._connection, "pg_advisory_lock_shared", name, -1)
        return self._connection

    def _acquire_missing(self, connection: sa.Connection) -> int:
        """Acquires again what was lost with the last connection; its session may take a moment to end. How much is missing."""
        self._missing &= self._held
        self._missing = {each for each in self._missing if _first(connection, each[0], [each[1]], [each[1]]) is None}
        return len(self._missing)

    def _beat(self) -> None:
        """Asks the connection something while a slot or a reserve is held, so that its loss is noticed at once."""
        with self._lock:
            if self._held or self._reserves:
                self._ask(lambda connection: connection.scalar(sa.select(1)))
                if self._missing:
                    self._ask(self._acquire_missing)


def _key(name: str) -> int:
    """The first half of a lock's key: 31 bits of a hash of *name*; the slot is the second half."""
    return int.from_bytes(hashlib.sha256(f"llm-gateway.{name}".encode()).digest()[:4], "big") >> 1


def _first(connection: sa.Connection, name: str, slots: Sequence[int], while_wished: Sequence[int]) -> int | None:
    """The lock that tests the reserve is released with the statement's own transaction: no second round trip."""
    asked = (
        "SELECT place FROM (SELECT pg_try_advisory_xact_lock(:key, -1) AS unwished) AS wish"
        " CROSS JOIN LATERAL unnest(CASE WHEN unwished THEN CAST(:places AS int[]) ELSE CAST(:fewer AS int[]) END) AS place"
        " WHERE pg_try_advisory_lock(:key, place) LIMIT 1"
    )
    parameters = {"places": list(slots), "fewer": list(while_wished), "key": _key(name)}
    found: int | None = connection.execute(sa.text(asked), parameters).scalar()
    return found


def _session(connection: sa.Connection) -> tuple[Any, ...]:
    """The server's name for this session: a process, and when it began, as numbers of processes come again."""
    asked = "SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()"
    return tuple(connection.execute(sa.text(asked)).one())


def _end_session(connection: sa.Connection, session: tuple[Any, ...]) -> bool:
    """Ends our own lost session at the server, which may not know yet that it is lost, and holds what was locked in it. False
    if there is none any more."""
    if not session:
        return False
    asked = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = :pid AND backend_start = :start"
    return bool(connection.execute(sa.text(asked), dict(zip(("pid", "start"), session, strict=True))).scalar())


def _call(connection: sa.Connection, function: str, name: str, slot: int) -> Any:
    return connection.execute(sa.text(f"SELECT {function}(:key, :place)"), {"key": _key(name), "place": slot}).scalar()


def _unwished(connection: sa.Connection, name: str) -> bool:
    """Whether no process reserves *name*: then the exclusive lock can be had. It is released at once."""
    had = bool(_call(connection, "pg_try_advisory_lock", name, -1))
    if had:
        _call(connection, "pg_advisory_unlock", name, -1)
    return had
