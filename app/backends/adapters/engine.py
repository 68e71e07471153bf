"""A backend whose server we start ourselves."""

from __future__ import annotations

from dataclasses import replace

from app.backends.base import Health
from app.backends.wrappers.base import BackendWrapper


class EngineBackend(BackendWrapper):
    """Says of an engine that does not answer what that means: it listens only once its model is loaded."""

    def probe(self) -> Health:
        health = self._backend.probe()
        return health if health.ok else replace(health, detail=f"the engine loads its model, or is down: {health.detail}")
