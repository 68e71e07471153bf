"""`run`: sends a file to a service of a running gateway, and brings the result."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands import output, remote
from app.commands.following import follow
from app.commands.remote import WrongArguments
from app.settings import Settings

if TYPE_CHECKING:
    from app.client import Gateway

SUMMARY = "send a file to a service of a running gateway, and wait for the result"
INTERRUPTED = 130


def options(parser: argparse.ArgumentParser, settings: Settings) -> None:
    parser.add_argument("service", help="name of the service")
    parser.add_argument("file", help="transcript, or prompt; `-` reads the standard input")
    parser.add_argument(
        "-o", dest="out", metavar="OUT", help="file for the result, in the form of its ending; default: text on stdout"
    )
    parser.add_argument("--flavor", help="flavor of the service; default: its first")
    parser.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE", help="a further field of the request")
    parser.add_argument(
        "--json", action="store_true", help="print each event as a line of JSON on stdout, the last with the text"
    )
    remote.add(parser, settings)


def run(given: argparse.Namespace) -> int:
    """Runs the service; the exit status. Ctrl-C cancels the job at the gateway."""
    return remote.status_of(given, lambda gateway: _run(gateway, given))


def _run(gateway: Gateway, given: argparse.Namespace) -> int:
    output.check(given.out)
    fields = dict(map(_field, given.set))
    job = gateway.submit(given.service, _content(given.file), flavor=given.flavor, **fields)
    remote.tell(f"job {job}")
    try:
        return bring(gateway, job, given)
    except KeyboardInterrupt:
        _cancel(gateway, job)
        return INTERRUPTED


def bring(gateway: Gateway, job: str, given: argparse.Namespace) -> int:
    """Follows *job* to its end, and writes its result where *given* says."""
    last = follow(gateway.events(job), as_json=given.json)
    result = gateway.result(last.id)
    for warning in result.warnings:
        remote.tell(f"warning: {warning}")
    if given.out is not None or not given.json:
        output.write(gateway, result, given.out)
    return 0


def _cancel(gateway: Gateway, job: str) -> None:
    from app.client import GatewayError

    remote.tell(f"cancelling job {job}")
    try:
        gateway.cancel(job)
    except GatewayError as error:
        remote.tell(f"llm-gateway: job {job} is not cancelled: {error}")


def _content(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise WrongArguments(f"{file}: {error.strerror}") from error


def _field(given: str) -> tuple[str, str]:
    name, equals, value = given.partition("=")
    if not equals or not name.isidentifier():
        raise WrongArguments(f"--set {given}: write it as FIELD=VALUE, as in --set temperature=0.2")
    return name, value
