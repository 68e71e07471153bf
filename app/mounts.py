"""What a services folder looks like whose disk is not mounted: it is missing, or an empty folder stands in its place."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeAlias

Mark: TypeAlias = tuple[int, ...]

LOST: Mark = (0,)  # no folder's
ENDINGS = (".json", ".txt", ".render.md", ".docx")  # of all that people put there
REPLACED = (
    "is empty, as when a disk is not mounted: what it held stays in service until there are files in it; mount the disk, or, "
    "if it is meant to be empty, put a backends.json that holds [] into it"
)
MISSING = "; what it held stays in service until it can be read again: mount or make it, or let this user read it"


def place(folder: Path) -> Mark:
    """What another folder at the same path does not have. Raises OSError."""
    found = os.stat(folder)
    return (found.st_dev, found.st_ino)


def is_bare(folder: Path) -> bool:
    """Whether nothing is there that people put into a services folder. Raises OSError."""
    return not any(name.endswith(ENDINGS) and not name.startswith((".", "~$")) for name in os.listdir(folder))


def is_lost(folder: Path, before: Mark | None) -> bool:
    """Whether *folder* is not to be believed that what it held is gone: it is missing, or empty and not the folder with the
    mark *before* (None: it held nothing; LOST: an earlier process has read it, and nobody has seen its files go)."""
    try:
        return before is not None and before != place(folder) and is_bare(folder)
    except OSError:
        return before is not None
