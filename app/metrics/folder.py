"""The folder in which the processes of one gateway count: the first process owns it, cleans it, and removes it at the end."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from app.metrics.alive import alive, began

OWNER = "owner"
PREFIX = "llm-gateway-metrics-"
LAST_GOOD = "last_good-"  # what files begin with that hold for one gateway, until its end


@contextmanager
def shared_folder(given: str) -> Iterator[Path]:
    """The folder *given*, or a new one if none is. One that a living process owns is shared as it is; any other is
    ours from now on, emptied of what an earlier gateway counted and kept."""
    if not given:
        sweep(PREFIX)
    folder = Path(given) if given else Path(tempfile.mkdtemp(prefix=PREFIX))
    folder.mkdir(parents=True, exist_ok=True)
    owned = owner_of(folder) is None
    if owned:
        for file in folder.glob("*.db"):
            file.unlink(missing_ok=True)
        _forget(folder)
        claim(folder)
    owner = os.getpid()
    try:
        yield folder
    finally:
        if owned and os.getpid() == owner:  # and not a child that was forked meanwhile
            _leave(folder, remove=not given)


def claim(folder: Path) -> None:
    """Notes in *folder* that this process is its owner."""
    (folder / OWNER).write_text(f"{os.getpid()} {began(os.getpid())}", encoding="ascii")


def owner_of(folder: Path | str) -> int | None:
    """The living process that cleans the folder: the supervisor, or whoever runs without one."""
    owner, since = _noted(folder)
    return owner if owner and alive(owner) and began(owner) in ("", since) else None


def _noted(folder: Path | str) -> tuple[int, str]:
    """The owner of *folder*, 0 if none is noted, and when it began; releases before this one did not note that."""
    try:
        pid, _, since = Path(folder, OWNER).read_text(encoding="ascii").partition(" ")
        return int(pid), since
    except (OSError, ValueError):
        return 0, ""


def sweep(prefix: str) -> None:
    """Removes the folders for temporary files that killed processes of this user have left behind."""
    for left in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        with suppress(OSError):
            owner, since = _noted(left)
            is_owned = owner and alive(owner) and since in ("", began(owner))
            if left.stat().st_uid == os.getuid() and (left / OWNER).exists() and not is_owned:
                shutil.rmtree(left, ignore_errors=True)


def _leave(folder: Path, *, remove: bool) -> None:
    if remove:
        shutil.rmtree(folder, ignore_errors=True)
        return
    with suppress(OSError):
        (folder / OWNER).unlink()
        _forget(folder)


def _forget(folder: Path) -> None:
    """Removes what was kept in *folder* for a gateway that has ended: hashes of keys are among it. Raises OSError."""
    for file in folder.glob(f"{LAST_GOOD}*"):
        file.unlink(missing_ok=True)
