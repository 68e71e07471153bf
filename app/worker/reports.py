"""Progress reports, written to the job's row."""

from __future__ import annotations

import threading
import time
from contextlib import suppress

from app.errors import Cancelled, ContentChanged, StoreError, Superseded
from app.jobs import Claim
from app.kinds.base import Progress

REPORT_SECONDS = 0.2  # progress is written at most this often
ASIDE_SECONDS = 0.03  # not at once: the next call has started by then, and the two do not compete


class Reports:
    """Writes progress at most every REPORT_SECONDS; the last report is never lost."""

    def __init__(self, claim: Claim) -> None:
        self._claim = claim
        self._lock = threading.Lock()
        self._waiting: Progress | None = None
        self._next = 0.0
        self._timer: threading.Timer | None = None

    def __call__(self, progress: Progress) -> None:
        with self._lock:
            self._waiting = progress
            if self._timer is None:  # never in the reporting thread: the next call need not wait for it
                self._timer = threading.Timer(max(ASIDE_SECONDS, self._next - time.monotonic()), self._write_late)
                self._timer.daemon = True
                self._timer.start()

    def flush(self) -> None:
        """Writes the pending report."""
        with self._lock:
            self._write()

    def close(self) -> None:
        """Drops the pending report."""
        with self._lock:
            self._waiting = None
            self._disarm()

    def _write(self) -> None:
        progress, self._waiting = self._waiting, None
        self._disarm()
        if progress is None:
            return
        self._next = time.monotonic() + REPORT_SECONDS
        self._claim.progress(
            progress.phase.name,
            progress.done,
            progress.total,
            progress.text,
            progress.percent,
            coverage=progress.coverage,
        )

    def _write_late(self) -> None:
        # the next report raises it, in the thread that can act on it
        with suppress(Superseded, Cancelled, ContentChanged, StoreError):
            self.flush()

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
