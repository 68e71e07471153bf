"""The only place that picks concrete classes: settings in, a gateway or a worker out."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.backends.config.apis import APIS, Api
from app.backends.config.built_in import built_in, usual
from app.backends.config.reloading import BackendsReloader
from app.backends.registry import Backends
from app.callbacks.targets import Targets
from app.catalog import HERE, Catalog, Examine, Examiner, LastGood, Proofs, load
from app.catalog.authoring import Authoring
from app.catalog.history import History, Recorder
from app.conversations import Conversations
from app.errors import Cancelled, StoreError
from app.interactive import InteractiveRunner
from app.jobs import Jobs, Status
from app.jobs.queue.engine_log import tame
from app.jobs.stats import JobStats, stats
from app.keys import Keyring, KeysError
from app.kinds import KINDS, question
from app.kinds.base import Kind
from app.limits.accounts import Accounts
from app.limits.slots import ConcurrencyLimits
from app.meetings import Meetings
from app.metrics import Metrics, NullMetrics
from app.metrics.folder import LAST_GOOD, owner_of
from app.settings import SettingError, Settings
from app.storage.database import JOB_SECONDS, sqlite_file
from app.storage.schema import prepare
from app.storage.service_versions import ServiceVersions
from app.tokens import Tokenizers
from app.tracing import Kind as SpanKind
from app.tracing import NullTracing, Tracing, spanning
from app.watcher import CurrentCatalog, Watcher
from app.worker import Worker

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

    from app.jobs.queue.consumer import QueueConsumer
    from app.periodic import BackgroundService

log = logging.getLogger(__name__)

EXAMINER = Examiner()  # starts a process when there is first something to examine

EMBEDDED = "local"  # the backend of the embedded model
POOL_OF_A_WORKER = 8  # connections; a web process needs 2


def prepare_database(settings: Settings) -> None:
    """Prepares the database. Raises StoreError if another try may help, as with a server that is still starting, and
    SettingError if not, as with a SQLite file that cannot be made."""
    try:
        prepare(settings.database)
    except StoreError as exc:
        if sqlite_file(settings.database) is None:
            raise
        raise SettingError(f"{settings.database_setting}: {exc.located}") from exc


@dataclass(frozen=True)
class Gateway:
    """What a web process holds. Nothing in it has a thread or a connection until it is first used."""

    settings: Settings
    current: CurrentCatalog
    watcher: Watcher
    jobs: Jobs
    backends: Backends
    reloader: BackendsReloader
    meetings: Meetings
    interactive: InteractiveRunner
    conversations: Conversations
    started: float = field(default_factory=time.monotonic)
    metrics: Metrics = field(default_factory=NullMetrics)
    tracing: Tracing = field(default_factory=NullTracing)
    keyring: Keyring | None = None
    kinds: Mapping[str, Kind] = field(default_factory=lambda: KINDS)

    @property
    def accounts(self) -> Accounts:
        """What the holders of keys have spent."""
        return Accounts(self.jobs.database)

    @property
    def holder(self) -> str:
        """Nobody: whose key a request shows is the web's to know."""
        return ""

    @cached_property
    def authoring(self) -> Authoring:
        """Edits the services folder; one for all requests, so that each version of a file is examined once."""
        return Authoring(self.settings.services_folder, self.kinds, proofs(self.kinds))

    def reread(self) -> None:
        """Reads services and keys now: some file systems report changes late."""
        self.current.reload()
        if self.keyring is not None:
            self.keyring.reread()
        log.info("services and keys were read again, as asked")

    def stats(self) -> JobStats:
        """How many jobs are in each state. Raises StoreError."""
        return stats(self.jobs.database)

    def why_read_only(self) -> str:
        """Why nothing can be stored at present; empty if something can."""
        return self.jobs.database.why_read_only()


def assemble(
    settings: Settings, metrics: Metrics | None = None, kinds: Mapping[str, Kind] = KINDS, apis: Mapping[str, Api] = APIS
) -> Gateway:
    """A gateway for one web process; *metrics* instead of those that the settings ask for."""
    metrics = metrics or meter(settings, "web")
    traces = tracing(settings, "web")
    current = load_catalog(settings, metrics, kinds)
    known = backends(settings, metrics, ConcurrencyLimits(settings.database, interactive=True), traces, apis)
    jobs = Jobs(
        settings.database,
        slots=_slots(settings, known),
        most_queued=settings.max_queued,
        check_callback=targets(settings).check,
        trace=traces.carrier,
    )
    tame(jobs.database)
    return Gateway(
        settings=settings,
        current=current,
        watcher=Watcher(current, settings.services_folder, settings.watch, Recorder(History(ServiceVersions(jobs.database)))),
        jobs=jobs,
        backends=known,
        reloader=backends_reloader(settings, known, apis=apis),
        meetings=Meetings(jobs, kinds),
        interactive=InteractiveRunner(
            known.of, Tokenizers(), {**kinds, question.KIND: question}, traces, metrics, patience=float(settings.timeout)
        ),
        conversations=Conversations(jobs.database, idle=settings.chat_idle_seconds),
        metrics=metrics,
        tracing=traces,
        keyring=keyring(settings, metrics),
        kinds=kinds,
    )


