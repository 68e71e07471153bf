"""Heartbeats: what a client is sent while it waits for the first piece of an event stream."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future, wait
from contextvars import copy_context
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.gil import release

Item = TypeVar("Item")


@dataclass(frozen=True)
class Heartbeat:
    """After *first* seconds without a piece the status 200 is sent, and a comment with it; then one *every* so many seconds.

    What fails before that has a status of its own, so *first* is longer than the usual tries at a server that is down take
    (0.5 + 1 + 2 + 4 s at most), and shorter than the silence that any proxy allows."""

    first: float = 8.0
    every: float = 5.0


HEARTBEAT = Heartbeat()


class Opening(Generic[Item]):
    """The beginning of a stream: its first item is fetched in a thread of its own, so that this one can send heartbeats.

    Whichever thread runs the code of *items*, it runs in the same copy of the present context."""

    def __init__(self, items: Iterator[Item]) -> None:
        self._items = items
        self._context = copy_context()
        self._first: Future[Item] = Future()
        release()  # this thread is about to wait
        threading.Thread(target=self._fetch, name="opening", daemon=True).start()

    def _fetch(self) -> None:
        try:
            self._first.set_result(self._context.run(next, self._items))
        except BaseException as error:  # noqa: BLE001  whoever waits for the item raises it
            self._first.set_exception(error)

    def is_there_within(self, seconds: float) -> bool:
        """Whether the first item, or the error in its place, comes within so many seconds."""
        return bool(wait([self._first], seconds).done)

    def first(self) -> Item:
        """The first item. Raises what went wrong."""
        return self._first.result()

    def beats(self, heartbeat: Heartbeat) -> Iterator[None]:
        """Gives one item for each heartbeat, the first at once, until the first item is there."""
        yield
        while not self.is_there_within(heartbeat.every):
            yield

    def items(self) -> Iterator[Item]:
        """All items. Raises what went wrong."""
        yield self.first()
        while True:
            try:
                item = self._context.run(next, self._items)
            except StopIteration:
                return
            yield item

    def close(self) -> None:
        """Ends the stream, at once or when its first item is there. Whatever it waits for is cancelled before."""
        closing = getattr(self._items, "close", None)
        if closing is not None:
            self._first.add_done_callback(lambda _first: self._context.run(closing))
