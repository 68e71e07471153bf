"""The reference of the command line in Markdown, made from the parser."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence

from app.commands import flags, remote, usage

FILE = "cli.md"
HEAD = """# The command line

<!-- Made from the parser by `python3 -m app reference`: do not edit; a test says when it is out of date. -->

Where the package is installed, `llm-gateway` is `python3 -m app`. SETTING is a flag of [settings.md](settings.md), which
may also stand before the command. `llm-gateway --print-completion bash` (or `zsh`) prints what the shell needs to
complete commands, options and file names (with the package `shtab`); for bash:
`llm-gateway --print-completion bash > ~/.local/share/bash-completion/completions/llm-gateway`.

Stdout is data, stderr is for people: a line whenever something has changed, or a bar with phase, steps, tokens a second
and time left on a terminal (with the package `rich`). If a running gateway is busy, a request is sent again as
`Retry-After` says, for up to two minutes; a lost answer makes no second job.
"""


def reference(whole: argparse.ArgumentParser, statuses: Mapping[str, Mapping[int, str]]) -> str:
    """The document of all commands; *statuses* are those that a command has besides `usage.STATUSES`."""
    commands = usage.subparsers(whole)
    parts = [HEAD, _environment(), _table(("exit status of every command", "meaning"), _meanings(usage.STATUSES))]
    for name, parser in commands.items():
        parts += [f"## {name}\n", *_section(parser)]
        if name in statuses:
            parts.append(_table(("exit status", "meaning"), _meanings(statuses[name])))
        for further, each in usage.subparsers(parser).items():
            parts += [f"### {name} {further}\n", *_section(each)]
    return "\n".join(parts)


def _environment() -> str:
    rows = [(f"`{name}`", meaning) for name, meaning in remote.VARIABLES.items()]
    return _table(("variable", "what"), [*rows, ("every setting", "[settings.md](settings.md)")])


def _meanings(statuses: Mapping[int, str]) -> Iterator[tuple[str, str]]:
    return ((str(status), meaning) for status, meaning in sorted(statuses.items()))


def _section(parser: argparse.ArgumentParser) -> Iterator[str]:
    said, _, examples = (parser.description or "").partition("\n\nexamples:\n")
    if said:
        yield f"{said}\n"
    actions = [each for each in parser._actions if not isinstance(each, _LEFT_OUT) and not flags.is_setting(each)]
    yield f"```console\n{usage.synopsis(parser)}\n```\n"
    notes = (parser.epilog or "").partition("exit status:")[0].strip()
    if notes:
        yield f"{notes}\n"
    if examples:
        lines = "\n".join(line.strip() for line in examples.splitlines())
        yield f"```console\n{lines}\n```\n"
    if actions:
        yield _table(("argument", "what"), ((_names(each), _help(parser, each)) for each in actions))


_LEFT_OUT = (argparse._HelpAction, argparse._SubParsersAction)


def _names(action: argparse.Action) -> str:
    value = f" {usage.metavar(action)}" if action.option_strings and action.nargs != 0 else ""
    names = ", ".join(action.option_strings) or usage.shape(action)
    return f"`{names}{value}`".replace("|", "\\|")


def _help(parser: argparse.ArgumentParser, action: argparse.Action) -> str:
    return argparse.HelpFormatter(parser.prog)._expand_help(action).replace("|", "\\|") if action.help else ""


def _table(head: tuple[str, str], rows: Iterator[tuple[str, str]] | Sequence[tuple[str, str]]) -> str:
    lines = [f"| {left} | {right} |" for left, right in (head, *rows)]
    return "\n".join([lines[0], "|---|---|", *lines[1:], ""])
