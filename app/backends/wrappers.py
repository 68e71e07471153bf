"""Backends around a backend, each adding one thing: `Retrying(Limited(OpenAIBackend(...), most=8), tries=5)`.

The limit stands inside the retry, so that a call that sleeps before its next try holds no slot."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TypeVar

from app.backends.base import Answer, Backend, Call, Health, Message, Piece, Stream
from app.backends.line import Closable
from app.errors import BackendUnavailable, Cancelled

log = logging.getLogger(__name__)

FIRST_DELAY = 0.5  # seconds; doubles with each try
LONGEST_DELAY = 30.0
LONGEST_WISH = 120.0  # seconds; of a Retry-After no more than that is obeyed

Got = TypeVar("Got")


class _Around:
    """The inner backend as it is; a wrapper changes what it adds to."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    @property
    def name(self) -> str:
        return self._backend.name

    def complete(self, call: Call) -> Answer:
        return self._backend.complete(call)

    def stream(self, call: Call) -> Stream:
        return self._backend.stream(call)

    def tokenize(self, model: str, texts: Sequence[str]) -> list[int]:
        return self._backend.tokenize(model, texts)

    def measure(self, model: str, messages: Sequence[Message]) -> int:
        return self._backend.measure(model, messages)

    def probe(self) -> Health:
        return self._backend.probe()


class Limited(_Around):
    """At most *most* calls in flight in this process; further ones wait. Counting tokens takes no slot.

    A call holds its slot from before the request until its answer has ended, failed or been closed."""

    def __init__(self, backend: Backend, most: int) -> None:
        super().__init__(backend)
        self._slots = threading.BoundedSemaphore(most)

    def complete(self, call: Call) -> Answer:
        with self._slots:
            return self._backend.complete(call)

    def stream(self, call: Call) -> Stream:
        inner = self._backend.stream(call)
        return Closable(self._held(inner), inner.close)

    def _held(self, inner: Stream) -> Generator[Piece, None, None]:
        with self._slots, closing(inner):
            yield from inner


class Retrying(_Around):
    """Tries again, *tries* times in all, what may work the next time (BackendUnavailable); the last cause is what rises.

    Between two tries it waits as the server wishes (Retry-After), or a random part of a delay that doubles: callers that
    failed together do not come back together. A stream is not tried again once a piece of it is out."""

    def __init__(
        self,
        backend: Backend,
        tries: int,
        sleep: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        super().__init__(backend)
        self._tries = max(1, tries)
        self._sleep = sleep
        self._chance = chance

    def complete(self, call: Call) -> Answer:
        attempts = 0

        def attempt() -> Answer:
            nonlocal attempts
            attempts += 1
            return self._backend.complete(call)

        return replace(self._persist(attempt), attempts=attempts)

    def stream(self, call: Call) -> Stream:
        current = _Current()
        return Closable(self._pieces(call, current), current.close)

    def tokenize(self, model: str, texts: Sequence[str]) -> list[int]:
        return self._persist(lambda: self._backend.tokenize(model, texts))

    def measure(self, model: str, messages: Sequence[Message]) -> int:
        return self._persist(lambda: self._backend.measure(model, messages))

    def _persist(self, attempt: Callable[[], Got]) -> Got:
        for number in range(1, self._tries):
            try:
                return attempt()
            except BackendUnavailable as exc:
                self._wait(number, exc)
        return attempt()

    def _pieces(self, call: Call, current: _Current) -> Generator[Piece, None, None]:
        for number in range(1, self._tries + 1):
            begun = False
            try:
                for piece in current.follow(self._backend.stream(call)):
                    begun = True
                    yield piece if piece.answer is None else replace(piece, answer=replace(piece.answer, attempts=number))
                return
            except BackendUnavailable as exc:
                if begun or number == self._tries:
                    raise
                self._wait(number, exc)

    def _wait(self, number: int, exc: BackendUnavailable) -> None:
        delay = self._delay(number, exc.retry_after)
        log.warning("try %d of %d failed, the next one in %.1f s: %s", number, self._tries, delay, exc)
        self._sleep(delay)

    def _delay(self, number: int, wish: float | None) -> float:
        jitter = self._chance() * min(LONGEST_DELAY, FIRST_DELAY * 2 ** (number - 1))
        return jitter if wish is None else min(wish, LONGEST_WISH) + self._chance() * FIRST_DELAY


@dataclass
class _Current:
    """The stream that is open now, of several tries."""

    stream: Stream | None = None
    closed: bool = False

    def follow(self, stream: Stream) -> Generator[Piece, None, None]:
        self.stream = stream
        if self.closed:
            raise Cancelled("closed between two tries")
        with closing(stream):
            yield from stream

    def close(self) -> None:
        self.closed = True
        if self.stream:
            self.stream.close()
