"""The OpenAPI document is true: schemathesis sends what it allows and what it does not, and looks at every answer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.fakes.openai_server import FakeOpenAI
from tests.web.serving import served
from tests.web.talking import FLAVOR, SUMMARY, TURNS, talking

pytestmark = pytest.mark.acceptance

PROGRAM = Path(sys.executable).parent / "schemathesis"
CONFIG = Path(__file__).parent / "schemathesis.toml"
PHASES = "examples,coverage,fuzzing"
# What a schema cannot say: a file is text, a cursor is one of ours, a body fits the type of the service that its path names;
# and what is taken though the document does not offer it: numbers as text, empty texts as nothing.
NOT_CHECKED = "positive_data_acceptance,negative_data_rejection"


@pytest.mark.timeout(600)
@pytest.mark.parametrize("dialect", ["default", "fastapi"])
def test_every_answer_is_as_the_document_says(tmp_path: Path, prepared: Path, fake_openai: FakeOpenAI, dialect: str) -> None:
    fake_openai.answer = lambda _messages: '{"name": "now", "parameters": {}}'
    with talking(tmp_path, prepared, fake_openai, v1_dialect=dialect) as talk:
        talk.write(SUMMARY, TURNS)
        talk.write({"type": "minutes", "name": "pv", "flavor": [FLAVOR]}, "{{ turns }}")
        talk.save("calls", "{{ functions }} {{ prompt }}", "function_call", functions=[{"name": "now"}])

        with served(talk.app) as port:
            url = f"http://127.0.0.1:{port}/apispec.json"
            arguments = ["run", url, "--phases", PHASES, "-n", "5", "--seed", "1", "--no-shrink"]
            arguments += ["--exclude-checks", NOT_CHECKED]
            # an event stream of a job ends with the job, and none runs here
            arguments += ["--exclude-path-regex", "/events$", "--continue-on-failure", "--output-truncate", "false"]
            run = subprocess.run(
                [PROGRAM, "--config-file", CONFIG, *arguments],
                cwd=tmp_path,
                capture_output=True,
                text=True,
                timeout=600,
                check=False,
            )

    assert run.returncode == 0, run.stdout[-20_000:]
