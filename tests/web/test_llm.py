"""The command line `llm` in front of the gateway, set up as its users do it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.fakes.openai_server import Reply
from tests.web.serving import served
from tests.web.talking import SUMMARY, TURNS, Talking

MODELS = """
- model_id: minutes
  model_name: cra
  api_base: http://127.0.0.1:{port}/v1
- model_id: talker
  model_name: chat:small
  api_base: http://127.0.0.1:{port}/v1
"""


@pytest.fixture
def llm(talk: Talking, tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Runs `llm` with its own folder; what it says."""
    talk.write(SUMMARY, TURNS)
    folder = tmp_path / "llm"
    folder.mkdir()
    with served(talk.app) as port:
        (folder / "extra-openai-models.yaml").write_text(MODELS.format(port=port), encoding="utf-8")

        def run(*arguments: str) -> str:
            environment = {"PATH": os.environ["PATH"], "LLM_USER_PATH": str(folder), "HOME": str(tmp_path)}
            command = [sys.executable, "-m", "llm", *arguments]
            done = subprocess.run(
                command, env=environment, capture_output=True, text=True, timeout=60, check=True, stdin=subprocess.DEVNULL
            )
            return done.stdout.strip()

        yield run


def test_it_chats(talk: Talking, llm: Callable[..., str]) -> None:
    talk.fake.script(Reply(text="Bonjour à tous."))

    said = llm("-m", "talker", "--key", "x", "-s", "Be short.", "-o", "seed", "3", "Hello")

    assert said == "Bonjour à tous."
    assert [each["content"] for each in talk.fake.calls[0].messages] == ["Be short.", "Hello"]
    assert talk.fake.calls[0].body["seed"] == 3


def test_it_sums_up_a_transcript(talk: Talking, llm: Callable[..., str]) -> None:
    talk.fake.script(Reply(text="Bob : greets."))

    said = llm("-m", "minutes", "--key", "x", "--no-stream", "Bob : Hello, all of you.")

    assert said == "Bob : greets."
