"""`preview`: what a service would ask its model about a transcript; no model is asked, and no gateway need run."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from app.commands import flags
from app.errors import counted
from app.settings import Settings

SUMMARY = "show the calls that a service would make for a transcript, without asking a model"
EXAMPLES = ("preview cra meeting.vtt", "preview cra meeting.vtt --call 3")
STATUSES = {0: "done", 1: "the request or a file cannot be used"}


def options(parser: argparse.ArgumentParser, settings: Settings) -> None:
    del settings
    parser.add_argument("service", help="name of the service")
    parser.add_argument("file", help="transcript, or prompt; `-` reads the standard input")
    parser.add_argument("--flavor", help="flavor of the service; default: its first")
    parser.add_argument("--call", type=int, metavar="N", help="show the messages of call N, from 1")
    parser.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE", help="a further field of the request")
    parser.add_argument("--json", action="store_true", help="print what POST /services/{name}/preview answers")
    flags.add(parser)


def run(given: argparse.Namespace) -> int:
    """Prints the preview. Raises GatewayError."""
    from app.commands.local import LocalServices, content_of, form_of
    from app.web.bodies import preview_json

    number = preview_json.number_of(None if given.call is None else str(given.call))
    with LocalServices(given.settings) as services:
        order = services.order(given.service, form_of(content_of(given.file), given.flavor, given.set))
        pace = services.pace(order.service, order.flavor_name)
        record = preview_json.record(order, services.interactive.plan(order), pace, number)
    if given.json:
        sys.stdout.write(json.dumps(record, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.write("\n".join(_messages(record) if given.call is not None else _lines(record)) + "\n")
    return 0


def _lines(record: Mapping[str, Any]) -> Iterator[str]:
    """The preview for people: totals, then a line for each call."""
    yield f"{record['service']}, flavor {record['flavor']}: {record['model']} on {record['backend']}"
    if record["turns"] is not None:
        heard = ", ".join(f"{name} {turns}" for name, turns in record["speakers"].items())
        yield f"{counted(record['transcript_turns'], 'turn')} ({record['turns']} after long ones are split); speakers: {heard}"
    more = f", and {record['more_calls']}" if record["more_calls"] else ""
    yield f"calls: {record['calls']}{more}"
    by = record["tokenizer"] if record["exact_counts"] else f"{record['tokenizer']}, an upper bound"
    yield f"tokens: {_tokens(record['tokens'])} (counted by {by})"
    yield _time(record)
    yield from (f"note: {note}" for note in record["notes"])
    for each in record["list"]:
        turns = "" if each["first_turn"] is None else f"turns {each['first_turn']}-{each['last_turn']}: "
        yield f"  {each['call']:>3}  {each['step']}  {turns}{_tokens(each['tokens'])}{'' if each['exact'] else ', at most'}"
    if record["next_call"]:
        yield f"  …  {record['calls'] - record['next_call'] + 1} more: --call {record['next_call']} --json"


def _tokens(tokens: Mapping[str, int]) -> str:
    parts = (f"{name} {tokens[name]}" for name in ("template", "previous", "turns") if tokens[name])
    return f"{' + '.join(parts)} = {tokens['prompt']}, answer at most {tokens['answer']}"


def _time(record: Mapping[str, Any]) -> str:
    if record["seconds"] is None:
        return "time: not known, as no job of this flavor is complete yet"
    return f"time: about {record['seconds']:g} s (from the latest complete jobs of this flavor: {record['estimated_from']})"


def _messages(record: Mapping[str, Any]) -> Iterator[str]:
    call = record["call"]
    if call is None:
        yield "no call is foreseen"
        return
    known = "" if call["exact"] else ", with a placeholder for the summary so far"
    yield f"--- call {call['call']} of {record['calls']}: {call['step']}, answer at most {call['max_tokens']} tokens{known}"
    for message in call["messages"]:
        yield f"--- {message['role']}"
        yield message["content"]
