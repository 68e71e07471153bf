"""What a gateway adds to a chat request: ours, LiteLLM's proxy, Portkey's and a plain proxy of Flask, side by side in one run.

    python -m bench.overhead [rounds] [seconds] [ours,litellm,portkey,plain] [other checkout]

With another checkout (an earlier version), its gateway takes turns too, started by this Python.

One process each, in front of the same null backend (nginx, which answers the same 1 KB at once). wrk sends the same request of
2 KB over 1 and over 32 connections; the gateways take turns of some seconds, so that the machine's moods hit all of them.
Those that were never here are installed below the cache folder first (PyPI, npm). Needs `wrk`, `nginx`, `node` and `npm`."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

from tests.acceptance.processes import ROOT, House, eventually, free_port

LITELLM, PORTKEY = "1.106.2", "1.15.2"
PEERS = Path("~/.cache/llm-gateway/peers").expanduser()
MODEL = "null-model"
# Without keys, as the others are asked here: on loopback, for local use, that is its own switch for it.
LITELLM_ENVIRONMENT = {
    "LITELLM_LOG": "ERROR",
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY": "true",
}
CONNECTIONS = (1, 32)
WANTED = ("nginx", "node", "npm", "wrk")

PROMPT = "minutes of a meeting, word after word " * 50  # about 2 KB
ANSWER = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1,
    "model": MODEL,
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "word " * 150}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 400, "completion_tokens": 150, "total_tokens": 550},
}
MODELS = {"object": "list", "data": [{"id": MODEL, "object": "model", "created": 1, "owned_by": "null"}]}
NGINX = """
daemon off; worker_processes 1; pid %(folder)s/nginx.pid; error_log %(folder)s/nginx.log crit;
events { worker_connections 1024; }
http {
    access_log off; keepalive_requests 1000000000; keepalive_timeout 3600; default_type application/json;
    client_body_temp_path %(folder)s/body; proxy_temp_path %(folder)s/proxy; fastcgi_temp_path %(folder)s/fastcgi;
    uwsgi_temp_path %(folder)s/uwsgi; scgi_temp_path %(folder)s/scgi;
    server {
        listen 127.0.0.1:%(port)d backlog=1024;
        location = /v1/models { return 200 '%(models)s'; }
        location = /health { return 200 '{}'; }
        location / { return 200 '%(answer)s'; }
    }
}
"""
LUA = """
wrk.method = "POST"
wrk.body = io.open("%(body)s"):read("*a")
%(headers)s
done = function(summary, latency, requests)
    local failed = summary.errors
    io.write(string.format('\\n{"requests": %%d, "seconds": %%f, "p50": %%f, "p99": %%f, "failed": %%d}\\n',
        summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
        failed.connect + failed.read + failed.write + failed.status + failed.timeout))
end
"""


@dataclass(frozen=True)
class Target:
    """What is asked, and how."""

    name: str
    port: int
    headers: Mapping[str, str] = field(default_factory=dict)

    def answers(self) -> bool:
        """Whether a request of the measurement gets the answer of the null backend."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("POST", "/v1/chat/completions", _body(), {"Content-Type": "application/json", **self.headers})
            answer = connection.getresponse()
            return answer.status == 200 and json.loads(answer.read())["choices"] is not None
        except OSError:
            return False
        finally:
            connection.close()


@dataclass(frozen=True)
class Turn:
    """What wrk saw in one turn; times in milliseconds."""

    rate: float
    p50: float
    p99: float


def _body() -> bytes:
    return json.dumps({"model": MODEL, "messages": [{"role": "user", "content": PROMPT}], "max_tokens": 150}).encode()


@contextmanager
def null_backend(folder: Path) -> Iterator[Target]:
    port = free_port()
    config = folder / "nginx.conf"
    values = {"folder": folder, "port": port, "models": json.dumps(MODELS), "answer": json.dumps(ANSWER)}
    config.write_text(NGINX % values, encoding="utf-8")
    with _running(["nginx", "-p", str(folder), "-c", str(config)], folder / "nginx.out"):
        yield _answering(Target("the null backend", port))


def ours(folder: Path, backend: Target) -> AbstractContextManager[Target]:
    return of_checkout(folder, backend, ROOT, "this gateway")


@contextmanager
def of_checkout(folder: Path, backend: Target, root: Path, name: str) -> Iterator[Target]:
    folder = folder / name.replace(" ", "-")
    services = folder / "services"
    services.mkdir(parents=True)
    with House(folder) as house:
        base = f"http://127.0.0.1:{backend.port}/v1"
        flags = ("--workers", "1", "--api_base", base, "--backend_concurrency", str(2 * max(CONNECTIONS)))
        gateway = house.gateway(services, *flags, command="web", root=root)
        gateway.start()
        yield _answering(Target(name, gateway.port))
        gateway.stop()


@contextmanager
def litellm(folder: Path, backend: Target) -> Iterator[Target]:
    program, port, config = PEERS / "litellm" / "bin" / "litellm", free_port(), folder / "litellm.yaml"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", str(PEERS / "litellm")], check=True)
        subprocess.run([str(program.with_name("pip")), "install", "--quiet", f"litellm[proxy]=={LITELLM}"], check=True)
    model = {"model": f"openai/{MODEL}", "api_base": f"http://127.0.0.1:{backend.port}/v1", "api_key": "none"}
    config.write_text(json.dumps({"model_list": [{"model_name": MODEL, "litellm_params": model}]}), encoding="utf-8")
    command = [str(program), "--config", str(config), "--host", "127.0.0.1", "--port", str(port), "--num_workers", "1"]
    with _running(command, folder / "litellm.out", LITELLM_ENVIRONMENT):
        yield _answering(Target(f"LiteLLM's proxy {LITELLM}", port))


