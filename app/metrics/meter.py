"""Counts in files that all processes of one gateway share, so that every process reports the same totals.

Every process writes a file of its own (prometheus_client's multiprocess mode); the counts of a dead process stay, so
that a counter never goes down."""

from __future__ import annotations

import logging
import os
import shutil
import threading
from bisect import bisect_left
from collections import Counter as Counted
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias, TypeVar

from prometheus_client import Counter, Gauge, Histogram, values
from prometheus_client.metrics_core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.utils import floatToGoString

from app.metrics.background import BackgroundQueue
from app.metrics.base import Metrics
from app.metrics.files import CountingFiles
from app.metrics.reserved import STEP, ReservedFile
from app.periodic import Periodic

# vLLM's own buckets, in seconds, so that its panels and ours line up.
CALL_BUCKETS = (0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680)
FIRST_TOKEN_BUCKETS = (
    *(0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75),
    *(1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640, 2560),
)
REQUEST_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 600)
OVERHEAD_BUCKETS = (0.0005, 0.001, 0.002, 0.003, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1)
JOB_BUCKETS = (1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 43200)
RELOAD_BUCKETS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)

MOST_VALUES = 200  # of one label; what comes later is counted as `other`
OTHER = "other"
FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
ROOM = 4 * STEP  # bytes that a process needs to begin to count
RETRY_SECONDS = 5.0  # between two tries to begin

log = logging.getLogger(__name__)

FamilyT = TypeVar("FamilyT", bound="Counter | Gauge | Histogram")
Labels: TypeAlias = tuple[str, ...]  # values of labels


class Series:
    """The series of a process, each looked up once; a label with ever new values cannot make ever new series."""

    def __init__(self) -> None:
        self._known: dict[str, set[str]] = {}
        self._children: dict[tuple[object, Labels], object] = {}

    def knows(self, name: str, value: str) -> bool:
        """Whether the label *name* has had this value before."""
        return value in self._known.get(name, ())

    def of(self, family: FamilyT, values: Labels) -> FamilyT:
        """The series of *family* with these *values* of its labels, in the family's order."""
        found = self._children.get((family, values))
        if found is None:
            settled = tuple(map(self._settled, family._labelnames, values))
            found = family.labels(*settled)
            if OTHER not in settled:
                self._children[family, values] = found
        return found  # type: ignore[return-value]  # kept by its family

    def _settled(self, name: str, value: str) -> str:
        known = self._known.setdefault(name, set())
        if value not in known and len(known) >= MOST_VALUES:
            return OTHER
        known.add(value)
        return value


