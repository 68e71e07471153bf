"""The ring of keys that are good now: follows its file, and keeps the last good state while the file is broken."""

from __future__ import annotations

import hmac
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from app.followed import Followed
from app.keys.file import KeysError, copy, read
from app.keys.key import Key, hashed
from app.metrics import Metrics, NullMetrics

LOOK_SECONDS = 0.5  # so often at most is the file looked at

log = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


class Keyring:
    """Keys by their secrets. Safe to use from several threads; whoever asks first after a change reads the file again.

    *kept* is where the processes of one running gateway keep the last good version: one that starts while the file is broken
    has the keys of the others. Without it, raises KeysError when made, if the file cannot be used: a gateway without its keys
    must not serve."""

    def __init__(
        self,
        file: Path,
        *,
        kept: Path | None = None,
        metrics: Metrics | None = None,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = _now,
    ) -> None:
        self._file = file
        self._kept = kept
        self._metrics = metrics or NullMetrics()
        self._now = now
        self._followed = Followed(
            "keys",
            self._read,
            mark=partial(_mark, file),
            changed=self._keep,
            fallback=partial(read, kept) if kept is not None and kept.exists() else None,
            clock=clock,
        )

    @property
    def problem(self) -> str:
        """What keeps the file from being used; empty if nothing does."""
        return str(self._followed.error or "")

    def opened_by(self, secret: str) -> Key | None:
        """The key whose secret it is. Every key is compared, in a time that does not tell how near a guess was."""
        given = hashed(secret)
        found = None
        for key in self._current():
            if hmac.compare_digest(key.sha256, given):
                found = key
        return None if found is None or self.is_expired(found) else found

    def is_expired(self, key: Key) -> bool:
        """Whether *key* opens nothing any more."""
        return key.expires is not None and key.expires <= self._now()

    def held_by(self, holder: str) -> Key | None:
        """The key of that holder (`Key.holder`)."""
        return next((key for key in self._current() if key.holder == holder), None)

    def reread(self) -> None:
        """Reads the file now, even if its times are those of the last reading."""
        self._followed.reread()

    def _current(self) -> tuple[Key, ...]:
        return self._followed.not_older_than(LOOK_SECONDS)

    def _read(self, before: tuple[Key, ...] | None) -> tuple[Key, ...]:
        began = time.monotonic()
        keys = read(self._file)
        if before is not None:
            self._metrics.reloaded("keys", time.monotonic() - began)
        return keys

    def _keep(self, keys: tuple[Key, ...]) -> None:
        log.info("%d keys are good", len(keys))
        if self._kept is None:
            return
        try:
            copy(self._file, self._kept)
        except KeysError as exc:  # broken since, or no place for the copy
            log.warning("the keys are not kept for processes that start later: %s", exc)
            with suppress(OSError):  # an older copy may open to a key that was taken away
                self._kept.unlink(missing_ok=True)


def _mark(file: Path) -> tuple[int, int, int]:
    """What changes with the file; all zero where there is none."""
    try:
        found = file.stat()
    except OSError:
        return 0, 0, 0
    return found.st_ino, found.st_mtime_ns, found.st_size
