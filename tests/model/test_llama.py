from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx2
import pytest

from app.engines.child import CONFIGURATION_ERROR, answers
from app.engines.llama import Engine
from tests.engines.family import alive, gone
from tests.fixtures.embedded import Served, free_port, serving

pytestmark = pytest.mark.model

HELLO = [{"role": "user", "content": "Say hello."}]
FOR_LONG = {"messages": HELLO, "max_tokens": 1900, "stream": True, "logit_bias": [[2, False]]}  # 2 ends an answer: never


def ask(served: Served, path: str, **body: Any) -> httpx2.Response:
    return httpx2.post(f"http://127.0.0.1:{served.port}{path}", json=body, timeout=60, trust_env=False)


def tokens(served: Served, text: str) -> int:
    return len(ask(served, "/tokenize", content=text, add_special=False).json()["tokens"])


def start(engine: Engine) -> subprocess.CompletedProcess[str]:
    """What an engine that cannot serve says and leaves with."""
    command = [sys.executable, "-m", "app.engines.llama", *engine.arguments()]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_it_streams_a_chat_and_says_why_it_ends(tiny_server: Served) -> None:
    url = f"{tiny_server.api_base}/chat/completions"

    with httpx2.stream("POST", url, json={**FOR_LONG, "max_tokens": 8, "temperature": 0}, timeout=60) as answer:
        lines = [line for line in answer.iter_lines() if line]  # at random, three of eight tokens may be one emoji

    assert len(lines) > 4
    assert lines[-1] == "data: [DONE]"
    assert any('"finish_reason":"length"' in line for line in lines)


def test_it_takes_any_name_for_its_model(tiny_server: Served) -> None:
    answer = ask(tiny_server, "/v1/chat/completions", model="what-the-manifest-says", messages=HELLO, max_tokens=1)

    assert answer.status_code == 200


def test_it_lists_its_model_under_its_alias(tiny_server: Served) -> None:
    listed = httpx2.get(f"{tiny_server.api_base}/models", timeout=60).json()["data"]

    assert [model["id"] for model in listed] == ["smollm2-135m-instruct"]


def test_it_counts_tokens(tiny_server: Served) -> None:
    assert tokens(tiny_server, "hello world") == 2


def test_a_prompt_beyond_the_context_is_refused_in_words(tiny_server: Served) -> None:
    answer = ask(tiny_server, "/v1/chat/completions", messages=[{"role": "user", "content": "one " * 2100}], max_tokens=1)

    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "exceed_context_size_error")


@pytest.mark.parametrize(("context", "slots"), [(512, 3), (1000, 2)])
def test_each_slot_holds_what_was_promised(context: int, slots: int, tiny_model: Path) -> None:
    with serving(tiny_model, context=context, slots=slots) as served:
        empty = ask(served, "/v1/completions", prompt="a", max_tokens=1).json()["usage"]["prompt_tokens"]
        words = " a" * (context - empty - 4)
        answer = ask(served, "/v1/completions", prompt=f"a{words}", max_tokens=4, ignore_eos=True).json()
        props = httpx2.get(f"http://127.0.0.1:{served.port}/props", timeout=60).json()

    assert props["total_slots"] == slots
    assert answer["usage"]["total_tokens"] == context


def test_a_request_without_a_limit_ends_at_ours(tiny_model: Path, tiny_server: Served) -> None:
    answer = ask(tiny_server, "/v1/completions", prompt="Once upon a time", ignore_eos=True).json()

    assert answer["usage"]["completion_tokens"] == 256


def test_sigterm_with_a_request_in_flight_ends_it_within_3_seconds(tiny_model: Path) -> None:
    with serving(tiny_model) as served, httpx2.Client(timeout=60) as client:
        request = client.build_request("POST", f"{served.api_base}/chat/completions", json=FOR_LONG)
        pieces = client.send(request, stream=True).iter_lines()
        next(pieces)

        served.process.terminate()

        assert served.process.wait(3) == 0
        with pytest.raises(httpx2.HTTPError):
            list(pieces)


def test_an_engine_ends_with_the_process_that_started_it(tiny_model: Path) -> None:
    engine = Engine(model=tiny_model, port=free_port(), context=512, slots=1, alias="tiny")
    command = [sys.executable, "-m", "app.engines.llama", *engine.arguments()]
    starter = f"import subprocess; print(subprocess.Popen({command!r}).pid, flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", starter], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        wait_for(answers(engine.port))

        parent.kill()
        parent.wait()

        assert gone(pid)


def test_a_killed_engine_is_back_under_its_supervisor(tiny_model: Path, tmp_path: Path) -> None:
    port = free_port()
    program = f"""
import logging, os, sys
from pathlib import Path
from app.engines import llama
from app.engines.child import Supervisor
from app.settings import Settings
logging.basicConfig(level=logging.INFO)
child = llama.child(Settings(local_port={port}, local_context=512, local_slots=1), Path({str(tiny_model)!r}))
sys.exit(Supervisor([child], environment=os.environ).run())
"""
    with (tmp_path / "log").open("w") as log, subprocess.Popen([sys.executable, "-c", program], stderr=log) as supervisor:
        wait_for(lambda: "engine ready" in said(tmp_path))
        first = int(said(tmp_path).partition("started: pid ")[2].split()[0])

        os.kill(first, signal.SIGKILL)
        wait_for(lambda: said(tmp_path).count("engine ready") == 2)
        supervisor.terminate()

        assert supervisor.wait(10) == 0
        assert not alive(first)


def test_more_context_than_the_model_has_is_a_configuration_error(tiny_model: Path) -> None:
    ended = start(Engine(model=tiny_model, port=free_port(), context=16384, slots=1, alias="tiny"))

    assert ended.returncode == CONFIGURATION_ERROR
    assert "tiny holds 8192 tokens, not 16384: lower LOCAL_MAX_MODEL_LEN to 8192" in ended.stderr


def test_a_port_that_is_taken_is_a_configuration_error(tiny_model: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        ended = start(Engine(model=tiny_model, port=port, context=512, slots=1, alias="tiny"))

    assert ended.returncode == CONFIGURATION_ERROR
    assert f"port {port} is taken" in ended.stderr


def test_nothing_of_a_request_is_logged(tiny_model: Path, tmp_path: Path) -> None:
    engine = Engine(model=tiny_model, port=free_port(), context=512, slots=1, alias="tiny")
    command = [sys.executable, "-m", "app.engines.llama", *engine.arguments()]
    url = f"http://127.0.0.1:{engine.port}/v1/chat/completions"
    with (tmp_path / "log").open("w") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        wait_for(answers(engine.port))

        for body in (
            b'{"messages": [{"role": "user", "content": "zanzibar"}], "max_tokens": 4}',
            b'{"messages": [{"role": "user", "content": "zanzibar',
            b'{"messages": [{"role": "user", "content": "zanzibar"}], "max_tokens": "zanzibar"}',
            b'{"messages": [{"role": "user", "content": "' + b"zanzibar " * 600 + b'"}]}',
        ):
            httpx2.post(url, content=body, timeout=60)
        process.terminate()

    assert "zanzibar" not in said(tmp_path)


def said(folder: Path) -> str:
    return (folder / "log").read_text(encoding="utf-8")


def wait_for(condition: Any) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)