class Meter(Metrics):
    """The metrics of one process, in a *folder* shared with its siblings. One per process, made after a fork.

    *part* says what the process is: `web` or `worker`. If there is no room in the folder, it begins to count once there is."""

    def __init__(self, folder: Path, part: str) -> None:
        os.environ[FOLDER_VARIABLE] = str(folder)  # the library reads it from nowhere else
        values.MmapedDict = ReservedFile  # type: ignore[attr-defined]
        pid = os.getpid()  # once: the library asks at every count
        values.ValueClass = values.MultiProcessValue(lambda: pid)  # type: ignore[no-untyped-call]  # it chose when it was imported
        self._folder = folder
        self._files = CountingFiles(folder)
        self._series = Series()
        self._background = BackgroundQueue()
        self._gathered: dict[Counter | Gauge | Histogram, list[float]] = {}  # by series, until they are written
        self._thread = threading.local()
        self._make_series_of_models()
        self._make_series_of_requests()
        self._make_series_of_jobs()
        self._promised: tuple[Counter | Histogram, ...] = (
            *(self._durations, self._first_tokens, self._calls, self._errors, self._retries, self._failovers),
            *(self._prompt, self._cached, self._completion, self._orders, self._finished),
        )
        self._processes = _live_gauge("gateway_processes", "Processes of the gateway that are alive", "part")
        self._part = part
        self._why_not: str | None = None  # None: it counts
        self._beginning = Periodic("metrics", RETRY_SECONDS, self.begin, needed=lambda: self._why_not is not None)
        self.begin()
        if self._why_not is not None:
            self._beginning.start()

    def begin(self) -> None:
        """Makes this process one that is alive in the metrics, if there is room."""
        before = self._why_not
        with suppress(OSError):  # they may hold the room that we need
            self._files.bury_the_dead()
        try:
            self._processes.labels(self._part).set(1)
        except OSError as exc:
            self._why_not = exc.strerror or type(exc).__name__
            if before is None:
                log.error("this process counts nothing until there is room: %s: %s", self._folder, self._why_not)
        else:
            self._why_not = None
            if before is not None:
                log.warning("this process counts from now on: %s has room again", self._folder)

    @property
    def problem(self) -> str:
        """Why this or another process that shares the folder may count nothing; empty if all can."""
        try:
            if shutil.disk_usage(self._folder).free >= ROOM:
                return self._why_not or ""
        except OSError as exc:
            return f"{self._folder} cannot be used ({exc.strerror}), so counts are lost: restart the gateway"
        return f"{self._folder} has no room, so counts are lost: free some space on its disk"

    def _make_series_of_models(self) -> None:
        model = ("backend", "model_name", "service", "flavor")
        self._durations = _histogram("model_inference_duration", "Seconds that calls to a model took", model, CALL_BUCKETS)
        self._first_tokens = _histogram(
            "model_time_to_first_token_seconds", "Seconds until a model's first piece of text", model, FIRST_TOKEN_BUCKETS
        )
        self._calls = _counter("model_requests", "Calls to a model that have ended, well or badly", model)
        self._errors = _counter("model_errors", "Calls to a model that failed, by error", (*model, "error"))
        self._prompt = _counter("model_prompt_tokens", "Tokens sent to a model", model)
        self._cached = _counter("model_cached_tokens", "Tokens sent that a model had in its cache", model)
        self._completion = _counter("model_generation_tokens", "Tokens that a model made", model)
        self._in_flight = _live_gauge("model_calls_in_flight", "Calls to a backend that are under way", "backend")
        self._retries = _counter("model_retries", "Failed calls that were tried again, by error", ("backend", "error"))
        self._failovers = _counter(
            "model_failovers", "Calls that went elsewhere, by the backend that failed", ("backend", "error")
        )

    def _make_series_of_requests(self) -> None:
        self._reloads = _histogram(
            "gateway_reload_duration_seconds", "Seconds that reading changed files took", ("what",), RELOAD_BUCKETS
        )
        route = ("method", "route")
        self._requests = _counter("gateway_http_requests", "Requests that were answered", (*route, "status"))
        self._request_seconds = _histogram(
            "gateway_http_request_duration_seconds", "Seconds from a request to the end of its answer", route, REQUEST_BUCKETS
        )
        self._overhead = _histogram(
            "gateway_http_overhead_seconds", "Seconds of a request that were ours and not the model's", route, OVERHEAD_BUCKETS
        )
        self._orders = _counter("gateway_service_requests", "Requests that became an order", ("service", "flavor", "backend"))

    def _make_series_of_jobs(self) -> None:
        job = ("service", "flavor")
        self._finished = _counter("gateway_jobs_finished", "Jobs that came to their end", (*job, "status"))
        self._ran = _histogram("gateway_job_duration_seconds", "Seconds that jobs ran", job, JOB_BUCKETS)
        self._waited = _histogram("gateway_job_wait_seconds", "Seconds that jobs waited for a worker", job, JOB_BUCKETS)

    def calling(self, backend: str, change: int, /) -> None:
        self._background.submit(self._add, self._in_flight, (backend,), change)

    def called(
        self,
        *,
        backend: str,
        model: str,
        seconds: float,
        first_token: float | None = None,
        prompt_tokens: int = 0,
        completion_tokens: int = 0,
        cached_tokens: int = 0,
        error: str = "",
        service: str = "",
        flavor: str = "",
    ) -> None:
        self._thread.spent = self._spent() + seconds
        tokens = (prompt_tokens, completion_tokens, cached_tokens)
        self._background.submit(self._called, (backend, model, service, flavor), error, seconds, first_token, tokens)

    def spent(self) -> float:
        spent, self._thread.spent = self._spent(), 0.0
        return spent

    def _spent(self) -> float:
        return float(getattr(self._thread, "spent", 0.0))

    def retried(self, backend: str, error: str, /) -> None:
        self._background.submit(self._add, self._retries, (backend, error))

    def failed_over(self, backend: str, error: str, /) -> None:
        self._background.submit(self._add, self._failovers, (backend, error))

    def reloaded(self, what: str, seconds: float, /) -> None:
        self._background.submit(self._add, self._reloads, (what,), seconds)

    def answered(self, *, route: str, method: str, status: int, seconds: float, upstream: float = 0.0) -> None:
        self._background.submit(self._answered, (method, route), str(status), seconds, upstream)

    def accepted(self, *, service: str, flavor: str, backend: str) -> None:
        self._background.submit(self._add, self._orders, (service, flavor, backend))

    def finished(self, *, service: str, flavor: str, status: str, waited: float, ran: float) -> None:
        self._background.submit(self._ended, (service, flavor), status, waited, ran)

    def _called(
        self,
        labels: Labels,
        error: str,
        seconds: float,
        first_token: float | None,
        tokens: tuple[int, int, int],
    ) -> None:
        backend, model, *of_service = labels
        if error == "BackendRefused" and not self._series.knows("model_name", model):
            labels = (backend, OTHER, *of_service)  # no server knows the model: a client invented it
        self._add(self._calls, labels)
        self._add(self._durations, labels, seconds)
        if error:
            self._add(self._errors, (*labels, error))
        if first_token is not None:
            self._add(self._first_tokens, labels, first_token)
        for family, number in zip((self._prompt, self._completion, self._cached), tokens, strict=True):
            if number > 0:
                self._add(family, labels, number)

    def _add(self, family: Counter | Gauge | Histogram, labels: Labels, amount: float = 1) -> None:
        """Writes once for everything added until then: writing is most of the cost of counting."""
        if not self._gathered:
            self._background.submit(self._write_gathered)
        self._gathered.setdefault(self._series.of(family, labels), []).append(amount)

    def _write_gathered(self) -> None:
        gathered, self._gathered = self._gathered, {}
        for series, amounts in gathered.items():
            if isinstance(series, Histogram):
                _observe(series, amounts)
            else:
                series.inc(sum(amounts))

    def _answered(self, labels: Labels, status: str, seconds: float, upstream: float) -> None:
        self._add(self._requests, (*labels, status))
        self._add(self._request_seconds, labels, seconds)
        if upstream > 0:
            self._add(self._overhead, labels, max(0.0, seconds - upstream))

    def _ended(self, labels: Labels, status: str, waited: float, ran: float) -> None:
        self._add(self._finished, (*labels, status))
        self._add(self._ran, labels, ran)
        self._add(self._waited, labels, waited)

    def collect(self) -> Iterator[Metric]:
        """What all processes that ever shared the folder have counted, without the gauges of dead ones. What the others
        recorded in the last quarter of a second may be missing."""
        self._background.now()
        with suppress(OSError):
            self._files.bury_the_dead()
        there = set()
        for family in self._files.collect():
            there.add(family.name)
            yield family
        yield from (zero for zero in _zeros(self._promised) if zero.name not in there)

    def close(self) -> None:
        """Writes what was recorded, and closes the files; the meter must not be used afterwards."""
        self._beginning.stop()
        self._background.close()
        values.ValueClass.close_all_files()


