"""Whether a process still runs, and is the one that was meant."""

from __future__ import annotations

import os
from pathlib import Path


def alive(pid: int) -> bool:
    """Whether a process with this id runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it runs, under another user
        return True
    return True


def began(pid: int) -> str:
    """When the process began, in ticks of the machine; nothing if that cannot be seen.

    The id alone is soon another's: that of the only program in a container is the same after each start."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""
