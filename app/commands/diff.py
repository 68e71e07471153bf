"""`diff`: what differs between two versions of a service."""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Iterator, Mapping

from app.commands import service_versions
from app.commands.service_versions import Versions
from app.settings import Settings

SUMMARY = "show what differs between two versions of a service"
EXAMPLES = ("diff cra", "diff cra 3f2a91 7c04be")
STATUSES = service_versions.STATUSES


def options(parser: argparse.ArgumentParser, settings: Settings) -> None:
    del settings
    service_versions.add(parser)
    parser.add_argument("old", nargs="?", metavar="A", help="digest, or its beginning; default: the version before the present")
    parser.add_argument("new", nargs="?", metavar="B", help="digest, or its beginning; default: the present files")
    service_versions.settings_of(parser)


def run(given: argparse.Namespace) -> int:
    """Prints a unified diff of all files; nothing if they are the same."""
    return service_versions.status_of(given, lambda versions: _print(versions, given.old, given.new))


def _print(versions: Versions, old: str | None, new: str | None) -> int:
    from app.catalog.history import chosen

    after = chosen(versions.kept, new).files if new else _present(versions)
    before = chosen(versions.kept, old).files if old else _before(versions, after)
    sys.stdout.writelines(f"{line}\n" for line in lines(before, after))
    return 0


def _present(versions: Versions) -> Mapping[str, str]:
    """The files of now. Raises BadParameter if they are broken."""
    from app.errors import BadParameter

    if versions.present is None:
        raise BadParameter("B", "the present files are broken (`check` says why): name two versions")
    return versions.present.files


def _before(versions: Versions, after: Mapping[str, str]) -> Mapping[str, str]:
    """The version that was present last before *after*. Raises BadParameter."""
    from app.errors import BadParameter

    for each in versions.kept:
        if each.files != after:
            return each.files
    raise BadParameter("A", "there is no other version that is kept")


def lines(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    """A unified diff of all files."""
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        if old != new:
            names = (name if old is not None else "/dev/null", name if new is not None else "/dev/null")
            yield from difflib.unified_diff((old or "").splitlines(), (new or "").splitlines(), *names, lineterm="")
