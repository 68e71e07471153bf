"""The package: what pyproject.toml says, and what `pip install .` gives."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from app import __version__

ROOT = Path(__file__).parents[1]
EXTRAS = ("client", "logits", "otel", "rnn", "bench", "audit", "dev")


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def required(file: str) -> list[str]:
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith(("#", "-r"))]


def test_the_dependencies_are_those_of_the_image(project: dict[str, Any]) -> None:
    assert required("requirements.txt") == project["dependencies"]


def test_each_extra_is_as_in_its_file(project: dict[str, Any]) -> None:
    assert tuple(project["optional-dependencies"]) == EXTRAS
    for extra in EXTRAS:
        assert required(f"requirements-{extra}.txt") == project["optional-dependencies"][extra]


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
