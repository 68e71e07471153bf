"""Locks that end with the process that holds them, however that ends: files beside a SQLite file, advisory locks in a server.

A lock is for a numbered slot of a name. Besides, any number of processes may reserve a name, or wait for its slots: the others
see that some process does."""

from __future__ import annotations

import fcntl
import hashlib
import os
import threading
import time
from collections.abc import Callable, Collection, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar
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
_RESERVE, _WANT = -1, -2  # the numbers of the locks that say what a process wishes
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC

Done = TypeVar("Done")


class Wishes(NamedTuple):
    """Whether any process reserves a name, and whether another process waits for slots of it."""

    reserved: bool
    wanted: bool


class Locks(Protocol):
    """All methods are safe to use from several threads, and raise StoreError."""

    def acquire(
        self, name: str, slots: Sequence[int], while_wished: Sequence[int] | None = None, most: int = 1
    ) -> Sequence[int]:
        """Acquires the first free ones of *slots*, at most *most*, and returns them. While any process reserves *name*, only
        those of *while_wished* are tried, if it is given."""

    def release(self, name: str, slots: Collection[int]) -> None: ...

    def reserve_interactive(self, name: str) -> None: ...

    def release_reserve(self, name: str) -> None: ...

    def want(self, name: str, wanted: bool) -> None:
        """Says whether this process waits for slots that it has not got."""

    def look(self, name: str) -> Wishes:
        """What the processes wish at this moment."""

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

    def acquire(
        self, name: str, slots: Sequence[int], while_wished: Sequence[int] | None = None, most: int = 1
    ) -> Sequence[int]:
        if while_wished is not None and self._is_held(f"{name}.wish"):
            slots = while_wished
        names = ((slot, f"{name}.{slot}") for slot in slots)
        held = self._held
        free = (slot for slot, file in names if file not in held and self._hold(file, fcntl.LOCK_EX))
        return list(islice(free, most))

    def release(self, name: str, slots: Collection[int]) -> None:
        for slot in slots:
            self._let_go(f"{name}.{slot}")

    def reserve_interactive(self, name: str) -> None:
        self._share(f"{name}.wish")

    def release_reserve(self, name: str) -> None:
        self._let_go(f"{name}.wish")

    def want(self, name: str, wanted: bool) -> None:
        (self._share if wanted else self._let_go)(f"{name}.want")

    def look(self, name: str) -> Wishes:
        ours = f"{name}.want" in self._held
        self._let_go(f"{name}.want")  # the system does not say whose lock it is
        wanted = self._is_held(f"{name}.want")
        if ours:
            self._share(f"{name}.want")
        return Wishes(self._is_held(f"{name}.wish"), wanted)

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

    def _share(self, name: str) -> None:
        while not self._hold(name, fcntl.LOCK_SH):  # another process is just looking whether it is held
            if name in self._held:
                return
            time.sleep(0.001)

    def _is_held(self, name: str) -> bool:
        """Whether any process holds *name*."""
        file = self._open(name)
        try:
            return not flocked(file, fcntl.LOCK_EX)
        finally:
            os.close(file)

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
        self._wants: set[str] = set()
        self._calm_until = 0.0
        self._heartbeat = Periodic("latches", BEAT_SECONDS, self._beat, needed=self._in_use, retry_seconds=BEAT_SECONDS)

    def acquire(
        self, name: str, slots: Sequence[int], while_wished: Sequence[int] | None = None, most: int = 1
    ) -> Sequence[int]:
        with self._lock:
            fewer = slots if while_wished is None else while_wished
            if name in self._reserves:
                slots = fewer
            free, then = self._unheld(name, slots), self._unheld(name, fewer)
            if not free:
                return ()
            found = self._ask(lambda connection: _free(connection, name, free, then, most) if self._calm() else ())
            self._held.update((name, slot) for slot in found)
            self._heartbeat.start()
            return found

    def release(self, name: str, slots: Collection[int]) -> None:
        with self._lock:
            ours = [slot for slot in slots if (name, slot) in self._held]
            if ours:
                self._held.difference_update((name, slot) for slot in ours)
                self._ask(lambda connection: _unlock(connection, name, ours))

    def reserve_interactive(self, name: str) -> None:
        self._share(name, _RESERVE, self._reserves)

    def release_reserve(self, name: str) -> None:
        self._unshare(name, _RESERVE, self._reserves)

    def want(self, name: str, wanted: bool) -> None:
        (self._share if wanted else self._unshare)(name, _WANT, self._wants)

    def look(self, name: str) -> Wishes:
        """One statement: the locks that test are released with its own transaction, and our own never conflict with it."""
        asked = "SELECT NOT pg_try_advisory_xact_lock(:key, -1), NOT pg_try_advisory_xact_lock(:key, -2)"
        with self._lock:
            reserved, wanted = self._ask(lambda connection: connection.execute(sa.text(asked), {"key": _key(name)}).one())
            return Wishes(reserved or name in self._reserves, wanted)

    def close(self) -> None:
        with self._lock:
            for each in (self._held, self._reserves, self._wants):
                each.clear()
            self._hang_up()
            self._engine.dispose()

    def _share(self, name: str, slot: int, ours: set[str]) -> None:
        with self._lock:
            if name not in ours:
                self._ask(lambda connection: _call(connection, "pg_advisory_lock_shared", name, slot))
                ours.add(name)
                self._heartbeat.start()

    def _unshare(self, name: str, slot: int, ours: set[str]) -> None:
        with self._lock:
            if name in ours:
                ours.discard(name)
                self._ask(lambda connection: _call(connection, "pg_advisory_unlock_shared", name, slot))

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
            if self._in_use():
                self._calm_until = time.monotonic() + CALM_SECONDS
                ended = _end_session(self._connection, self._session)
            self._session = _session(self._connection)
            self._missing = set(self._held)
            until = time.monotonic() + (END_SECONDS if ended else 0.0)
            while self._acquire_missing(self._connection) and time.monotonic() < until:
                time.sleep(0.01)  # the server is still ending the lost session
            for slot, names in ((_RESERVE, self._reserves), (_WANT, self._wants)):
                for name in names:
                    _call(self._connection, "pg_advisory_lock_shared", name, slot)
        return self._connection

    def _acquire_missing(self, connection: sa.Connection) -> int:
        """Acquires again what was lost with the last connection; its session may take a moment to end. How much is missing."""
        self._missing &= self._held
        self._missing = {each for each in self._missing if not _free(connection, each[0], [each[1]], [each[1]], 1)}
        return len(self._missing)

    def _in_use(self) -> bool:
        return bool(self._held or self._reserves or self._wants)

    def _beat(self) -> None:
        """Asks the connection something while a slot or a reserve is held, so that its loss is noticed at once."""
        with self._lock:
            if self._in_use():
                self._ask(lambda connection: connection.scalar(sa.select(1)))
                if self._missing:
                    self._ask(self._acquire_missing)


