"""The real vLLM behind a real gateway, which starts engines of its own. `make test-vllm` builds the environment that they
need; without it, these tests are skipped."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from app.engines.weights import ensure_model
from app.settings import settle
from tests.acceptance.processes import Gateway, House, ask, eventually, free_port, write_service
from tests.vllm import install

MODEL = "tiny"
VECTORS = "vectors"  # the same model as one that makes vectors of texts
CONTEXT = 2048  # tokens, of both engines
STARTING = 540.0  # seconds that the engines may take on a busy machine
ARGS = (
    *("--served-model-name", MODEL, "--max-model-len", str(CONTEXT), "--enforce-eager", "--max-num-seqs", "8"),
    *("--enable-auto-tool-choice", "--tool-call-parser", "hermes", "--reasoning-parser", "qwen3"),
    *("--default-chat-template-kwargs", '{"enable_thinking": false}'),
)
OF_VECTORS = (
    *("--served-model-name", VECTORS, "--max-model-len", str(CONTEXT), "--enforce-eager", "--max-num-seqs", "8"),
    *("--runner", "pooling", "--convert", "embed"),
)
ON_A_CPU = {
    "VLLM_ENABLE_RESPONSES_API_STORE": "1",
    "VLLM_CPU_KVCACHE_SPACE": "1",
    "VLLM_CPU_OMP_THREADS_BIND": "nobind",
    "OMP_NUM_THREADS": "1",
    "VLLM_NO_USAGE_STATS": "1",
    "HF_HUB_OFFLINE": "1",
}
FLAVOR = {"modelName": MODEL, "totalContextLength": CONTEXT, "maxGenerationLength": 64}
FUNCTION = {
    "name": "book",
    "description": "Books a room",
    "parameters": {"room": {"type": "string", "enum": ["A", "B"]}, "seats": {"type": "integer", "enum": [3]}},
    "returns": {"type": "string"},
}


@dataclass(frozen=True)
class Scene:
    """The running gateway, and the ports of its engines."""

    gateway: Gateway
    ports: tuple[int, int]
    vectors: int  # the port of the engine that makes vectors

    def chat(self, content: str = "Hello there", **more: Any) -> Any:
        """The whole answer of the model itself, by way of `/v1`."""
        asked = {"model": MODEL, "messages": [{"role": "user", "content": content}], "max_tokens": 64, **more}
        return self.gateway.ask("POST", "/v1/chat/completions", asked)

    def measured(self, name: str) -> float:
        """The sum of a metric of vLLM's over both engines."""
        return sum(measured(port, name) for port in self.ports)

    def measured_of_vectors(self, name: str) -> float:
        """The same metric of the engine that makes vectors."""
        return measured(self.vectors, name)

    def made(self) -> float:
        """The tokens that both engines have made. A look may take longer than an answer, and then sees none running; what was
        made stays."""
        return self.measured("generation_tokens_total")

    def is_idle(self) -> bool:
        return self.measured("num_requests_running") == self.measured("num_requests_waiting") == 0

    def serves(self, port: int) -> bool:
        with suppress(OSError, HTTPException):
            return ask(port, "GET", "/v1/models").status == 200
        return False


def measured(port: int, name: str) -> float:
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as answer:
        text = answer.read().decode()
    return sum(float(value) for value in re.findall(rf"^vllm:{name}{{.*}} (\S+)$", text, re.MULTILINE))


@pytest.fixture(scope="session")
def environment() -> Path:
    """The folder of the environment with vLLM."""
    folder = install.folder()
    if not install.is_finished(folder):
        pytest.skip(f"there is no vLLM {install.VERSION} in {folder}: `make test-vllm` puts it there")
    return folder


@pytest.fixture(scope="session")
def model(environment: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the tiny model."""
    folder = tmp_path_factory.mktemp("model")
    tokenizer = ensure_model("tiny", settle({}, os.environ).cache_folder)
    program = Path(install.__file__).with_name("tiny_model.py")
    subprocess.run([environment / "bin/python", program, tokenizer, folder], check=True, capture_output=True, timeout=240)
    return folder


@pytest.fixture(scope="session")
def scene(environment: Path, model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with House(tmp_path_factory.mktemp("house")) as house:
        ports, vectors = (free_port(), free_port()), free_port()
        services = house.folder / "services"
        write_services(services, model, ports, vectors)
        path = f"{environment / 'bin'}{os.pathsep}{os.environ['PATH']}"
        gateway = house.gateway(services, "--timeout", "60", PATH=path, LOCAL_MAX_MODEL_LEN="", **ON_A_CPU)
        gateway.start()
        made = Scene(gateway, ports, vectors)
        serving = (*ports, vectors)
        eventually(lambda: all(map(made.serves, serving)), STARTING, 0.5, f"engines serve:\n{gateway.process.said[-4000:]}")
        yield made
        gateway.stop()


def write_services(folder: Path, model: Path, ports: tuple[int, int], vectors: int) -> None:
    """Services on the engine `one`, and on `both` of them as replicas."""
    for name, fields, backend in (("rolling", 2, "one"), ("mapped", 1, "one"), ("shared", 1, "both")):
        template = "Minutes.\nSo far:\n{{ previous }}\nNew:\n{{ turns }}\n" if fields == 2 else "Minutes.\n{{ turns }}\n"
        write_service(folder, name, template, fields=fields, backend=backend, **FLAVOR)
    engines = [
        {"name": name, "kind": "engine", "engine": "vllm", "model": str(model), "port": port, "args": list(args)}
        for name, port, args in (("one", ports[0], ARGS), ("two", ports[1], ARGS), ("vectors", vectors, OF_VECTORS))
    ]
    both = {"name": "both", "apiBase": [f"http://127.0.0.1:{port}/v1" for port in ports], "maxRetries": 1}
    (folder / "backends.json").write_text(json.dumps({"backends": [*engines, both]}), encoding="utf-8")
    flavor = {"name": "f", **FLAVOR, "maxGenerationLength": 1800}
    written = {"type": "generate", "name": "text", "backend": "one", "flavor": [flavor]}
    (folder / "text.json").write_text(json.dumps(written), encoding="utf-8")
    (folder / "text.txt").write_text("{{ prompt }}", encoding="utf-8")
    flavor = {"name": "f", **FLAVOR, "maxGenerationLength": 256, "temperature": 1.0, "maxNewTurns": 20}
    noted = {"type": "minutes", "name": "noted", "backend": "one", "flavor": [flavor]}
    (folder / "noted.json").write_text(json.dumps(noted), encoding="utf-8")
    flavor = {"name": "f", **FLAVOR, "maxGenerationLength": 256, "constraint": "tools"}
    calls = {"type": "function_call", "name": "calls", "backend": "one", "functions": "tools.json", "flavor": [flavor]}
    (folder / "calls.json").write_text(json.dumps(calls), encoding="utf-8")
    (folder / "calls.txt").write_text("{{ functions }}\n{{ prompt }}", encoding="utf-8")
    (folder / "tools.json").write_text(json.dumps([FUNCTION]), encoding="utf-8")