@contextmanager
def portkey(folder: Path, backend: Target) -> Iterator[Target]:
    home, port = PEERS / "portkey", free_port()
    program = home / "node_modules" / "@portkey-ai" / "gateway" / "build" / "start-server.js"
    if not program.exists():
        home.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--prefix", str(home), "--no-audit", "--no-fund", f"@portkey-ai/gateway@{PORTKEY}"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    host = f"http://127.0.0.1:{backend.port}/v1"
    headers = {"x-portkey-provider": "openai", "x-portkey-custom-host": host, "Authorization": "Bearer none"}
    with _running(["node", str(program), f"--port={port}", "--headless"], folder / "portkey.out", {"NODE_ENV": "production"}):
        yield _answering(Target(f"Portkey's gateway {PORTKEY}", port, headers))


@contextmanager
def plain(folder: Path, backend: Target) -> Iterator[Target]:
    """Flask and urllib3 in gunicorn, with as many threads as connections come."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--workers", "1", "--threads"]
    command += [str(max(CONNECTIONS)), "--keep-alive", "60", "--bind", f"127.0.0.1:{port}", "bench.plain_proxy:app"]
    with _running(command, folder / "plain.out", {"BACKEND": f"http://127.0.0.1:{backend.port}/v1"}):
        yield _answering(Target("a plain proxy of Flask", port))


@contextmanager
def _running(command: list[str], output: Path, environment: Mapping[str, str] | None = None) -> Iterator[None]:
    with output.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env={**os.environ, **(environment or {})})
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def _answering(target: Target) -> Target:
    eventually(target.answers, 90, 0.2, f"{target.name} answers")
    return target


def turn(target: Target, connections: int, seconds: float, folder: Path) -> Turn:
    """Raises RuntimeError where a request failed: what answers errors fast is not fast."""
    body, script = folder / "body.json", folder / "request.lua"
    body.write_bytes(_body())
    headers = {"Content-Type": "application/json", **target.headers}
    lines = "\n".join(f'wrk.headers["{name}"] = "{value}"' for name, value in headers.items())
    script.write_text(LUA % {"body": body, "headers": lines}, encoding="utf-8")
    address = f"http://127.0.0.1:{target.port}/v1/chat/completions"
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds:g}s", "--timeout", "30s", "-s", str(script), address]
    said = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
    if said["failed"] or not said["requests"]:
        raise RuntimeError(f"{target.name}: {said['failed']} of {said['requests']} requests failed")
    return Turn(said["requests"] / said["seconds"], said["p50"], said["p99"])


def show(targets: list[Target], taken: Mapping[tuple[str, int], list[Turn]]) -> None:
    """Medians over the rounds, and the least and the most."""
    for connections in CONNECTIONS:
        print(f"\n{connections} connection{'s' if connections > 1 else ''}")
        print(f"{'':28}{'requests/s':>12}{'(range)':>18}{'p50 ms':>9}{'p99 ms':>9}{'(range)':>18}{'rate':>8}")
        ours_rate = statistics.median(each.rate for each in taken[targets[1].name, connections])
        for target in targets:
            turns = taken[target.name, connections]
            rates, worst = [each.rate for each in turns], [each.p99 for each in turns]
            rate = statistics.median(rates)
            print(
                f"{target.name:28}{rate:12,.0f}{f'{min(rates):,.0f}-{max(rates):,.0f}':>18}"
                f"{statistics.median(each.p50 for each in turns):9.2f}{statistics.median(worst):9.2f}"
                f"{f'{min(worst):.1f}-{max(worst):.1f}':>18}{ours_rate / rate:7.2f}x"
            )


def main(rounds: int, seconds: float, chosen: frozenset[str], other: str = "") -> None:
    for program in WANTED:
        if shutil.which(program) is None:
            sys.exit(f"{program} is not installed")
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        null = stack.enter_context(null_backend(folder))
        begun = [
            stack.enter_context(begin(folder, null)) for begin in (ours, litellm, portkey, plain) if begin.__name__ in chosen
        ]
        if other:
            begun.append(stack.enter_context(of_checkout(folder, null, Path(other).resolve(), "the other checkout")))
        targets = [null, *begun]
        taken: dict[tuple[str, int], list[Turn]] = {(each.name, number): [] for each in targets for number in CONNECTIONS}
        for target in targets:
            turn(target, 8, min(seconds, 2), folder)  # nobody is measured cold
        for _ in range(rounds):
            for connections in CONNECTIONS:
                for target in targets:
                    taken[target.name, connections].append(turn(target, connections, seconds, folder))
        show(targets, taken)


if __name__ == "__main__":
    given = dict(enumerate(sys.argv[1:]))
    main(
        int(given.get(0, 5)),
        float(given.get(1, 3)),
        frozenset(given.get(2, "ours,litellm,portkey,plain").split(",")),
        given.get(3, ""),
    )
