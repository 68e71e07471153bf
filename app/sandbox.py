"""Jinja for templates that strangers may write: nothing in them reaches out, takes long or grows large.

Jinja's own sandbox keeps attributes and files away. Here besides every render has a budget of processor time and characters;
loops, calls, filters and joins draw on it, and what a single call could make is estimated before it is made."""

from __future__ import annotations

import functools
import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

MOST_REPEATED = 100_000  # characters or entries that one `*` of a template may make
LARGEST_NUMBER = 1_000_000  # that a call or a filter is given: a width, a count
LARGEST = 64 * 2**20  # characters that a render may make, what is thrown away again included
MOST_ENTRIES = 1_000_000  # of a list with all lists in it, each as often as it is in there
SECONDS = 2.0  # of processor time that a render may take
LOOK_EVERY = 64  # steps between two looks at the clock

_WIDE = re.compile(r"\d{5,}|\*")  # in a format: a width or precision beyond all use, or one that is computed
_NESTS = (list, tuple, dict)
_NESTED = re.compile(r"\{[^{}]*\{")


class Budget:
    """What one render may still take. *clock* is in seconds of this thread's processor time."""

    def __init__(self, seconds: float = SECONDS, clock: Callable[[], float] = time.thread_time) -> None:
        self._clock = clock
        self._until = clock() + seconds
        self._left = LARGEST
        self._steps = 0

    def step(self) -> None:
        """Something was done. Raises SecurityError where it has taken too long."""
        self._steps += 1
        if self._steps % LOOK_EVERY == 0 and self._clock() > self._until:
            raise SecurityError(f"takes more than {SECONDS:g} s")

    def take(self, characters: int) -> None:
        """So many characters were made. Raises SecurityError where they are too many."""
        self._left -= characters
        if self._left < 0:
            raise SecurityError(f"makes more than {LARGEST} characters")
        self.step()


_present: ContextVar[Budget | None] = ContextVar("budget", default=None)


@contextmanager
def bounded() -> Iterator[None]:
    """What is rendered in here has a budget together."""
    token = _present.set(Budget())
    try:
        yield
    finally:
        _present.reset(token)


class Sandbox(ImmutableSandboxedEnvironment):
    """The environment; to be rendered in within `bounded`."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self, **options: Any) -> None:
        # Not optimised: folding constants would run a template's expressions while it is compiled.
        super().__init__(**options, optimized=False, finalize=_said)
        self.globals.pop("lipsum", None)
        self.filters = {name: _guarded(name, each) for name, each in self.filters.items()}
        self.filters.update(_counted=_Counted, _measured=_measured, _said=_said)

    @staticmethod
    def concat(parts: Iterable[str]) -> str:
        """The joined *parts* of a block or a macro, measured before they are joined."""
        listed = list(parts)
        _take(sum(map(len, listed)))
        return "".join(listed)

    def call_binop(self, context: jinja2.runtime.Context, operator: str, left: Any, right: Any) -> Any:
        if operator == "**":
            raise SecurityError("** is not for templates")
        if operator == "%" and isinstance(left, str):
            raise SecurityError("% on a text is not for templates: write {{ … }} where the value belongs")
        if operator == "*" and _factor(left) * _factor(right) > MOST_REPEATED:
            raise SecurityError(f"* makes something longer than {MOST_REPEATED}")
        if operator == "+" and isinstance(left, str | list | tuple):
            _take(_size(left) + _size(right))
        return _weighed(super().call_binop(context, operator, left, right))

    def call(__self, __context: Any, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805  (Jinja's own signature)
        """A call of a function, macro or method in a template."""
        name, owner, given = getattr(__obj, "__name__", ""), _owner(__obj), _listed(args)
        _check(name, owner, *given, *kwargs.values())
        return _measured(super().call(__context, __obj, *given, **kwargs))

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree: nodes.Template = _Counting().visit(super()._parse(source, name, filename))
        return tree


class _Counting(NodeTransformer):
    """Has loops and joins draw on the budget."""

    def visit_For(self, node: nodes.For) -> nodes.Node:
        self.generic_visit(node)
        node.iter = _through("_counted", node.iter)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        self.generic_visit(node)
        node.nodes = [_through("_said", each) for each in node.nodes]
        return _through("_measured", node)

    def visit_List(self, node: nodes.List | nodes.Dict) -> nodes.Node:
        self.generic_visit(node)
        return _through("_measured", node)

    visit_Dict = visit_List  # noqa: N815  (Jinja's own name)

    def visit_Include(self, node: nodes.Stmt) -> nodes.Node:
        """Its names stand there as they are, to be looked up before anything is rendered."""
        return node

    visit_Extends = visit_Import = visit_FromImport = visit_Include  # noqa: N815  (Jinja's own names)

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:
        self.generic_visit(node)
        return _through("_measured", node) if node.ctx == "load" else node


def _through(name: str, node: nodes.Node) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


class _Counted:
    """What a loop goes through, one step at a time."""

    def __init__(self, through: Any) -> None:
        self._through = through

    def __iter__(self) -> Iterator[Any]:
        budget = _present.get()
        for each in self._through:
            if budget is not None:
                budget.step()
            yield each

    def __len__(self) -> int:
        return len(self._through)


def _guarded(name: str, deed: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that looks at what it is given, and whose result counts."""

    @functools.wraps(deed)
    def done(*given: Any, **named: Any) -> Any:
        listed = _listed(given)
        _check(name, *listed, *named.values())
        return _measured(deed(*listed, **named))

    return done


