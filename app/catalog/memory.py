"""The last good version of every service, kept on disk: a process that starts while a file is broken serves it as well."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NotRequired, Protocol, TypeAlias, TypedDict

from app import text_files
from app.catalog.folder import digest
from app.errors import StoreError


class LastGoodVersion(TypedDict):
    """A manifest, the templates that it and its *variants* reach, and the file of its functions, as they stood in their
    files."""

    manifest: str
    templates: dict[str, str]
    functions: NotRequired[dict[str, str]]
    variants: NotRequired[dict[str, str]]


Record: TypeAlias = Mapping[str, LastGoodVersion]  # by file name of the manifest


class Memory(Protocol):
    def load(self, folder: Path) -> Record:
        """What was saved last for a services folder, by any process; empty if there is nothing."""

    def save(self, folder: Path, record: Record) -> None:
        """Keeps *record* instead of what was saved before. Raises StoreError."""


class LastGood:
    """JSON files in a folder of the operator's, one for each services folder, replaced as a whole.

    A file is read only if it was replaced since. What could not be written is remembered by this process at least."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._unwritten: dict[Path, Record] = {}
        self._read: dict[Path, tuple[tuple[int, ...], Record]] = {}  # by services folder: the file's mark, what it held

    def load(self, folder: Path) -> Record:
        return self._unwritten[folder] if folder in self._unwritten else self._stored(folder)

    def save(self, folder: Path, record: Record) -> None:
        """Several processes may save the same at the same time: the first of them writes it."""
        file = self._file(folder)
        try:
            with _only_process(self._state):
                if self._stored(folder) != record:
                    text_files.replace(file, json.dumps(record, ensure_ascii=False))
        except OSError as exc:
            self._unwritten[folder] = record
            raise StoreError(f"{file.name} cannot be written: {exc.strerror}") from exc
        self._unwritten.pop(folder, None)

    def _stored(self, folder: Path) -> Record:
        """What the file holds; nothing if it is not there, or is no longer what was written."""
        file = self._file(folder)
        try:
            mark = _mark(file)
            if folder not in self._read or self._read[folder][0] != mark:
                self._read[folder] = mark, _entries(json.loads(file.read_text(encoding="utf-8")))
        except (OSError, ValueError):
            return {}
        return self._read[folder][1]

    def _file(self, folder: Path) -> Path:
        return self._state / f"last_good-{digest([str(folder.absolute())])}.json"


@contextmanager
def _only_process(state: Path) -> Iterator[None]:
    """Keeps other processes out of the block, if the file system of the folder *state* has locks. Raises OSError."""
    state.mkdir(parents=True, exist_ok=True)
    held = os.open(state, os.O_RDONLY | os.O_CLOEXEC)
    try:
        with suppress(OSError):  # without the lock each process writes the same once more
            fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def _mark(file: Path) -> tuple[int, ...]:
    seen = file.stat()
    return seen.st_ino, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns


def _entries(record: object) -> Record:
    entries = record.items() if isinstance(record, dict) else ()
    return {file: kept for file, kept in entries if _whole(kept)}


def _whole(kept: object) -> bool:
    if not isinstance(kept, dict) or not isinstance(kept.get("manifest"), str):
        return False
    return all(_texts(kept.get(name, {})) for name in ("templates", "functions", "variants")) and "templates" in kept


def _texts(given: object) -> bool:
    return isinstance(given, dict) and all(isinstance(text, str) for text in given.values())
