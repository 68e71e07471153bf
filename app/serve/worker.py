"""The worker process: runs jobs until it is asked to stop."""

from __future__ import annotations

import logging
import os
import signal
import threading
from dataclasses import replace
from types import FrameType

from app.gateway import assemble_worker, meter, prepare_database, tracing, worker_metrics
from app.jobs.queue.consumer import run_worker
from app.metrics.folder import shared_folder
from app.metrics.port import listen, serve
from app.serve.folder import check_folder
from app.settings import Settings

log = logging.getLogger(__name__)


def serve_worker(settings: Settings) -> int:
    """Runs jobs until SIGTERM or SIGINT; a call in flight may take `drain_timeout` seconds to end.

    Raises SettingError, StoreError."""
    stop = threading.Event()

    def asked(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, asked)
    # a worker reads neither services nor keys, and checks backends.json many times a second
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    check_folder(settings)
    prepare_database(settings)
    with shared_folder(settings.metrics_folder) as folder:
        idle = _work(replace(settings, metrics_folder=str(folder)), stop)
    if not idle:
        logging.shutdown()
        os._exit(0)  # a call is still in flight in a thread that cannot be ended; its job is handed back
    return 0


def _work(settings: Settings, stop: threading.Event) -> bool:
    """Works until *stop*; False if a call is still in flight."""
    metrics, traces = meter(settings, "worker"), tracing(settings, "worker")
    scraped = listen(settings.host, settings.metrics_port)
    if scraped is not None:
        serve(scraped, lambda: worker_metrics(settings, metrics))
    log.info("worker ready")
    try:
        return run_worker(assemble_worker(settings, metrics, traces), stop, settings.drain_timeout)
    finally:
        metrics.close()
        traces.close()
