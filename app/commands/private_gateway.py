"""A gateway for one run: processes of our own on loopback ports, with a temporary folder, gone when the run is over."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from types import FrameType

from app.client import Gateway
from app.commands.local import LocalServices
from app.engines import deaths, weights
from app.engines.child import LAUNCHER, answers
from app.errors import EngineError
from app.gateway import EMBEDDED
from app.keys import Key, add, hashed, new_id, new_secret
from app.kinds.base import Form
from app.metrics.folder import claim, sweep
from app.ports import free_port
from app.settings import Settings

PREFIX = "llm-gateway-run-"
START_SECONDS = 300.0  # to load a model from a slow disk
STOP_SECONDS = 20.0
POLL = 0.1
LAST_LINES = 10
ENDING_SIGNALS = (signal.SIGTERM, signal.SIGHUP)

Prepare = Callable[[str, int, int], None]  # what is being prepared, how far it is, and how far it goes; 0: nobody knows


@contextmanager
def private_gateway(settings: Settings, service: str, form: Form, prepare: Prepare) -> Iterator[tuple[Gateway, str]]:
    """A gateway that can run *form*, and the flavor to run: the one that *form* names, else one of the embedded model.

    The request is checked before anything is fetched or started. Raises GatewayError."""
    with LocalServices(settings) as services:
        order = services.order(service, form, prefer=EMBEDDED)
        embedded = order.backend == EMBEDDED
        if embedded:
            model = weights.ensure_model(
                settings.local_model, settings.cache_folder, lambda here, total: prepare("model", here, total)
            )
            settings = replace(settings, local_model=settings.local_model and str(model))
        prepare("starting", 0, 0)
        with _ended_by_signals(), _started(settings, embedded=embedded) as gateway:
            yield gateway, order.flavor_name


@contextmanager
def _started(settings: Settings, *, embedded: bool) -> Iterator[Gateway]:
    sweep(PREFIX)
    with tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        claim(folder)
        secret = new_secret()
        add(folder / "keys.json", Key("run", hashed(secret), ("*",), id=new_id()), None, None)
        own = _own_settings(settings, folder, embedded=embedded)
        with _process(own, folder / "gateway.log") as process:
            _wait_until_ready(process, own, folder)
            with Gateway(f"http://127.0.0.1:{own.service_port}", api_key=secret) as gateway:
                yield gateway


def _own_settings(settings: Settings, folder: Path, *, embedded: bool) -> Settings:
    """*settings* for a gateway that only this process may use, and that shares nothing with another one."""
    return replace(
        settings,
        host="127.0.0.1",
        service_port=free_port(),
        workers=1,
        local=embedded,
        local_port=free_port(),
        db_path=str(folder / "results.sqlite"),
        database_url="",
        metrics_port=None,
        metrics_folder=str(folder / "metrics"),
        api_keys_file=str(folder / "keys.json"),
        published="",
        studio="off",
        linto_api="off",
        drain_timeout=1,
    )


@contextmanager
def _process(settings: Settings, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The supervisor, which dies with this process, and ends its own children."""
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - the gateway itself
            [sys.executable, "-IS", str(LAUNCHER), str(os.getpid()), sys.executable, "-m", "app", "serve"],
            env={**settings.variables, **settings.environment()},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C is for us: the job is cancelled first
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except BaseException:  # too slow, or Ctrl-C again: whatever it is, no process may be left
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise


def _wait_until_ready(process: subprocess.Popen[bytes], settings: Settings, folder: Path) -> None:
    """Returns when requests can be answered. Raises EngineError."""
    ready = [answers(settings.service_port, "/healthcheck"), *([answers(settings.local_port)] if settings.local else [])]
    deadline = time.monotonic() + START_SECONDS
    while ready:
        if process.poll() is not None:
            raise EngineError(f"the gateway for this run did not start:\n{_end_of(folder / 'gateway.log')}")
        if why := deaths.noted(folder / "metrics").get(EMBEDDED):
            raise EngineError(f"the embedded model {why}")
        if time.monotonic() > deadline:
            raise EngineError(f"the gateway for this run is not ready after {START_SECONDS:.0f} s")
        if ready[-1]():
            ready.pop()
        else:
            time.sleep(POLL)


def _end_of(log: Path) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-LAST_LINES:])


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Has SIGTERM and a closed terminal end this process in order, as Ctrl-C does: the child and its folder go first."""

    def end(number: int, _frame: FrameType | None) -> None:
        sys.exit(128 + number)

    before = {number: signal.signal(number, end) for number in ENDING_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
