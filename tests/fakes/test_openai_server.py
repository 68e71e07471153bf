"""The fake itself, as the process that acceptance tests start."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "tests.fakes.openai_server", "--log", str(tmp_path / "calls.jsonl"), "--words", "5"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.kill()


def post(url: str, body: dict[str, Any]) -> dict[str, Any]:
    request = urllib.request.Request(url, json.dumps(body).encode())
    with urllib.request.urlopen(request, timeout=10) as answer:
        return dict(json.load(answer))


def seen_when_all_have_ended(root: str) -> dict[str, Any]:
    """What the server saw: a call ends for it only after its client has the answer."""
    deadline = time.monotonic() + 30
    while True:
        with urllib.request.urlopen(f"{root}/_fake/calls", timeout=10) as answer:
            seen = dict(json.load(answer))
        if seen["open"] == 0 or time.monotonic() > deadline:
            return seen
        time.sleep(0.01)


def test_a_process_answers_remembers_and_is_told(address: str, tmp_path: Path) -> None:
    root = address.removesuffix("/v1")
    question = {"model": "m", "messages": [{"role": "user", "content": "hello"}]}

    post(f"{root}/_fake/script", {"replies": [{"text": "as told"}]})
    said = [post(f"{address}/chat/completions", question)["choices"][0]["message"]["content"] for _ in range(3)]
    seen = seen_when_all_have_ended(root)
    logged = [json.loads(line) for line in (tmp_path / "calls.jsonl").read_text(encoding="utf-8").splitlines()]

    assert said == ["as told", "Summary : 2cf24dba5fb0a30e w0 w1", "Summary : 2cf24dba5fb0a30e w0 w1"]
    assert (seen["total"], seen["open"], seen["calls"][0]["prompt"]) == (3, 0, "hello")
    logged.sort(key=lambda line: line["number"])  # the next call may begin before the one before has ended for the server
    assert [(line["event"], line["outcome"]) for line in logged] == [("start", ""), ("end", "ok")] * 3
