"""Conversations and their messages, kept in the database: every process sees them, and no restart loses them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import sqlalchemy as sa

from app.errors import ConversationBusy, ConversationNotFound, StoreError
from app.periodic import Periodic
from app.storage.clock import DatabaseClock
from app.storage.database import Database
from app.storage.tables import conversations, messages

CLEAN_SECONDS = 60.0  # between two clean-ups in one process
LEASE = timedelta(seconds=15)  # a message whose process has not renewed its lease for so long is not answered any more
BEAT_SECONDS = 5.0
LOOK_SECONDS = 0.1  # between two looks whether the messages before one are answered


def _now() -> datetime:
    return datetime.now(UTC)


def _never() -> bool:
    return False


@dataclass(frozen=True)
class StoredMessage:
    """One message of a conversation; *role* is `user` or `assistant`."""

    role: str
    content: str
    created: datetime


class Conversations:
    """The conversations of one database. One that is *idle* for so many seconds is deleted, unless the clock was
    set meanwhile.

    Connects when first used, so it may be made before a fork."""

    def __init__(self, database: Database, *, idle: float, clock: Callable[[], datetime] = _now) -> None:
        self._database = database
        self._idle = timedelta(seconds=idle)
        self._clock = clock
        self._cleaned = -CLEAN_SECONDS
        self._even = DatabaseClock(database, idle, read=lambda: clock().timestamp())
        self._even.look()
        self._lock = threading.Lock()
        self._open: dict[tuple[str, int], PendingMessage] = {}
        self._heartbeat = Periodic("conversations", BEAT_SECONDS, self._beat, needed=lambda: bool(self._open))

    def start(self, service: str, *, holder: str | None = None) -> str:
        """The id of a new conversation with *service*, which is *holder*'s. Raises StoreError."""
        self._clean()
        now, conversation_id = self._clock(), str(uuid4())
        row = {"id": conversation_id, "service": service, "created": now, "touched": now, "holder": holder}
        self._database.write(lambda connection: connection.execute(conversations.insert().values(row)))
        return conversation_id

    def post(
        self,
        conversation_id: str,
        service: str,
        text: str,
        *,
        patience: float,
        system: str | None = None,
        left: Callable[[], bool] = _never,
    ) -> PendingMessage:
        """Adds a message of the user: messages of one conversation are answered one after the other, in order.

        Waits for those before it, up to *patience* seconds, or until *left* says that the client has disconnected.
        *system*, if given, is the conversation's from now on. Raises ConversationNotFound, ConversationBusy, StoreError."""
        self._clean()
        turn = self._database.write(lambda connection: self._enter(connection, conversation_id, service, text, system))
        self._keep(turn)
        try:
            turn.wait(patience, left)
        except BaseException:
            turn.drop()
            raise
        return turn

    def messages(self, conversation_id: str) -> list[StoredMessage]:
        """All that was said and answered. Raises ConversationNotFound, StoreError."""
        self._clean()
        with self._database.reading() as connection:
            if connection.execute(sa.select(conversations.c.id).where(*self._alive(conversation_id))).first() is None:
                raise ConversationNotFound(conversation_id)
            theirs = (messages.c.conversation_id == conversation_id, messages.c.lease.is_(None))
            asked = sa.select(messages).where(*theirs).order_by(messages.c.number)
            return [StoredMessage(row.role, row.body, row.created) for row in connection.execute(asked)]

    def holder(self, conversation_id: str) -> str | None:
        """The holder of the key that began it. Raises ConversationNotFound, StoreError."""
        with self._database.reading() as connection:
            row = connection.execute(sa.select(conversations.c.holder).where(*self._alive(conversation_id))).first()
        if row is None:
            raise ConversationNotFound(conversation_id)
        holder: str | None = row.holder
        return holder

    def delete(self, conversation_id: str) -> None:
        """Raises ConversationNotFound, StoreError."""
        if not self._database.write(lambda connection: self._delete(connection, self._alive(conversation_id))):
            raise ConversationNotFound(conversation_id)

    def count(self) -> int:
        """How many conversations there are."""
        asked = (
            sa.select(sa.func.count()).select_from(conversations).where(conversations.c.touched >= self._clock() - self._idle)
        )
        with self._database.reading() as connection:
            return connection.scalar(asked) or 0

    def _alive(self, conversation_id: str) -> tuple[sa.ColumnElement[bool], ...]:
        return conversations.c.id == conversation_id, conversations.c.touched >= self._clock() - self._idle

    def _enter(
        self, connection: sa.Connection, conversation_id: str, service: str, text: str, system: str | None
    ) -> PendingMessage:
        """Puts the message behind all others of its conversation. It gets two numbers, for itself and for the answer."""
        now = self._clock()
        changed = {"next": conversations.c.next + 2, "touched": now, **({} if system is None else {"system": system})}
        entered = (
            sa.update(conversations)
            .where(*self._alive(conversation_id), conversations.c.service == service)
            .values(changed)
            .returning(conversations.c.next, conversations.c.system)
        )
        row = connection.execute(entered).first()
        if row is None:
            raise ConversationNotFound(conversation_id)
        said = {"conversation_id": conversation_id, "role": "user", "body": text, "created": now, "lease": now + LEASE}
        connection.execute(messages.insert().values(number=row.next - 2, **said))
        return PendingMessage(
            self, self._database, self._clock, conversation_id=conversation_id, number=row.next - 2, system=row.system or ""
        )

    def _delete(self, connection: sa.Connection, which: tuple[sa.ColumnElement[bool], ...]) -> int:
        ids = sa.select(conversations.c.id).where(*which)
        connection.execute(sa.delete(messages).where(messages.c.conversation_id.in_(ids)))
        return connection.execute(sa.delete(conversations).where(*which)).rowcount

    def _clean(self) -> None:
        """Deletes what has been idle for too long, once a minute at most."""
        with self._lock:
            now = time.monotonic()
            if now - self._cleaned < CLEAN_SECONDS:
                return
            self._cleaned = now
        trusted = self._even.look()
        if trusted is None:  # a clock that was put forward must delete nothing
            return
        idle = (conversations.c.touched < trusted - self._idle,)
        self._database.write(lambda connection: self._delete(connection, idle))

    def _keep(self, turn: PendingMessage) -> None:
        """Renews the lease of *turn* until it has ended, in a thread that lives as long as messages wait."""
        with self._lock:
            self._open[turn.place] = turn
        self._heartbeat.start()

    def release(self, turn: PendingMessage) -> None:
        """The message needs its lease no longer."""
        with self._lock:
            self._open.pop(turn.place, None)

    def _beat(self) -> None:
        with self._lock:
            turns = list(self._open.values())
        for turn in turns:
            with suppress(StoreError):  # then the message may lose its place in the order, and nothing else
                turn.renew()


