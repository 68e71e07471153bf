"""`results`: the result of a job that has ended."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from app.commands import output, remote
from app.settings import Settings

if TYPE_CHECKING:
    from app.client import Gateway

SUMMARY = "print the result of a job that has ended"
EXAMPLES = ("results 0b9e6f2a-5c1d-4a57-9a3e-8f1f0d8f4a11 -o minutes.docx",)
STATUSES = {
    **remote.STATUSES,
    remote.FAILED: "the job has no result, or the gateway refused the request",
    remote.CANCELLED: "the job was cancelled",
}


def options(parser: argparse.ArgumentParser, settings: Settings) -> None:
    parser.add_argument("id", metavar="ID", help="id of the job")
    parser.add_argument("-o", dest="out", metavar="OUT", help="file for the result, in the form of its ending")
    parser.add_argument("--json", action="store_true", help="print text, warnings, coverage and minutes as a line of JSON")
    remote.add(parser, settings)


@remote.command
def run(gateway: Gateway, given: argparse.Namespace) -> int:
    """Prints or writes the result; the exit status."""
    output.check(given.out)
    result = gateway.result(given.id)
    if given.json:
        remote.put_json(output.record(result))
    if given.out is not None or not given.json:
        output.write(gateway, result, given.out)
    return 0