def _observe(series: Histogram, amounts: Sequence[float]) -> None:
    """As `series.observe` for each of *amounts*, with one write for each bucket."""
    for bucket, number in Counted(bisect_left(series._upper_bounds, amount) for amount in amounts).items():
        series._buckets[bucket].inc(number)
    series._sum.inc(sum(amounts))


def _zeros(families: Iterable[Counter | Histogram]) -> Iterator[Metric]:
    """Every family at zero, so that a panel or an alert finds the name before the first event."""
    for family in families:
        about = next(iter(family.describe()))
        if isinstance(family, Histogram):
            buckets = [(floatToGoString(bound), 0.0) for bound in family._upper_bounds]  # type: ignore[no-untyped-call]
            yield HistogramMetricFamily(about.name, about.documentation, buckets=buckets, sum_value=0)
        else:
            yield CounterMetricFamily(about.name, about.documentation, value=0)


def _counter(name: str, what: str, labels: Sequence[str]) -> Counter:
    return Counter(name, what, labels, registry=None)


def _histogram(name: str, what: str, labels: Sequence[str], buckets: Sequence[float]) -> Histogram:
    return Histogram(name, what, labels, registry=None, buckets=buckets)


def _live_gauge(name: str, what: str, label: str) -> Gauge:
    """A gauge that is summed over the processes that are alive."""
    return Gauge(name, what, (label,), registry=None, multiprocess_mode="livesum")
