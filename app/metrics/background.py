"""Actions that need not run while a client waits: run soon after, many at a time, in a thread of their own."""

from __future__ import annotations

import atexit
import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

SOON = 0.1  # seconds
# A thread that serves a client must get the interpreter lock back after each wait. So this thread pauses after each
# portion: run in one go, the actions of a quarter of a second at 1,300 requests a second added 70 ms to the slowest
# hundredth of requests.
PORTION = 32  # actions
BREATH = 0.001  # seconds
MOST = 10_000  # actions that may wait; the thread that adds the next one runs them all

log = logging.getLogger(__name__)


class BackgroundQueue:
    """Runs actions in the order in which they came. Safe to use from several threads of one process.

    An action costs much less when many run together: what they touch is in the processor's caches then."""

    def __init__(self, pause: float = SOON) -> None:
        self._pause = pause
        self._waiting: deque[tuple[Callable[..., None], tuple[Any, ...]]] = deque()
        self._starting = threading.Lock()
        self._doing = threading.Lock()
        self._closed = threading.Event()
        self._brought = threading.Event()
        self._thread: threading.Thread | None = None
        self._failed: set[str] = set()

    def submit(self, action: Callable[..., None], *given: Any) -> None:
        """Runs *action* soon with the arguments *given*. Logs the first failure of a kind."""
        self._waiting.append((action, given))
        if not self._brought.is_set():
            self._brought.set()
        if self._thread is None:
            self._start()
        if len(self._waiting) > MOST:
            self.now()

    def now(self) -> None:
        """Runs everything that waits, and returns when it is done."""
        while self._waiting:
            self._run(len(self._waiting))
        with self._doing:  # what another thread had begun is done too
            pass

    def _run(self, most: int) -> None:
        with self._doing:
            for _ in range(min(most, len(self._waiting))):
                action, given = self._waiting.popleft()
                try:
                    action(*given)
                except Exception as exc:  # noqa: BLE001  a full disk, a folder that is gone: later actions run all the same
                    self._note(exc)

    def _note(self, error: Exception) -> None:
        """Logs the first failure of a kind."""
        kind = type(error).__name__
        if kind not in self._failed:
            self._failed.add(kind)
            log.error("something could not be counted or written: %s", kind)

    def close(self) -> None:
        """Runs everything that waits, and ends the thread."""
        self._closed.set()
        self._brought.set()
        self.now()
        atexit.unregister(self.now)

    def _start(self) -> None:
        with self._starting:
            if self._thread is None and not self._closed.is_set():
                atexit.register(self.now)
                self._thread = threading.Thread(target=self._keep_doing, name="later", daemon=True)
                self._thread.start()

    def _keep_doing(self) -> None:
        while self._brought.wait() and not self._closed.wait(self._pause):
            self._brought.clear()  # first: what comes from here on runs now, or sets it again
            left = len(self._waiting)  # not what comes meanwhile: that would run one by one
            while left > 0 and not self._closed.is_set():
                self._run(PORTION)
                left -= PORTION
                time.sleep(BREATH)
            if self._waiting:
                self._brought.set()
