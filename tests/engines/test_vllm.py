"""The engine vLLM, with a stand-in for the program that says how it was called and takes its time to load."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.backends.adapters.echo import Echo
from app.backends.adapters.engine import EngineBackend
from app.backends.base import Health
from app.engines import vllm
from app.errors import EngineError
from app.settings import Settings

ROOT = Path(__file__).parents[2]
STAND_IN = f"""#!{sys.executable}
import http.server, json, os, sys, time
with open(os.environ["RECORD"], "a") as record:
    record.write(json.dumps({{"pid": os.getpid(), "arguments": sys.argv[1:], "names": sorted(os.environ)}}) + "\\n")
time.sleep(float(os.environ.get("LOADS", "0")))
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_):
        pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[sys.argv.index("--port") + 1])), Handler).serve_forever()
"""


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A PATH on which there is a `vllm`."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "vllm"
    program.write_text(STAND_IN)
    program.chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def within(seconds: float, true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.05)
    return true()


def records(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def test_it_is_started_as_the_settings_say(path: str) -> None:
    settings = Settings(local_context=16384, local_gpu_memory=0.85, local_tensor_parallel=2, variables={"PATH": path})

    child = vllm.child(settings, "gpu", "mistral/Mixtral", 9100)

    assert child.name == "gpu"
    assert child.command == (
        *("vllm", "serve", "mistral/Mixtral", "--host", "127.0.0.1", "--port", "9100", "--max-model-len", "16384"),
        *("--gpu-memory-utilization", "0.85", "--tensor-parallel-size", "2", "--enable-prompt-tokens-details"),
    )


def test_what_is_not_set_is_left_to_vllm(path: str) -> None:
    child = vllm.child(Settings(variables={"PATH": path}), "gpu", "m", 9100)

    assert "--gpu-memory-utilization" not in child.command
    assert "--max-model-len" not in child.command


def test_arguments_of_backends_json_come_last_and_so_win(path: str) -> None:
    args = ("--tool-call-parser", "hermes", "--max-model-len=512")

    child = vllm.child(Settings(local_context=4096, variables={"PATH": path}), "gpu", "m", 9100, args)

    assert tuple(child.command[-3:]) == args


def test_without_a_model_it_cannot_start(path: str) -> None:
    with pytest.raises(EngineError, match=r"gpu has no model.*LLM_MODEL_NAME"):
        vllm.child(Settings(variables={"PATH": path}), "gpu", "", 9100)


def test_without_the_program_it_cannot_start(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="install the package vllm"):
        vllm.child(Settings(variables={"PATH": str(tmp_path)}), "gpu", "m", 9100)


def test_it_is_ready_when_its_model_is_loaded(path: str, tmp_path: Path) -> None:
    port = free_port()
    child = vllm.child(Settings(variables={"PATH": path}), "gpu", "m", port)
    assert child.ready
    environment = {**os.environ, "PATH": path, "RECORD": str(tmp_path / "record"), "LOADS": "0.7"}

    with subprocess.Popen(child.command, env=environment) as process:
        at_first = child.ready()
        later = within(10, child.ready)
        process.terminate()

    assert (at_first, later) == (False, True)


def test_a_long_loading_is_said_now_and_then(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    now = [100.0]
    ready = [False]
    look = vllm.patient("gpu", lambda: ready[0], lambda: now[0])

    for _ in range(30):
        look()
        now[0] += 5
    ready[0] = True
    look()

    assert [record.getMessage() for record in caplog.records] == [
        "gpu is still loading its model, after 60 s",
        "gpu is still loading its model, after 120 s",
    ]


def test_a_probe_says_what_silence_means() -> None:
    class Silent(Echo):
        def probe(self) -> Health:
            return Health(ok=False, detail="cannot connect")

    assert EngineBackend(Silent()).probe().detail == "the engine loads its model, or is down: cannot connect"
    assert EngineBackend(Echo()).probe().ok


@pytest.mark.acceptance
def test_the_supervisor_starts_it_starts_it_again_and_stops_it(path: str, tmp_path: Path) -> None:
    services, record = tmp_path / "services", tmp_path / "record"
    services.mkdir()
    engine_port = free_port()
    entry = {
        "name": "gpu",
        "kind": "engine",
        "engine": "vllm",
        "port": engine_port,
        "model": "some/model",
        "args": ["--seed", "7"],
    }
    (services / "backends.json").write_text(json.dumps({"backends": [entry]}))
    environment = {**os.environ, "PATH": path, "RECORD": str(record), "METRICS_PORT": "", "HTTP_PORT": str(free_port())}
    command = [sys.executable, "-m", "app", "--services", str(services), "--db_path", str(tmp_path / "x.sqlite")]

    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL) as gateway:
        started = within(30, lambda: len(records(record)) == 1)
        os.kill(int(str(records(record)[0]["pid"])), signal.SIGKILL)
        again = within(30, lambda: len(records(record)) == 2)
        gateway.terminate()
        gateway.wait(30)

    last = records(record)[-1]
    assert started
    assert again
    assert isinstance(last["arguments"], list)
    assert isinstance(last["names"], list)
    assert "PROMETHEUS_MULTIPROC_DIR" not in last["names"]
    assert "RECORD" in last["names"]
    assert (last["arguments"][:2], last["arguments"][-2:]) == (["serve", "some/model"], ["--seed", "7"])
    assert within(5, lambda: not Path(f"/proc/{last['pid']}").exists())


def test_settings_of_the_engine_have_the_names_of_the_contract() -> None:
    from app.settings import settle

    settings = settle(
        {},
        {
            "LLM_MODEL_NAME": "m",
            "LOCAL_MAX_MODEL_LEN": "4096",
            "LOCAL_GPU_MEMORY_UTILIZATION": "0.5",
            "LOCAL_TENSOR_PARALLEL_SIZE": "4",
        },
    )

    assert replace(settings, variables={}) == Settings(
        llm_model="m", local_context=4096, local_gpu_memory=0.5, local_tensor_parallel=4
    )
