"""The buffered access log of a web worker: writes many lines at a time."""

from __future__ import annotations

import logging
import sys
import threading
from collections import deque
from contextlib import suppress
from typing import TextIO

from app.metrics.background import SOON, BackgroundQueue

ACCESS = "app.web.access"
MOST_WAITING = 50_000  # lines, about 50 MB; who reads the log may stand still for hours


class BufferedHandler(logging.Handler):
    """Writes what is logged to *stream*, soon. A write for each request is a tenth of what a short one costs, and threads that
    serve others would wait for each other at it.

    If nobody reads the stream, requests go on: the latest lines are lost, and counted in a line of their own."""

    def __init__(self, stream: TextIO, pause: float = SOON) -> None:
        super().__init__()
        self._stream = stream
        self._background = BackgroundQueue(pause)
        self._waiting: deque[logging.LogRecord] = deque()
        self._asked = False  # whether a write is scheduled
        self._writing = threading.Lock()
        self._losing = threading.Lock()
        self._lost = 0

    def createLock(self) -> None:
        """Creates none: nothing in `handle` needs a lock."""
        self.lock = None

    def handle(self, record: logging.LogRecord) -> bool:
        wanted = bool(self.filter(record))
        if wanted:
            self.emit(record)
        return wanted

    def emit(self, record: logging.LogRecord) -> None:
        if len(self._waiting) >= MOST_WAITING:
            with self._losing:
                self._lost += 1
            return
        self._waiting.append(record)
        if not self._asked:
            self._asked = True
            self._background.submit(self.flush)

    def flush(self) -> None:
        """Writes the buffered lines; also called when the process ends."""
        with self._writing:
            self._asked = False  # first: a line that comes from here on is written now, or schedules a write
            records = [self._waiting.popleft() for _ in range(len(self._waiting))]
            if records:
                records += self._told_of_losses(records[-1])
                with suppress(OSError, ValueError):  # the reader of the stream is gone
                    self._stream.write("".join(f"{self.format(record)}\n" for record in records))
                    self._stream.flush()

    def _told_of_losses(self, last: logging.LogRecord) -> list[logging.LogRecord]:
        """A line that says how many were lost behind the *last* one; none if none were."""
        with self._losing:
            lost, self._lost = self._lost, 0
        if not lost:
            return []
        told = "%d lines are lost here: nobody read the log"
        return [logging.LogRecord(last.name, logging.WARNING, __file__, 0, told, (lost,), None)]


def buffer_access_log() -> None:
    """Buffers the access log of this process from now on; its format stays the same."""
    root, access = logging.getLogger(), logging.getLogger(ACCESS)
    if not root.handlers:
        return
    gathered = BufferedHandler(sys.stderr)
    gathered.setFormatter(root.handlers[0].formatter)
    access.addHandler(gathered)
    access.propagate = False
