"""The worker process: carries jobs out until it is asked to stop."""

from __future__ import annotations

import logging
import os
import signal
import threading
from types import FrameType

from app.gateway import prepare_database, workshop
from app.jobs.queue import run_worker
from app.settings import Settings

log = logging.getLogger(__name__)


def serve_worker(settings: Settings) -> int:
    """Carries jobs out until SIGTERM or SIGINT; a call in flight may take `drain_timeout` seconds to end.

    Raises SettingError, StoreError."""
    stop = threading.Event()

    def asked(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, asked)
    prepare_database(settings)
    log.info("worker ready")
    if not run_worker(workshop(settings), stop, settings.drain_timeout):
        logging.shutdown()
        os._exit(0)  # a call is still in flight in a thread that cannot be ended; its job is handed back
    return 0
