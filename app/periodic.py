"""Threads that do something every few seconds."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Protocol

from app.errors import StoreError

log = logging.getLogger(__name__)


class BackgroundService(Protocol):
    """Runs as long as a worker takes jobs."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


class Periodic:
    """Calls *tick* every so many *seconds*, in a thread. If the database is away, that is logged and the thread goes on."""

    def __init__(self, name: str, seconds: float, tick: Callable[[], object]) -> None:
        self._name = name
        self._seconds = seconds
        self._tick = tick
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep_ticking, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Returns when the last tick has ended."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def _keep_ticking(self) -> None:
        while not self._over.wait(self._seconds):
            try:
                self._tick()
            except StoreError as error:
                log.warning("%s: %s", self._name, error.located)
