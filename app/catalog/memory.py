"""The last good version of every service, kept on disk: a process that starts while a file is broken serves it as well."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import NotRequired, Protocol, TypeAlias, TypedDict

from app.catalog.folder import digest
from app.errors import StoreError


class LastGoodVersion(TypedDict):
    """A manifest, the templates it reaches and the file of its functions, as they stood in their files."""

    manifest: str
    templates: dict[str, str]
    functions: NotRequired[dict[str, str]]


Record: TypeAlias = Mapping[str, LastGoodVersion]  # by file name of the manifest


class Memory(Protocol):
    def load(self, folder: Path) -> Record:
        """What was saved last for a services folder, by any process; empty if there is nothing."""
        ...

    def save(self, folder: Path, record: Record) -> None:
        """Keeps *record* instead of what was saved before. Raises StoreError."""
        ...


class LastGood:
    """JSON files in a folder of the operator's, one for each services folder, replaced as a whole.

    What could not be written is remembered by this process at least."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._unwritten: dict[Path, Record] = {}

    def load(self, folder: Path) -> Record:
        if folder in self._unwritten:
            return self._unwritten[folder]
        try:
            record = json.loads(self._file(folder).read_text(encoding="utf-8"))
        except (OSError, ValueError):  # not there yet, or no longer what we wrote: nothing is remembered
            return {}
        entries = record.items() if isinstance(record, dict) else ()
        return {file: kept for file, kept in entries if _whole(kept)}

    def save(self, folder: Path, record: Record) -> None:
        file = self._file(folder)
        try:
            _replace(file, json.dumps(record, ensure_ascii=False, indent=1))
        except OSError as exc:
            self._unwritten[folder] = record
            raise StoreError(f"{file.name} cannot be written: {exc.strerror}") from exc
        self._unwritten.pop(folder, None)

    def _file(self, folder: Path) -> Path:
        return self._state / f"last_good-{digest([str(folder.absolute())])}.json"


def _replace(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".last_good-", dir=file.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())
        os.replace(name, file)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def _whole(kept: object) -> bool:
    if not isinstance(kept, dict) or not isinstance(kept.get("manifest"), str):
        return False
    return all(_texts(kept.get(name, {})) for name in ("templates", "functions")) and "templates" in kept


def _texts(given: object) -> bool:
    return isinstance(given, dict) and all(isinstance(text, str) for text in given.values())
