"""Health: whether the gateway can serve, and the state of its parts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Blueprint, Response

from app import __version__
from app.backends.base import Health
from app.catalog.serving import disagreements
from app.engines import deaths
from app.errors import Problem, StoreError
from app.jobs import Status
from app.jobs.stats import Standing
from app.web.bodies.answers import uncached
from app.web.bodies.models import used_backends
from app.web.interfaces import Catalog, GatewayView
from app.web.probes import Probes

UNTAKEN_SECONDS = 30.0  # that the oldest job may wait while none is carried out: a worker takes one within two seconds
LOOKS_SECONDS = 5.0  # between two looks that find so: an old job that is run again waits from its beginning on, for a moment


class Untaken:
    """Notices that jobs wait and nobody takes them, from two looks at them."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since: float | None = None

    def look(self, standings: Sequence[Standing]) -> float:
        """For how many seconds the oldest job has waited, if no job is carried out; 0 if all may be well."""
        waits = max((each.oldest for each in standings if each.status is Status.QUEUED), default=0.0)
        if waits < UNTAKEN_SECONDS or any(each.status is Status.PROCESSING for each in standings):
            self._since = None
            return 0.0
        if self._since is None:
            self._since = self._clock()
        return waits if self._clock() - self._since >= LOOKS_SECONDS else 0.0


def blueprint(view: GatewayView, probes: Probes) -> Blueprint:
    health = Blueprint("health", __name__)

    untaken = Untaken()

    @health.get("/healthcheck")
    def healthcheck() -> Response:
        return Response("1", mimetype="application/json")

    @health.get("/health")
    def state() -> Response:
        body, readable = _state(view, probes.states(), untaken)
        return uncached(body, 200 if readable else 503)

    return health


def _state(view: GatewayView, probed: Mapping[str, Health], untaken: Untaken) -> tuple[dict[str, Any], bool]:
    """The whole state, and whether jobs can be read."""
    catalog = view.current.catalog
    jobs, readable = _jobs(view)
    read_only = view.why_read_only() if readable else str(jobs["error"])
    used = used_backends(catalog)
    backends = visible({**dict.fromkeys(used, _UNKNOWN), **probed}, catalog)
    backends = _explained(backends, view.settings.metrics_folder)
    worker = _of_worker(view, jobs, untaken)
    problems = [*catalog.problems, *view.backends.problems, *_disagreements(view, catalog, probed), *_of_gateway(view, catalog)]
    well = not read_only and not problems and not worker and all(backends[name].ok or backends[name].absent for name in used)
    return {
        "status": "ok" if well else "degraded",
        "version": __version__,
        "uptime": round(time.monotonic() - view.started, 1),
        "backends": {name: health.record() for name, health in backends.items()},
        "catalog": {
            "generation": catalog.generation,
            "services": list(catalog.services),
            "problems": [str(problem) for problem in problems],
        },
        "jobs": jobs,
        "database": {"ok": not read_only, "detail": read_only},
        "worker": {"ok": not worker, "detail": worker},
    }, readable


def serves(view: GatewayView) -> bool:
    """Whether jobs can be read."""
    return _jobs(view)[1]


def visible(backends: Mapping[str, Health], catalog: Catalog) -> dict[str, Health]:
    """The *backends* that this request's key may use: those of its services, and of its models."""
    if not catalog.restricted:
        return dict(backends)
    opened = {
        name: replace(health, models={model: context for model, context in health.models.items() if catalog.opens(model)})
        for name, health in backends.items()
    }
    used = used_backends(catalog)
    return {name: health for name, health in opened.items() if name in used or health.models}


def _explained(backends: Mapping[str, Health], folder: str) -> dict[str, Health]:
    """*backends*, with the reason why an engine of ours is missing for each that is down."""
    why = deaths.noted(Path(folder)) if folder else {}
    return {
        name: replace(health, detail=f"{health.detail}; its engine {why[name]}") if name in why and not health.ok else health
        for name, health in backends.items()
    }


def _of_worker(view: GatewayView, jobs: Mapping[str, Any], untaken: Untaken) -> str:
    """Why jobs are not carried out; empty if nothing is known against it."""
    folder = view.settings.metrics_folder
    if folder and (why := deaths.noted(Path(folder), deaths.PARTS).get(deaths.WORKER)):
        return f"the worker {why}; its last lines in the log say more"
    try:
        waits = untaken.look(view.stats().standings) if jobs.get("queued") and not jobs.get("processing") else untaken.look(())
    except StoreError:  # said of the database
        return ""
    return f"jobs wait for {waits:.0f} s, and none is carried out: start a worker, or see its log" if waits else ""


def _disagreements(view: GatewayView, catalog: Catalog, probed: Mapping[str, Health]) -> Iterator[Problem]:
    return disagreements(catalog.services.values(), probed, tuple(probed), view.backends.contexts())


def _of_gateway(view: GatewayView, catalog: Catalog) -> Iterator[str]:
    """What is wrong with the file of keys and with the metrics, for those who may see all of the gateway."""
    if catalog.restricted:
        return
    if view.keyring is not None and view.keyring.problem:
        yield f"API_KEYS_FILE: {view.keyring.problem}; the keys of its last good version hold"
    if view.metrics.problem:
        yield f"metrics: {view.metrics.problem}"


def _jobs(view: GatewayView) -> tuple[dict[str, Any], bool]:
    try:
        return {str(status): count for status, count in view.jobs.counts().items()}, True
    except StoreError as exc:
        return {"error": str(exc)}, False


_UNKNOWN = Health(ok=False, detail="a service names this backend, but none of this name is configured")
