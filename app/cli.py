"""The command line: python3 -m app [serve | web | worker | check | reference]. The only reader of os.environ."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from app import __version__
from app.commands import generate, key, train_rnn
from app.errors import GatewayError
from app.settings import SettingError, Settings, known, settle
from app.settings import reference as settings_reference

INTERRUPTED = 130  # what a shell makes of Ctrl-C
EX_CONFIG = 78  # sysexits.h: something in the configuration is wrong, starting again will not help


class Tool(Protocol):
    """A command with arguments of its own is a module with these names."""

    @property
    def SUMMARY(self) -> str:
        """What it does, in a line."""
        ...

    def options(self, parser: argparse.ArgumentParser, settings: Settings, /) -> None:
        """Adds its arguments."""
        ...

    def run(self, given: argparse.Namespace, /) -> int:
        """Carries it out; the exit status."""
        ...


def main(argv: Sequence[str] | None = None, environ: Mapping[str, str] | None = None) -> int:
    """Carries a command out; returns the exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    environment = os.environ if environ is None else environ
    try:
        return (_use if arguments[:1] and arguments[0] in TOOLS else _command)(arguments, environment)
    except SettingError as exc:
        print(f"llm-gateway: {exc}", file=sys.stderr)
        return EX_CONFIG
    except GatewayError as exc:
        print(f"llm-gateway: {getattr(exc, 'located', exc)}", file=sys.stderr)
        return 1


def _command(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """A command whose arguments are settings."""
    given = vars(_parser().parse_args(arguments))
    settings = settle(given, environment)
    _log_to_stderr(settings)
    return COMMANDS[given["command"]](settings, environment)


def _use(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """A command with arguments of its own."""
    settings = settle({}, environment)
    tool = TOOLS[arguments[0]]
    parser = argparse.ArgumentParser(prog=f"python3 -m app {arguments[0]}", description=tool.SUMMARY)
    tool.options(parser, settings)
    given = parser.parse_args(arguments[1:])
    _log_to_stderr(settings)
    try:
        return tool.run(given)
    except BrokenPipeError:  # the reader of the pipe has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python3 -m app",
        description="LLM Gateway: a folder of manifests and prompt templates becomes a set of HTTP services.",
        epilog="Every flag has an environment variable; a flag beats the environment, which beats the default. "
        + " ".join(f"`python3 -m app {name} --help`: {tool.SUMMARY}." for name, tool in TOOLS.items()),
    )
    parser.add_argument("--version", action="version", version=f"LLM Gateway {__version__}")
    parser.add_argument(
        "command",
        nargs="?",
        default="serve",
        choices=tuple(COMMANDS),
        help="serve (default): web, worker and engine under one supervisor; web, worker: one of them alone; "
        "check: validate services, keys, database and backends; healthy: whether the gateway on this machine answers; "
        "reference: write the references of manifests and settings into document/",
    )
    for each in known():
        _add_flag(parser, each.name, each.default, each.metadata)
    return parser


def _add_flag(parser: argparse.ArgumentParser, name: str, default: Any, described: Mapping[str, Any]) -> None:
    shown = "off" if default is False else default if default not in ("", None) else "none"
    text = f"{described['help']} [{described['env']}; {shown}]"
    if isinstance(default, bool):
        parser.add_argument(described["flag"], dest=name, action="store_true", default=None, help=text)
    else:
        parser.add_argument(described["flag"], dest=name, metavar="VALUE", help=text.replace("%", "%%"))


def _log_to_stderr(settings: Settings) -> None:
    # what no format of ours shows need not be looked up for every line: its file and line, its thread
    logging._srcfile = None
    logging.logThreads = logging.logMultiprocessing = False
    logging.basicConfig(
        level=logging.DEBUG if settings.debug else logging.INFO,
        format="%(asctime)s %(levelname)-7s %(process)d %(name)s: %(message)s",
        stream=sys.stderr,
        force=True,
    )
    for noisy in ("httpx", "httpcore", "httpx2", "httpcore2", "openai", "watchdog", "urllib3", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _serve(settings: Settings, environment: Mapping[str, str]) -> int:
    from app.serve.supervisor import supervise

    return supervise(settings, environment)


def _web(settings: Settings, _environment: Mapping[str, str]) -> int:
    from app.serve.web import serve_web

    return serve_web(settings)


def _worker(settings: Settings, _environment: Mapping[str, str]) -> int:
    from app.serve.worker import serve_worker

    return serve_worker(settings)


def _healthy(settings: Settings, _environment: Mapping[str, str]) -> int:
    from app.serve.healthy import healthy

    return healthy(settings)


def _check(settings: Settings, _environment: Mapping[str, str]) -> int:
    """Prints what is wrong and where; 1 if anything is. Reads the files as they are: the last good version does not count."""
    from app.serve.checking import check

    wrong, there = check(settings)
    for each in wrong:
        print(each)
    print(there)
    return 1 if wrong else 0


def _reference(settings: Settings, _environment: Mapping[str, str]) -> int:
    """Writes the references of manifests and settings beside the OpenAPI file."""
    from app.catalog import reference
    from app.kinds import KINDS

    folder = Path(settings.swagger_file).parent
    for name, text in {**reference(KINDS), "settings.md": settings_reference()}.items():
        (folder / name).write_text(text, encoding="utf-8")
        print(folder / name)
    return 0


COMMANDS: Mapping[str, Callable[[Settings, Mapping[str, str]], int]] = {
    "serve": _serve,
    "web": _web,
    "worker": _worker,
    "check": _check,
    "healthy": _healthy,
    "reference": _reference,
}

# Commands with arguments of their own.
TOOLS: Mapping[str, Tool] = {
    "generate": generate,
    "key": key,
    "train-rnn": train_rnn,
}
