"""A client that a program generates from the document understands every answer, in both dialects."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from app.jobs import Jobs, Status
from app.kinds import KINDS
from app.tokens import Tokenizers
from app.worker import Worker
from tests.fakes.openai_server import FakeOpenAI, Reply
from tests.web.serving import served
from tests.web.talking import SUMMARY, TURNS, Talking, talking

pytestmark = pytest.mark.acceptance

ENVIRONMENT = Path(__file__).parents[2] / ".client"  # .ci/run makes it; its packages do not go together with ours
PROGRAM = ENVIRONMENT / "bin" / "openapi-python-client"
WALK = Path(__file__).parent / "generated_walk.py"
CONFIG = "content_type_overrides:\n  text/markdown: application/octet-stream\n"
JOB = "Accepted"
ANSWERS = f"""
operation.health 200: Health
operation.healthcheck 200: HealthcheckResponse200
services.services 200: list of Manifest
services.service 200: Manifest
open_ai.models 200: ModelsResponse200
text.model_info 200: ModelInfoResponse200
live_services.generate_cra 200: {JOB}
live_services.generate_cra 200: {JOB}
services.generate 200: {JOB}
services.preview 200: Preview
results.result 202: Queued
live_services.generate_calls 200: FunctionCall
live_services.generate_generate 200: Generated
services.generate 200: FunctionCall
services.generate 200: Answered
text.generate_text 200: Generated
text.batch_generate 200: BatchGenerateResponse200
chat.chat 200: Reply
chat.service_chat 200: Reply
chat.conversation 200: ConversationResponse200
chat.delete_conversation 204: NoneType
open_ai.chat_completions 200: ChatCompletionsResponse200
jobs.jobs 200: JobsResponse200
carry out
results.result 200: Complete
results.result 200: Complete
jobs.job 200: JobRecord
meetings.transcript 200: Transcript
meetings.versions 200: VersionsResponse200
jobs.replay 202: Job
jobs.cancel 200: Job
""".split("\n")[1:-1]
REFUSALS = {
    "default": """
results.result 400: Failed
results.result 404: NoJob
jobs.job 404: NoJob
text.generate_text 400: Error
services.generate 404: Error
""",
    "fastapi": """
results.result 500: Failed
results.result 404: Refused
jobs.job 404: NoJob
text.generate_text 400: Error
services.generate 404: Refused
""",
}


def carry_out(talk: Talking) -> None:
    """Ends every job that waits."""
    jobs: Jobs = talk.gateway.jobs
    worker = Worker(jobs, talk.gateway.backends.of, Tokenizers(), KINDS)
    for job in jobs.list(status=Status.QUEUED).jobs:
        worker.carry_out(job.id)


@pytest.mark.skipif(not PROGRAM.exists(), reason=f"{PROGRAM} is not there: .ci/run installs it into an environment of its own")
@pytest.mark.parametrize("dialect", ["default", "fastapi"])
def test_a_generated_client_parses_every_answer(tmp_path: Path, prepared: Path, fake_openai: FakeOpenAI, dialect: str) -> None:
    fake_openai.answer = lambda said: Reply(
        '{"name": "now", "parameters": {}}' if "time" in said[-1]["content"] else "They ship."
    )
    (tmp_path / "client.yaml").write_text(CONFIG, encoding="utf-8")
    with talking(tmp_path, prepared, fake_openai, v1_dialect=dialect) as talk:
        talk.write(SUMMARY, TURNS)
        talk.save("calls", "{{ functions }} {{ prompt }}", "function_call", functions=[{"name": "now"}])
        with served(talk.app) as port:
            address = f"http://127.0.0.1:{port}"
            made = generated(tmp_path, address)
            walk = subprocess.Popen(
                [ENVIRONMENT / "bin" / "python", "-I", WALK, made.parent, address],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            with walk:
                assert walk.stdin
                assert walk.stdout
                said = []
                for line in walk.stdout:
                    said.append(line.rstrip("\n"))
                    if line == "carry out\n":
                        carry_out(talk)
                        walk.stdin.write("done\n")
                        walk.stdin.flush()

    assert walk.returncode == 0, "\n".join(said)
    assert said[:-1] == [*ANSWERS, *REFUSALS[dialect].split("\n")[1:-1]]
    assert '"summary": "They ship."' in said[-1]


def generated(folder: Path, address: str) -> Path:
    """The package that the program makes of the document at *address*; warnings are failures."""
    made = folder / "client" / "made"
    made.parent.mkdir()
    options = ["--config", folder / "client.yaml", "--output-path", made, "--meta", "none", "--fail-on-warning"]
    run = subprocess.run(
        [PROGRAM, "generate", "--url", f"{address}/apispec.json", *options],
        cwd=folder,
        env={**os.environ, "PATH": f"{ENVIRONMENT / 'bin'}:{os.environ['PATH']}"},  # it calls ruff
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return made