def _listed(given: tuple[Any, ...]) -> tuple[Any, ...]:
    """What is *given*, with what is made one after the other all made: else nobody knows how much it is."""
    return tuple(list(_Counted(each)) if isinstance(each, Iterator) else each for each in given)


def _check(name: str, *given: Any) -> None:
    """Raises SecurityError where the two largest things that a call is *given* could make something too large together."""
    if name == "safe_range":  # has a limit of its own
        return
    if any(isinstance(each, int | float) and abs(each) > LARGEST_NUMBER for each in given):
        raise SecurityError(f"{name} is given a number beyond {LARGEST_NUMBER}")
    if name in ("format", "format_map") and any(isinstance(each, str) for each in given[:1]):
        _check_format(given[0])
        return
    *_, second, first = (1.0, 1.0, *sorted(_size(each) for each in given))
    if first * second > LARGEST:
        raise SecurityError(f"{name} could make something longer than {LARGEST}")


def _check_format(pattern: str) -> None:
    if _WIDE.search(pattern) or _NESTED.search(pattern):
        raise SecurityError("a format may hold no wide and no computed widths")


def _owner(called: Any) -> Any:
    """What a method is called on; Jinja wraps that of `str.format`."""
    return getattr(getattr(called, "__wrapped__", called), "__self__", None)


def _factor(operand: Any) -> float:
    """How often a factor repeats the other, or how long it is; a number that is squared in a loop meets the limit too."""
    if isinstance(operand, int | float):
        return abs(operand)
    return len(operand) if hasattr(operand, "__len__") else 1


def _size(thing: Any) -> float:
    """How much a text, a list of texts or a number may make of something else."""
    match thing:
        case str() | bytes():
            return len(thing)
        case bool():
            return 1
        case int() | float():
            return abs(thing)
        case dict():
            return max(1, len(thing), *(len(each) for each in thing.values() if isinstance(each, str)))
        case list() | tuple():
            return max(len(thing), sum(len(each) for each in thing if isinstance(each, str)))
        case _:
            return len(thing) if hasattr(type(thing), "__len__") else 1


def _weighed(made: Any) -> Any:
    """*made*, where it is no list of lists of lists that one line of a template makes larger than any memory."""
    left, entries = [made], 0
    while left:
        each = left.pop()
        if isinstance(each, list | tuple | dict):
            entries += len(each)
            if entries > MOST_ENTRIES:
                raise SecurityError(f"makes a list of more than {MOST_ENTRIES} entries")
            left.extend(inner for inner in (each.values() if isinstance(each, dict) else each) if isinstance(inner, _NESTS))
    return made


def _measured(made: Any) -> Any:
    _take(len(made) if isinstance(made, str | list | tuple) else 1)
    return _weighed(made)


def _said(value: Any) -> str:
    """What an expression prints."""
    text = str(_weighed(value))
    _take(len(text))
    return text


def _take(characters: float) -> None:
    budget = _present.get()
    if budget is not None:
        budget.take(int(characters))
