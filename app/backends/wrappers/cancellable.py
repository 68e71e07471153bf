"""A backend as one piece of work uses it."""

from __future__ import annotations

from collections.abc import Generator

from app.backends.base import Backend
from app.backends.wrappers.base import BackendWrapper
from app.backends.wrappers.requests import Item, Request
from app.cancellation import CancelToken


class Cancellable(BackendWrapper):
    """The inner backend, with every call to it under one token: the one who cancels it ends all of them. Failed attempts are
    repeated for at most *patience* seconds."""

    def __init__(self, backend: Backend, cancel: CancelToken, patience: float | None = None) -> None:
        super().__init__(backend)
        self._patience = patience
        self._cancel = cancel

    def run(self, request: Request[Item], cancel: CancelToken) -> Generator[Item, None, None]:
        del cancel  # the caller's own: kinds know nothing of tokens
        self._cancel.check()
        return request.within(self._patience).open(self._backend, self._cancel)
