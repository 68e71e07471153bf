"""How the command line explains itself: help with examples first, in colours on a terminal, and completion for shells."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.util import find_spec
from typing import Any, NoReturn

from app.commands import flags
from app.errors import nearest

COMMAND = "llm-gateway"  # the installed command
FILES = ("file", "out", "paths", "junit", "corpus", "ckpt")  # arguments that are files
USAGE, NOT_CONFIGURED, INTERRUPTED = (
    2,
    78,
    130,
)  # exit statuses; 78 is EX_CONFIG in sysexits.h, 130 what a shell makes of Ctrl-C
STATUSES: Mapping[int, str] = {
    USAGE: "the arguments cannot be used; nothing was done",
    NOT_CONFIGURED: "a setting cannot be used, or the command needs the server and that is not installed",
    INTERRUPTED: "Ctrl-C",
}
_NO_CHOICE = re.compile(r"argument (?:command|deed): invalid choice: '([^']*)'")
_UNKNOWN = re.compile(r"unrecognized arguments: (--[^\s=]+)")
NOT_INSTALLED = "completion needs shtab: pip install 'llm-gateway[client]'"


def formatter(prog: str, **more: Any) -> argparse.HelpFormatter:
    """Colours if people read it and the package for them is here; `NO_COLOR` is heeded. Line ends are kept."""
    if not (sys.stdout.isatty() and find_spec("rich_argparse")):
        return argparse.RawDescriptionHelpFormatter(prog, **more)
    from rich_argparse import RawDescriptionRichHelpFormatter

    class Formatter(RawDescriptionRichHelpFormatter):
        group_name_formatter = str
        help_markup = text_markup = False  # square brackets are settings here

    return Formatter(prog, **more)


def described(prog: str, sentence: str, examples: Sequence[str]) -> str:
    """A description: what it does, and examples, in each of which *prog* stands before the command if nothing else does."""
    lines = (each if prog in each else f"{prog} {each}" for each in examples)
    return "\n  ".join([f"{sentence}\n\nexamples:", *lines]) if examples else sentence


def ended(notes: str | None, statuses: Mapping[int, str]) -> str:
    """What stands at the end of a command's help: *notes*, and the meaning of each exit status."""
    lines = (f"  {status:<3}  {meaning}" for status, meaning in all_statuses(statuses).items())
    return "\n".join([*([f"{notes}\n"] if notes else []), "exit status:", *lines])


def all_statuses(own: Mapping[int, str]) -> dict[int, str]:
    """The exit statuses of a command, in order: its *own*, and those that every command has."""
    return dict(sorted({**STATUSES, **own}.items()))


def at_least(least: int) -> Callable[[str], int]:
    """The type of an argument that is a whole number from *least*."""

    def number(given: str) -> int:
        if not given.strip().isdecimal() or int(given) < least:
            raise argparse.ArgumentTypeError(f"{given!r} is no whole number from {least}")
        return int(given)

    return number


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line: the usage of a command with all settings is longer than a screen."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        self._given = sys.argv[1:] if args is None else list(args)
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        unknown = [each for each in self._given if each.startswith("--") and each.partition("=")[0] not in self._options()]
        if unknown and message.startswith("argument command:"):  # argparse takes the value of an unknown option for a command
            message = f"there is no option {unknown[0]}{nearest(unknown[0].partition('=')[0], self._options())}"
        else:
            message += self._meant(message)
        self.exit(USAGE, f"{COMMAND}: {message}\n`{self.prog} --help` shows the arguments\n")

    def _meant(self, message: str) -> str:
        """What the command or the option that *message* speaks of is probably meant to be."""
        if found := _NO_CHOICE.match(message):
            return nearest(found[1], subparsers(self))
        if found := _UNKNOWN.match(message):
            return nearest(found[1], self._options_of_the_command())
        return ""

    def _options(self) -> Iterable[str]:
        return self._option_string_actions

    def _options_of_the_command(self) -> Iterable[str]:
        """The options of the command that was given, or of the command below it; without one, our own."""
        at: argparse.ArgumentParser = self
        for word in self._given:
            at = subparsers(at).get(word, at)
        return at._option_string_actions


def synopsis(parser: argparse.ArgumentParser) -> str:
    """How *parser* is used, in one line: `python3 -m app check [PATH…] [OPTION…] [SETTING…]`."""
    actions = [each for each in parser._actions if not flags.is_setting(each)]
    further = ["|".join(found)] if (found := subparsers(parser)) else []
    given = [shape(each) for each in actions if not each.option_strings and not isinstance(each, argparse._SubParsersAction)]
    options = ["[OPTION…]"] if any(each.option_strings and each.dest != "help" for each in actions) else []
    settings = ["[SETTING…]"] if len(actions) < len(parser._actions) else []
    return " ".join([parser.prog, *further, *given, *options, *settings])


def shape(action: argparse.Action) -> str:
    """An argument as a synopsis writes it: `FILE`, `[ID]`, `PATH…`."""
    name = metavar(action) + ("…" if action.nargs in ("*", "+") else "")
    return f"[{name}]" if action.nargs in ("?", "*") else name


def metavar(action: argparse.Action) -> str:
    """What stands for the value of an argument."""
    if action.choices is not None and action.metavar is None:
        return "|".join(map(str, action.choices))
    return str(action.metavar or action.dest.upper())


def subparsers(parser: argparse.ArgumentParser) -> Mapping[str, argparse.ArgumentParser]:
    """The commands below *parser*, by name."""
    found = (each for each in parser._actions if isinstance(each, argparse._SubParsersAction))
    return {name: each for action in found for name, each in action.choices.items()}


class Completion(argparse.Action):
    """`--print-completion SHELL`: prints what makes a shell complete the installed command."""

    def __call__(self, parser: argparse.ArgumentParser, *given: Any, **_: Any) -> None:
        if not find_spec("shtab"):
            parser.exit(1, f"{COMMAND}: {NOT_INSTALLED}\n")
        import shtab

        for action in _all_actions(parser):
            if action.dest in FILES:
                action.complete = shtab.FILE  # type: ignore[attr-defined]
        parser.prog = COMMAND
        sys.stdout.write(shtab.complete(parser, given[1]) + "\n")
        parser.exit()


def _all_actions(parser: argparse.ArgumentParser) -> Iterable[argparse.Action]:
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for each in action.choices.values():
                yield from _all_actions(each)
