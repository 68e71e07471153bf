"""The command line: one parser with a subparser for each command. The only reader of os.environ but `faces` and
`engines.weights`, which is a program too."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from app import __version__, log_lines
from app.commands import (
    actions,
    cancel,
    chat,
    check,
    diff,
    flags,
    generate,
    history,
    jobs,
    key,
    new,
    preview,
    replay,
    results,
    rollback,
    run,
    services,
    test,
    train_rnn,
    usage,
)
from app.errors import GatewayError
from app.settings import SettingError, Settings, settle
from app.settings import reference as settings_reference

log = logging.getLogger(__name__)

PROG = "python3 -m app"
EXAMPLES = ("--local", "--api_base http://gpu:8000/v1 --workers 4", "run cra meeting.vtt -o minutes.docx")
NO_SERVER = "this needs the server, which is not installed: pip install 'llm-gateway[server]'"


class Tool(Protocol):
    """A command with arguments of its own is a module with these names. Everything heavy is imported in `run`."""

    @property
    def SUMMARY(self) -> str:
        """What it does, in a line."""

    @property
    def EXAMPLES(self) -> Sequence[str]:
        """How it is used, without `python3 -m app` before it."""

    @property
    def STATUSES(self) -> Mapping[int, str]:
        """What its exit statuses mean, besides those that every command has (`usage.STATUSES`)."""
        ...

    def options(self, parser: argparse.ArgumentParser, settings: Settings, /) -> None:
        """Adds its arguments; *settings* are those of the environment. `flags.add` adds a flag for every setting."""

    def run(self, given: argparse.Namespace, /) -> int:
        """Carries it out; the exit status. `given.settings` holds the settings of flags and environment."""


def main(argv: Sequence[str] | None = None, environ: Mapping[str, str] | None = None) -> int:
    """Carries a command out; returns the exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    environment = os.environ if environ is None else environ
    if environment.get("LOG_FORMAT") == log_lines.JSON:  # also for what is wrong with the settings
        _log_to_stderr(Settings(log_format=log_lines.JSON))
    try:
        given = parser(_of_environment(environment)).parse_args(arguments)
        # a worker's health check asks METRICS_PORT as if it were HTTP_PORT
        given.settings = settle(flags.given(given), environment, listens=given.command != "healthy")
        _log_to_stderr(given.settings)
        return _status_of(given, environment)
    except SettingError as exc:
        _say(str(exc))
        return usage.NOT_CONFIGURED
    except ModuleNotFoundError as exc:
        if find_spec("flask"):  # the server is installed: what is missing is another matter
            raise
        _say(f"{NO_SERVER} (there is no {exc.name})")
        return usage.NOT_CONFIGURED
    except GatewayError as exc:
        _say(getattr(exc, "located", str(exc)))
        return 1


def _say(message: str) -> None:
    """Why a command ends: a line for people, or of the log if that is JSON."""
    if log_lines.are_json():
        log.critical("%s", message)
    else:
        with suppress(OSError):  # the exit status says enough where nothing can be written
            print(f"llm-gateway: {message}", file=sys.stderr)


def _status_of(given: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """The exit status of the command that *given* names."""
    if given.command in COMMANDS:
        return COMMANDS[given.command].run(given.settings, environment)
    try:
        return TOOLS[given.command].run(given)
    except BrokenPipeError:  # the reader of the pipe has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return usage.INTERRUPTED


def _of_environment(environment: Mapping[str, str]) -> Settings:
    """What the environment sets; the defaults if it cannot be used, which `main` says after it has read the arguments."""
    try:
        return settle({}, environment)
    except SettingError:
        return Settings()


def parser(settings: Settings) -> argparse.ArgumentParser:
    """The parser of the whole command line; *settings* are shown as defaults."""
    whole = usage.Parser(
        prog=PROG,
        usage=f"{PROG} [SETTING…] [command …]",
        formatter_class=usage.formatter,
        allow_abbrev=False,  # a command may have an option that is the beginning of a setting's flag
        description=usage.described(
            PROG, "LLM Gateway: a folder of manifests and prompt templates becomes a set of HTTP services.", EXAMPLES
        ),
        epilog="Every setting has a flag and an environment variable; a flag beats the environment, which beats the default.",
    )
    whole.add_argument("--version", action="version", version=f"LLM Gateway {__version__}")
    whole.add_argument(
        "--print-completion",
        action=usage.Completion,
        choices=("bash", "zsh"),
        help="print what a shell needs to complete commands",
    )
    commands = whole.add_subparsers(prog=PROG, dest="command", metavar="command", title="commands")
    whole.set_defaults(command="serve")  # after the subparsers, whose own default would go before
    for name, command in COMMANDS.items():
        subparser = _subparser(commands, name, command.summary)
        flags.add(subparser)
        subparser.usage = usage.synopsis(subparser)
    for name, tool in TOOLS.items():
        subparser = _subparser(commands, name, tool.SUMMARY, tool.EXAMPLES)
        tool.options(subparser, settings)
        subparser.usage = usage.synopsis(subparser)
        subparser.epilog = usage.ended(subparser.epilog, tool.STATUSES)
    flags.add(whole)
    return whole


def _subparser(commands: Any, name: str, summary: str, examples: Sequence[str] = ()) -> argparse.ArgumentParser:
    description = usage.described(PROG, f"{summary[:1].upper()}{summary[1:]}.", examples)
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=summary, description=description, formatter_class=usage.formatter, allow_abbrev=False
    )
    return parser


