"""Backends around a backend, each adding one thing: `Retrying(Limited(OpenAIBackend(...), most=8), tries=5)`.

The limit stands inside the retry, so that a call that sleeps before its next try holds no slot."""

from __future__ import annotations

import logging
import random
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import replace
from typing import Protocol, TypeVar

from app.backends.base import Answer, Backend, BackendBase, Call, Health, Message, Piece, Stream
from app.backends.http.passthrough import (
    PassthroughChunks,
    PassthroughRequest,
    PassthroughResponse,
    Relayed,
    supports_passthrough,
)
from app.backends.http.upstream import Closable
from app.errors import BackendRefused, BackendUnavailable, Cancelled
from app.gil import release
from app.metrics import Metrics, NullMetrics

log = logging.getLogger(__name__)

FIRST_DELAY = 0.5  # seconds; doubles with each try
LONGEST_DELAY = 30.0
LONGEST_WISH = 120.0  # seconds; of a Retry-After no more than that is obeyed
NOT_IMPLEMENTED = 501

Got = TypeVar("Got")


class BackendWrapper(BackendBase):
    """The inner backend as it is; a wrapper changes what it adds to."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    @property
    def name(self) -> str:
        return self._backend.name

    @property
    def supports_passthrough(self) -> bool:
        """Whether the inner backend hands requests on."""
        return supports_passthrough(self._backend)

    def complete(self, call: Call) -> Answer:
        return self._backend.complete(call)

    def stream(self, call: Call) -> Stream:
        return self._backend.stream(call)

    def passthrough(self, request: PassthroughRequest) -> PassthroughResponse:
        return relay_of(self._backend, request)

    def tokenize(self, model: str, texts: Sequence[str]) -> list[int]:
        return self._backend.tokenize(model, texts)

    def measure(self, model: str, messages: Sequence[Message]) -> int:
        return self._backend.measure(model, messages)

    def probe(self) -> Health:
        return self._backend.probe()


def relay_of(backend: Backend, request: PassthroughRequest) -> PassthroughResponse:
    """What *backend* makes of *passage*; BackendRefused where it hands nothing on."""
    # whether it can is asked once, before; here only the innermost may turn out not to
    passthrough: Callable[[PassthroughRequest], PassthroughResponse] | None = getattr(backend, "passthrough", None)
    if passthrough is None:
        raise BackendRefused(f"{backend.name}: hands no requests on", status=NOT_IMPLEMENTED)
    return passthrough(request)


class Sign:
    """A threading.Event that is made when somebody waits for it: hardly any request does, and to make one takes longer than
    most of what is done for a request."""

    __slots__ = ("_event", "_set")

    def __init__(self) -> None:
        self._set = False
        self._event: threading.Event | None = None

    def is_set(self) -> bool:
        return self._set

    def set(self) -> None:
        self._set = True
        if self._event is not None:
            self._event.set()

    def wait(self, seconds: float) -> bool:
        """Whether it is set by then. For one thread at a time."""
        event = self._event = threading.Event()
        return self._set or event.wait(seconds)  # in this order: `set` looks for the event when it has set the sign


class Semaphore(Protocol):
    """What lets calls through to a backend, so many at a time."""

    def hold(self, sent_away: Sign | None = None) -> AbstractContextManager[None]:
        """Holds a place while it is entered; waits for one. Raises Cancelled where *sent_away* is set meanwhile."""
        ...

    def wake(self) -> None:
        """Has those who wait look whether they are sent away."""
        ...


class Slots:
    """The gate of one process."""

    def __init__(self, most: int) -> None:
        self._free = most
        self._changed = threading.Condition()

    @contextmanager
    def hold(self, sent_away: Sign | None = None) -> Iterator[None]:
        with self._changed:
            self._changed.wait_for(lambda: self._free > 0 or (sent_away is not None and sent_away.is_set()))
            if sent_away is not None and sent_away.is_set():
                raise Cancelled("closed while it waited for its turn")
            self._free -= 1
        try:
            yield
        finally:
            with self._changed:
                self._free += 1
                self._changed.notify()

    def wake(self) -> None:
        with self._changed:
            self._changed.notify_all()


class Limited(BackendWrapper):
    """So many calls in flight as *gate* lets through, or a number of them in this process; further ones wait. Counting tokens
    takes no place.

    A call holds its place from before the request until its answer has ended, failed or been closed."""

    def __init__(self, backend: Backend, semaphore: Semaphore | int) -> None:
        super().__init__(backend)
        self._semaphore: Semaphore = Slots(semaphore) if isinstance(semaphore, int) else semaphore

    def complete(self, call: Call) -> Answer:
        with self._semaphore.hold():
            return self._backend.complete(call)

    def stream(self, call: Call) -> Stream:
        gone = Sign()
        inner = self._backend.stream(call)
        return Closable(self._held(inner, gone), self._sender_away(inner, gone))

    def passthrough(self, request: PassthroughRequest) -> PassthroughResponse:
        gone = Sign()
        inner = relay_of(self._backend, request)
        return Relayed(self._held_relay(inner, gone), self._sender_away(inner, gone))

    def _held(self, inner: Stream, gone: Sign) -> Generator[Piece, None, None]:
        with self._semaphore.hold(gone), closing(inner):
            yield from inner

    def _held_relay(self, inner: PassthroughResponse, gone: Sign) -> PassthroughChunks:
        with self._semaphore.hold(gone), closing(inner):
            yield inner.begin()
            yield from inner

    def _sender_away(self, inner: _Open, gone: Sign) -> Callable[[], None]:
        def send_away() -> None:
            gone.set()
            self._semaphore.wake()
            inner.close()

        return send_away


class _Open(Protocol):
    """What is under way and can be ended: a stream or a relay."""

    def close(self) -> None: ...


class Current:
    """What is open now, of several tries."""

    def __init__(self) -> None:
        self.closed = Sign()
        self.unseen = False
        self._open: _Open | None = None

    @contextmanager
    def follow(self, opened: _Open) -> Iterator[None]:
        """Closes *opened* at the end, or when somebody closes the whole. Raises Cancelled where that was before."""
        self._open = opened
        if self.closed.is_set():
            raise Cancelled("closed between two tries")
        with closing(opened):
            yield

    def read_as_a_whole(self) -> None:
        """Nobody sees the pieces."""
        self.unseen = True

    def close(self) -> None:
        self.closed.set()
        if self._open:
            self._open.close()


class Opening(ABC):
    """A backend each of whose answers comes of streams or relays that it opens one after the other, or of only one."""

    def stream(self, call: Call) -> Stream:
        current = Current()
        return Closable(self._pieces(call, current), current.close, current.read_as_a_whole)

    def passthrough(self, request: PassthroughRequest) -> PassthroughResponse:
        current = Current()
        return Relayed(self._parts(request, current), current.close)

    @abstractmethod
    def _pieces(self, call: Call, current: Current) -> Generator[Piece, None, None]: ...

    @abstractmethod
    def _parts(self, request: PassthroughRequest, current: Current) -> PassthroughChunks: ...


class Retrying(Opening, BackendWrapper):
    """Tries again, *tries* times in all, what may work the next time (BackendUnavailable); the last cause is what rises.

    Between two tries it waits as the server wishes (Retry-After), or a random part of a delay that doubles: callers that
    failed together do not come back together. A stream is not tried again once a piece of it is out."""

    def __init__(
        self,
        backend: Backend,
        tries: int,
        sleep: Callable[[float], object] | None = None,
        chance: Callable[[], float] = random.random,
        metrics: Metrics | None = None,
    ) -> None:
        super().__init__(backend)
        self._metrics = metrics or NullMetrics()
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

    def tokenize(self, model: str, texts: Sequence[str]) -> list[int]:
        return self._persist(lambda: self._backend.tokenize(model, texts))

    def measure(self, model: str, messages: Sequence[Message]) -> int:
        return self._persist(lambda: self._backend.measure(model, messages))

    def _persist(self, attempt: Callable[[], Got]) -> Got:
        for number in range(1, self._tries):
            try:
                return attempt()
            except BackendUnavailable as exc:
                self._wait(number, exc, Sign())
        return attempt()

    def _pieces(self, call: Call, current: Current) -> Generator[Piece, None, None]:
        for number in range(1, self._tries + 1):
            begun = False
            try:
                stream = self._backend.stream(call)
                with current.follow(stream):
                    for piece in stream:
                        begun = True
                        yield piece if piece.answer is None else replace(piece, answer=replace(piece.answer, attempts=number))
                return
            except BackendUnavailable as exc:
                if (begun and not current.unseen) or number == self._tries:
                    raise
                self._wait(number, exc, current.closed)

    def _parts(self, request: PassthroughRequest, current: Current) -> PassthroughChunks:
        for number in range(1, self._tries + 1):
            begun = False
            try:
                relay = relay_of(self._backend, request)
                with current.follow(relay):
                    head = relay.begin()
                    begun = True
                    yield head
                    yield from relay
                return
            except BackendUnavailable as exc:
                if begun or number == self._tries:
                    raise
                self._wait(number, exc, current.closed)

    def _wait(self, number: int, exc: BackendUnavailable, closed: Sign) -> None:
        delay = self._delay(number, exc.retry_after)
        self._metrics.retried(self.name, type(exc).__name__)
        log.warning("try %d of %d failed, the next one in %.1f s: %s", number, self._tries, delay, exc)
        release()
        (self._sleep or closed.wait)(delay)

    def _delay(self, number: int, requested: float | None) -> float:
        jitter = self._chance() * min(LONGEST_DELAY, FIRST_DELAY * 2 ** (number - 1))
        return jitter if requested is None else min(requested, LONGEST_WISH) + self._chance() * FIRST_DELAY
