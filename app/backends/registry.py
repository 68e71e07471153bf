"""The backends that manifests may name."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping

from app.backends.base import Backend
from app.backends.config.apis import APIS, Api
from app.backends.config.setup import Setup
from app.backends.wrappers.defaults import SamplingDefaults
from app.backends.wrappers.limited import Limited, Semaphore, Slots
from app.backends.wrappers.retrying import Retrying
from app.backends.wrappers.traced import Traced
from app.errors import BackendNotFound, Problem
from app.metrics import Metrics, NullMetrics
from app.tracing import NullTracing, Tracing


class Backends:
    """Backends by name: those *built_in*, and those of a file, which may be replaced as a whole while the process runs.

    Each is made when it is first asked for, once per process (a forked child makes its own), and shared by all threads;
    making one opens no connection. A replacement leaves those alone whose setup is the same; a call in flight keeps the
    backend that it began with. *semaphore* makes what lets so many calls through to a backend, *apis* are those that setups
    may name."""

    def __init__(
        self,
        built_in: Iterable[Setup],
        *,
        metrics: Metrics | None = None,
        tracing: Tracing | None = None,
        semaphore: Callable[[str, int], Semaphore] = lambda _name, most: Slots(most),
        apis: Mapping[str, Api] = APIS,
    ) -> None:
        self._built_in = {setup.name: setup for setup in built_in}
        self._metrics = metrics or NullMetrics()
        self._tracing = tracing or NullTracing()
        self._semaphore = semaphore
        self._apis = apis
        self._setups: Mapping[str, Setup] = self._built_in
        self._problems: tuple[Problem, ...] = ()
        self._made: dict[tuple[int, str], tuple[Setup, Backend]] = {}
        self._lock = threading.Lock()

    def names(self) -> tuple[str, ...]:
        return tuple(self._setups)

    def limits(self) -> dict[str, int]:
        """How many calls each backend takes at a time."""
        return {name: setup.limit for name, setup in self._setups.items()}

    def contexts(self) -> dict[str, int]:
        """How many tokens a backend takes, if its setup says so."""
        return {name: setup.context for name, setup in self._setups.items() if setup.context}

    def models(self) -> dict[str, str]:
        """The model of each backend for calls that name none; empty if its server decides."""
        return {name: setup.model for name, setup in self._setups.items()}

    def awaited(self) -> frozenset[str]:
        """The backends that are to be here: the others are built in, and nobody has asked for them."""
        return frozenset(name for name, setup in self._setups.items() if setup.awaited)

    def may_serve(self, name: str, model: str) -> bool:
        """False if the server of that backend can have other models only."""
        setup = self._setups.get(name)
        return setup is not None and (not setup.serves or model in setup.serves)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What an operator should correct in the file."""
        return self._problems

    def of(self, name: str) -> Backend:
        """The backend of that name. Raises BackendNotFound, which names the known ones."""
        setups = self._setups
        if name not in setups:
            raise BackendNotFound(name, setups)
        with self._lock:
            key = (os.getpid(), name)
            if key not in self._made or self._made[key][0] != setups[name]:
                self._made[key] = (setups[name], self._make(setups[name]))
            return self._made[key][1]

    def handing_on(self, name: str, model: str | None) -> Backend:
        """The backend of that name for requests that are passed through, about *model* if there is one."""
        del model  # whoever restricts access looks at it
        return self.of(name)

    def replace(self, configured: Iterable[Setup], problems: Iterable[Problem] = ()) -> None:
        """Replaces the backends of the file. One that has the name of a built-in backend takes its place."""
        began = time.monotonic()
        setups = {**self._built_in, **{setup.name: setup for setup in configured}}
        with self._lock:
            self._setups, self._problems = setups, tuple(problems)
            self._made = {key: made for key, made in self._made.items() if key[1] in setups}
        self._metrics.reloaded("backends", time.monotonic() - began)

    def complain(self, problems: Iterable[Problem]) -> None:
        """Keeps the backends, and notes what is wrong with the file."""
        self._problems = tuple(problems)

    def _make(self, setup: Setup) -> Backend:
        backend: Backend = SamplingDefaults(
            self._apis[setup.api].adapter().served_by(setup, self._metrics), setup.temperature, setup.top_p
        )
        if self._tracing.on:
            backend = Traced(backend, self._tracing)
        return Retrying(Limited(backend, self._semaphore(setup.name, setup.limit)), setup.tries, metrics=self._metrics)
