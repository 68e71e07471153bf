"""Small transactions of many threads, committed as one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa

T = TypeVar("T")
Transaction = Callable[[sa.Connection], T]


class Write(Protocol):
    """Commits a transaction, or raises StoreError or what the transaction raises."""

    def __call__(self, transaction: Transaction[T], *, patience: float = 0.0) -> T: ...


class _Entry:
    def __init__(self, transaction: Transaction[Any]) -> None:
        self.transaction = transaction
        self.over = False  # whether its group was tried
        self.alone = False  # whether it is to be committed on its own, as its group failed
        self.result: Any = None
        self.waits = threading.Lock()  # its thread waits until another thread releases it
        self.waits.acquire()


class GroupCommit:
    """One group at a time is committed with *write*: while a thread commits one, the others wait, and are the next group.

    Nobody waits for others to come: an answer that is not stored is paid for twice after a crash. Each thread that waits is
    woken once: when its group is committed, or to commit the next group."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._lock = threading.Lock()
        self._busy = False  # whether a thread commits a group, or is about to
        self._waiting: list[_Entry] = []

    def write(self, transaction: Transaction[T], *, patience: float = 0.0) -> T:
        """What *transaction* returns, once its group is committed. If one of a group fails, all are committed one by one, so
        that each raises its own error; *transaction* must be idempotent."""
        mine = _Entry(transaction)
        with self._lock:
            waits, self._busy = self._busy, True
            self._waiting.append(mine)
        if waits:
            mine.waits.acquire()
        if not mine.over:
            self._commit_next(mine)
        if mine.alone:
            return self._write(transaction, patience=patience)
        done: T = mine.result
        return done

    def _commit_next(self, mine: _Entry) -> None:
        """Commits what waits, and has another thread commit what came meanwhile."""
        with self._lock:
            group, self._waiting = self._waiting, []
        try:
            self._commit(group)
        finally:
            with self._lock:
                self._busy = bool(self._waiting)
                following = self._waiting[:1]
            for each in (*following, *group):
                if each is not mine:
                    each.waits.release()

    def _commit(self, group: Sequence[_Entry]) -> None:
        try:
            results = self._write(lambda connection: [each.transaction(connection) for each in group])
            for each, result in zip(group, results, strict=True):
                each.result = result
        except Exception:  # noqa: BLE001  whichever of them failed undid the others: each is tried on its own
            for each in group:
                each.alone = True
        finally:
            for each in group:
                each.over = True
