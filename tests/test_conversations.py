from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from app.conversations import LEASE, Conversations
from app.errors import ConversationBusy, ConversationNotFound
from app.storage.database import Database


@dataclass
class Clock:
    """Stands still unless a test moves it."""

    now: datetime = field(default_factory=lambda: datetime(2026, 11, 21, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def another(url: str, clock: Clock) -> Iterator[Callable[[], Conversations]]:
    """Makes the conversations of another process."""
    databases: list[Database] = []

    def make() -> Conversations:
        databases.append(Database(url, pool=4))
        return Conversations(databases[-1], idle=3600, clock=clock)

    yield make
    for database in databases:
        database.close()


@pytest.fixture
def conversations(another: Callable[[], Conversations]) -> Conversations:
    return another()


def say(conversations: Conversations, conversation: str, question: str, answer: str = "A") -> None:
    conversations.post(conversation, "chat", question, patience=5).answer(answer)


def texts(conversations: Conversations, conversation: str) -> list[str]:
    return [each.content for each in conversations.messages(conversation)]


def test_what_was_said_is_known_to_other_processes(conversations: Conversations, another: Callable[[], Conversations]) -> None:
    conversation = conversations.start("chat")

    say(conversations, conversation, "Q\ud800 é\0", "A")

    assert texts(another(), conversation) == ["Q\ud800 é\0", "A"]


def test_an_idle_conversation_is_not_there_any_more(conversations: Conversations, clock: Clock) -> None:
    conversation = conversations.start("chat")
    say(conversations, conversation, "Q")

    clock.pass_by(3601)

    assert conversations.count() == 0
    with pytest.raises(ConversationNotFound):
        conversations.post(conversation, "chat", "Q", patience=1)
    with pytest.raises(ConversationNotFound):
        conversations.delete(conversation)


def test_an_idle_conversation_is_deleted_by_whoever_comes_next(
    conversations: Conversations, another: Callable[[], Conversations], clock: Clock
) -> None:
    say(conversations, conversations.start("chat"), "Q")
    clock.pass_by(3601)

    another().start("chat")
    clock.pass_by(-3601)

    assert conversations.count() == 1


def test_a_clock_that_is_put_forward_deletes_nothing(
    conversations: Conversations, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.conversations.CLEAN_SECONDS", 0)
    conversation = conversations.start("chat")
    say(conversations, conversation, "Q")

    clock.pass_by(86_400)
    conversations.start("chat")
    clock.pass_by(-86_400)

    assert texts(conversations, conversation) == ["Q", "A"]


def test_each_message_keeps_a_conversation_alive(conversations: Conversations, clock: Clock) -> None:
    conversation = conversations.start("chat")

    for _ in range(3):
        clock.pass_by(3000)
        say(conversations, conversation, "Q")

    assert len(texts(conversations, conversation)) == 6


def test_a_conversation_belongs_to_its_service(conversations: Conversations) -> None:
    conversation = conversations.start("chat")

    with pytest.raises(ConversationNotFound):
        conversations.post(conversation, "clerk", "Q", patience=1)


def test_the_last_messages_come_oldest_first_and_begin_with_the_users(conversations: Conversations) -> None:
    conversation = conversations.start("chat")
    for number in range(4):
        say(conversations, conversation, f"Q{number}", f"A{number}")

    turn = conversations.post(conversation, "chat", "Q4", patience=1)

    assert [each.content for each in turn.earlier(5)] == ["Q2", "A2", "Q3", "A3"]
    assert [each.content for each in turn.earlier(4)] == ["Q2", "A2", "Q3", "A3"]
    assert turn.earlier(1) == turn.earlier(0) == []
    turn.drop()


def test_a_dropped_message_was_never_said(conversations: Conversations) -> None:
    conversation = conversations.start("chat")
    say(conversations, conversation, "Q1", "A1")

    conversations.post(conversation, "chat", "Q2", patience=1).drop()

    assert texts(conversations, conversation) == ["Q1", "A1"]


def test_a_conversation_in_which_nothing_was_said_goes_with_its_message(conversations: Conversations) -> None:
    conversation = conversations.start("chat")

    conversations.post(conversation, "chat", "Q1", patience=1).drop()

    assert conversations.count() == 0


def test_only_the_first_end_of_a_turn_counts(conversations: Conversations) -> None:
    conversation = conversations.start("chat")
    turn = conversations.post(conversation, "chat", "Q", patience=1)

    turn.answer("A")
    turn.drop()
    turn.answer("B")

    assert texts(conversations, conversation) == ["Q", "A"]


def test_an_answer_to_a_deleted_conversation_is_dropped(conversations: Conversations) -> None:
    conversation = conversations.start("chat")
    turn = conversations.post(conversation, "chat", "Q", patience=1)

    conversations.delete(conversation)
    turn.answer("A")

    assert conversations.count() == 0


def test_a_message_waits_for_the_answer_to_the_one_before_it(
    conversations: Conversations, another: Callable[[], Conversations]
) -> None:
    conversation = conversations.start("chat")
    first = conversations.post(conversation, "chat", "Q1", patience=1)

    with ThreadPoolExecutor(1) as threads:
        second = threads.submit(another().post, conversation, "chat", "Q2", patience=20)
        time.sleep(0.3)
        waited = not second.done()
        first.answer("A1")
        turn = second.result(20)

    assert waited
    assert [each.content for each in turn.earlier(5)] == ["Q1", "A1"]
    turn.drop()


def test_a_message_that_waits_too_long_is_refused_and_was_never_said(conversations: Conversations) -> None:
    conversation = conversations.start("chat")
    first = conversations.post(conversation, "chat", "Q1", patience=1)

    with pytest.raises(ConversationBusy):
        conversations.post(conversation, "chat", "Q2", patience=0.2)

    first.answer("A1")
    assert texts(conversations, conversation) == ["Q1", "A1"]


def test_a_message_whose_client_has_left_waits_no_longer(conversations: Conversations) -> None:
    conversation = conversations.start("chat")
    conversations.post(conversation, "chat", "Q1", patience=1)
    gone = threading.Event()
    gone.set()

    began = time.monotonic()
    with pytest.raises(ConversationBusy):
        conversations.post(conversation, "chat", "Q2", patience=60, left=gone.is_set)

    assert time.monotonic() - began < 20


def test_nobody_waits_for_a_message_whose_process_died(
    conversations: Conversations, another: Callable[[], Conversations], clock: Clock
) -> None:
    conversation = conversations.start("chat")
    conversations.post(conversation, "chat", "Q1", patience=1)
    clock.pass_by(LEASE.total_seconds() + 1)

    say(another(), conversation, "Q2", "A2")

    assert texts(conversations, conversation) == ["Q2", "A2"]


def test_a_message_that_is_still_being_answered_is_waited_for(
    conversations: Conversations, another: Callable[[], Conversations], clock: Clock
) -> None:
    conversation = conversations.start("chat")
    first = conversations.post(conversation, "chat", "Q1", patience=1)
    clock.pass_by(LEASE.total_seconds() - 1)
    first.renew()
    clock.pass_by(2)

    with pytest.raises(ConversationBusy):
        another().post(conversation, "chat", "Q2", patience=0.2)

    first.drop()
