"""Attempts: what may work the next time is tried again."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing

from app.backends.base import Backend, Message
from app.backends.wrappers.base import BackendWrapper
from app.backends.wrappers.requests import Item, Question, Request, only
from app.cancellation import CancelToken
from app.errors import BackendUnavailable
from app.gil import release
from app.limits.slots import call_context
from app.metrics import Metrics, NullMetrics

log = logging.getLogger(__name__)

FIRST_DELAY = 0.5  # seconds; doubles with each attempt
LONGEST_DELAY = 30.0
LONGEST_WISH = 120.0  # seconds; of a Retry-After no more than that is obeyed


class Retrying(BackendWrapper):
    """Tries again, *tries* times in all, what may work the next time (BackendUnavailable); the last cause is raised.

    Between two attempts it waits as the server asks (Retry-After), or a random part of a delay that doubles: callers that
    failed together do not come back together. A request is not sent again once an item of its answer is out."""

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

    def tokenize(self, model: str, texts: Sequence[str]) -> list[int]:
        return only(self.run(Question(lambda backend: backend.tokenize(model, texts)), CancelToken()))

    def measure(self, model: str, messages: Sequence[Message]) -> int:
        return only(self.run(Question(lambda backend: backend.measure(model, messages)), CancelToken()))

    def run(self, request: Request[Item], cancel: CancelToken) -> Generator[Item, None, None]:
        started = time.monotonic()
        for number in range(1, self._tries + 1):
            begun = False
            try:
                with closing(request.open(self._backend, cancel)) as items:
                    for item in items:
                        begun = True
                        yield request.with_attempts(item, number)
                return
            except BackendUnavailable as exc:
                delay = self._delay(number, exc.retry_after)
                if (
                    begun
                    or number == self._tries
                    or _is_too_late(started, request.patience, max(delay, exc.retry_after or 0.0))
                ):
                    raise
                self._wait(number, delay, exc, cancel)

    def _wait(self, number: int, delay: float, exc: BackendUnavailable, cancel: CancelToken) -> None:
        self._metrics.retried(self.name, type(exc).__name__)
        log.warning("attempt %d of %d failed, the next one in %.1f s: %s", number, self._tries, delay, exc)
        if (failed := call_context.get().failed) is not None:
            failed(str(exc))
        release()
        (self._sleep or cancel.wait)(delay)
        cancel.check()

    def _delay(self, number: int, requested: float | None) -> float:
        jitter = self._chance() * min(LONGEST_DELAY, FIRST_DELAY * 2 ** (number - 1))
        return jitter if requested is None else min(requested, LONGEST_WISH) + self._chance() * FIRST_DELAY


def _is_too_late(started: float, patience: float | None, delay: float) -> bool:
    """True if an attempt that begins *delay* seconds from now is too late for somebody who waits *patience* seconds in all."""
    return patience is not None and time.monotonic() - started + delay >= patience