def keyring(settings: Settings, metrics: Metrics) -> Keyring | None:
    """The keys, if API_KEYS_FILE names a file. Raises SettingError.

    In a gateway that runs, a process that starts while the file is broken has the keys that the others have."""
    if not settings.api_keys_file:
        return None
    folder = settings.metrics_folder
    kept = Path(folder) / f"{LAST_GOOD}keys.json" if folder and owner_of(folder) is not None else None
    try:
        return Keyring(Path(settings.api_keys_file), kept=kept, metrics=metrics)
    except KeysError as exc:
        raise SettingError(f"API_KEYS_FILE: {exc}") from exc


def meter(settings: Settings, part: str) -> Metrics:
    """The metrics of this process, which is a *part* (`web`, `worker`) of the gateway: none without a folder to count in."""
    if not settings.metrics_folder:
        return NullMetrics()
    from app.metrics.meter import Meter

    return Meter(Path(settings.metrics_folder), part)


def tracing(settings: Settings, part: str) -> Tracing:
    """The traces of this process, which is a *part* (`web`, `worker`) of the gateway: none without a collector for them.

    Raises SettingError if the exporter is not installed."""
    if not settings.otlp_endpoint:
        return NullTracing()
    try:
        from app.tracing.otlp import Otlp
    except ModuleNotFoundError as exc:
        raise SettingError(
            f"OTEL_EXPORTER_OTLP_ENDPOINT: traces need the package of {exc.name}, which is not installed: "
            "python3 -m pip install -r requirements-otel.txt -c constraints.txt"
        ) from exc
    return Otlp(settings.otlp_endpoint, settings.service_name, part)


def load_catalog(settings: Settings, metrics: Metrics | None = None, kinds: Mapping[str, Kind] = KINDS) -> CurrentCatalog:
    """The services folder as it is now."""
    read = partial(
        load,
        settings.services_folder,
        kinds,
        remember=LastGood(settings.state_folder),
        prove=proofs(kinds, settings.state_folder),
    )
    told = metrics or NullMetrics()

    def timed(before: Catalog | None) -> Catalog:
        began = time.monotonic()
        now = read(before)
        if now is not before:
            told.reloaded("services", time.monotonic() - began)
        return now

    return CurrentCatalog(timed)


def backends(
    settings: Settings,
    metrics: Metrics | None,
    slots: ConcurrencyLimits,
    traces: Tracing | None = None,
    apis: Mapping[str, Api] = APIS,
) -> Backends:
    """The built-in backends; their limits hold over all processes that share *slots*."""
    return Backends(built_in(settings), metrics=metrics, tracing=traces, semaphore=slots.semaphore, apis=apis)


def targets(settings: Settings) -> Targets:
    """Which addresses webhooks may go to."""
    return Targets(
        allowed=bool(settings.webhook_secret), private=settings.callback_allow_private, ports=settings.open_callback_ports
    )


def backends_reloader(
    settings: Settings, known: Backends, changed: Callable[[], None] | None = None, apis: Mapping[str, Api] = APIS
) -> BackendsReloader:
    """Keeps *known* as backends.json says; it has read the file once."""
    return BackendsReloader(
        known,
        settings.services_folder,
        usual(settings),
        settings.variables,
        state=settings.state_folder,
        changed=changed,
        apis=apis,
    )


def worker_metrics(settings: Settings, metrics: Metrics) -> bytes:
    """The exposition of a worker that runs apart from the web."""
    from app.metrics.machine import families, folders
    from app.metrics.rendering import render

    def collect() -> Iterator[Metric]:
        yield from metrics.collect()
        yield from families(owner_of(settings.metrics_folder), folders(settings.state_folder, settings.metrics_folder))

    return render(collect)


def assemble_worker(
    settings: Settings,
    metrics: Metrics | None = None,
    traces: Tracing | None = None,
    kinds: Mapping[str, Kind] = KINDS,
    apis: Mapping[str, Api] = APIS,
) -> QueueConsumer:
    """A consumer of the queue, with everything that carries jobs out."""
    from app.jobs.queue.consumer import QueueConsumer  # the web has no use for the job engine before the first order

    told = metrics or NullMetrics()
    traces = traces or NullTracing()
    known = backends(settings, told, ConcurrencyLimits(settings.database, interactive=False), traces, apis)
    jobs = Jobs(settings.database, pool=POOL_OF_A_WORKER, limit=JOB_SECONDS, slots=_slots(settings, known))
    backends_reloader(settings, known, lambda: _take_limits(jobs, known), apis).start()
    worker = Worker(jobs, known.of, Tokenizers(), kinds, patience=settings.job_deadline, tracing=traces, metrics=told)
    asked = _asked_by_jobs(settings, kinds)
    limits = {name: jobs_in_flight(name, most) for name, most in known.limits().items() if name in asked}
    queue = QueueConsumer(
        jobs,
        _traced(_counted(worker.carry_out, jobs, told), jobs, traces),
        limits,
        beside=tuple(_beside(settings, jobs, kinds)),
    )
    tame(jobs.database, queue.outage_over)
    return queue


