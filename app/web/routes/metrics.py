"""Metrics for Prometheus: the counts of all processes, and values read at the scrape."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence

from flask import Blueprint, Flask, Response
from flask.globals import app_ctx, request_ctx
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.metrics_core import Metric

from app import __version__
from app.errors import StoreError, raised_at
from app.jobs import Status
from app.jobs.stats import JobStats
from app.metrics.folder import owner_of
from app.metrics.machine import families, folders
from app.metrics.port import CONTENT_TYPE
from app.metrics.rendering import render
from app.web.interfaces import GatewayView
from app.web.probes import Probes

log = logging.getLogger(__name__)

PROBES_KEPT = 15.0  # seconds for which a backend's state is good; a scraper must not keep a model server busy
PROBE_TIMEOUT = 1.0  # seconds that a scrape waits for a backend
UNMATCHED = "unmatched"  # the route label of a path that matches no route
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def register(app: Flask, view: GatewayView) -> None:
    """Records every request of *app* in the metrics."""
    metrics = view.metrics

    @app.before_request
    def begin() -> None:
        app_ctx.g.arrived = time.perf_counter()
        metrics.spent()

    @app.after_request
    def end(response: Response) -> Response:
        asked = request_ctx.request
        route = asked.url_rule.rule if asked.url_rule else UNMATCHED
        method = asked.method if asked.method in METHODS else "other"
        arrived, status = app_ctx.g.get("arrived", time.perf_counter()), response.status_code

        def tell() -> None:
            seconds = time.perf_counter() - arrived
            metrics.answered(route=route, method=method, status=status, seconds=seconds, upstream=metrics.spent())

        if response.is_streamed:
            response.call_on_close(tell)
        else:
            tell()
        return response


def blueprint(view: GatewayView, probes: Probes) -> Blueprint:
    metrics = Blueprint("metrics", __name__)
    exposition = Exposition(view, probes)

    @metrics.get("/metrics")
    @metrics.get("/health/metrics", endpoint="health_metrics")
    def scrape() -> Response:
        answer = Response(exposition.render(), content_type=CONTENT_TYPE)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return metrics


class Exposition:
    """Everything that a scrape returns, in any process."""

    def __init__(self, view: GatewayView, probes: Probes) -> None:
        self._parts = view
        self._failed: set[str] = set()
        self._probes = probes

    def render(self) -> bytes:
        return render(self.collect)

    def collect(self) -> Iterator[Metric]:
        """Collects every part; one that fails is left out, and logged the first time."""
        for part in (
            self._parts.metrics.collect,
            self._process,
            self._database,
            lambda: _catalog(self._parts),
            self._backends,
            self._machine,
        ):
            try:
                yield from tuple(part())
            except Exception as exc:  # noqa: BLE001  whatever it is, the other figures are right
                self._note(exc)

    def _note(self, error: Exception) -> None:
        said = f"{type(error).__name__} at {raised_at(error)}"
        if said not in self._failed:
            self._failed.add(said)
            log.error("metrics: a part is missing: %s", said)

    def _process(self) -> Iterator[Metric]:
        yield InfoMetricFamily("gateway", "The version that runs", value={"version": __version__})
        yield _gauge("gateway_uptime_seconds", "Seconds since this web process started", time.monotonic() - self._parts.started)

    def _machine(self) -> Iterator[Metric]:
        settings = self._parts.settings
        owner = owner_of(settings.metrics_folder) if settings.metrics_folder else None
        yield from families(owner, folders(settings.state_folder, settings.metrics_folder))

    def _database(self) -> Iterator[Metric]:
        try:
            found = self._parts.stats()
        except StoreError:
            yield _gauge("gateway_database_up", "1 when the database answers", 0)
            return
        yield _gauge("gateway_database_up", "1 when the database answers", 1)
        yield from _jobs(found, self._parts.backends.names())
        yield _gauge("chat_sessions", "Conversations that are kept", found.conversations)
        yield _gauge("gateway_registered_workers", "Worker processes that share the database server", found.workers)

    def _backends(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("gateway_backend_up", "1 when a backend answers probes", labels=["backend"])
        for name, health in self._probes.states(kept=PROBES_KEPT, patience=PROBE_TIMEOUT).items():
            up.add_metric([name], float(health.ok))
        yield up


def _gauge(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(name, what, value=value)


def _jobs(found: JobStats, backends: Sequence[str]) -> Iterator[Metric]:
    queue = GaugeMetricFamily("model_queue_size", "Jobs that wait for a backend", labels=["backend"])
    oldest = GaugeMetricFamily("gateway_queue_oldest_seconds", "Age of the job that waits longest", labels=["backend"])
    waiting = [each for each in found.standings if each.status is Status.QUEUED]
    for backend in sorted({*backends, *(each.backend for each in waiting)}):
        here = [each for each in waiting if each.backend == backend]
        queue.add_metric([backend], sum(each.number for each in here))
        oldest.add_metric([backend], max((each.oldest for each in here), default=0.0))
    by_status = GaugeMetricFamily("gateway_jobs", "Jobs that are kept, by status", labels=["status"])
    for status, number in found.counts.items():
        by_status.add_metric([status.value], number)
    stand = ["service", "flavor", "backend", "status"]
    open_jobs = GaugeMetricFamily("gateway_open_jobs", "Jobs that wait or run", labels=stand)
    for each in found.standings:
        open_jobs.add_metric([each.service, each.flavor, each.backend, each.status.value], each.number)
    yield from (queue, oldest, by_status, open_jobs)


def _catalog(view: GatewayView) -> Iterator[Metric]:
    catalog = view.current.catalog
    yield InfoMetricFamily(
        "gateway_catalog", "The generation of services that is live", value={"generation": catalog.generation}
    )
    yield _gauge("gateway_catalog_services", "Services that are live", len(catalog.services))
    yield _gauge("gateway_catalog_problems", "Problems of files in the services folder", len(catalog.problems))
    stale = sum(entry.stale for entry in catalog.services.values())
    yield _gauge("gateway_catalog_stale_services", "Services whose files are broken: their last good version serves", stale)
