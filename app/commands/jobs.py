"""`jobs`: the jobs of a running gateway, and one of them followed to its end."""

from __future__ import annotations

import argparse
from itertools import islice
from typing import TYPE_CHECKING

from app.commands import remote, usage
from app.commands.following import display
from app.commands.remote import WrongArguments
from app.commands.run import bring
from app.settings import Settings

if TYPE_CHECKING:
    from app.client import Gateway, Job

SUMMARY = "list the jobs of a running gateway, or `watch` one until it has ended"
EXAMPLES = ("jobs --status processing", "jobs watch 0b9e6f2a-5c1d-4a57-9a3e-8f1f0d8f4a11")
STATUSES = {
    **remote.STATUSES,
    remote.FAILED: "the watched job failed, or the gateway refused the request",
    remote.CANCELLED: "the watched job was cancelled",
}
USUAL = 20
HEADINGS = ("JOB", "SERVICE", "FLAVOR", "STATUS", "CREATED", "PROGRESS")


def options(parser: argparse.ArgumentParser, settings: Settings) -> None:
    parser.add_argument("action", nargs="?", choices=("watch",), help="watch: follow the job ID, and print its result")
    parser.add_argument("id", nargs="?", metavar="ID", help="id of the job to watch")
    parser.add_argument("--service", help="only jobs of this service")
    parser.add_argument("--status", help="only jobs in this state: queued, processing, complete, error, cancelled")
    parser.add_argument("--limit", type=usage.at_least(0), default=USUAL, metavar="N", help=f"the newest N jobs [{USUAL}]")
    parser.add_argument("--json", action="store_true", help="print each job, or each event, as a line of JSON")
    parser.set_defaults(out=None)
    remote.add(parser, settings)


@remote.command
def run(gateway: Gateway, given: argparse.Namespace) -> int:
    """Lists or watches; the exit status."""
    if given.action == "watch":
        if not given.id:
            raise WrongArguments("jobs watch: name the job, as in `jobs watch 0b9e…`; `jobs` lists them")
        with display(as_json=given.json) as shown:
            return bring(gateway, given.id, given, shown)
    filters = {name: value for name in ("service", "status") if (value := getattr(given, name))}
    found = islice(gateway.jobs(**filters), given.limit)
    return remote.list_all(found, HEADINGS, _row, lambda job: job.body, as_json=given.json)


def _row(job: Job) -> tuple[str, ...]:
    created = "" if job.created is None else job.created.astimezone().strftime("%Y-%m-%d %H:%M")
    progress = job.error or job.trouble or f"{job.progress.percent:.0f} %"
    return job.id, job.service, job.flavor, job.status, created, progress