def _key(name: str) -> int:
    """The first half of a lock's key: 31 bits of a hash of *name*; the slot is the second half."""
    return int.from_bytes(hashlib.sha256(f"llm-gateway.{name}".encode()).digest()[:4], "big") >> 1


def _free(connection: sa.Connection, name: str, slots: Sequence[int], while_wished: Sequence[int], most: int) -> Sequence[int]:
    """The lock that tests the reserve is released with the statement's own transaction: no second round trip."""
    asked = (
        "SELECT place FROM (SELECT pg_try_advisory_xact_lock(:key, -1) AS unwished) AS wish"
        " CROSS JOIN LATERAL unnest(CAST(CASE WHEN unwished THEN :places ELSE :fewer END AS int[])) AS place"
        " WHERE pg_try_advisory_lock(:key, place) LIMIT :most"
    )
    parameters = {"places": _array(slots), "fewer": _array(while_wished), "key": _key(name), "most": most}
    return connection.execute(sa.text(asked), parameters).scalars().all()


def _unlock(connection: sa.Connection, name: str, slots: Sequence[int]) -> None:
    asked = "SELECT count(pg_advisory_unlock(:key, place)) FROM unnest(CAST(:places AS int[])) AS place"
    connection.execute(sa.text(asked), {"key": _key(name), "places": _array(slots)})


def _array(numbers: Sequence[int]) -> str:
    """*numbers* as the server writes an array: the driver takes ten times as long for a list."""
    return "{" + ",".join(map(str, numbers)) + "}"


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
