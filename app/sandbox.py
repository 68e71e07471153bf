"""Jinja for templates that strangers may write: nothing in them reaches out, takes long or grows large.

Jinja's own sandbox keeps attributes and files away. Here besides every render has a budget of processor time and characters;
loops, calls, filters and joins draw on it, and what a single call could make is estimated before it is made."""

from __future__ import annotations

import functools
import re
import time
from collections.abc import Callable, ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import islice
from types import BuiltinMethodType, MethodType
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS as DEFAULT_FILTERS
from jinja2.filters import do_join, make_attrgetter
from jinja2.nodes import EvalContext
from jinja2.sandbox import ImmutableSandboxedEnvironment, SandboxedEscapeFormatter, SandboxedFormatter
from jinja2.tests import TESTS as DEFAULT_TESTS
from jinja2.utils import Namespace, pass_eval_context
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

MOST_REPEATED = 100_000  # characters or entries that one `*` of a template may make
LARGEST_NUMBER = 1_000_000  # that a call or a filter is given: a width, a count
MOST_CUT = 8 * 2**20  # characters of a text that is cut in parts, each of which takes the memory of many
LARGEST = 64 * 2**20  # characters that a render may make, what is thrown away again included
MOST_ENTRIES = 1_000_000  # of a list with all lists in it, each as often as it is in there
MOST_LISTED = 16 * 2**20  # characters of a list with all texts in it, each as often as it is in there
MOST_BITS = 10_000  # of an integer
SECONDS = 2.0  # of processor time that a render may take
LOOK_EVERY = 64  # steps between two looks at the clock
WRAPPED_AT = 79  # characters of a line that `wordwrap` makes if the template does not say
LARGE = 1_000  # a call that is given more has the clock looked at before it

_WIDE = re.compile(r"\d{5,}|\*")  # in a format: a width or precision beyond all use, or one that is computed
_NESTS = (list, tuple, dict)
_VIEWS = (KeysView, ValuesView, ItemsView)
_NESTED = re.compile(r"\{[^{}]*\{")
_NUMBERS = re.compile(r"\d+")
_ESCAPES = re.compile(r"[-+ #.)hlL%\d][ra]")  # of `%r` and `%a`, with all that may stand between
_ESCAPED = 10  # characters that these may make of one
MOST_WRAPPED = 250_000  # characters that `wordwrap` is given: it takes 0.2 s for so many

# What templates may use, each with a cost that grows with what it is given. Left out are `urlize`, `striptags` and `pprint`,
# whose cost grows with the square of it, and whatever a later release of Jinja adds.
_FILTERS = (
    "abs attr batch capitalize center count d default dictsort e escape filesizeformat first float forceescape format groupby "
    "indent int items join last length list lower map max min random reject rejectattr replace reverse round safe select "
    "selectattr slice sort string sum title tojson trim truncate unique upper urlencode wordcount wordwrap xmlattr"
)
_TESTS = (
    "!= < <= == > >= boolean callable defined divisibleby eq equalto escaped even false filter float ge greaterthan gt in "
    "integer iterable le lessthan lower lt mapping ne none number odd sameas sequence string test true undefined upper"
)
_TEXT_METHODS = (
    "capitalize casefold center count endswith expandtabs find format format_map index isalnum isalpha isascii isdecimal "
    "isdigit isidentifier islower isnumeric isprintable isspace istitle isupper join ljust lower lstrip partition "
    "removeprefix removesuffix replace rfind rindex rjust rpartition rsplit rstrip split splitlines startswith strip "
    "swapcase title translate upper zfill"
)
FILTERS = frozenset(_FILTERS.split())
TESTS = frozenset(_TESTS.split())
COSTLY_FILTERS = frozenset(DEFAULT_FILTERS) - FILTERS
COSTLY_TESTS = frozenset(DEFAULT_TESTS) - TESTS
METHODS: dict[type, frozenset[str]] = {  # of the types that Python itself brings
    str: frozenset(_TEXT_METHODS.split()),
    list: frozenset(("copy", "count", "index")),
    tuple: frozenset(("count", "index")),
    dict: frozenset(("copy", "get", "items", "keys", "values")),
    int: frozenset(),
    float: frozenset(("is_integer",)),
    range: frozenset(("count", "index", "start", "step", "stop")),
}
_CUT = {  # what makes a list of a text, and how long that may be
    **dict.fromkeys(("list", "sort", "unique", "slice", "batch", "groupby", "join"), MOST_ENTRIES),
    **dict.fromkeys(("split", "rsplit", "splitlines", "wordcount"), MOST_CUT),
}


