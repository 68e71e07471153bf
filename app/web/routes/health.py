"""Whether the gateway can serve, and how its parts are."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, jsonify

from app import __version__
from app.backends.base import Health
from app.catalog.serving import disagreements
from app.engines import deaths
from app.errors import GatewayError, Problem, StoreError
from app.gil import release
from app.web.interfaces import Backends, Catalog, GatewayView, Probed

KEPT = 5.0  # seconds for which a probe's answer is good
PROBE_TIMEOUT = 1.5  # seconds that a request waits for probes


def blueprint(view: GatewayView, *, patience: float = PROBE_TIMEOUT) -> Blueprint:
    health = Blueprint("health", __name__)
    probes = Probes(view.backends, patience=patience)

    @health.get("/healthcheck")
    def healthcheck() -> Response:
        return Response("1", mimetype="application/json")

    @health.get("/health")
    def state() -> Response:
        body, serves = _state(view, probes.states())
        answer = jsonify(body)
        answer.status_code = 200 if serves else 503
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return health


def _state(view: GatewayView, probed: Mapping[str, Health]) -> tuple[dict[str, Any], bool]:
    """The whole state, and whether jobs can be accepted and read."""
    catalog = view.current.catalog
    jobs, serves = _jobs(view)
    used = _used(catalog)
    backends = visible({**dict.fromkeys(used, _UNKNOWN), **probed}, catalog)
    backends = _explained(backends, view.settings.metrics_folder)
    problems = [*catalog.problems, *view.backends.problems, *_disagreements(view, catalog, probed)]
    well = serves and not problems and all(backends[name].ok for name in used)
    return {
        "status": "ok" if well else "degraded",
        "version": __version__,
        "uptime": round(time.time() - view.started, 1),
        "backends": {name: asdict(health) for name, health in backends.items()},
        "catalog": {
            "generation": catalog.generation,
            "services": list(catalog.services),
            "problems": [str(problem) for problem in problems],
        },
        "jobs": jobs,
    }, serves


def visible(backends: Mapping[str, Health], catalog: Catalog) -> dict[str, Health]:
    """What the key of this request may use of *backends*: those of its services, and the models that it opens."""
    if not catalog.restricted:
        return dict(backends)
    opened = {
        name: replace(health, models={model: context for model, context in health.models.items() if catalog.opens(model)})
        for name, health in backends.items()
    }
    used = _used(catalog)
    return {name: health for name, health in opened.items() if name in used or health.models}


def _explained(backends: Mapping[str, Health], folder: str) -> dict[str, Health]:
    """*backends*, each that is down with the reason for which its engine, if the gateway starts it, is not there."""
    why = deaths.noted(Path(folder)) if folder else {}
    return {
        name: replace(health, detail=f"{health.detail}; its engine {why[name]}") if name in why and not health.ok else health
        for name, health in backends.items()
    }


def _disagreements(view: GatewayView, catalog: Catalog, probed: Mapping[str, Health]) -> Iterator[Problem]:
    return disagreements(catalog.services.values(), probed, tuple(probed), view.backends.contexts())


def _jobs(view: GatewayView) -> tuple[dict[str, Any], bool]:
    try:
        return {str(status): count for status, count in view.jobs.counts().items()}, True
    except StoreError as exc:
        return {"error": str(exc)}, False


def _used(catalog: Catalog) -> set[str]:
    """The backends that a live service needs; the others may be down without harm."""
    return {flavor.backend or entry.service.backend for entry in catalog.services.values() for flavor in entry.service.flavor}


@dataclass(frozen=True)
class _Seen:
    health: Health
    at: float


class Probes:
    """Asks each backend in a thread of its own, at most once in *kept* seconds, so that nobody waits for a dead server.

    Threads start with the first question, which is after gunicorn's fork."""

    def __init__(
        self,
        backends: Backends,
        *,
        kept: float = KEPT,
        patience: float = PROBE_TIMEOUT,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._backends = backends
        self._kept = kept
        self._patience = patience
        self._clock = clock
        self._seen: dict[str, _Seen] = {}
        self._asking: set[str] = set()
        self._changed = threading.Condition()

    def states(self) -> dict[str, Health]:
        """The last known state of every backend, in at most *patience* seconds."""
        names = tuple(self._backends.names())
        with self._changed:
            for name in names:
                self._ask_when_old(name)
            if self._asking.intersection(names):
                release()
            self._changed.wait_for(lambda: not self._asking.intersection(names), self._patience)
            return {name: self._seen[name].health if name in self._seen else _SILENT for name in names}

    def _ask_when_old(self, name: str) -> None:
        seen = self._seen.get(name)
        fresh = seen is not None and self._clock() - seen.at < self._kept
        if not fresh and name not in self._asking:
            self._asking.add(name)
            threading.Thread(target=self._ask, args=(name,), name=f"probe-{name}", daemon=True).start()

    def _ask(self, name: str) -> None:
        health = _SILENT
        try:
            health = _probed(self._backends.of, name)
        finally:
            with self._changed:
                self._seen[name] = _Seen(health, self._clock())
                self._asking.discard(name)
                self._changed.notify_all()


_SILENT = Health(ok=False, detail="no answer yet")
_UNKNOWN = Health(ok=False, detail="a service names this backend, but none of this name is configured")


def _probed(of: Callable[[str], Probed], name: str) -> Health:
    try:
        return of(name).probe()
    except GatewayError as exc:
        return Health(ok=False, detail=str(exc))
