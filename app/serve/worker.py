"""The worker process: runs jobs until it is asked to stop."""

from __future__ import annotations

import logging
import os
import signal
import threading
from dataclasses import replace
from pathlib import Path
from types import FrameType

from app.allocator import keep_no_large_blocks
from app.engines import deaths
from app.gateway import assemble_worker, meter, tracing, worker_metrics
from app.jobs.queue.consumer import run_worker
from app.metrics.port import listen, serve
from app.serve import descriptors
from app.serve.collector import exempt_existing_objects
from app.serve.folder import check_folder, check_temporary, folder_of_counts
from app.serve.preparing import prepare_apart
from app.settings import Settings
from app.signals import ignore_strange
from app.storage.database import watch_file

RESTART = 75  # EX_TEMPFAIL of sysexits.h: start it again

log = logging.getLogger(__name__)


def serve_worker(settings: Settings) -> int:
    """Runs jobs until SIGTERM, SIGINT or SIGQUIT; a call in flight may take `drain_timeout` seconds to end.

    Returns RESTART if its SQLite file was replaced: a new process can use the one that is there now. Raises SettingError,
    StoreError."""
    stop, replaced = threading.Event(), threading.Event()

    def asked(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, asked)
    ignore_strange()
    # a worker reads neither services nor keys, and checks backends.json many times a second
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    check_folder(settings)
    check_temporary()
    descriptors.warn_if_few()
    prepare_apart(settings, _load_job_engine)
    with folder_of_counts(settings) as folder:
        idle = _work(replace(settings, metrics_folder=str(folder)), stop, replaced)
    status = RESTART if replaced.is_set() else 0
    if not idle:
        logging.shutdown()
        os._exit(status)  # a call is still in flight in a thread that cannot be ended; its job is handed back
    return status


def _load_job_engine() -> None:
    import app.jobs.queue.consumer  # noqa: F401


def _work(settings: Settings, stop: threading.Event, replaced: threading.Event) -> bool:
    """Works until *stop*, or until the SQLite file is *replaced*; False if a call is still in flight."""

    def restart() -> None:
        replaced.set()
        stop.set()

    metrics, traces = meter(settings, deaths.WORKER), tracing(settings, deaths.WORKER)
    scraped = listen(settings.host, settings.metrics_port)
    if scraped is not None:
        serve(scraped, lambda: worker_metrics(settings, metrics))
    consumer = assemble_worker(settings, metrics, traces)
    watch = watch_file(consumer.database, restart)
    exempt_existing_objects()
    keep_no_large_blocks()
    deaths.note(Path(settings.metrics_folder), deaths.WORKER, "", deaths.PARTS)
    log.info("worker ready")
    try:
        return run_worker(consumer, stop, settings.drain_timeout)
    finally:
        if watch is not None:
            watch.stop()
        metrics.close()
        traces.close()
