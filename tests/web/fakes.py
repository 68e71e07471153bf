"""Backends in the states that a test needs; everything else that the web is given in its tests is real."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.backends.base import Health
from app.errors import Problem


@dataclass
class FakeBackend:
    """Answers a probe with *health*, after *gate* opens where there is one; counts the probes."""

    health: Health = field(default_factory=lambda: Health(ok=True))
    gate: threading.Event | None = None
    probes: int = 0

    def probe(self) -> Health:
        self.probes += 1
        if self.gate is not None:
            self.gate.wait(20)
        return self.health


@dataclass
class FakeBackends:
    known: dict[str, FakeBackend] = field(default_factory=lambda: {"vLLM": FakeBackend()})
    problems: tuple[Problem, ...] = ()
    serves: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def contexts(self) -> dict[str, int]:
        return {}

    def names(self) -> Sequence[str]:
        return tuple(self.known)

    def awaited(self) -> Sequence[str]:
        return tuple(self.known)

    def may_serve(self, name: str, model: str) -> bool:
        return not self.serves.get(name) or model in self.serves[name]

    def of(self, name: str) -> FakeBackend:
        return self.known[name]
