"""The README as a stranger reads it: its commands are taken from the file and run, in order."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.acceptance.processes import FINAL, ROOT, House, Process, eventually, free_port
from tests.fixtures.embedded import tiny_model

__all__ = ["tiny_model"]

pytestmark = [pytest.mark.acceptance]

README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    re.sub(r"\s{3,}#.*", "", line)
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
    if line.strip()
]
FILES = re.findall(r"`(services/[\w.]+)`[^\n`]*:\n\n```\w+\n(.*?)```", README, re.DOTALL)
EMBEDDED, SERVER = "python3 -m app --local", "python3 -m app --api_base="
VIGOSTRAL = "TheBloke/Vigostral-7B-Chat-AWQ"
JOB = "0b9e…"  # stands for an id in the README


def of(*beginnings: str) -> list[str]:
    return [command for command in COMMANDS if command.startswith(beginnings)]


@dataclass
class Reader:
    """Types the commands of the README in a copy of the checkout; *port* is where its gateway listens."""

    folder: Path
    environment: dict[str, str]
    port: int
    engine: int
    last: str = ""
    jobs: list[str] = field(default_factory=list)

    def typed(self, command: str) -> str:
        """*command* with the ports of this test, and with the id that the last answer gave."""
        command = command.replace("localhost:8000", f"localhost:{self.port}").replace(
            "localhost:9000", f"localhost:{self.engine}"
        )
        return command.replace(JOB, self.jobs[-1] if self.jobs else JOB)

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        script = f". .venv/bin/activate\n{self.typed(command)}"
        return subprocess.run(
            ["bash", "-c", script],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def curl(self, command: str) -> Any:
        """The answer, as JSON if it is some."""
        done = self.run(command)
        assert done.returncode == 0, (command, done.stderr)
        try:
            answer = json.loads(done.stdout)
        except ValueError:
            return done.stdout
        if isinstance(answer, dict) and "jobId" in answer:
            self.jobs.append(answer["jobId"])
        return answer

    def end_of(self, command: str) -> dict[str, Any]:
        """What *command*, which asks for a result, answers in the end."""
        return dict(eventually(lambda: end if (end := self.curl(command))["status"] in FINAL else None, 240, 0.3, command))


def reader(house: House, engine: int, **environment: str) -> Reader:
    """A checkout with its virtual environment, as after `make install`."""
    if sys.prefix == sys.base_prefix:
        pytest.skip("the tests do not run in a virtual environment, so there is none to activate")
    folder, port = house.folder / "checkout", free_port()
    folder.mkdir()
    for name in ("app", "examples", "document", "Makefile", "compose.yaml"):
        (folder / name).symlink_to(ROOT / name)
    (folder / ".venv").symlink_to(sys.prefix)
    (folder / "services").mkdir()
    for file in (ROOT / "services").iterdir():
        (folder / "services" / file.name).write_bytes(file.read_bytes())
    ours = {"HTTP_PORT": str(port), "LOCAL_PORT": str(engine), "RESULT_DB_PATH": str(house.folder / "results.sqlite")}
    return Reader(folder, house.environment(**ours, **environment), port, engine)


def begin(house: House, reader: Reader, command: str) -> None:
    """Starts the gateway as the README does."""
    words = reader.typed(command).removeprefix("python3 ").split()
    process = Process(words, house.folder / "readme.log", reader.environment, reader.folder)
    house.processes.append(process)
    process.begin()

    def ready() -> bool:
        assert process.popen is not None
        assert process.popen.poll() is None, process.said
        return reader.run("curl -sf http://localhost:8000/healthcheck").stdout.strip() == "1"

    eventually(ready, 120, 0.2, "the gateway answers")


def write_files(reader: Reader) -> list[str]:
    for name, text in FILES:
        (reader.folder / name).write_text(text, encoding="utf-8")
    return [name for name, _ in FILES]


@pytest.fixture
def with_vllm(house: House) -> Reader:
    """The README with a vLLM, which is the fake model server; it answers every call with minutes that have no items."""
    fake = house.fake("--model", VIGOSTRAL)
    fake.script(default={"text": '{"items": []}'})
    made = reader(house, fake.port)
    (command,) = of(SERVER)
    begin(house, made, command)
    return made


def test_the_readme_has_every_command_that_this_file_knows() -> None:
    known = ("make ", ". .venv/bin/activate", "python3 -m app", "curl ", "docker compose ")

    assert [command for command in COMMANDS if not command.startswith(known)] == []
    assert (len(of(EMBEDDED)), len(of(SERVER)), len(FILES)) == (1, 1, 2)


@pytest.mark.parametrize("command", of("make "))
def test_a_target_of_the_readme_exists(command: str) -> None:
    made = subprocess.run([*command.split(), "-n"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)

    assert made.returncode == 0, made.stderr


def test_the_profiles_of_the_readme_have_services() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    profiles = {profile for service in services.values() for profile in service["profiles"]}
    usual = dict(re.findall(r"^(\w+)=(.*)$", (ROOT / ".env").read_text(encoding="utf-8"), re.MULTILINE))["COMPOSE_PROFILES"]

    said = {name for command in of("docker compose ") for name in re.findall(r"--profile (\w+)", command)} | {usual}

    assert said <= profiles
    assert [command.split()[-1] for command in of("docker compose ") if " run " in command] == ["fetch"]


def test_the_commands_beside_the_gateway_work_as_typed(house: House) -> None:
    made = reader(house, free_port())
    beside = [each for each in of("python3 -m app ") if not each.startswith((EMBEDDED, SERVER))]

    done = {command: made.run(command) for command in beside}

    assert len(done) >= 3
    assert {command: each.stderr for command, each in done.items() if each.returncode} == {}


def test_with_vllm_the_readme_gives_minutes_text_and_chat(with_vllm: Reader) -> None:
    refused, accepted = (with_vllm.curl(f"curl -sF {command.removeprefix('curl -F ')}") for command in of("curl -F")[:2])
    (result,) = of("curl http://localhost:8000/results/")
    minutes = with_vllm.end_of(result.replace("curl", "curl -s"))
    stream, chat = (
        with_vllm.curl(command.replace("curl ", "curl -s ")) for command in of("curl -N", "curl localhost:8000/chat")
    )

    assert "vigostral" in refused["message"]
    assert sorted(accepted) == ["jobId", "message"]
    assert (minutes["status"], minutes["message"]) == ("complete", "success")
    assert "items" in str(stream)
    assert chat["model"] == VIGOSTRAL


@pytest.mark.model
def test_with_the_embedded_model_the_readme_gives_minutes_text_and_a_service_of_ones_own(
    house: House, tiny_model: Path
) -> None:
    made = reader(house, free_port(), LOCAL_MODEL=str(tiny_model), OPENAI_API_BASE="")
    made.environment["OPENAI_API_BASE"] = f"http://localhost:{made.engine}/v1"  # as it is by default, with the default port
    (command,) = of(EMBEDDED)
    begin(house, made, command)
    (result,) = of("curl http://localhost:8000/results/")
    local, vigostral, own = of("curl -F")

    refused = made.curl(vigostral.replace("curl", "curl -s"))
    made.curl(local.replace("curl", "curl -s"))
    minutes = made.end_of(result.replace("curl", "curl -s"))
    stream, chat = (made.curl(each.replace("curl ", "curl -s ")) for each in of("curl -N", "curl localhost:8000/chat"))
    write_files(made)
    eventually(lambda: "jobId" in made.curl(own.replace("curl", "curl -s")), 30, 0.5, "the new service is live")
    actions = made.end_of(result.replace("curl", "curl -s"))

    assert "use local" in refused["message"]
    assert minutes["message"] == "success"
    assert stream
    assert chat["response"]
    assert actions["summarization"].startswith("- [ ] ")


def test_the_files_of_the_readme_are_a_service_without_a_problem(house: House) -> None:
    made = reader(house, free_port())
    names = write_files(made)

    checked = made.run("python3 -m app check")

    assert names == ["services/actions.json", "services/actions.render.md"]
    assert (checked.returncode, "0 problems" in checked.stdout) == (0, True), checked.stdout
