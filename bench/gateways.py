"""A gateway that a benchmark starts, with the embedded model."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from app.client import Gateway
from app.ports import listener

ROOT = Path(__file__).parent.parent
READY = 300  # seconds until the engine must have loaded its model
PAUSE = 0.5  # seconds between two looks at a gateway that starts


class Failed(Exception):
    """The gateway did not start; says why."""


@contextmanager
def embedded(folders: Sequence[Path]) -> Iterator[Gateway]:
    """A gateway with the embedded model and the services of *folders*, until the end of the block. Raises Failed."""
    home = Path(tempfile.mkdtemp(prefix="llm-gateway-bench-"))
    services = home / "services"
    for folder in folders:
        shutil.copytree(folder, services, dirs_exist_ok=True)
    port, engine_port = _free_port(), _free_port()
    command = [sys.executable, "-m", "app", "--local", "--service_port", str(port), "--local_port", str(engine_port)]
    command += ["--host", "127.0.0.1", "--db_path", str(home / "results.sqlite"), "--services", str(services)]
    with (home / "gateway.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True, env=_without_key())
    url = f"http://127.0.0.1:{port}"
    try:
        _await(url, process, home / "gateway.log")
        with Gateway(url) as gateway:
            yield gateway
    finally:
        _end(process)
        shutil.rmtree(home, ignore_errors=True)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()


def _await(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + READY
    while not _is_ready(url):
        if process.poll() is not None or time.monotonic() > until:
            raise Failed(f"the gateway did not become ready: {log.read_text(errors='replace')[-2000:]}")
        time.sleep(PAUSE)


def _is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=60) as answer:
            return bool(json.load(answer)["backends"]["local"]["ok"])
    except (OSError, KeyError):
        return False


def _free_port() -> int:
    with listener("127.0.0.1", 0) as probe:
        return int(probe.getsockname()[1])


def _without_key() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "GATEWAY_API_KEY"}
