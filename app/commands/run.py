"""`run`: sends a file to a service of a running gateway, or of one for this run alone, and brings the result."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from app.commands import output, remote, usage
from app.commands.following import Display, display, follow
from app.commands.remote import WrongArguments
from app.settings import Settings

if TYPE_CHECKING:
    from app.client import Gateway

SUMMARY = "send a file to a service and wait for the result; without a running gateway, on the embedded model"
EXAMPLES = (
    "run cra meeting.vtt -o minutes.docx",
    "cat meeting.vtt | python3 -m app run cra - --flavor mixtral --set temperature=0.2",
)
STATUSES = {
    **remote.STATUSES,
    remote.FAILED: "the job failed, or the gateway refused the request; stderr says why",
    remote.CANCELLED: "the job was cancelled",
    usage.INTERRUPTED: "Ctrl-C: the job is cancelled",
}
NOTES = """\
If neither `--url` nor `GATEWAY_URL` names a gateway and none answers on this machine, `run` starts one for itself: on
free ports of 127.0.0.1, with a key of its own and a temporary folder, and with the embedded model unless `--flavor`
names another backend's flavor. The service's first flavor for the embedded model is the default then. The model's
weights are brought first if they are missing. The gateway and its folder are gone when the command ends, also by Ctrl-C
or a signal (status 128 and its number); what a `kill -9` leaves of the folder, the next such run removes. Settings come
from the environment or stand before the command:
`python3 -m app --services ./services --local_model small run cra meeting.vtt`.

The file of `-o` is written whole or not at all, and its ending names the form: `.md` and `.txt` are the text, `.json` is
text, warnings, coverage and minutes, the others are made by the gateway (`.docx`, `.pdf`, `.html`, `.srt`, `.vtt`,
`.csv`, `.ics`)."""


def options(parser: argparse.ArgumentParser, settings: Settings) -> None:
    parser.epilog = NOTES
    parser.add_argument("service", help="name of the service")
    parser.add_argument("file", help="transcript, or prompt; `-` reads the standard input")
    parser.add_argument(
        "-o", dest="out", metavar="OUT", help="file for the result, in the form of its ending; default: text on stdout"
    )
    parser.add_argument("--flavor", help="flavor of the service; default: its first that can run")
    parser.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE", help="a further field of the request")
    parser.add_argument(
        "--json", action="store_true", help="print each event as a line of JSON on stdout, the last with the text"
    )
    remote.add(parser, settings)


def run(given: argparse.Namespace) -> int:
    """Runs the service; the exit status. Ctrl-C cancels the job at the gateway."""
    return remote.caught(given, lambda: _run(given))


def _run(given: argparse.Namespace) -> int:
    output.check(given.out)
    content, fields = _content(given.file), dict(map(field, given.set))
    alone = not given.url and not remote.answers(given)
    with display(as_json=given.json) as shown, ExitStack() as stack:
        flavor = given.flavor
        if alone:
            gateway, flavor = stack.enter_context(_alone(given, content, fields, shown))
        else:
            gateway = stack.enter_context(remote.connected(given))
        key, job = str(uuid4()), ""
        try:
            job = gateway.submit(given.service, content, flavor=flavor, idempotency_key=key, **fields)
            remote.tell(f"job {job}")
            return bring(gateway, job, given, shown)
        except KeyboardInterrupt:
            if not alone:  # else the gateway ends, and its job with it
                _cancel(
                    given,
                    lambda hasty: job or hasty.submit(given.service, content, flavor=flavor, idempotency_key=key, **fields),
                )
            return usage.INTERRUPTED


def _alone(
    given: argparse.Namespace, content: bytes, fields: Mapping[str, str], shown: Display
) -> AbstractContextManager[tuple[Gateway, str]]:
    """A gateway for this run only, and the flavor to run."""
    from app.commands.private_gateway import private_gateway
    from app.kinds.base import Form

    remote.tell(f"no gateway answers on {remote.here(given)}: this run starts its own, and ends it")
    asked = {"flavor": given.flavor} if given.flavor else {}
    return private_gateway(given.settings, given.service, Form({**fields, **asked}, content), shown.prepare)


def bring(gateway: Gateway, job: str, given: argparse.Namespace, shown: Display) -> int:
    """Follows *job* to its end, and writes its result where *given* says, or its text to stdout if it has no such form."""
    from app.client import Refused

    last = follow(gateway.events(job), shown)
    result = gateway.result(last.id)
    for warning in result.warnings:
        remote.tell(f"warning: {warning}")
    try:
        if given.out is not None or not given.json:
            output.write(gateway, result, given.out)
    except BrokenPipeError:
        raise
    except (Refused, OSError) as error:
        if given.out is None:
            raise
        remote.tell(f"{given.out} cannot be written: the text is on the standard output instead")
        output.write(gateway, result, None)
        if isinstance(error, Refused):
            raise
        raise OSError(f"{given.out}: {error.strerror}; `results {job} -o FILE` writes the result to another file") from error
    return 0


def _cancel(given: argparse.Namespace, job_of: Callable[[Gateway], str]) -> None:
    """Cancels the job that *job_of* names. If Ctrl-C came before its id was known, the same request is sent again: by its
    idempotency key, the gateway answers with the job that it has made, if any."""
    from app.client import GatewayError

    remote.tell("cancelling the job; Ctrl-C again ends at once")
    try:
        with remote.hasty(given) as gateway:
            gateway.cancel(job_of(gateway))
    except GatewayError as error:
        remote.tell(f"llm-gateway: the job is not cancelled: {error}")


def _content(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise WrongArguments(f"{file}: {error.strerror}") from error


def field(given: str) -> tuple[str, str]:
    """Name and value of `FIELD=VALUE`. Raises WrongArguments."""
    name, equals, value = given.partition("=")
    if not equals or not name.isidentifier():
        raise WrongArguments(f"--set {given}: write it as FIELD=VALUE, as in --set temperature=0.2")
    return name, value
