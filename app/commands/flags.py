"""The settings as flags: of the commands that run the gateway, and of any other that uses its services or backends."""

from __future__ import annotations

import argparse
from typing import Any

from app.settings import known

_DEST = "setting_"  # before the name of a setting in the namespace, so that a command's own argument never is taken for one


def add(parser: argparse.ArgumentParser) -> None:
    """Adds a flag for every setting, in a group of their own."""
    group = parser.add_argument_group("settings")
    for each in known():
        _add(group, each.name, each.default, each.metadata)


def given(namespace: argparse.Namespace) -> dict[str, Any]:
    """The settings that were given as flags, by name."""
    return {name.removeprefix(_DEST): value for name, value in vars(namespace).items() if name.startswith(_DEST)}


def _add(group: Any, name: str, default: Any, described: Any) -> None:
    shown = "off" if default is False else default if default not in ("", None) else "none"
    text = f"{described['help']} [{described['env']}; {shown}]".replace("%", "%%")
    if isinstance(default, bool):
        group.add_argument(described["flag"], dest=_DEST + name, action="store_true", default=argparse.SUPPRESS, help=text)
    else:
        group.add_argument(described["flag"], dest=_DEST + name, metavar="VALUE", default=argparse.SUPPRESS, help=text)
