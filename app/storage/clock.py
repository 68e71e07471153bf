"""The database's clock, or another, and whether it goes evenly: a clock that was set must delete nothing by age."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime

import sqlalchemy as sa

from app.storage.database import Database

TOLERANCE = 5.0  # seconds by which two looks may differ from the time that has passed: clocks are always adjusted a little

_NOW = {
    "sqlite": "SELECT (julianday('now') - 2440587.5) * 86400.0",
    "postgresql": "SELECT extract(epoch FROM clock_timestamp())",
}

log = logging.getLogger(__name__)


class DatabaseClock:
    """The time of one database. After a jump it is not trusted for *wait* seconds: whatever was young before the jump is as old
    then as it is allowed to get."""

    def __init__(
        self,
        database: Database,
        wait: float,
        *,
        read: Callable[[], float] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._wait = wait
        self._read = read or self._ask
        self._monotonic = monotonic
        self._before: tuple[float, float] | None = None
        self._trusted_from = 0.0

    def look(self) -> datetime | None:
        """The time, if this look and the one before agree with the time that has passed. Raises StoreError."""
        now, passed, before = self._read(), self._monotonic(), self._before
        self._before = (now, passed)
        if before is None:
            return None
        jump = (now - before[0]) - (passed - before[1])
        if abs(jump) > TOLERANCE:
            self._trusted_from = passed + self._wait
            log.warning("the clock jumped by %.0f s: nothing is deleted by age for %.0f s", jump, self._wait)
        return None if passed < self._trusted_from else datetime.fromtimestamp(now, UTC)

    def _ask(self) -> float:
        with self._database.reading() as connection:
            return float(connection.execute(sa.text(_NOW[connection.dialect.name])).scalar_one())
