"""The package: what pyproject.toml says, and what `pip install .` gives."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from app import __version__

ROOT = Path(__file__).parents[1]
EXTRAS = ("server", "client", "logits", "otel", "rnn", "bench", "audit", "dev")


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_what_a_gateway_makes_in_a_checkout_is_no_part_of_it() -> None:
    """The files of operations.md beside the services, and the file of keys of the README: secrets, transcripts, locks."""
    written = (ROOT / "document" / "operations.md").read_text(encoding="utf-8")
    table = written.partition("## Files")[2].partition("##")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    named = [name for row in rows for name in re.findall(r"`([^`~]+)`", row) if not name.isupper() and name != "services/"]
    files = ["results.sqlite" + name if name.startswith("-") else name.replace("*", "cra") for name in named]

    command = ["git", "check-ignore", *files, "keys.json", "models/"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if "not a git repository" in ended.stderr:
        pytest.skip("this is no checkout")

    assert len(files) >= 8
    assert set(ended.stdout.split()) == {*files, "keys.json", "models/"}


def required(file: str) -> list[str]:
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith(("#", "-r"))]


def test_the_dependencies_of_the_server_are_those_of_the_image(project: dict[str, Any]) -> None:
    server = project["dependencies"] + project["optional-dependencies"]["server"]

    assert sorted(required("requirements.txt")) == sorted(server)


def test_the_client_needs_one_package(project: dict[str, Any]) -> None:
    client = project["dependencies"] + project["optional-dependencies"]["client"]

    assert [each.partition("==")[0] for each in project["dependencies"]] == ["httpx2"]
    assert required("requirements-client.txt") == client


def test_each_extra_is_as_in_its_file(project: dict[str, Any]) -> None:
    assert tuple(project["optional-dependencies"]) == EXTRAS
    for extra in EXTRAS[2:]:
        assert required(f"requirements-{extra}.txt") == project["optional-dependencies"][extra]


def closure(name: str) -> set[str]:
    """The distribution *name*, and all that it needs here."""
    found: set[str] = set()
    left = [name]
    while left:
        each = re.split(r"[^A-Za-z0-9._-]", left.pop())[0]
        if each not in found:
            with suppress(metadata.PackageNotFoundError):  # it is for other systems
                left += [line for line in metadata.distribution(each).requires or () if "extra ==" not in line]
                found.add(each)
    return found


@pytest.fixture(scope="module")
def client_only(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the packages that a client has, and no others."""
    folder = tmp_path_factory.mktemp("packages")
    for name in closure("httpx2"):
        for file in metadata.distribution(name).files or ():
            top = file.parts[0]
            if top not in ("..", "__pycache__") and not (folder / top).is_symlink():
                (folder / top).symlink_to(Path(str(metadata.distribution(name).locate_file(top))))
    return folder


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["--version"], 0, f"LLM Gateway {__version__}"),
        (["run", "--help"], 0, "examples:"),
        (["services", "--url", "http://127.0.0.1:1"], 3, "no gateway answers"),
        (["web"], 78, "pip install 'llm-gateway[server]'"),
        (["check"], 78, "pip install 'llm-gateway[server]'"),
        (["run", "cra", "README.md"], 78, "pip install 'llm-gateway[server]'"),
    ],
)
def test_the_command_works_without_the_server_as_far_as_it_can(
    client_only: Path, arguments: list[str], status: int, said: str
) -> None:
    command = [sys.executable, "-S", "-m", "app", *arguments]
    environment = {"PYTHONPATH": str(client_only), "HTTP_PORT": "1"}

    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert (done.returncode, said in done.stdout + done.stderr) == (status, True), done.stderr
    assert "Traceback" not in done.stderr


def test_the_version_and_the_licence_are_said_once(project: dict[str, Any]) -> None:
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")

    assert project["version"] == __version__
    assert project["license"] == "Apache-2.0"
    assert "Apache License" in licence
    assert "Version 2.0, January 2004" in licence


@pytest.mark.acceptance
def test_an_installed_gateway_has_its_command_migrations_and_documents(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "installed"
    source.mkdir()
    for name in ("app", "document", "pyproject.toml", "README.md", "LICENSE", "NOTICE"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, source / name)
    pip = (
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--disable-pip-version-check",
    )
    subprocess.run([*pip, "--target", str(target), str(source)], check=True, timeout=200, stderr=subprocess.DEVNULL)
    environment = {**os.environ, "PYTHONPATH": str(target)}

    said = subprocess.run(
        [sys.executable, str(target / "bin" / "llm-gateway"), "--version"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert said.stdout.strip() == f"LLM Gateway {__version__}"
    assert (target / "document" / "swagger_llm_gateway.yml").is_file()
    assert (target / "app" / "storage" / "migrations" / "versions" / "0001_jobs.py").is_file()
    assert (target / "app" / "engines" / "weights.lock").is_file()