def _log_to_stderr(settings: Settings) -> None:
    # what no format of ours shows need not be looked up for every line: its file and line, its thread
    logging._srcfile = None
    logging.logThreads = logging.logMultiprocessing = False
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(log_lines.formatter(settings.log_format))
    logging.basicConfig(level=logging.DEBUG if settings.debug else logging.INFO, handlers=[handler], force=True)
    if settings.log_format == log_lines.JSON:
        log_lines.catch_all()
    for noisy in ("httpx", "httpcore", "httpx2", "httpcore2", "openai", "watchdog", "urllib3", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _serve(settings: Settings, environment: Mapping[str, str]) -> int:
    from app.engines.forks import Forked
    from app.serve.supervisor import supervise

    try:
        return supervise(settings, environment, main)
    except Forked as forked:
        child = forked.with_traceback(None)  # whose frames hold what the parent was doing
    return child.become()


def _web(settings: Settings, _environment: Mapping[str, str]) -> int:
    from app.serve.web import serve_web

    return serve_web(settings)


def _worker(settings: Settings, _environment: Mapping[str, str]) -> int:
    from app.serve.worker import serve_worker

    return serve_worker(settings)


def _healthy(settings: Settings, _environment: Mapping[str, str]) -> int:
    from app.serve.healthy import healthy

    return healthy(settings)


def _reference(settings: Settings, _environment: Mapping[str, str]) -> int:
    """Writes the references of manifests, settings and commands beside the OpenAPI file."""
    from app.catalog import reference
    from app.commands import cli_reference
    from app.kinds import KINDS
    from app.prompt_tests import SCHEMA_FILE, schema

    folder = Path(settings.swagger_file).parent
    commands = cli_reference.reference(parser(Settings()), {name: tool.STATUSES for name, tool in TOOLS.items()})
    made = {"settings.md": settings_reference(), SCHEMA_FILE: schema(), cli_reference.FILE: commands}
    for name, text in {**reference(KINDS), **made}.items():
        (folder / name).write_text(text, encoding="utf-8")
        print(folder / name)
    return 0


class Command(NamedTuple):
    """A command whose arguments are settings."""

    run: Callable[[Settings, Mapping[str, str]], int]
    summary: str


COMMANDS: Mapping[str, Command] = {
    "serve": Command(_serve, "the default: web, worker and engine under one supervisor"),
    "web": Command(_web, "the HTTP service alone"),
    "worker": Command(_worker, "a worker alone"),
    "healthy": Command(_healthy, "whether the gateway on this machine answers"),
    "reference": Command(_reference, "write the references of manifests, settings and commands into document/"),
}

# Commands with arguments of their own.
TOOLS: Mapping[str, Tool] = {
    "actions": actions,
    "cancel": cancel,
    "chat": chat,
    "check": check,
    "diff": diff,
    "generate": generate,
    "history": history,
    "jobs": jobs,
    "key": key,
    "new": new,
    "preview": preview,
    "replay": replay,
    "results": results,
    "rollback": rollback,
    "run": run,
    "services": services,
    "test": test,
    "train-rnn": train_rnn,
}
