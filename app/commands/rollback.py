"""`rollback`: puts an earlier version of a service back into the services folder."""

from __future__ import annotations

import argparse

from app.commands import remote, service_versions
from app.commands.service_versions import Versions
from app.settings import Settings

SUMMARY = "put an earlier version of a service back into the services folder"
EXAMPLES = ("rollback cra 3f2a91",)
STATUSES = service_versions.STATUSES


def options(parser: argparse.ArgumentParser, settings: Settings) -> None:
    del settings
    service_versions.add(parser)
    parser.add_argument("version", metavar="DIGEST", help="digest of the version, or its beginning, as `history` lists them")
    service_versions.settings_of(parser)


def run(given: argparse.Namespace) -> int:
    """Keeps the present files in the database, then writes those of the version."""
    return service_versions.status_of(given, lambda versions: _restore(versions, given.version))


def _restore(versions: Versions, digest: str) -> int:
    from app.catalog.history import chosen
    from app.catalog.restoring import restore

    wanted = chosen(versions.kept, digest)
    done = restore(versions.settings.services_folder, versions.history, wanted, versions.present)
    if done.replaced and done.replaced != wanted.digest:
        remote.tell(f"the files of now are kept as {done.replaced}")
    for file in done.written:
        remote.put(f"{versions.settings.services_folder / file}")
    for file in done.stay:
        remote.tell(f"{file} stays: the version {wanted.digest} does not have it")
    if not done.written:
        remote.tell(f"nothing to write: the files are those of {wanted.digest}")
    return 0
