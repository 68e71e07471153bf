"""`chat`: a conversation with a service of a running gateway, on a terminal or through a pipe."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from importlib import import_module
from typing import TYPE_CHECKING

from app.commands import remote
from app.commands.run import field
from app.settings import Settings

if TYPE_CHECKING:
    from app.client import Conversation, Gateway

SUMMARY = "talk with a model through a running gateway"
EXAMPLES = ("chat", 'chat "What does RFC 9457 say?"', "cat notes.txt | python3 -m app chat - --system 'Sum up.'")
STATUSES = remote.STATUSES
PROMPT = "> "
NOTES = """\
With a message, one answer is printed. Without one, each line that is typed is a message, and the conversation goes on
until Ctrl-D; the arrow keys bring back earlier lines, which are kept in memory alone. Ctrl-C ends the present answer."""


def options(parser: argparse.ArgumentParser, settings: Settings) -> None:
    parser.epilog = NOTES
    parser.add_argument(
        "message",
        nargs="?",
        help="one message, whose answer ends the command; `-` reads it from the standard input; without it, each line is one",
    )
    parser.add_argument("--service", default="chat", help="service to talk with [%(default)s]")
    parser.add_argument("--flavor", help="flavor of the service; default: its first that can run")
    parser.add_argument("--system", metavar="TEXT", help="what the model is told before everything else")
    parser.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE", help="a further field of the request")
    remote.add(parser, settings)


@remote.command
def run(gateway: Gateway, given: argparse.Namespace) -> int:
    """Talks; the exit status. Ctrl-C ends the present answer, or the command if there is none."""
    named = {name: value for name in ("flavor", "system") if (value := getattr(given, name))}
    conversation = gateway.conversation(given.service, **dict(map(field, given.set)), **named)
    if given.message is not None:
        _answer(conversation, sys.stdin.read() if given.message == "-" else given.message)
        return 0
    people = sys.stdin.isatty()
    for message in _typed() if people else sys.stdin:
        if message.strip():
            _converse(conversation, message, people=people)
    return 0


def _converse(conversation: Conversation, message: str, *, people: bool) -> None:
    """One message of many. With *people* at a terminal, an error or Ctrl-C ends this answer and not the conversation."""
    from app.client import GatewayError

    try:
        _answer(conversation, message)
    except (GatewayError, KeyboardInterrupt) as error:
        if not people:
            raise
        remote.tell(f"\nllm-gateway: {error}" if isinstance(error, GatewayError) else "\n(the answer is ended)")


def _answer(conversation: Conversation, message: str) -> None:
    with closing(conversation.say(message.strip())) as pieces:
        _write(pieces)


def _write(pieces: Iterable[str]) -> None:
    """Writes each piece at once, and one line end behind the last."""
    last = ""
    for piece in pieces:
        sys.stdout.write(piece)
        sys.stdout.flush()
        last = piece or last
    if not last.endswith("\n"):
        remote.put("")


def _typed() -> Iterator[str]:
    """What is typed, line by line until Ctrl-D; the arrow keys bring back earlier lines, which are kept in memory alone."""
    with suppress(ImportError):
        import_module("readline")  # from now on `input` uses it
    remote.tell("Ctrl-C ends an answer, Ctrl-D the conversation.")
    while True:
        try:
            yield input(PROMPT)
        except EOFError:
            remote.tell("")
            return
