"""The web process: gunicorn with our settings."""

from __future__ import annotations

import logging
import os
import re
import signal
import socket
import threading
from contextlib import suppress
from dataclasses import replace
from functools import partial
from types import FrameType
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from app.allocator import keep_no_large_blocks
from app.catalog.folder import Folder
from app.engines.launch import die_with_parent
from app.gateway import EXAMINER, Gateway, assemble, keyring
from app.kinds import KINDS
from app.metrics import NullMetrics
from app.metrics.port import listen, serve
from app.serve import descriptors, fast_path
from app.serve.collector import exempt_existing_objects
from app.serve.connections import ENDING_SECONDS, ConnectionWorker
from app.serve.fast_path.buffered_log import ACCESS, buffer_access_log
from app.serve.folder import check_folder, check_temporary, folder_of_counts
from app.serve.port import check_port
from app.serve.preparing import prepare_apart
from app.settings import SettingError, Settings
from app.signals import ignore_strange
from app.storage.database import sqlite_file, watch_file
from app.storage.sqlite_file import Identity, identity
from app.urls import LOOPBACK
from app.web import create_app
from app.web.probes import Probes
from app.web.routes.docs import written_in
from app.web.routes.metrics import Exposition
from app.web.streaming.disconnects import DisconnectMonitor
from app.web.streaming.request_limit import MOST_WAITING, MOST_WATCHERS

# Of one web worker: for clients that follow jobs, for those that wait for a model, and 64 for all else. They are made when
# needed: 200 more that watch cost 10 MB.
THREADS = MOST_WATCHERS + MOST_WAITING + 64
CONNECTIONS = 8192  # of one web worker; the idle ones hold no thread, and the oldest make room for new ones
PORT_TIMEOUT = 5.0  # seconds in which what a killed predecessor of ours left behind lets go of the port


log = logging.getLogger(__name__)


