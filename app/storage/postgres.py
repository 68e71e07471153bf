"""Connections to PostgreSQL that may go silent: a router that forgets one tells nobody, so every wait has an end.

The kernel finds out about a lost connection (keepalives, `tcp_user_timeout`) unless something in between goes on to
acknowledge what nobody answers; therefore every statement has a limit here, too, and the same one at the server."""

from __future__ import annotations

import threading
import time
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import errors
from sqlalchemy import event

PING = 1.5  # seconds for the question whether a connection that was idle still works
CONNECT = 2  # seconds; libpq takes no less
CALM = 1.0  # seconds without a further attempt after a connection could not be made in time: those who wait fail at once
LONG = 300.0  # seconds for a statement that reads whole tables
ABANDONED = "60s"  # after which the server ends a transaction in which nothing happens, whose locks others wait for
_SETTINGS = "SELECT set_config('statement_timeout', %s, false), set_config('idle_in_transaction_session_timeout', %s, false)"
_LEAVE_IDLE = "SELECT set_config('idle_session_timeout', %s, false) WHERE current_setting('server_version_num')::int >= 140000"


class BoundedConnection(psycopg.Connection[Any]):
    """A connection on which no wait takes longer than *limit* seconds; then it is closed, since nobody knows its state."""

    limit = LONG

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        try:
            return super().wait(gen, interval, self.limit if timeout is None else timeout)
        except errors._WaitTimeout as error:  # the only sign of it
            self.pgconn.finish()
            raise psycopg.OperationalError(f"the server was silent for {self.limit:g} s") from error


def bound(engine: sa.Engine, limit: float, idle: str = "") -> None:
    """Has every statement on a connection of *engine* end within *limit* seconds, and a connection be made within CONNECT.

    With *idle* (as in `10s`) the server ends a session, and what it has locked, if it hears nothing for so long."""
    attempts = _Attempts(engine.url, limit)

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, _entry: Any, words: Any, named: dict[str, Any]) -> BoundedConnection:
        return attempts.connect(words, named)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _entry: Any) -> None:
        connection.limit = limit
        before, connection.autocommit = connection.autocommit, True  # a rollback would undo the settings
        connection.execute(_SETTINGS, (f"{limit:g}s", ABANDONED))
        if idle:
            connection.execute(_LEAVE_IDLE, (idle,))
        connection.autocommit = before

    @event.listens_for(engine, "checkout")
    def use(connection: Any, _entry: Any, _proxy: Any) -> None:
        connection.limit = limit

    @event.listens_for(engine, "checkin")
    def put_back(connection: Any, _entry: Any) -> None:
        if connection is not None:
            connection.limit = min(PING, limit)  # of the question that is asked before its next use


def allow_long(connection: sa.Connection) -> None:
    """Gives the statements of this transaction LONG seconds each."""
    driver: Any = connection.connection.driver_connection
    driver.limit = LONG
    connection.execute(sa.text("SELECT set_config('statement_timeout', :limit, true)"), {"limit": f"{LONG:g}s"})


class _Attempts:
    """Makes connections. While a server does not answer, only one thread a second waits for it."""

    def __init__(self, url: sa.URL, limit: float) -> None:
        given = {
            "connect_timeout": CONNECT,
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": round(1000 * max(limit, CONNECT)),
        }
        self._named = {name: value for name, value in given.items() if name not in url.query}  # the operator's own count
        self._lock = threading.Lock()
        self._calm_until = 0.0

    def connect(self, words: Any, named: dict[str, Any]) -> BoundedConnection:
        if time.monotonic() < self._calm_until:
            raise psycopg.OperationalError("connection timeout expired a moment ago")
        try:
            return BoundedConnection.connect(*words, **{**self._named, **named})
        except errors.ConnectionTimeout:
            with self._lock:
                self._calm_until = time.monotonic() + CALM
            raise
