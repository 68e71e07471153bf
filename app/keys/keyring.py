"""The ring of keys that are good now: follows its file, and keeps the last good state while the file is broken."""

from __future__ import annotations

import hmac
import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from app.keys.file import KeysError, read
from app.keys.key import Key, hashed
from app.metrics import Metrics, NullMetrics

LOOK_SECONDS = 0.5  # so often at most is the file looked at
NEVER = (-1, -1, -1)  # the mark of a file that was not read yet

log = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


class Keyring:
    """Keys by their secrets. Safe to use from several threads; whoever asks first after a change reads the file again.

    Raises KeysError when made, where the file cannot be used: a gateway without its keys must not serve."""

    def __init__(
        self,
        file: Path,
        *,
        metrics: Metrics | None = None,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = _now,
    ) -> None:
        self._file = file
        self._metrics = metrics or NullMetrics()
        self._clock = clock
        self._now = now
        self._lock = threading.Lock()
        self._mark = _mark(file)
        self._keys = read(file)
        self._looked = clock()
        self.problem = ""

    def opened_by(self, secret: str) -> Key | None:
        """The key whose secret it is. Every key is compared, in a time that does not tell how near a guess was."""
        given = hashed(secret)
        found = None
        for key in self._current():
            if hmac.compare_digest(key.sha256, given):
                found = key
        if found is not None and found.expires is not None and found.expires <= self._now():
            return None
        return found

    def held_by(self, holder: str) -> Key | None:
        """The key of that holder (`Key.holder`)."""
        return next((key for key in self._current() if key.holder == holder), None)

    def reread(self) -> None:
        """Reads the file now, whatever its times say."""
        with self._lock:
            self._mark = NEVER
            self._look()

    def _current(self) -> tuple[Key, ...]:
        if self._clock() - self._looked >= LOOK_SECONDS:
            with self._lock:
                if self._clock() - self._looked >= LOOK_SECONDS:
                    self._look()
                    self._looked = self._clock()
        return self._keys

    def _look(self) -> None:
        mark = _mark(self._file)
        if mark == self._mark and not self.problem:
            return
        began = time.monotonic()
        try:
            keys = read(self._file)
        except KeysError as exc:
            if str(exc) != self.problem:
                log.error("keys not loaded, those from before stay good: %s", exc)
            self.problem = str(exc)
            return
        self._mark, self._keys, self.problem = mark, keys, ""
        self._metrics.reloaded("keys", time.monotonic() - began)
        log.info("%d keys are good", len(keys))


def _mark(file: Path) -> tuple[int, int, int]:
    """What changes with the file; all zero where there is none."""
    try:
        found = file.stat()
    except OSError:
        return 0, 0, 0
    return found.st_ino, found.st_mtime_ns, found.st_size
