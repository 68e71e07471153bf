"""A gateway as a benchmark sees it: one that runs somewhere, or one that is started here with the embedded model."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.ports import listener

ROOT = Path(__file__).parent.parent
READY = 300  # seconds until the engine must have loaded its model
PAUSE = 0.5  # seconds between two looks at a job


class Failed(Exception):
    """A job, or the gateway, did not get through; says why."""


@dataclass(frozen=True)
class Gateway:
    """Asks the gateway at *url* over HTTP; *key* is empty if it asks for none."""

    url: str
    key: str = ""

    def minutes(self, service: str, flavor: str, content: str) -> dict[str, Any]:
        """The whole record of a job for *content*, its text as `text` and its `seconds` included. Raises Failed."""
        accepted = self._ask(f"/services/{service}/generate", {"flavor": flavor, "content": content})
        job = accepted.get("jobId")
        if not job:
            raise Failed(f"{service}:{flavor}: {accepted}")
        began = time.monotonic()
        while (result := self._ask(f"/results/{job}"))["status"] in ("queued", "processing"):
            time.sleep(PAUSE)
        if result["status"] != "complete":
            raise Failed(f"{service}:{flavor}: {result.get('message')}")
        return {**self._ask(f"/jobs/{job}"), "text": result["summarization"], "seconds": time.monotonic() - began}

    def is_ready(self) -> bool:
        try:
            return bool(self._ask("/health")["backends"]["local"]["ok"])
        except (OSError, KeyError):
            return False

    def _ask(self, path: str, body: dict[str, str] | None = None) -> dict[str, Any]:
        headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {self.key}"} if self.key else {})}
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.url.rstrip("/") + path, data=data, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return dict(json.load(answer))
        except urllib.error.HTTPError as refused:
            with refused:
                return {"status": "error", "message": refused.read().decode(errors="replace")}


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
    gateway = Gateway(f"http://127.0.0.1:{port}")
    try:
        _await(gateway, process, home / "gateway.log")
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


def _await(gateway: Gateway, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + READY
    while not gateway.is_ready():
        if process.poll() is not None or time.monotonic() > until:
            raise Failed(f"the gateway did not become ready: {log.read_text(errors='replace')[-2000:]}")
        time.sleep(PAUSE)


def _free_port() -> int:
    with listener("127.0.0.1", 0) as probe:
        return int(probe.getsockname()[1])


def _without_key() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "GATEWAY_API_KEY"}
