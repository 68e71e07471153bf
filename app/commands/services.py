"""`services`: what a running gateway offers."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from app.commands import remote
from app.settings import Settings

if TYPE_CHECKING:
    from app.client import Gateway, Service

SUMMARY = "list the services of a running gateway"
EXAMPLES = ("services",)
HEADINGS = ("SERVICE", "TYPE", "FLAVORS", "DESCRIPTION")


def options(parser: argparse.ArgumentParser, settings: Settings) -> None:
    parser.add_argument("--json", action="store_true", help="print each manifest as a line of JSON")
    remote.add(parser, settings)


@remote.command
def run(gateway: Gateway, given: argparse.Namespace) -> int:
    """Lists them; the exit status."""
    found = gateway.services()
    if given.json:
        for service in found:
            remote.put(json.dumps(dict(service.manifest), ensure_ascii=False))
    else:
        remote.print_table([HEADINGS, *map(_row, found)])
    return 0


def _row(service: Service) -> tuple[str, ...]:
    described = service.description.get("en") or next(iter(service.description.values()), "")
    return service.route, service.type, ", ".join(service.flavors), str(described)