def _beside(settings: Settings, jobs: Jobs, kinds: Mapping[str, Kind]) -> Iterator[BackgroundService]:
    """What a worker does beside its jobs."""
    from app.jobs.indexer import Indexer
    from app.jobs.retention import Sweeper

    yield Indexer(jobs, [name for name, kind in kinds.items() if kind.GROWS])
    yield Sweeper(jobs, keep_seconds=settings.result_ttl, most_bytes=settings.max_db_size)
    if settings.webhook_secret:
        from app.callbacks.courier import Courier  # its HTTP client is not needed without a secret

        yield Courier(jobs, targets(settings), settings.webhook_secret)


def _traced(carry_out: Callable[[str], None], jobs: Jobs, traces: Tracing) -> Callable[[str], None]:
    """*carry_out*, with each run of a job a span of the trace that its request began."""
    if not traces.on:
        return carry_out

    def traced(job_id: str) -> None:
        with spanning(
            traces, "job", SpanKind.CONSUMER, carrier=jobs.trace(job_id), attributes={"gateway.job.id": job_id}
        ) as span:
            carry_out(job_id)
            job = jobs.find(job_id, texts=False)
            span.note({"gateway.service": job.service, "gateway.flavor": job.flavor, "gateway.job.attempt": job.attempts})
            span.note({"gateway.job.status": job.status.value})
            if job.status is Status.ERROR:
                span.fail(job.status.value)

    return traced


def _counted(carry_out: Callable[[str], None], jobs: Jobs, metrics: Metrics) -> Callable[[str], None]:
    """*carry_out*, which reports every job that it ends to the metrics."""

    def tell(job_id: str, began: float) -> None:
        job = jobs.find(job_id, texts=False)
        if job.started and job.finished and job.finished.timestamp() >= time.time() - (time.monotonic() - began):
            waited = max(0.0, (job.started - job.created).total_seconds())  # the clock may have been set back meanwhile
            ran = max(0.0, (job.finished - job.started).total_seconds())
            metrics.finished(service=job.service, flavor=job.flavor, status=job.status.value, waited=waited, ran=ran)

    def counted(job_id: str) -> None:
        began = time.monotonic()
        try:
            carry_out(job_id)
        except Cancelled:
            tell(job_id, began)
            raise
        tell(job_id, began)

    return counted


def _take_limits(jobs: Jobs, known: Backends) -> None:
    """Applies the backends' present limits to the queues."""
    queued = jobs.queue.backends()
    for name, most in known.limits().items():
        if name in queued:
            jobs.queue.limit(name, jobs_in_flight(name, most))


def _slots(settings: Settings, known: Backends) -> Callable[[str], int]:
    return lambda backend: jobs_in_flight(backend, known.limits().get(backend, settings.backend_concurrency))


def proofs(kinds: Mapping[str, Kind], state: Path | None = None) -> Examine:
    """Proves templates in a process apart. That process knows the gateway's own kinds only: services of other kinds are
    examined in this process. *state* is the folder that keeps the proofs."""
    return Proofs(EXAMINER, state) if kinds is KINDS else HERE


def _asked_by_jobs(settings: Settings, kinds: Mapping[str, Kind]) -> frozenset[str]:
    """The backends that the services' jobs go to. The others get a queue when their first job comes: polling an empty queue
    costs a worker as much as polling any."""
    remember = LastGood(settings.state_folder)
    catalog = load(settings.services_folder, kinds, remember=remember, prove=proofs(kinds, settings.state_folder))
    EXAMINER.close()  # a worker looks once
    services = [entry.service for entry in catalog.services.values()]
    jobs = [service for service in services if not kinds[service.type].INTERACTIVE]
    return frozenset(backend for service in jobs for backend in service.backends)


def jobs_in_flight(backend: str, most: int) -> int:
    """How many jobs of *backend*, which takes *most* calls, run at once: more than *most*, so that other jobs use the slots of
    a job that is between two calls. Measured: with 1.5 x instead of 2 x, 16 equal jobs at 8 slots ended 1.25 x later.

    The embedded model reads the beginning of a prompt again if another job has used its slot meanwhile: there only as many
    jobs run as there are slots."""
    return most if backend == EMBEDDED else 2 * most
