"""`actions`: who does what until when, out of the minutes of a running gateway."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from app.commands import remote, usage
from app.settings import Settings

if TYPE_CHECKING:
    from app.client import Action, Gateway

SUMMARY = "list the actions in the minutes of a running gateway"
EXAMPLES = ("actions --owner Ann --open", "actions --json | jq -r .text")
STATUSES = remote.STATUSES
USUAL = 50
HEADINGS = ("OWNER", "DUE", "DONE", "MEETING", "JOB", "ACTION")


def options(parser: argparse.ArgumentParser, settings: Settings) -> None:
    parser.add_argument("--owner", default="", metavar="NAME", help="only actions of this person")
    parser.add_argument("--open", dest="open_only", action="store_true", help="only actions that are not done")
    parser.add_argument("--limit", type=usage.at_least(0), default=USUAL, metavar="N", help=f"the newest N actions [{USUAL}]")
    parser.add_argument("--json", action="store_true", help="print each action as a line of JSON")
    remote.add(parser, settings)


@remote.command
def run(gateway: Gateway, given: argparse.Namespace) -> int:
    """Lists them; the exit status."""
    found = islice(gateway.actions(owner=given.owner, open_only=given.open_only), given.limit)
    return remote.list_all(found, HEADINGS, _row, lambda action: action.body, as_json=given.json)


def _row(action: Action) -> tuple[str, ...]:
    done = "" if action.done is None else action.done.astimezone().strftime("%Y-%m-%d")
    return action.owner, action.due, done, action.title or action.service, action.job, " ".join((action.text, *_notes(action)))


def _notes(action: Action) -> Iterator[str]:
    """What a reader must know of it."""
    if action.unsupported:
        yield f"(not said: {', '.join(action.unsupported)})"
    if action.stale:
        yield "(its transcript was corrected since)"