class PendingMessage:
    """The right to answer one message. Ends by `answer` or `drop`; a second end does nothing."""

    def __init__(
        self,
        owner: Conversations,
        database: Database,
        clock: Callable[[], datetime],
        *,
        conversation_id: str,
        number: int,
        system: str,
    ) -> None:
        self.conversation_id = conversation_id
        self.system = system
        self.place = (conversation_id, number)
        self._owner = owner
        self._database = database
        self._clock = clock
        self._number = number
        self._over = False

    def wait(self, patience: float, left: Callable[[], bool]) -> None:
        """Returns when every message before this one is answered or given up."""
        until = time.monotonic() + patience
        while self._others_before():
            if left() or time.monotonic() >= until:
                raise ConversationBusy
            time.sleep(LOOK_SECONDS)

    def earlier(self, most: int) -> list[StoredMessage]:
        """The last *most* messages before this one that were answered, and the answers; oldest first.

        The first one is a user's: many models take no other."""
        if most < 1:
            return []
        asked = (
            sa.select(messages)
            .where(*self._before(), messages.c.lease.is_(None))
            .order_by(messages.c.number.desc())
            .limit(most)
        )
        with self._database.reading() as connection:
            found = [StoredMessage(row.role, row.body, row.created) for row in connection.execute(asked)][::-1]
        return found[1:] if found and found[0].role != "user" else found

    def answer(self, text: str) -> None:
        """Keeps the message and its answer, unless the conversation was deleted meanwhile. Raises StoreError."""
        if not self._end():
            return
        now = self._clock()
        answered = {"conversation_id": self.conversation_id, "role": "assistant", "body": text, "created": now}

        def transaction(connection: sa.Connection) -> None:
            touched = sa.update(conversations).where(conversations.c.id == self.conversation_id).values(touched=now)
            if connection.execute(touched).rowcount and connection.execute(self._mine(lease=None)).rowcount:
                connection.execute(messages.insert().values(number=self._number + 1, **answered))

        self._database.write(transaction)

    def drop(self) -> None:
        """Takes the message back; a conversation in which nothing was said goes with it. Raises StoreError."""
        if not self._end():
            return
        rest = sa.select(messages.c.number).where(messages.c.conversation_id == self.conversation_id)

        def transaction(connection: sa.Connection) -> None:
            connection.execute(sa.delete(messages).where(*self._place()))
            gone = sa.delete(conversations).where(conversations.c.id == self.conversation_id, ~sa.exists(rest))
            connection.execute(gone)

        self._database.write(transaction)

    def renew(self) -> None:
        """Renews the lease: the message is still being answered."""
        self._database.write(lambda connection: connection.execute(self._mine(lease=self._clock() + LEASE)))

    def _end(self) -> bool:
        self._owner.release(self)
        ended, self._over = self._over, True
        return not ended

    def _others_before(self) -> bool:
        waiting = sa.select(messages.c.number).where(*self._before(), messages.c.lease >= self._clock()).limit(1)
        with self._database.reading() as connection:
            return connection.execute(waiting).first() is not None

    def _before(self) -> tuple[sa.ColumnElement[bool], ...]:
        return messages.c.conversation_id == self.conversation_id, messages.c.number < self._number

    def _place(self) -> tuple[sa.ColumnElement[bool], ...]:
        return messages.c.conversation_id == self.conversation_id, messages.c.number == self._number

    def _mine(self, **values: object) -> sa.Update:
        return sa.update(messages).where(*self._place(), messages.c.lease.is_not(None)).values(**values)
