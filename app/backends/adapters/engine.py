"""A backend whose server the gateway starts itself."""

from __future__ import annotations

from dataclasses import replace

from app.backends.adapters import openai
from app.backends.base import Backend, Health
from app.backends.config.setup import Setup
from app.backends.wrappers.base import BackendWrapper
from app.metrics import Metrics


def served_by(setup: Setup, metrics: Metrics) -> Backend:
    """The engine's own server."""
    return EngineBackend(openai.served_by(setup, metrics))


class EngineBackend(BackendWrapper):
    """Says of an engine that does not answer what that means: it listens only once its model is loaded."""

    def probe(self) -> Health:
        health = self._backend.probe()
        return health if health.ok else replace(health, detail=f"the engine loads its model, or is down: {health.detail}")
