"""The embedded engine: llama.cpp's own HTTP server on 127.0.0.1, run as a child process (`python -m app.engines.llama`).

It speaks the OpenAI API, and accepts any name for its one model."""

from __future__ import annotations

import argparse
import json
import logging
import math
import os
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from types import FrameType
from typing import Any

from app.engines.child import CONFIGURATION_ERROR, LONGEST_PAUSE, Child, answers
from app.engines.models import chat_name
from app.errors import EngineError
from app.ports import listener
from app.settings import Settings

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
BATCH = 128  # tokens of a prompt in one go; a long prompt makes other streams wait for so many (51 s with the usual 2048)
CELL = 256  # llama.cpp rounds contexts to multiples of this
ERRORS = 1  # llama.cpp's log level: its warnings quote what a broken request said
MOST_THREADS = 8  # generating is bound by memory; more threads only wait for each other


@dataclass(frozen=True)
class Engine:
    """What to serve and how: *context* is the tokens that each of *slots* requests at a time may hold, prompt and answer.

    *most_tokens* is how long an answer may become where the request does not say."""

    model: Path
    port: int
    context: int
    slots: int
    alias: str
    most_tokens: int = -1
    threads: int = 0

    def arguments(self) -> tuple[str, ...]:
        """What `read` turns back into this."""
        return (
            *("--model", str(self.model), "--port", str(self.port), "--alias", self.alias),
            *("--context", str(self.context), "--slots", str(self.slots)),
            *("--max-tokens", str(self.most_tokens), "--threads", str(self.threads)),
        )


def child(settings: Settings, model: Path) -> Child:
    """The child process that serves the file *model* as the settings say."""
    engine = Engine(
        model=model,
        port=settings.local_port,
        context=settings.embedded_context,
        slots=settings.local_slots,
        alias=chat_name(model),
        most_tokens=settings.local_max_tokens,
    )
    command = (sys.executable, "-m", "app.engines.llama", *engine.arguments())
    return Child(
        name="engine",
        command=command,
        ready=answers(engine.port),
        grace=1.0,  # it keeps nothing
        longest_pause=LONGEST_PAUSE,
        backend="local",
    )


def read(arguments: Sequence[str] | None) -> Engine:
    """The engine that the command line describes."""
    parser = argparse.ArgumentParser(prog="python -m app.engines.llama", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model", type=Path, required=True, help="GGUF file")
    parser.add_argument("--port", type=int, default=9000, help="port on 127.0.0.1 (%(default)s)")
    parser.add_argument("--context", type=int, default=8192, help="tokens of prompt and answer, for each slot (%(default)s)")
    parser.add_argument("--slots", type=int, default=2, help="requests served side by side (%(default)s)")
    parser.add_argument("--alias", help="what /v1/models calls the model (the file's name)")
    parser.add_argument("--max-tokens", type=int, default=-1, help="longest answer where a request sets no limit")
    parser.add_argument("--threads", type=int, default=0, help="threads that compute (as many as there are cores, at most 8)")
    asked = parser.parse_args(arguments)
    return Engine(
        model=asked.model,
        port=asked.port,
        context=asked.context,
        slots=asked.slots,
        alias=asked.alias or chat_name(asked.model),
        most_tokens=asked.max_tokens,
        threads=asked.threads,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves until SIGTERM or until the process that started this one is gone; returns only when it cannot serve."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    parent = os.getppid()
    engine = read(arguments)
    try:
        server = serve(engine)
    except EngineError as exc:
        log.error("%s", exc)
        return CONFIGURATION_ERROR
    except RuntimeError as exc:  # llama.cpp has logged why; memory, for one, may be there the next time
        log.error("llama.cpp cannot serve %s: %s", engine.model.name, exc)
        return 1
    log.info("%s at %s: %d slots of %d tokens", engine.alias, server.listening_address, engine.slots, engine.context)
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(0)


def serve(engine: Engine) -> Any:
    """The running server, whose slots hold what was promised. Raises EngineError if a restart would not help."""
    _check_file(engine.model)
    _check_port(engine.port)
    os.putenv("OMP_WAIT_POLICY", "passive")  # before the library is loaded: waiting threads must not burn the other's core
    try:
        import xllamacpp
    except ImportError as exc:
        raise EngineError(f"the embedded engine needs the package xllamacpp: {exc}") from exc
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)
    server = xllamacpp.Server(_parameters(engine, xllamacpp.CommonParams()))
    _check_context(engine)
    return server


def _leave(_number: int, _frame: FrameType | None) -> None:
    """Leaves without a goodbye: an orderly end would wait for the requests in flight, for ever if need be."""
    os._exit(0)


def _parameters(engine: Engine, params: Any) -> Any:
    """llama.cpp's parameters for *engine*."""
    params.model.path = str(engine.model)
    params.model_alias = {engine.alias}
    params.hostnames = [HOST]
    params.port = engine.port
    params.n_parallel = engine.slots
    params.n_ctx = math.ceil(engine.context / CELL) * CELL * engine.slots  # llama.cpp divides it among the slots
    params.n_batch = params.n_ubatch = BATCH
    params.n_predict = engine.most_tokens
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = engine.threads or min(cores(), MOST_THREADS)
    params.cache_ram_mib = 0  # each slot keeps its own prompt; the store of others' may grow to 8 GiB
    params.cache_idle_slots = False
    params.ui = False
    params.endpoint_slots = False
    params.cors_origins = ""  # no page in a browser on this machine has any business here
    params.verbosity = ERRORS
    return params


def cores() -> int:
    """The cores that we may use: of those that the scheduler gives us, what the container's quota leaves."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
        return max(1, min(usable, math.ceil(int(quota) / int(period))))
    except (OSError, ValueError):  # no cgroup, or "max"
        return usable


def _check_file(model: Path) -> None:
    try:
        with model.open("rb") as file:
            if file.read(4) != b"GGUF":
                raise EngineError(f"{model} is not a GGUF file")
    except OSError as exc:
        raise EngineError(f"{model} cannot be read: {exc.strerror}") from exc


def _check_port(port: int) -> None:
    try:
        listener(HOST, port).close()
    except OSError as exc:
        raise EngineError(f"port {port} is taken ({exc.strerror}): set LOCAL_PORT to another") from exc


def _check_context(engine: Engine) -> None:
    """llama.cpp quietly gives less where the model was trained on less."""
    connection = HTTPConnection(HOST, engine.port, timeout=10)
    try:
        connection.request("GET", "/props")
        given = int(json.load(connection.getresponse())["default_generation_settings"]["n_ctx"])
    finally:
        connection.close()
    if given < engine.context:
        raise EngineError(f"{engine.alias} holds {given} tokens, not {engine.context}: lower LOCAL_MAX_MODEL_LEN to {given}")


if __name__ == "__main__":
    sys.exit(main())
