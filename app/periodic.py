"""Threads that do something every few seconds."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Protocol

from app.errors import StoreError, raised_at

RETRY_SECONDS = 2.0  # at least, between two ticks while the database is away

log = logging.getLogger(__name__)


class BackgroundService(Protocol):
    """Runs as long as a worker takes jobs."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


class Periodic:
    """Calls *tick* every so many *seconds*, in a thread of this name, from `start` until `stop`.

    With *needed*, the thread also ends if that is False before a tick. Then call `start` after each change that makes it
    needed again. *needed* must not wait for a lock that a caller of `start` holds.

    If the database is away, one line is logged, and ticks are *retry_seconds* apart until it is back."""

    def __init__(
        self,
        name: str,
        seconds: float,
        tick: Callable[[], object],
        *,
        needed: Callable[[], bool] = lambda: True,
        retry_seconds: float = RETRY_SECONDS,
    ) -> None:
        self._name = name
        self._seconds = seconds
        self._tick = tick
        self._needed = needed
        self._retry_seconds = max(seconds, retry_seconds)
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._over = False
        self._away = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begins to tick, the first time after the pause; does nothing if the thread runs. A forked child starts its own."""
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._over = False
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()

    def wake(self) -> None:
        """Ends the present pause."""
        self._wake.set()

    def stop(self) -> None:
        """Returns when the last tick has ended."""
        with self._lock:
            self._over = True
            self._wake.set()
            thread, self._thread = self._thread, None
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def _run(self) -> None:
        while self._goes_on():
            try:
                self._tick()
            except StoreError as error:
                if not self._away:
                    log.warning("%s: %s", self._name, error.located)
                self._away = True
            except Exception as error:  # noqa: BLE001  a bug in one tick must not end the ticks after it
                log.error("%s: bug: %s at %s", self._name, type(error).__name__, raised_at(error))
            else:
                self._away = False

    def _goes_on(self) -> bool:
        """Waits; True if another tick is due."""
        self._wake.wait(self._retry_seconds if self._away else self._seconds)
        self._wake.clear()
        with self._lock:
            if self._over or not self._needed():
                if self._thread is threading.current_thread():
                    self._thread = None
                return False
            return True
