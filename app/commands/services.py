"""`services`: what a running gateway offers."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from app.commands import remote
from app.settings import Settings

if TYPE_CHECKING:
    from app.client import Gateway, Service

SUMMARY = "list the services of a running gateway"
EXAMPLES = ("services",)
STATUSES = remote.STATUSES
HEADINGS = ("SERVICE", "TYPE", "FLAVORS", "DESCRIPTION")


def options(parser: argparse.ArgumentParser, settings: Settings) -> None:
    parser.add_argument("--json", action="store_true", help="print each manifest as a line of JSON")
    remote.add(parser, settings)


@remote.command
def run(gateway: Gateway, given: argparse.Namespace) -> int:
    """Lists them; the exit status."""
    return remote.list_all(gateway.services(), HEADINGS, _row, lambda service: service.manifest, as_json=given.json)


def _row(service: Service) -> tuple[str, ...]:
    described = service.description.get("en") or next(iter(service.description.values()), "")
    return service.route, service.type, ", ".join(service.flavors), str(described)
