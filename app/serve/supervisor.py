"""The one-command layout: a supervisor that keeps web, worker and engine alive. Web and worker are forks of it, and share what
it has loaded; it does nothing with it."""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import FrameType

from app import __version__
from app.engines import deaths
from app.engines.child import Child, Supervisor, answers
from app.errors import EngineError, ManifestError
from app.mounts import LOST, is_lost
from app.serve.collector import exempt_existing_objects
from app.serve.folder import check_folder, check_temporary, folder_of_counts
from app.serve.port import check_port
from app.settings import SettingError, Settings

ENDING_SECONDS = 3.0  # after the drain, in which a process ends by itself before it is killed
SERVING = "serving"

log = logging.getLogger(__name__)

Command = Callable[[Sequence[str], Mapping[str, str]], int]  # what the program does, given its arguments and environment


def supervise(settings: Settings, environment: Mapping[str, str], command: Command) -> int:
    """Starts engine (if asked for), worker and web, and keeps them alive until SIGTERM or SIGINT; the exit status.

    Ends if one of them cannot run as configured. Raises SettingError, EngineError; and Forked in worker and web, which then
    carry *command* out."""
    check_folder(settings)
    check_temporary()
    check_port(settings.host, settings.service_port)
    _check_model(settings)
    terminal = sys.stdin is not None and sys.stdin.isatty()
    if not terminal and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        # SIGHUP means reload here, not a closed terminal; nothing has been read yet.
        signal.signal(signal.SIGHUP, _not_yet)
    address = f"http://localhost:{settings.service_port}"
    pages = f"{address}/{settings.swagger_url.strip('/')}"
    log.info("LLM Gateway %s starts, services in %s", __version__, settings.services_folder.absolute())
    with folder_of_counts(settings) as folder:
        shared = replace(settings, metrics_folder=str(folder))
        deaths.forget(folder)
        supervisor = Supervisor(
            tuple(_children(shared, command)),
            environment={**environment, **shared.environment()},
            prepare=_load,
            on_ready=lambda: log.info("ready: %s, documentation at %s", address, pages),
            hangup_stops=terminal,
            report=partial(_note, folder),
        )
        return supervisor.run()


def _check_model(settings: Settings) -> None:
    """Raises SettingError if LOCAL_MODEL names no model, before anything is started."""
    if settings.local and settings.local_model:
        from app.engines.weights import refuse_unknown

        try:
            refuse_unknown(settings.local_model)
        except EngineError as exc:
            raise SettingError(str(exc)) from exc


def _load() -> None:
    """Loads what web and worker need, before they are forked from here."""
    import app.jobs.queue.consumer
    import app.serve.web
    import app.serve.worker  # noqa: F401

    exempt_existing_objects()  # what the garbage collector marks would no longer be shared


def _note(folder: Path, child: Child, why: str) -> None:
    """Notes why *child* died for /health; a worker itself says when it is ready."""
    if child.backend:
        deaths.note(folder, child.backend, why)
    else:
        deaths.note(folder, child.name, why, deaths.PARTS)


def _not_yet(_number: int, _frame: FrameType | None) -> None:
    """Does nothing: before there are children, there is nothing to reload."""


def _children(settings: Settings, command: Command) -> Iterator[Child]:
    """The children in starting order; they are stopped in reverse, so that web and worker can finish calls to an engine.

    These two stop at the same time: their drains together fit into what Docker waits."""
    if settings.local:
        yield _engine(settings)
    yield from _engines(settings)
    grace = settings.drain_timeout + ENDING_SECONDS
    ready = answers(settings.service_port, "/healthcheck", host=settings.host)
    # the web has METRICS_PORT, and reports what the worker counted
    worker, web = (partial(command, (name,)) for name in (deaths.WORKER, "web"))
    yield Child(deaths.WORKER, work=worker, env={"METRICS_PORT": ""}, grace=grace, stop_group=SERVING, missed=True)
    yield Child("web", work=web, ready=ready, grace=grace, rereads=True, stop_group=SERVING)


def _engines(settings: Settings) -> Iterator[Child]:
    """The engines of backends.json as it is now: an edit starts or stops none later. A broken file starts none."""
    folder = settings.services_folder
    if not (folder / "backends.json").exists() and not is_lost(folder, LOST):  # then the reader is not worth its import
        return
    from app.backends.config.backends_file import ENGINE_PORT
    from app.backends.config.built_in import usual
    from app.backends.config.reloading import configuration
    from app.engines import vllm

    try:
        configured = configuration(folder, usual(settings), settings.variables, state=settings.state_folder)
    except ManifestError as exc:
        log.error("no engine is started: %s", exc)
        return
    for entry in configured.engines:
        yield vllm.child(settings, entry.name, entry.model or settings.llm_model, entry.port or ENGINE_PORT, entry.args)


def _engine(settings: Settings) -> Child:
    from app.engines import llama, weights

    return llama.child(
        settings, weights.ensure_model(settings.local_model, settings.cache_folder, weights.shown_on(sys.stderr))
    )
