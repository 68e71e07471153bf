"""Accounts of the holders of keys: how many requests they made lately and how many tokens they spent today, over all
processes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from app.errors import TokensSpent
from app.periodic import Periodic
from app.storage.database import Database
from app.storage.tables import jobs, reservations, spendings, visits

CLEAN_SECONDS = 60.0  # between two clean-ups in one process
KEPT_DAYS = 35  # of spendings
LEASE = timedelta(minutes=1)  # what a reservation counts without being renewed: that of a killed process is then given back
RENEW_SECONDS = LEASE.total_seconds() / 4
RESERVED_RETRY = 5.0  # seconds after which some of what is reserved may have been given back
_OPEN = ("queued", "processing")


def _now() -> datetime:
    return datetime.now(UTC)


class _Refused(Exception):
    """Undoes the visit in whose transaction it is raised."""

    def __init__(self, wait: float) -> None:
        self.wait = wait


class Accounts:
    """The accounts in one database. Connects when first used, so it may be made before a fork."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime] = _now) -> None:
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._cleaned = -CLEAN_SECONDS
        self._open: set[str] = set()  # reservations of requests of this process
        self._renewing = Periodic("reservations", RENEW_SECONDS, self.renew, needed=lambda: bool(self._open))

    def visit(self, holder: str, most: int, seconds: int) -> float:
        """Counts a request of *holder*, who may make *most* of them in any *seconds*. 0.0 if it is allowed, else the seconds to
        wait; then it is not counted. Exact but for the window before this one, whose requests are taken as evenly spread.

        Raises StoreError."""
        self._clean()
        now = self._clock()
        window, passed = divmod(now.timestamp(), seconds)
        share = passed / seconds

        def transaction(connection: sa.Connection) -> None:
            number = self._count(connection, _window(holder, seconds, window), now + timedelta(seconds=2 * seconds))
            earlier = sa.select(visits.c.number).where(visits.c.key == _window(holder, seconds, window - 1))
            before = connection.scalar(earlier) or 0
            if before * (1 - share) + number > most:
                raise _Refused(_wait(most, before, number - 1, share) * seconds)

        try:
            self._database.write(transaction)
        except _Refused as refused:
            return refused.wait
        return 0.0

    def spend(self, holder: str, tokens: int) -> None:
        """Adds to what *holder* spent today outside of jobs. Raises StoreError."""
        self._database.write(lambda connection: self._add(connection, holder, tokens))

    def spent(self, holder: str) -> int:
        """The tokens that *holder* spent today, those of the jobs of today included. Raises StoreError."""
        with self._database.reading() as connection:
            return self._spent(connection, holder)

    def reserved(self, holder: str) -> int:
        """The tokens that are set aside for what *holder* has under way. Raises StoreError."""
        with self._database.reading() as connection:
            return self._reserved(connection, holder)

    def reserve(self, holder: str, tokens: int, most: int) -> str:
        """Sets *tokens* aside for a request of *holder*, who may spend *most* a day; the id of the reservation.

        A budget is never exceeded by more than one request: if nothing else is under way, one may cost more than what is left.
        Raises TokensSpent, StoreError."""
        self._clean()
        reservation = str(uuid4())
        row = {"id": reservation, "holder": holder, "tokens": tokens, "expires": self._clock() + LEASE}

        def transaction(connection: sa.Connection) -> None:
            self._add(connection, holder, 0)  # locks the holder's row: two requests are not let in by the same look
            spent, reserved = self._spent(connection, holder), self._reserved(connection, holder)
            if spent >= most:
                raise TokensSpent(most, self.until_tomorrow())
            if reserved and spent + reserved + tokens > most:
                raise TokensSpent(most, RESERVED_RETRY, reserved)
            connection.execute(reservations.insert().values(row))

        self._database.write(transaction)
        self._open.add(reservation)
        self._renewing.start()
        return reservation

    def renew(self) -> None:
        """Renews the lease of every request of this process that is in flight. A thread does it. Raises StoreError."""
        mine = reservations.c.id.in_(self._open.copy())
        longer = sa.update(reservations).where(mine).values(expires=self._clock() + LEASE)
        self._database.write(lambda connection: connection.execute(longer))

    def keep_for_job(self, reservation: str, job_id: str) -> None:
        """From now on the *reservation* counts as long as the job is open, less what the job has spent. Raises StoreError."""
        self._open.discard(reservation)

        def transaction(connection: sa.Connection) -> None:
            connection.execute(sa.delete(reservations).where(reservations.c.id == job_id))  # of its last run
            connection.execute(sa.update(reservations).where(reservations.c.id == reservation).values(id=job_id))

        self._database.write(transaction)

    def settle(self, reservation: str, holder: str, tokens: int) -> None:
        """Gives the *reservation* back, and adds *tokens* to what *holder* spent today. Raises StoreError."""
        self._open.discard(reservation)

        def transaction(connection: sa.Connection) -> None:
            connection.execute(sa.delete(reservations).where(reservations.c.id == reservation))
            if tokens:
                self._add(connection, holder, tokens)

        self._database.write(transaction)

    def until_tomorrow(self) -> float:
        """Seconds until the next day (UTC) begins."""
        return (self._today() + timedelta(days=1) - self._clock()).total_seconds()

    def _add(self, connection: sa.Connection, holder: str, tokens: int) -> None:
        row = {"holder": holder, "day": self._clock().date().isoformat(), "tokens": tokens}
        more = {"tokens": spendings.c.tokens + tokens}
        connection.execute(_insert(connection, spendings).values(row).on_conflict_do_update(**_same(spendings), set_=more))

    def _spent(self, connection: sa.Connection, holder: str) -> int:
        today = self._today()
        apart = sa.select(spendings.c.tokens).where(spendings.c.holder == holder, spendings.c.day == today.date().isoformat())
        of_jobs = sa.select(sa.func.sum(jobs.c.prompt_tokens + jobs.c.completion_tokens)).where(
            jobs.c.holder == holder, jobs.c.created >= today
        )
        return int(connection.scalar(apart) or 0) + int(connection.scalar(of_jobs) or 0)

    def _reserved(self, connection: sa.Connection, holder: str) -> int:
        mine = reservations.c.holder == holder
        of_requests = sa.select(sa.func.sum(reservations.c.tokens)).where(
            mine,
            reservations.c.expires > self._clock(),
            reservations.c.id.not_in(sa.select(jobs.c.id).where(jobs.c.holder == holder)),
        )
        rest = reservations.c.tokens - jobs.c.prompt_tokens - jobs.c.completion_tokens
        of_jobs = sa.select(sa.func.sum(sa.case((rest > 0, rest), else_=0))).where(
            mine, reservations.c.id == jobs.c.id, jobs.c.status.in_(_OPEN)
        )
        return int(connection.scalar(of_requests) or 0) + int(connection.scalar(of_jobs) or 0)

    def _today(self) -> datetime:
        return self._clock().replace(hour=0, minute=0, second=0, microsecond=0)

    def _count(self, connection: sa.Connection, key: str, expires: datetime) -> int:
        """How often *key* was counted, this time included. Other processes wait until this transaction is over."""
        first = _insert(connection, visits).values(key=key, number=1, expires=expires)
        counted = first.on_conflict_do_update(**_same(visits), set_={"number": visits.c.number + 1})
        return int(connection.execute(counted.returning(visits.c.number)).scalar_one())

    def _clean(self) -> None:
        with self._lock:
            if time.monotonic() - self._cleaned < CLEAN_SECONDS:
                return
            self._cleaned = time.monotonic()
        now = self._clock()
        oldest = (now - timedelta(days=KEPT_DAYS)).date().isoformat()

        def transaction(connection: sa.Connection) -> None:
            connection.execute(sa.delete(visits).where(visits.c.expires < now))
            open_jobs = sa.select(jobs.c.id).where(jobs.c.status.in_(_OPEN))
            over = sa.and_(reservations.c.expires < now, reservations.c.id.not_in(open_jobs))
            connection.execute(sa.delete(reservations).where(over))
            connection.execute(sa.delete(spendings).where(spendings.c.day < oldest))

        self._database.write(transaction)


def _insert(connection: sa.Connection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


def _same(table: sa.Table) -> dict[str, Any]:
    """The columns that a conflict with an existing row of *table* is about."""
    return {"index_elements": [column.name for column in table.primary_key.columns]}


def _window(holder: str, seconds: int, number: float) -> str:
    return f"{seconds}/{int(number)}/{holder}"


def _wait(most: int, before: int, number: int, share: float) -> float:
    """In how many windows one more request is allowed, if *number* were made in this one, of which *share* is over."""
    if number < most:
        return max(0.0, 1 - (most - 1 - number) / before - share) if before else 0.0
    return 1 - share + max(0.0, 1 - (most - 1) / number)