class RenderBudget:
    """What one render may still take. *clock* is in seconds of this thread's processor time."""

    def __init__(self, seconds: float = SECONDS, clock: Callable[[], float] = time.thread_time) -> None:
        self._clock = clock
        self._until = clock() + seconds
        self._left = LARGEST
        self._steps = 0

    def step(self) -> None:
        """Something was done. Raises SecurityError if it has taken too long."""
        self._steps += 1
        if self._steps % LOOK_EVERY == 0:
            self.look()

    def look(self) -> None:
        """Raises SecurityError if it has taken too long."""
        if self._clock() > self._until:
            raise SecurityError(f"takes more than {SECONDS:g} s")

    def take(self, characters: int) -> None:
        """So many characters were made. Raises SecurityError if they are too many."""
        self._left -= characters
        if self._left < 0:
            raise SecurityError(f"makes more than {LARGEST} characters")
        self.step()


_present: ContextVar[RenderBudget | None] = ContextVar("budget", default=None)


@contextmanager
def bounded() -> Iterator[None]:
    """What is rendered in here has a budget together."""
    token = _present.set(RenderBudget())
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
        self.globals["namespace"] = _Namespace
        self.filters = dict(_filters())
        self.tests = {name: each for name, each in self.tests.items() if name in TESTS}

    @staticmethod
    def concat(parts: Iterable[str]) -> str:
        """The joined *parts* of a block or a macro, measured before they are joined."""
        listed = list(parts)
        _take(sum(map(len, listed)))
        return "".join(listed)

    def _load_template(self, name: str, globals: Any) -> jinja2.Template:
        """Loads a template; each include, import and extends counts as one step of the budget."""
        budget = _present.get()
        if budget is not None:
            budget.step()
        return super()._load_template(name, globals)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """True for the methods of Python's types in METHODS, and for what Jinja's sandbox allows of other types."""
        allowed = next((METHODS[kind] for kind in type(obj).__mro__ if kind in METHODS), None)
        return (allowed is None or attr in allowed) and super().is_safe_attribute(obj, attr, value)

    def call_binop(self, context: jinja2.runtime.Context, operator: str, left: Any, right: Any) -> Any:
        if operator == "**":
            raise SecurityError("** is not for templates")
        if operator == "%" and isinstance(left, str):
            raise SecurityError("% on a text is not for templates: write {{ … }} where the value belongs")
        if operator == "*" and _factor(left) * _factor(right) > MOST_REPEATED:
            raise SecurityError(f"* makes something longer than {MOST_REPEATED}")
        if operator == "+" and isinstance(left, str | list | tuple):
            _take(_length(left) + _length(right))
        return _weighed(super().call_binop(context, operator, left, right))

    def call(__self, __context: Any, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805  (Jinja's own signature)
        """A call of a function, macro or method in a template."""
        name, owner, given = getattr(__obj, "__name__", ""), _owner(__obj), _listed(args)
        _check(name, owner, *given, *kwargs.values())
        made = super().call(__context, __obj, *given, **kwargs)
        return _measured(list(made) if isinstance(made, _VIEWS) else made)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """`str.format` and `str.format_map`, where each blank counts before all are joined."""
        if not isinstance(value, MethodType | BuiltinMethodType) or value.__name__ not in ("format", "format_map"):
            return None
        pattern, mapped = value.__self__, value.__name__ == "format_map"
        if not isinstance(pattern, str):
            return None

        def formatted(*given: Any, **named: Any) -> str:
            formatter = _Escaping(self, escape=pattern.escape) if isinstance(pattern, Markup) else _Formatter(self)
            made: str = type(pattern)(formatter.vformat(pattern, () if mapped else given, given[0] if mapped else named))
            return made

        return functools.update_wrapper(formatted, value, assigned=("__name__",), updated=())

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        parsed = super()._parse(source, name, filename)
        _refuse_costly(parsed, name, filename)
        tree: nodes.Template = _Counting().visit(parsed)
        return tree


def _refuse_costly(tree: nodes.Template, name: str | None, filename: str | None) -> None:
    """Raises TemplateAssertionError, on its line, for one of Jinja's filters or tests that is not for templates."""
    for node in tree.find_all((nodes.Filter, nodes.Test)):
        costly = COSTLY_FILTERS if isinstance(node, nodes.Filter) else COSTLY_TESTS
        wanted = str(getattr(node, "name"))  # noqa: B009 - both have one, but mypy sees their base
        if wanted in costly:
            kind = type(node).__name__.lower()
            reason = f"the {kind} {wanted} is not for templates: it may take very long"
            raise jinja2.TemplateAssertionError(reason, node.lineno, name, filename)


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

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:
        self.generic_visit(node)
        return _through("_measured", node) if isinstance(node.arg, nodes.Slice) else node

    def visit_Include(self, node: nodes.Stmt) -> nodes.Node:
        """Its names stand there as they are, to be looked up before anything is rendered."""
        return node

    visit_Extends = visit_Import = visit_FromImport = visit_Include  # noqa: N815  (Jinja's own names)

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:
        self.generic_visit(node)
        return _through("_measured", node) if node.ctx == "load" else node


class _Formatter(SandboxedFormatter):
    """Takes what it makes from the budget."""

    def format_field(self, value: Any, format_spec: str) -> str:
        made: str = super().format_field(_weighed(value), format_spec)
        _take(len(made))
        return made


class _Escaping(_Formatter, SandboxedEscapeFormatter): ...


class _Namespace(Namespace):
    """Jinja's, which would print all that is in it, and that may be itself twice over."""

    def __repr__(self) -> str:
        return "<namespace>"


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


@functools.cache
def _filters() -> Mapping[str, Callable[..., Any]]:
    """The filters of every environment; made once, as that takes longer than to compile a short template."""
    known = {**DEFAULT_FILTERS, "join": _joined}
    guarded = {name: _guarded(name, each) for name, each in known.items() if name in FILTERS}
    return {**guarded, "_counted": _Counted, "_measured": _measured, "_said": _said}


@pass_eval_context
def _joined(context: EvalContext, value: Iterable[Any], d: str = "", attribute: str | int | None = None) -> str:
    """Jinja's `join`, where each entry counts before they are all made: one turn may be in a list many times."""
    entries = value if attribute is None else map(make_attrgetter(context.environment, attribute), value)
    said: list[str] = []
    characters = 0
    for each in entries:
        said.append(each if isinstance(each, str) else str(_weighed(each)))
        characters += len(said[-1])
        if characters > LARGEST:
            raise SecurityError(f"join makes something longer than {LARGEST}")
    joined: str = do_join(context, said, d)
    return joined


def _listed(given: tuple[Any, ...]) -> tuple[Any, ...]:
    """What is *given*, with what is made one after the other all made: else nobody knows how much it is."""
    return tuple(
        _weighed(list(islice(_Counted(each), MOST_ENTRIES + 1))) if isinstance(each, Iterator) else each for each in given
    )


def _check(name: str, *given: Any) -> None:
    """Raises SecurityError if the two largest things that a call is *given* could make something too large together."""
    if name == "safe_range":  # has a limit of its own
        return
    if any(isinstance(each, int | float) and abs(each) > LARGEST_NUMBER for each in given):
        raise SecurityError(f"{name} is given a number beyond {LARGEST_NUMBER}")
    if name == "sum" and sum(isinstance(each, _NESTS) for each in given) > 1:  # one list is added up, the other begins
        raise SecurityError("sum is for numbers")
    if name in ("format", "format_map") and given and isinstance(given[0], str):
        _check_format(*given)
        return
    if name == "tojson":
        _check_indented(given)
    if name == "wordwrap":
        _check_wrapped(given)
    if name in _CUT and any(isinstance(each, str) and len(each) > _CUT[name] for each in given):
        raise SecurityError(f"{name} could make a list that is too long")
    *_, second, first = (1.0, 1.0, *sorted(_size(each) for each in given))
    if first > LARGE:
        _look()
    if first * second > LARGEST:
        raise SecurityError(f"{name} could make something longer than {LARGEST}")


def _check_format(pattern: str, *given: Any) -> None:
    """Raises SecurityError if a blank is wide, or where all `%` of *pattern* together could become too long."""
    if _WIDE.search(pattern) or _NESTED.search(pattern):
        raise SecurityError("a format may hold no wide and no computed widths")
    if "%" in pattern:
        widest = max([int(number) for number in _NUMBERS.findall(pattern)] + [_printed(each) for each in given], default=0)
        if pattern.count("%") * widest * (_ESCAPED if _ESCAPES.search(pattern) else 1) > LARGEST:
            raise SecurityError(f"format could make something longer than {LARGEST}")


def _check_wrapped(given: tuple[Any, ...]) -> None:
    """Raises SecurityError for a text that is too long to wrap, or whose long words are: each is copied once a line."""
    text = next((each for each in given if isinstance(each, str)), "")
    width = next((each for each in given if isinstance(each, int) and each > 0), WRAPPED_AT)
    if len(text) > MOST_WRAPPED:
        raise SecurityError(f"wordwrap is given more than {MOST_WRAPPED} characters")
    if sum(len(word) ** 2 for word in text.split()) // width > LARGEST:
        raise SecurityError("wordwrap is given words that are too long to be cut into lines")


def _check_indented(given: tuple[Any, ...]) -> None:
    """Raises SecurityError if blanks before entries become too long: each may stand as deep as there are entries."""
    indent = max((each for each in given if isinstance(each, int)), default=0)
    entries = max((_weight(each)[0] for each in given if isinstance(each, _NESTS)), default=0)
    if entries * entries * indent > LARGEST:
        raise SecurityError(f"tojson could make something longer than {LARGEST}")


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
        case dict() | list() | tuple():
            return max(1, *_weight(thing))
        case _:
            return len(thing) if hasattr(type(thing), "__len__") else 1


def _length(made: Any) -> int:
    return len(made) if isinstance(made, str) or hasattr(type(made), "__len__") else 1


def _printed(thing: Any) -> int:
    """How many characters `%` makes of *thing* at the most, but for escapes."""
    match thing:
        case str():
            return len(thing)
        case int() | float():
            return MOST_BITS
        case _:
            return len(str(_weighed(thing)))


def _weight(made: list[Any] | tuple[Any, ...] | dict[Any, Any]) -> tuple[int, int]:
    """How many entries and how many characters are in *made*, with all that is in these. Raises SecurityError."""
    left: list[Iterable[Any]] = [made]
    entries = characters = 0
    while left:
        each = left.pop()
        if isinstance(each, dict):
            left.append(tuple(each))
            each = tuple(each.values())
        entries += len(each)  # type: ignore[arg-type]  # lists and tuples only
        if entries > MOST_ENTRIES:
            raise SecurityError(f"makes a list of more than {MOST_ENTRIES} entries")
        for inner in each:
            if isinstance(inner, str):
                characters += len(inner)
            elif isinstance(inner, _NESTS):
                left.append(inner)
            elif not isinstance(inner, int | float):
                characters += len(getattr(inner, "text", ""))  # a turn, which a list prints with all that is said
        if characters > MOST_LISTED:
            raise SecurityError(f"makes a list of more than {MOST_LISTED} characters")
    return entries, characters


def _weighed(made: Any) -> Any:
    """*made*, if it is no list of lists of lists that one line of a template makes larger than any memory."""
    if isinstance(made, str):
        return made
    if isinstance(made, _NESTS):
        _weight(made)
    elif isinstance(made, bytes):
        raise SecurityError("bytes are not for templates")
    elif isinstance(made, int) and made.bit_length() > MOST_BITS:
        raise SecurityError("makes a number beyond all use")
    return made


def _measured(made: Any) -> Any:
    _take(_length(made))
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


def _look() -> None:
    budget = _present.get()
    if budget is not None:
        budget.look()
