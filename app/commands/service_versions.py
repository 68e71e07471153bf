"""The kept versions of a service, and the present one, for `history`, `diff` and `rollback`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.commands import flags, usage
from app.settings import Settings

if TYPE_CHECKING:
    from app.catalog import Entry
    from app.catalog.history import History
    from app.storage.service_versions import ServiceVersion

STATUSES = {
    0: "done",
    1: "the database or the services folder cannot be used",
    usage.USAGE: "the arguments cannot be used: there is no such service, or no such version",
}


def add(parser: argparse.ArgumentParser) -> None:
    """Adds what the commands have in common."""
    parser.add_argument("service", help="name of the service")


def settings_of(parser: argparse.ArgumentParser) -> None:
    flags.add(parser)


@dataclass(frozen=True)
class Versions:
    """What is kept of a service, newest first, and what it is now: *present* is None if it is broken or gone."""

    settings: Settings
    history: History
    kept: tuple[ServiceVersion, ...]
    present: Entry | None


def status_of(given: argparse.Namespace, use: Callable[[Versions], int]) -> int:
    """The exit status of *use*, which gets the versions of the service that *given* names. Raises StoreError."""
    from app.catalog import load
    from app.catalog.history import History
    from app.errors import BadParameter, nearest
    from app.gateway import EXAMINER, prepare_database, proofs
    from app.kinds import KINDS
    from app.storage.database import Database
    from app.storage.service_versions import ServiceVersions

    settings: Settings = given.settings
    prepare_database(settings)
    history = History(ServiceVersions(Database(settings.database, pool=1)))
    try:
        catalog = load(settings.services_folder, KINDS, prove=proofs(KINDS))
    finally:
        EXAMINER.close()
    present = catalog.services.get(given.service)
    kept = history.of(given.service)
    if present is None and not kept:
        hint = nearest(given.service, catalog.services)
        sys.stderr.write(f'llm-gateway: there is no service "{given.service}", and no version of one is kept{hint}\n')
        return usage.USAGE
    try:
        return use(Versions(settings, history, kept, present))
    except BadParameter as error:
        sys.stderr.write(f"llm-gateway: {error}\n")
        return usage.USAGE
