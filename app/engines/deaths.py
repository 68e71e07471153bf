"""Why an engine, or the worker, is not there: written by the supervisor, which sees it die, and read by the web, which is asked
for it."""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from pathlib import Path

log = logging.getLogger(__name__)

WORKER = "worker"
ENGINES, PARTS = "engine-", "part-"  # what the names of the files begin with: any backend may have the name of a part


def note(folder: Path, name: str, why: str, of: str = ENGINES) -> None:
    """Notes in *folder*, which all processes of a gateway share, why the engine of the backend *name*, or another part of that
    name, died; nothing once it serves. If that cannot be written, the log says so, and /health knows nothing of it."""
    file = folder / f"{of}{name.encode().hex()}.json"  # any name makes a file name
    partial = file.with_suffix(".part")
    try:
        if why:
            partial.write_text(json.dumps({"name": name, "why": why}), encoding="utf-8")
            partial.replace(file)
        else:
            file.unlink(missing_ok=True)
    except OSError as exc:  # a full disk must not end the supervisor, and all else with it
        log.warning("/health cannot be told why %s is not there: %s: %s", name, folder, exc.strerror)


def noted(folder: Path, of: str = ENGINES) -> dict[str, str]:
    """By backend, why its engine died; or by name, why other parts did."""
    found = {}
    for file in folder.glob(f"{of}*.json"):
        with suppress(OSError, ValueError, KeyError, TypeError):  # removed meanwhile, or not one of ours
            said = json.loads(file.read_text(encoding="utf-8"))
            found[str(said["name"])] = str(said["why"])
    return found


def forget(folder: Path) -> None:
    """Removes what an earlier gateway noted."""
    for file in (*folder.glob(f"{ENGINES}*.json"), *folder.glob(f"{PARTS}*.json")):
        file.unlink(missing_ok=True)
