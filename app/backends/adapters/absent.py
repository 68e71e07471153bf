"""A built-in backend that this gateway does not have, and the reason: no call reaches a server."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from app.backends.base import Backend, BackendBase, Call, Health, Message, Stream
from app.backends.config.setup import Setup
from app.cancellation import CancelToken
from app.errors import BackendRefused
from app.metrics import Metrics

NOT_FOUND = 404


def served_by(setup: Setup, metrics: Metrics) -> Backend:
    """The backend that refuses every call with the reason in *setup*."""
    del metrics
    return Absent(setup.name, setup.absent)


class Absent(BackendBase):
    """Refuses every call with *reason*."""

    def __init__(self, name: str, reason: str) -> None:
        self._name = name
        self._reason = reason

    @property
    def name(self) -> str:
        return self._name

    def stream(self, call: Call, cancel: CancelToken | None = None) -> Stream:
        del call, cancel
        self._refuse()

    def tokenize(self, model: str, texts: Sequence[str]) -> list[int]:
        del model, texts
        self._refuse()

    def measure(self, model: str, messages: Sequence[Message]) -> int:
        del model, messages
        self._refuse()

    def probe(self) -> Health:
        return Health(ok=False, detail=self._reason, absent=True)

    def _refuse(self) -> NoReturn:
        raise BackendRefused(f"{self._name}: {self._reason}", status=NOT_FOUND)
