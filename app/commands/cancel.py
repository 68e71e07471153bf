"""`cancel`: ends jobs that wait or run."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from app.commands import remote
from app.commands.following import Lines, in_words
from app.settings import Settings

if TYPE_CHECKING:
    from app.client import Gateway

SUMMARY = "cancel jobs of a running gateway"
EXAMPLES = ("cancel 0b9e6f2a-5c1d-4a57-9a3e-8f1f0d8f4a11",)
STATUSES = remote.STATUSES


def options(parser: argparse.ArgumentParser, settings: Settings) -> None:
    parser.add_argument("ids", nargs="+", metavar="ID", help="id of a job")
    parser.add_argument("--json", action="store_true", help="print each job as a line of JSON")
    remote.add(parser, settings)


@remote.command
def run(gateway: Gateway, given: argparse.Namespace) -> int:
    """Cancels; the exit status."""
    for each in given.ids:
        job = gateway.cancel(each)
        if given.json:
            Lines().show(job)
        else:
            remote.put(in_words(job))
    return 0
