"""Why an engine is not there: written by the supervisor, which sees it die, and read by the web, which is asked for it."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

PREFIX = "engine-"


def note(folder: Path, backend: str, why: str) -> None:
    """Notes in *folder*, which all processes of a gateway share, why the engine of *backend* died; nothing once it serves."""
    file = folder / f"{PREFIX}{backend.encode().hex()}.json"  # any name makes a file name
    if not why:
        file.unlink(missing_ok=True)
        return
    partial = file.with_suffix(".part")
    partial.write_text(json.dumps({"backend": backend, "why": why}), encoding="utf-8")
    partial.replace(file)


def noted(folder: Path) -> dict[str, str]:
    """By backend, why its engine died."""
    found = {}
    for file in folder.glob(f"{PREFIX}*.json"):
        with suppress(OSError, ValueError, KeyError, TypeError):  # removed meanwhile, or not one of ours
            said = json.loads(file.read_text(encoding="utf-8"))
            found[str(said["backend"])] = str(said["why"])
    return found


def forget(folder: Path) -> None:
    """Removes what an earlier gateway noted."""
    for file in folder.glob(f"{PREFIX}*.json"):
        file.unlink(missing_ok=True)
