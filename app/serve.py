"""The processes: gunicorn's web workers, the job worker, and the supervisor that keeps both and the engine alive."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from types import FrameType
from typing import Any

from gunicorn.app.base import BaseApplication

from app import __version__
from app.engines import llama, weights
from app.engines.child import Child, Supervisor, answers
from app.engines.launch import die_with_parent
from app.gateway import assemble, workshop
from app.jobs import prepare
from app.settings import Settings
from app.web import create_app

THREADS = 32  # of one web worker: how many slow requests it holds at once

log = logging.getLogger(__name__)


class Web(BaseApplication):
    """Gunicorn with our settings; every worker makes its own gateway after the fork, so that its watcher is its own."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in _gunicorn(self._settings).items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        gateway = assemble(self._settings)
        gateway.watcher.start()
        return create_app(gateway)


def _gunicorn(settings: Settings) -> dict[str, Any]:
    return {
        "bind": f"{settings.host}:{settings.service_port}",
        "proc_name": settings.service_name,
        "workers": settings.workers,
        "worker_class": "gthread",
        "threads": THREADS,
        "timeout": settings.timeout,
        "graceful_timeout": settings.drain_timeout,
        "control_socket_disable": True,  # it would lie in the home folder: two gateways, or a read-only container, would clash
        "loglevel": "debug" if settings.debug else "warning",
        "post_fork": _live_with_the_master,
    }


def _live_with_the_master(arbiter: Any, _worker: Any) -> None:
    """A web worker whose master is killed must not go on holding the port."""
    die_with_parent(arbiter.pid)


def serve_web(settings: Settings) -> int:
    """Serves HTTP until SIGTERM or SIGINT."""
    prepare(settings.database)
    Web(settings).run()
    return 0


def serve_worker(settings: Settings) -> int:
    """Carries jobs out until SIGTERM or SIGINT; a call in flight may take `drain_timeout` seconds to end."""
    prepare(settings.database)
    stop = threading.Event()

    def asked(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, asked)
    from app.jobs.queue import run_worker

    log.info("worker ready")
    if not run_worker(workshop(settings), stop, settings.drain_timeout):
        logging.shutdown()
        os._exit(0)  # a call is still in flight in a thread that cannot be ended; its job is handed back
    return 0


def supervise(settings: Settings, environment: Mapping[str, str]) -> int:
    """The one-command layout: engine (if asked for), worker and web; ends when asked to, or when one cannot be started."""
    prepare(settings.database)
    address = f"http://localhost:{settings.service_port}"
    log.info("LLM Gateway %s starts: %s, documentation at %s%s", __version__, address, address, settings.swagger_url)
    supervisor = Supervisor(
        tuple(_children(settings)),
        environment={**environment, **settings.environment()},
        on_ready=lambda: log.info("ready: %s", address),
    )
    return supervisor.run()


def _children(settings: Settings) -> Iterator[Child]:
    """In the order of starting; they are stopped the other way round, so that nothing new is accepted first of all."""
    if settings.local:
        yield llama.child(settings, weights.bring(settings.local_model, settings.cache_folder, weights.shown_on(sys.stderr)))
    grace = settings.drain_timeout + 5.0
    yield Child("worker", (sys.executable, "-m", "app", "worker"), grace=grace)
    yield Child("web", (sys.executable, "-m", "app", "web"), ready=answers(settings.service_port, "/healthcheck"), grace=grace)
