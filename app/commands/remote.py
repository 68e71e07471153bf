"""What the commands that ask a running gateway have in common: its address, their exit statuses, and how they fail."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from app.commands import usage
from app.settings import Settings

if TYPE_CHECKING:
    from app.client import Gateway, Refused

T = TypeVar("T")
FAILED, UNREACHABLE, CANCELLED = 1, 3, 4
STATUSES = {0: "done", FAILED: "the gateway refused the request; stderr says why", UNREACHABLE: "no gateway answers"}
VARIABLES = {
    "GATEWAY_URL": "address of the gateway; default: this machine's, on `HTTP_PORT`",
    "GATEWAY_API_KEY": "key for it; no argument holds a key, as `ps` shows arguments to everybody",
    "NO_COLOR": "not empty: no colours",
}
UNAUTHORIZED, NOT_FOUND = 401, 404
GAP = "  "  # between two columns


class WrongArguments(Exception):
    """Arguments that cannot be used; the message says which and what to do."""


def add(parser: argparse.ArgumentParser, settings: Settings) -> None:
    """Adds which gateway to ask. The key comes from the environment alone: `ps` shows arguments to everybody."""
    variables = settings.variables
    parser.add_argument(
        "--url",
        default=variables.get("GATEWAY_URL", ""),
        help=f"address of the gateway, whose key is in GATEWAY_API_KEY [GATEWAY_URL; http://127.0.0.1:{settings.service_port}]",
    )
    parser.set_defaults(gateway_key=variables.get("GATEWAY_API_KEY", ""), gateway_port=settings.service_port)


def command(use: Callable[[Gateway, argparse.Namespace], int]) -> Callable[[argparse.Namespace], int]:
    """The `run` of a command: *use* with the gateway that the arguments name; what goes wrong is said on stderr."""

    def run(given: argparse.Namespace) -> int:
        def act() -> int:
            with connected(given) as gateway:
                return use(gateway, given)

        return caught(given, act)

    return run


def caught(given: argparse.Namespace, act: Callable[[], int]) -> int:
    """The exit status of *act*; what goes wrong is said on stderr."""
    from app.client import GatewayError, JobCancelled, NotReachable, Refused

    try:
        return act()
    except WrongArguments as error:
        return _say(str(error), usage.USAGE)
    except JobCancelled as error:
        return _say(str(error), CANCELLED)
    except NotReachable as error:
        return _say(f"no gateway answers{_remedy(given)} ({error})", UNREACHABLE)
    except Refused as error:
        return _say(_explained(error), FAILED)
    except BrokenPipeError:  # the reader of stdout has read enough
        raise
    except (GatewayError, OSError) as error:
        return _say(str(error), FAILED)


def _explained(error: Refused) -> str:
    """What the gateway refused, why, and what to do."""
    said = str(error)
    if error.detail.startswith(error.message):  # the detail is the message, and what to do
        said = f"{error.detail}{said.removeprefix(error.message)}"
    elif error.detail not in said:
        said = f"{said}: {error.detail}"
    return f"{said}{'; GATEWAY_API_KEY holds the key' if error.status == UNAUTHORIZED else ''}"


@contextmanager
def connected(given: argparse.Namespace) -> Iterator[Gateway]:
    """The gateway, which has answered. Raises NotReachable at once if it does not: it will hardly be there in a moment."""
    from app.client import Gateway

    _probe(given)
    with Gateway(given.url or here(given), api_key=given.gateway_key) as gateway:
        yield gateway


def answers(given: argparse.Namespace) -> bool:
    """Whether a gateway answers, and be it with a refusal."""
    from app.client import NotReachable, Refused

    try:
        _probe(given)
    except NotReachable:
        return False
    except Refused:
        return True
    return True


def hasty(given: argparse.Namespace) -> Gateway:
    """The gateway that the arguments name; it is asked once, and not again if it is busy or gives no answer."""
    from app.client import Gateway

    return Gateway(given.url or here(given), api_key=given.gateway_key, patience=0)


def _probe(given: argparse.Namespace) -> None:
    from app.client import NotReachable, Refused

    with hasty(given) as probe:
        try:
            probe.services()
        except Refused as refused:
            if refused.status == NOT_FOUND:  # a gateway has this route
                raise NotReachable(f"what answers is no LLM Gateway: {refused}") from refused
            if refused.status not in (429, 503):  # it is busy: the requests that count wait for it
                raise


def here(given: argparse.Namespace) -> str:
    """The address of the gateway of this machine."""
    return f"http://127.0.0.1:{given.gateway_port}"


def _remedy(given: argparse.Namespace) -> str:
    if given.url:
        return f" at {given.url}: is it running, and is the address right?"
    return f" on {here(given)}: start one with `python3 -m app --local`, or name another with --url or GATEWAY_URL"


def _say(message: str, status: int) -> int:
    tell(f"llm-gateway: {message}")
    return status


def tell(line: str) -> None:
    """A line for people."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def put(line: str) -> None:
    """A line of data."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def put_json(body: Mapping[str, object]) -> None:
    """A line of data as JSON."""
    put(json.dumps(dict(body), ensure_ascii=False))


def list_all(
    found: Iterable[T],
    headings: Sequence[str],
    row: Callable[[T], Sequence[str]],
    body: Callable[[T], Mapping[str, object]],
    *,
    as_json: bool,
) -> int:
    """Prints *found* as a table, or each *body* as a line of JSON; the exit status."""
    if not as_json:
        print_table([headings, *map(row, found)])
        return 0
    for each in found:
        put_json(body(each))
    return 0


def print_table(rows: Sequence[Sequence[str]]) -> None:
    """Prints *rows* in columns; the last one is as wide as it is."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)][:-1]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        put(GAP.join([*cells, row[-1]]).rstrip())
