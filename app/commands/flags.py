"""The settings as flags: of the commands that run the gateway, and of any other that uses its services or backends."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from app.settings import SettingError, Settings, known

_DEST = "setting_"  # before the name of a setting in the namespace, so that a command's own argument never is taken for one


def add(parser: argparse.ArgumentParser) -> None:
    """Adds a flag for every setting, in a group of their own."""
    group = parser.add_argument_group("settings")
    for each in known():
        shown = "off" if each.default is False else each.default if each.default not in ("", None) else "none"
        allowed = f" ({each.allowed})" if each.allowed else ""
        text = f"{each.help}{allowed} [{each.env}; {shown}]".replace("%", "%%")
        kind: dict[str, Any] = {"action": "store_true"} if isinstance(each.default, bool) else {"metavar": "VALUE"}
        group.add_argument(each.flag, dest=_DEST + each.name, default=argparse.SUPPRESS, help=text, **kind)


def given(namespace: argparse.Namespace) -> dict[str, Any]:
    """The settings that were given as flags, by name."""
    return {name.removeprefix(_DEST): value for name, value in vars(namespace).items() if name.startswith(_DEST)}


def services_folder(settings: Settings) -> Path:
    """The folder of the services. Raises SettingError if there is none."""
    if not settings.services_folder.is_dir():
        raise SettingError(f"SERVICES_PATH: {settings.services_folder} is no folder; make it, or choose another")
    return settings.services_folder


def is_setting(action: argparse.Action) -> bool:
    """True for a flag that `add` has added."""
    return action.dest.startswith(_DEST)