class GunicornLog(Logger):
    """Gunicorn's lines go where ours go, in the format of LOG_FORMAT."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.propagate = True


class Web(BaseApplication):
    """Gunicorn; every worker makes its own gateway after the fork, so that its watcher is its own."""

    def __init__(self, settings: Settings, scraped: socket.socket | None) -> None:
        self._settings = settings
        self._scraped = scraped
        self._fast = fast_path.is_on(settings.fast_path)
        self._worker: Any = None
        self._file = _file_of(settings)
        self._disconnects = DisconnectMonitor()
        self._gateway: Gateway | None = None
        super().__init__()

    def load_config(self) -> None:
        for name, value in _gunicorn(self._settings, fast=self._fast).items():
            self.cfg.set(name, value)
        self.cfg.set("post_fork", self._live)
        self.cfg.set("worker_exit", self._end)
        self.cfg.set("when_ready", _hear_our_signals)

    def _live(self, arbiter: Any, worker: Any) -> None:
        """A web worker whose master is killed must release the port."""
        self._worker = worker
        die_with_parent(arbiter.pid)

    @property
    def max_body(self) -> int:
        """The largest request body, in bytes."""
        return self._settings.max_body

    def abort_requests(self) -> None:
        """Called when the drain is over: tells clients that still wait to ask again."""
        self._disconnects.abort()

    def end_process(self) -> None:
        """Ends this web worker without a further answer to its clients."""
        self._end(None, None)
        logging.shutdown()

    def _end(self, _arbiter: Any, _worker: Any) -> None:
        """Called when this web worker ends: flushes its metrics and traces."""
        if self._gateway is not None:
            self._gateway.metrics.close()
            self._gateway.tracing.close()
        for handler in logging.getLogger(ACCESS).handlers:
            handler.flush()

    def _closing(self) -> bool:
        """Whether this web worker has been asked to end."""
        return self._worker is not None and not self._worker.alive

    def load(self) -> Any:
        if self._fast:
            buffer_access_log()
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # until there is something to reload
        ignore_strange()
        if self._file != _file_of(self._settings):
            prepare_apart(self._settings)  # the file was replaced while the gateway was running
        gateway = self._gateway = assemble(self._settings)
        EXAMINER.close()  # the next edit may be days away
        watch_file(gateway.jobs.database, _restart_this_worker)
        gateway.watcher.start()
        gateway.reloader.start()
        _reread_on_hangup(gateway)
        threading.Thread(target=_get_ready_to_submit, args=(gateway,), name="get-ready", daemon=True).start()
        probes = Probes(gateway.backends)
        if self._scraped is not None:
            serve(self._scraped, Exposition(gateway, probes).render)
        app = create_app(gateway, self._closing, self._disconnects, probes)
        exempt_existing_objects()
        keep_no_large_blocks()
        return app


def _file_of(settings: Settings) -> Identity | None:
    """Which file the database is now; None if it is none, or a server."""
    file = sqlite_file(settings.database)
    return None if file is None else identity(file)


def _restart_this_worker() -> None:
    """Gunicorn starts another web worker once this one has ended what is in flight."""
    os.kill(os.getpid(), signal.SIGTERM)


def _hear_our_signals(arbiter: Any) -> None:
    """Makes SIGHUP reload every web worker's files, instead of having gunicorn restart the workers, and SIGUSR2 start no second
    gunicorn, which nobody would supervise."""
    master = os.getpid()
    ignore_strange()

    def hand_on(number: int, _frame: FrameType | None) -> None:
        if os.getpid() == master:  # a child that is just forked has not set its own yet
            for pid in tuple(arbiter.WORKERS):
                with suppress(ProcessLookupError):
                    os.kill(pid, number)

    signal.signal(signal.SIGHUP, hand_on)


def _reread_on_hangup(gateway: Gateway) -> None:
    def reread(_number: int, _frame: FrameType | None) -> None:
        threading.Thread(target=gateway.reread, name="reread", daemon=True).start()

    signal.signal(signal.SIGHUP, reread)


def _get_ready_to_submit(gateway: Gateway) -> None:
    """Connects to the queue before the first order; a gateway without services for jobs goes without its library."""
    if any(not entry.kind.INTERACTIVE for entry in gateway.current.catalog.services.values()):
        _ = gateway.jobs.queue


def _gunicorn(settings: Settings, *, fast: bool) -> dict[str, Any]:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    threads, connections = capacity(descriptors.raised())
    return {
        "bind": f"{host}:{settings.service_port}",
        "proc_name": settings.service_name,
        "workers": settings.workers,
        "worker_class": _worker_class(fast=fast),
        "threads": threads,
        "worker_connections": connections,
        "timeout": settings.timeout,
        "graceful_timeout": settings.drain_timeout + ENDING_SECONDS,
        "control_socket_disable": True,  # it would lie in the home folder: two gateways, or a read-only container, would clash
        "loglevel": "debug" if settings.debug else "warning",
        "errorlog": None,
        "logger_class": GunicornLog,
    }


def capacity(files: int) -> tuple[int, int]:
    """How many threads and connections a web worker has that may open so many files.

    Gunicorn keeps idle connections open only while there are more connections than threads."""
    connections = min(CONNECTIONS, files // 2)
    return min(THREADS, connections // 2), connections


def _worker_class(*, fast: bool) -> type:
    if not fast:
        return ConnectionWorker
    from app.serve.fast_path.keepalive import KeepAliveWorker  # it reaches into gunicorn: not without a look at its version

    return KeepAliveWorker


def _load_job_engine(settings: Settings) -> None:
    """Loads the job engine's library, half a second and 20 MB, for all workers at once if any of them will need it."""
    if needs_jobs(Folder.read(settings.services_folder)):
        import app.jobs.queue.client  # noqa: F401


def needs_jobs(folder: Folder) -> bool:
    """Whether a service seems to need jobs: its manifest is not parsed yet, and may be broken."""
    kinds = "|".join(name for name, kind in KINDS.items() if not kind.INTERACTIVE)
    of_jobs = re.compile(rf'"type"\s*:\s*"({kinds})"')
    return any(of_jobs.search(text) for text in folder.texts.values())


def check_open(settings: Settings) -> None:
    """Raises SettingError if a container engine publishes a gateway without keys to other machines, unless OPEN=yes."""
    if settings.published and settings.published not in LOOPBACK and not settings.api_keys_file and settings.open != "yes":
        raise SettingError(
            f"OPEN: without API_KEYS_FILE everybody who reaches {settings.published} would be let in: "
            "set API_KEYS_FILE, or publish on 127.0.0.1, or say OPEN=yes"
        )


def serve_web(settings: Settings) -> int:
    """Serves HTTP until SIGTERM or SIGINT. Raises SettingError, StoreError."""
    check_folder(settings)
    check_temporary()
    check_open(settings)
    written_in(settings)  # every worker would fail on it, and be started again
    check_port(settings.host, settings.service_port, PORT_TIMEOUT)
    descriptors.warn_if_few()
    prepare_apart(settings, partial(_load_job_engine, settings))
    exempt_existing_objects()  # what it writes to would no longer be shared with the workers
    if keyring(settings, NullMetrics()) is None and settings.host not in LOOPBACK:
        log.warning("everybody who reaches %s, port %d, is let in: set API_KEYS_FILE", settings.host, settings.service_port)
    with folder_of_counts(settings) as folder:
        # one socket for all workers: whichever takes a scrape tells what all have counted
        Web(replace(settings, metrics_folder=str(folder)), listen(settings.host, settings.metrics_port)).run()
    return 0
