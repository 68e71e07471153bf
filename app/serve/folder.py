"""Checks folders at the start: a services folder that is missing is probably misspelled, or not mounted."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from app.metrics.folder import shared_folder
from app.settings import SettingError, Settings


def check_folder(settings: Settings) -> None:
    """Raises SettingError if the services folder is missing, and no process has served it before.

    One that was served before may come back: its last good versions serve until then."""
    folder = settings.services_folder
    if folder.is_dir():
        return
    from app.catalog.memory import LastGood  # the supervisor avoids these imports

    if not LastGood(settings.state_folder).load(folder):
        reason = "is no folder" if folder.exists() else "does not exist"
        remedy = "make it, or name another with --services (`python3 -m app new NAME` writes a first service into it)"
        raise SettingError(f"SERVICES_PATH: {folder.absolute()} {reason}: {remedy}")


def check_temporary() -> None:
    """Raises SettingError if nowhere a temporary file can be written: counts, heartbeats and uploads need some."""
    try:
        tempfile.gettempdir()
    except FileNotFoundError as exc:
        raise SettingError(
            f"TMPDIR: {str(exc.strerror).lower()}: mount one at /tmp that can be written, or name another with TMPDIR"
        ) from exc


@contextmanager
def folder_of_counts(settings: Settings) -> Iterator[Path]:
    """The folder in which all processes of the gateway count. Raises SettingError if it cannot be used."""
    with ExitStack() as stack:
        try:
            folder = stack.enter_context(shared_folder(settings.metrics_folder))
        except OSError as exc:
            given = settings.metrics_folder
            setting = f"PROMETHEUS_MULTIPROC_DIR: {given}" if given else f"TMPDIR: {tempfile.gettempdir()}"
            raise SettingError(f"{setting} cannot be used: {exc.strerror}; choose a folder that can be written") from exc
        yield folder
