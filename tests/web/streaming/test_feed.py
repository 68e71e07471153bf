from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.errors import StoreError
from app.jobs import Job, Status
from app.web.streaming.feed import Feed

PAUSE = 0.02
SOON = 10.0  # seconds that a busy machine may need


class Table:
    """Jobs as a database shows them; counts how often it is looked at, and can be away."""

    def __init__(self) -> None:
        self.jobs: dict[str, Job] = {}
        self.looks = 0
        self.away = False

    def put(self, name: str, version: int = 1) -> Job:
        job = Job(name, "cra", "f", "summary", "vLLM", Status.PROCESSING, "g", 5, datetime.now(UTC), version=version)
        self.jobs[name] = job
        return job

    def step(self, name: str) -> Job:
        self.jobs[name] = replace(self.jobs[name], version=self.jobs[name].version + 1)
        return self.jobs[name]

    def look(self, seen: Mapping[str, int]) -> Sequence[Job]:
        self.looks += 1
        if self.away:
            raise StoreError("away")
        return [self.jobs[name] for name, version in seen.items() if name in self.jobs and self.jobs[name].version != version]


@pytest.fixture
def table() -> Table:
    return Table()


@pytest.fixture
def feed(table: Table) -> Iterator[Feed]:
    made = Feed(table.look, pause=PAUSE)
    yield made
    assert made.watchers == 0


def until(true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + SOON
    while not true() and time.monotonic() < deadline:
        time.sleep(0.01)
    return true()


def feeding() -> int:
    return sum(thread.name == "feed" for thread in threading.enumerate())


def test_a_watcher_hears_of_a_change(table: Table, feed: Feed) -> None:
    job = table.put("a")

    with feed.subscribe(job) as watch:
        after = table.step("a")
        news = watch.take(SOON)

    assert news == (after,)


def test_what_a_watcher_has_seen_is_no_news(table: Table, feed: Feed) -> None:
    job = table.put("a")

    with feed.subscribe(job) as watch:
        news = watch.take(10 * PAUSE)

    assert news == ()


def test_a_change_before_the_watch_began_is_heard(table: Table, feed: Feed) -> None:
    seen = table.put("a")
    after = table.step("a")

    with feed.subscribe(seen) as watch:
        news = watch.take(SOON)

    assert news == (after,)


def test_one_who_joins_late_hears_what_the_feed_knows_already(table: Table, feed: Feed) -> None:
    seen = table.put("a")

    with feed.subscribe(seen) as first:
        after = table.step("a")
        first.take(SOON)
        with feed.subscribe(seen) as second:
            news = second.take(SOON)

    assert news == (after,)


def test_a_slow_watcher_finds_the_newest_state_alone(table: Table, feed: Feed) -> None:
    job = table.put("a")

    with feed.subscribe(job) as slow, feed.subscribe(job) as quick:
        for _ in range(5):
            after = table.step("a")
            quick.take(SOON)
        news = slow.take(0)

    assert news == (after,)


def test_two_hundred_watchers_cost_as_many_looks_as_one(table: Table, feed: Feed) -> None:
    job = table.put("a")

    with ExitStack() as stack:
        watches = [stack.enter_context(feed.subscribe(job)) for _ in range(200)]
        before, began = table.looks, time.monotonic()
        after = table.step("a")
        heard = [watch.take(SOON) for watch in watches]
        time.sleep(10 * PAUSE)
        looks, seconds = table.looks - before, time.monotonic() - began

    assert heard == [(after,)] * 200
    assert looks <= seconds / PAUSE + 3


def test_there_is_one_thread_while_somebody_watches_and_none_after(table: Table, feed: Feed) -> None:
    job = table.put("a")
    assert until(lambda: feeding() == 0)

    with feed.subscribe(job), feed.subscribe(job):
        during = feeding()

    assert during == 1
    assert until(lambda: feeding() == 0)


def test_a_feed_that_ended_begins_again(table: Table, feed: Feed) -> None:
    job = table.put("a")
    with feed.subscribe(job):
        pass
    until(lambda: feeding() == 0)

    with feed.subscribe(job) as watch:
        after = table.step("a")
        news = watch.take(SOON)

    assert news == (after,)


def test_a_job_can_be_added_to_a_watch(table: Table, feed: Feed) -> None:
    with feed.subscribe() as watch:
        watch.add(table.put("b"))
        after = table.step("b")
        news = watch.take(SOON)

    assert news == (after,)


def test_a_job_that_was_dropped_is_no_news(table: Table, feed: Feed) -> None:
    job, other = table.put("a"), table.put("b")

    with feed.subscribe(job, other) as watch:
        watch.drop("a")
        table.step("a")
        after = table.step("b")
        news = watch.take(SOON)

    assert news == (after,)


def test_a_database_that_was_away_is_waited_for(table: Table) -> None:
    feed = Feed(table.look, pause=PAUSE, patience=PAUSE)
    job = table.put("a")

    with feed.subscribe(job) as watch:
        table.away = True
        after = table.step("a")
        until(lambda: table.looks > 3)
        table.away = False
        news = watch.take(SOON)

    assert news == (after,)


def test_every_watch_is_over_when_the_process_is_about_to_end(table: Table) -> None:
    closing = threading.Event()
    feed = Feed(table.look, pause=PAUSE, closing=closing.is_set)

    with feed.subscribe(table.put("a")) as watch:
        closing.set()
        watch.take(SOON)

    assert watch.over
