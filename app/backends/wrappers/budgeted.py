"""A backend whose calls are paid for out of a budget, also those that are left before their end."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing

from app.backends.base import Backend
from app.backends.usage import Budget
from app.backends.wrappers.base import BackendWrapper
from app.backends.wrappers.requests import Item, Request
from app.cancellation import CancelToken
from app.errors import Cancelled


class Budgeted(BackendWrapper):
    """The inner backend. Each call reserves the most that it may cost before it is sent, and settles what it did cost."""

    def __init__(self, backend: Backend, budget: Budget) -> None:
        super().__init__(backend)
        self._budget = budget

    def run(self, request: Request[Item], cancel: CancelToken) -> Generator[Item, None, None]:
        expected = request.expected()
        if expected is None:
            yield from request.open(self._backend, cancel)
            return
        usage, most = expected
        reservation = self._budget.reserve(usage.prompt + most)
        try:
            with closing(request.counted_in(usage).open(self._backend, cancel)) as items:
                for item in items:
                    if answer := request.answer(item):
                        usage.answer(answer)
                    yield item
        except (Cancelled, GeneratorExit):
            usage.left = True
            raise
        finally:
            reservation.settle(usage)
