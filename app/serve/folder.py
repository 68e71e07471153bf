"""The services folder at the start: one that is not there is most likely misspelled, or not mounted."""

from __future__ import annotations

from app.settings import SettingError, Settings


def check_folder(settings: Settings) -> None:
    """Raises SettingError if there is no services folder, and no process has served it before.

    One that was served before may come back: its last good versions serve until then."""
    folder = settings.services_folder
    if folder.is_dir():
        return
    from app.catalog.memory import LastGood  # the supervisor does without what this imports

    if not LastGood(settings.state_folder).load(folder):
        reason = "is no folder" if folder.exists() else "does not exist"
        raise SettingError(f"SERVICES_PATH: {folder.absolute()} {reason}: make it, or name another with --services")
