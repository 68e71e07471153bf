"""What of DBOS's log reaches ours: expected conditions in one line without a traceback, each once and not once a poll.

DBOS logs every cancelled job that was running as an error with its traceback, and a database that is away with every poll."""

from __future__ import annotations

import logging
import re
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from sqlalchemy import exc

from app.errors import StoreError
from app.periodic import Periodic
from app.storage.database import Database, store_error
from app.storage.schema import quiet_job_engine

AGAIN_SECONDS = 60.0  # after which a repeated line is logged again
LOOK_SECONDS = 1.0  # between two looks whether the database is back
QUIET_LOOKS = 3  # without a failure, after which an outage is over

_OUTAGES = (exc.OperationalError, exc.InterfaceError, exc.TimeoutError, StoreError)
_VALUES = re.compile(
    r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9]+(?:\.[0-9]+)?"
)  # ids and numbers in a message
_LONGEST_KIND = 200  # characters
_MOST_KINDS = 100  # that are remembered

log = logging.getLogger(__name__)


class EngineLog(logging.Filter):
    """Lets a record of DBOS through, or does not. *reach* writes something to the database, or raises StoreError; *word* says
    what an error of the database is, without secrets; *over* is called when an outage has ended.

    A database that is away is one warning when DBOS first meets it, and one line when it is back."""

    def __init__(
        self,
        reach: Callable[[], object],
        word: Callable[[Exception], str],
        *,
        over: Callable[[], object] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        super().__init__()
        self._reach = reach
        self._word = word
        self._over = over
        self._clock = clock
        self._lock = threading.Lock()
        self._logged: dict[str, float] = {}  # when a line of a kind was let through; lines of a kind differ in ids and numbers
        self._dropped: dict[str, int] = {}  # how many of its kind were not, since then
        self._away_since: float | None = None
        self._failures = 0
        self._quiet = 0
        self._looks = Periodic("engine-log", look_seconds, self.look, needed=lambda: self._away_since is not None)

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else sys.exc_info()[1]  # DBOS words most errors as text
        if _is_cancel(error):
            return False
        if isinstance(error, _OUTAGES):
            self._note_outage(error)
            return False
        return record.levelno >= logging.ERROR or self._is_due(record)

    def look(self) -> None:
        """Ends an outage if the database answers, and has answered DBOS for a while."""
        with self._lock:
            failures = self._failures
        reached = False
        with suppress(StoreError):
            self._reach()
            reached = True
        with self._lock:
            self._quiet = self._quiet + 1 if reached and failures == self._failures else 0
            if self._quiet < QUIET_LOOKS or self._away_since is None:
                return
            seconds, self._away_since = self._clock() - self._away_since, None
        log.warning("the job engine has its database again, after %.0f s", seconds)
        self._over()

    def _note_outage(self, error: Exception) -> None:
        with self._lock:
            self._failures += 1
            self._quiet = 0
            first = self._away_since is None
            if first:
                self._away_since = self._clock()
        if first:
            log.warning("the job engine waits for its database: %s", self._word(error))
            self._looks.start()

    def _is_due(self, record: logging.LogRecord) -> bool:
        """Whether to log a line that DBOS may repeat with every poll; it then says how many were left out."""
        kind = _VALUES.sub("#", record.getMessage())[:_LONGEST_KIND]  # our log has no source lines
        with self._lock:
            now = self._clock()
            if now - self._logged.get(kind, now - AGAIN_SECONDS) < AGAIN_SECONDS:
                self._dropped[kind] = self._dropped.get(kind, 0) + 1
                return False
            if len(self._logged) >= _MOST_KINDS:
                self._logged.clear()
                self._dropped.clear()
            self._logged[kind] = now
            dropped = self._dropped.pop(kind, 0)
        if dropped:
            record.msg, record.args = f"{record.getMessage()} (and {dropped} lines like it since the last one)", ()
        return True


def _is_cancel(error: BaseException | None) -> bool:
    from dbos._error import DBOSAwaitedWorkflowCancelledError, DBOSWorkflowCancelledError  # it is there once it logs

    return isinstance(error, (DBOSWorkflowCancelledError, DBOSAwaitedWorkflowCancelledError))


def tame(database: Database, over: Callable[[], object] = lambda: None) -> None:
    """From now on this process's log has of DBOS what `EngineLog` lets through; *over* is called when an outage of *database*
    has ended."""
    quiet_job_engine()
    engine_log = logging.getLogger("dbos")

    def word(error: Exception) -> str:
        known = store_error(error, database.url) if isinstance(error, exc.SQLAlchemyError) else error
        return str(getattr(known, "located", known))

    for each in tuple(engine_log.filters):
        if isinstance(each, EngineLog):
            engine_log.removeFilter(each)  # of a database that was used before
    engine_log.addFilter(EngineLog(database.try_to_write, word, over=over))
