"""The engine vLLM: `vllm serve` as a child process on 127.0.0.1, for machines with a GPU. The operator installs the package.

It speaks the OpenAI API. It listens only once its model is loaded, which takes minutes."""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable, Sequence

from app.engines.child import LONGEST_PAUSE, Child, answers
from app.errors import EngineError
from app.settings import Settings

PROGRAM = "vllm"
HOST = "127.0.0.1"
# The gateway's own folder of metrics: engines that found it would write theirs into it, and show each other's as their own.
METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
GRACE = 20.0  # seconds between SIGTERM and SIGKILL: it frees the GPUs in an orderly way
SAY_EVERY = 60.0  # seconds between two lines in the log while it loads

log = logging.getLogger(__name__)


def child(settings: Settings, name: str, model: str, port: int, args: Sequence[str] = ()) -> Child:
    """The child process that serves *model* for the backend *name*; *args* are further arguments of `vllm serve`.

    Raises EngineError if it cannot be started at all."""
    if not model:
        raise EngineError(f"the engine {name} has no model: say `model` in backends.json, or set LLM_MODEL_NAME")
    if shutil.which(PROGRAM, path=settings.variables.get("PATH")) is None:
        raise EngineError(f"the engine {name} needs the program `{PROGRAM}`, which is not here: install the package vllm")
    return Child(
        name=name,
        without=frozenset({METRICS_FOLDER}),
        command=(PROGRAM, "serve", model, *_arguments(settings, port), *args),
        ready=patient(name, answers(port)),
        grace=GRACE,
        longest_pause=LONGEST_PAUSE,
        backend=name,
    )


def _arguments(settings: Settings, port: int) -> tuple[str, ...]:
    """What the settings say; vLLM takes the last of two values, so those of backends.json, which follow, win."""
    share, context = settings.local_gpu_memory, settings.local_context
    return (
        *("--host", HOST, "--port", str(port)),
        *(("--max-model-len", str(context)) if context is not None else ()),
        *(("--gpu-memory-utilization", f"{share:g}") if share is not None else ()),
        *("--tensor-parallel-size", str(settings.local_tensor_parallel)),
        "--enable-prompt-tokens-details",  # without it, nobody is told how much of a prompt was cached
    )


def patient(name: str, ready: Callable[[], bool], clock: Callable[[], float] = time.monotonic) -> Callable[[], bool]:
    """*ready*, with a line in the log now and then as long as it is not."""
    began = said = -1.0

    def look() -> bool:
        nonlocal began, said
        now = clock()
        if ready():
            began = -1.0
            return True
        if began < 0:
            began = said = now
        elif now - said >= SAY_EVERY:
            said = now
            log.info("%s is still loading its model, after %.0f s", name, now - began)
        return False

    return look
