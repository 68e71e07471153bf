"""The backends that manifests may name."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app.backends.base import Backend
from app.backends.echo import Echo
from app.backends.openai import OpenAIBackend
from app.backends.timeouts import Timeouts
from app.backends.wrappers import Limited, Retrying
from app.errors import BackendNotFound

PATIENCE = 10  # the embedded model reads a full context on two cores in minutes: so many times the usual timeout


@dataclass(frozen=True)
class _Entry:
    make: Callable[[], Backend]
    limit: int  # calls in flight, in one process and in its job queue


@dataclass(frozen=True, kw_only=True)
class Backends:
    """Backends by name. Each is made when it is first asked for, once per process (a forked child makes its own), and shared
    by all threads; making one opens no connection."""

    api_base: str
    api_key: str = field(repr=False)
    local_port: int
    timeout: float  # seconds
    concurrency: int
    local_concurrency: int
    retries: int  # further tries after the first
    _made: dict[tuple[int, str], Backend] = field(default_factory=dict, repr=False, compare=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def names(self) -> tuple[str, ...]:
        return tuple(self._entries())

    def limits(self) -> dict[str, int]:
        """How many calls each backend takes at a time."""
        return {name: entry.limit for name, entry in self._entries().items()}

    def of(self, name: str) -> Backend:
        """The backend of that name; BackendNotFound names it and those there are."""
        entries = self._entries()
        if name not in entries:
            raise BackendNotFound(name, entries)
        with self._lock:
            key = (os.getpid(), name)
            if key not in self._made:
                self._made[key] = entries[name].make()
            return self._made[key]

    def _entries(self) -> Mapping[str, _Entry]:
        """A new backend is one line here."""
        return {
            "vLLM": _Entry(lambda: self._remote("vLLM", self.api_base, self.api_key), self.concurrency),
            "local": _Entry(self._local, self.local_concurrency),
            "echo": _Entry(lambda: Echo("echo"), self.concurrency),
        }

    def _remote(self, name: str, api_base: str, api_key: str) -> Backend:
        timeouts = Timeouts(min(10, self.timeout), self.timeout, self.timeout)
        return self._reliable(OpenAIBackend(name, api_base, api_key, timeouts), self.concurrency)

    def _local(self) -> Backend:
        timeouts = Timeouts(min(10, self.timeout), PATIENCE * self.timeout, self.timeout)
        address = f"http://127.0.0.1:{self.local_port}/v1"
        return self._reliable(OpenAIBackend("local", address, "", timeouts), self.local_concurrency)

    def _reliable(self, backend: Backend, limit: int) -> Backend:
        return Retrying(Limited(backend, limit), self.retries + 1)
