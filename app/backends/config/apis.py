"""The APIs that a backend may speak. A new one is a module in `adapters/` and a line here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from app.backends.base import Backend
    from app.backends.config.setup import Setup
    from app.metrics import Metrics


class Adapter(Protocol):
    """The module of an API."""

    def served_by(self, setup: Setup, metrics: Metrics, /) -> Backend:
        """The backend that *setup* describes. Opens no connection."""


@dataclass(frozen=True)
class Api:
    """*module* is imported when a backend of the API is first made: some take most of a second.

    An API that stands *in_file* may be the `kind` of an entry in backends.json. There `apiBase` may be left out unless it
    *needs_address*, may be a list if the API has *replicas*, and must be left out if the gateway *starts* the server itself."""

    module: str
    in_file: bool = True
    needs_address: bool = False
    replicas: bool = False
    starts: bool = False

    def adapter(self) -> Adapter:
        return cast("Adapter", import_module(self.module))


APIS: Mapping[str, Api] = {
    "openai": Api("app.backends.adapters.openai", needs_address=True, replicas=True),
    "gemini": Api("app.backends.adapters.gemini"),
    "engine": Api("app.backends.adapters.engine", starts=True),
    "absent": Api("app.backends.adapters.absent", in_file=False),
    "echo": Api("app.backends.adapters.echo", in_file=False),
    "rnn": Api("app.backends.adapters.rnn", in_file=False),
    "logits": Api("app.backends.adapters.logits", in_file=False),
}
