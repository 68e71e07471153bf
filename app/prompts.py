"""Prompt templates: sandboxed Jinja or the old positional `{}`, which names they use, and what they make of turns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import TracebackType
from typing import Any, Protocol, TypeGuard

import jinja2
from jinja2 import meta, nodes
from jinja2.exceptions import SecurityError
from jinja2.utils import missing

from app.errors import Place, Problem, TemplateError, nearest
from app.sandbox import Sandbox, bounded
from app.transcript.turn import Turn

VARIABLES = ("previous", "turns", "service", "flavor", "language")  # what a summary template may use
EXTENSION, DOCUMENT = ".txt", ".md"  # of a prompt, and of the template of a document, whose name ends in `.render`

MOST_NODES = 10_000  # parts of a template and all that it includes, as Jinja counts them: it is compiled within 0.3 s
DEEPEST = 30  # templates that include one another in a row
MOST_NAMED = 20  # unknown names of a template that are reported
REMEMBERED = 64  # templates that are kept compiled

_MARKS = (("{{", "}}"), ("{%", "%}"), ("{#", "#}"))
_OPENED = re.compile(r"\{\{|\{%|\{#")
_EXPRESSION = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_BLANK = "{}"
# What may rise out of a template's own expressions, beside Jinja's errors: `turns + 1`, `1 / 0`, `previous[9].text`.
_MISHAPS = (
    jinja2.TemplateError,
    ArithmeticError,
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
    RecursionError,
    MemoryError,
    SyntaxError,  # of the code that Jinja makes: more than 20 loops in each other
)


_UNSAID: Mapping[type[Exception], str] = {MemoryError: "it takes more memory than there is for it"}


class Spoken(Protocol):
    """A turn, or a line of a summary; prints as `Speaker : text`."""

    @property
    def speaker(self) -> str: ...

    @property
    def text(self) -> str: ...


class Lines(Sequence[Spoken]):
    """Turns as a template sees them: printed, one a line; or gone through, each with `.speaker` and `.text`."""

    def __init__(self, turns: Sequence[Spoken] = ()) -> None:
        self._turns = tuple(turns)

    def __str__(self) -> str:
        return "\n".join(map(str, self._turns))

    def __len__(self) -> int:
        return len(self._turns)

    def __getitem__(self, at: Any) -> Any:
        return Lines(self._turns[at]) if isinstance(at, slice) else self._turns[at]


@dataclass(frozen=True)
class Template:
    """A prompt template and the sources of all templates that it includes.

    *variables* are the names that it uses, its own or through what it includes. The line end that closes a file is not
    part of the prompt."""

    name: str
    sources: Mapping[str, str]
    variables: frozenset[str]
    legacy: bool

    @property
    def file(self) -> str:
        return file_of(self.name)

    @property
    def source(self) -> str:
        return self.sources[self.name]

    @property
    def blanks(self) -> int:
        """How many `{}` a legacy template holds; 0 in a Jinja template, which gives them no meaning."""
        return self.source.count(_BLANK) if self.legacy else 0

    def render(self, **values: Any) -> str:
        """The prompt with *values* in it; nothing in a value is ever interpreted. Raises TemplateError."""
        return self._filled(values) if self.legacy else self._rendered(values)

    def _filled(self, values: Mapping[str, Any]) -> str:
        """The parts between the blanks with the values between them, so that braces in a value stay what they are."""
        first, *rest = _ended(self.source).split(_BLANK)
        names = _positional(self.blanks)
        if len(names) != len(rest):
            raise TemplateError(Problem(self.file, "", f"holds {self.blanks} blanks {{}}; it may hold 1 or 2"))
        return first + "".join(f"{values[name]}{part}" for name, part in zip(names, rest, strict=True))

    def _rendered(self, values: Mapping[str, Any]) -> str:
        try:
            with bounded():
                return self._jinja.render(values)
        except _MISHAPS as exc:
            raise TemplateError(_problem(self.file, exc)) from exc

    @cached_property
    def _jinja(self) -> jinja2.Template:
        try:
            with bounded():  # what is constant is filtered and printed while the template is compiled
                return _environment(self.sources).get_template(self.name)
        except _MISHAPS as exc:
            raise TemplateError(_problem(self.file, exc)) from exc


def file_of(name: str) -> str:
    """The name of the file of the template *name*."""
    return f"{name}{DOCUMENT if name.endswith('.render') else EXTENSION}"


def compile(name: str, sources: Mapping[str, str]) -> Template:  # noqa: A001 - what it does; callers say prompts.compile
    """The template *name* of *sources*, which holds every template it may include by name without extension.

    Raises TemplateError: no such template, a syntax error, an include that is not in *sources* or that goes in a circle."""
    if name not in sources:
        raise TemplateError(Problem(file_of(name), "", "there is no such template"))
    if not sources[name].strip():
        raise TemplateError(Problem(file_of(name), "", "the file is empty"))
    if not _is_jinja(sources[name]):
        names = frozenset(_positional(sources[name].count(_BLANK)))
        return Template(name, {name: sources[name]}, names, legacy=True)
    reach = _Reach(sources)
    variables = reach.variables(name, ())
    template = Template(name, {each: sources[each] for each in sorted(reach.reached)}, variables, legacy=False)
    template._jinja  # noqa: B018 - compiled here, so that what Jinja refuses is known now
    return template


def remembered(name: str, sources: Mapping[str, str]) -> Template:
    """As `compile`, for what runs once a request or job: the templates that were used last stay compiled."""
    return _remembered(name, tuple(sources.items()))


@lru_cache(REMEMBERED)
def _remembered(name: str, sources: tuple[tuple[str, str], ...]) -> Template:
    return compile(name, dict(sources))


def _is_jinja(source: str) -> bool:
    """True if *source* holds a pair of Jinja's marks, such as `{{` and a `}}` behind it."""
    starts = ((source.find(opening), closing) for opening, closing in _MARKS)
    return any(at >= 0 and source.find(closing, at + 2) >= 0 for at, closing in starts)


def excesses(template: Template, **values: Any) -> Iterator[Problem]:
    """What a first render with *values* meets of the limits of the sandbox.

    Other errors do not count: only a request knows all names that the template uses, and what they hold."""
    try:
        template.render(**values)
    except TemplateError as exc:
        if isinstance(exc.__cause__, SecurityError | MemoryError):
            yield exc.problem


def disagreements(template: Template, fields: int) -> Iterator[Problem]:
    """What keeps a summary template from going with `fields`: names it lacks or may not use, turns that it does not print."""
    found = list(_blanks_against(template, fields) if template.legacy else _names_against(template, fields))
    yield from found or _trial(template)


def unknown(template: Template, names: Sequence[str]) -> Iterator[Problem]:
    """The variables that *template* uses and that there are not, as *names* are all there are."""
    for name in sorted(template.variables - set(names)):
        reason = f"uses {name}, which there is not{nearest(name, names)}; known are {', '.join(names)}"
        yield naming(template, name, reason)


def _blanks_against(template: Template, fields: int) -> Iterator[Problem]:
    if template.blanks == fields:
        return
    wanted = "{{ previous }} and {{ turns }}" if fields == 2 else "{{ turns }}"
    hint = "" if template.blanks else f"; write {wanted} where they belong"
    reason = f"{_says(fields)}, but the template holds {template.blanks} {{}}"
    opened = _OPENED.search(template.source)
    if opened is None:
        yield Problem(template.file, "", f"{reason}{hint}")
        return
    at = Place.at(template.source, opened.start())
    yield Problem(template.file, "", f"{reason}; {opened[0]} is never closed", at.line, at.column)


def _names_against(template: Template, fields: int) -> Iterator[Problem]:
    for name in sorted(template.variables - set(VARIABLES))[:MOST_NAMED]:
        reason = f"uses {name}, which there is not{nearest(name, VARIABLES)}; known are {', '.join(VARIABLES)}"
        yield naming(template, name, reason)
    used = sorted(template.variables & {"previous", "turns"})
    wanted = ["previous", "turns"] if fields == 2 else ["turns"]
    if used != wanted:
        yield Problem(
            template.file, "", f"{_says(fields)}, but the template uses {' and '.join(used) or 'neither turns nor previous'}"
        )


def _says(fields: int) -> str:
    return '"fields": 2 gives previous and turns' if fields == 2 else '"fields": 1 gives turns'


def naming(template: Template, name: str, reason: str) -> Problem:
    """A problem with the variable *name*, where one of the template's sources uses it first: its own before included ones."""
    own = (template.name, *(each for each in template.sources if each != template.name))
    for each in own:
        for found in _EXPRESSION.finditer(template.sources[each]):
            if used := re.search(rf"(?<![.\w]){re.escape(name)}\b", found[0]):
                at = Place.at(template.sources[each], found.start() + used.start())
                return Problem(file_of(each), "", reason, at.line, at.column)
    return Problem(template.file, "", reason)


_SAMPLES = tuple(Turn(speaker, text) for speaker, text in (("Anna", "alpha"), ("Boris", "bravo"), ("Clara", "charlie")))


def _trial(template: Template) -> Iterator[Problem]:
    """What goes wrong with one turn and nothing before it, or with several and a summary so far."""
    for previous, turns in (((), _SAMPLES[:1]), (_SAMPLES[:1], _SAMPLES[1:])):
        try:
            prompt = template.render(
                previous=Lines(previous), turns=Lines(turns), service="service", flavor="flavor", language=""
            )
        except TemplateError as exc:
            yield exc.problem
            return
        if not all(turn.text in prompt.lower() for turn in turns):
            yield Problem(template.file, "", "does not print every turn: print {{ turns }}, or the .text of each in a loop")
            return


def _positional(blanks: int) -> tuple[str, ...]:
    """What the blanks of a legacy template are filled with, in order."""
    return {1: ("turns",), 2: ("previous", "turns")}.get(blanks, ())


def _ended(source: str) -> str:
    """*source* without the line end that closes the file, as Jinja has it."""
    return re.sub(r"\r\n?|\n", "\n", source).removesuffix("\n")


def _environment(sources: Mapping[str, str]) -> Sandbox:
    def load(name: str) -> tuple[str, str, None] | None:
        stem = _stem(name)
        return (sources[stem], file_of(stem), None) if stem in sources else None

    return Sandbox(loader=jinja2.FunctionLoader(load), undefined=Missing, autoescape=False)


class Missing(jinja2.StrictUndefined):
    """What a template finds where there is nothing; an attribute that is misspelt is told with the one that is meant."""

    @property
    def _undefined_message(self) -> str:
        name, of = self._undefined_name, self._undefined_obj
        if self._undefined_hint or not isinstance(name, str) or of is missing:
            return str(super()._undefined_message)
        known = of if isinstance(of, Mapping) else (each for each in dir(of) if not each.startswith("_"))
        return f"there is no .{name} here{nearest(name, filter(_is_text, known))}"


def _is_text(value: object) -> TypeGuard[str]:
    return isinstance(value, str)


def _stem(name: str) -> str:
    return name.removesuffix(EXTENSION)


class _Reach:
    """Follows what templates include: which are reached, and which names they use all together.

    Each template is parsed once, however often it is included."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._sources = sources
        self._environment = _environment(sources)
        self._needed: dict[str, frozenset[str]] = {}
        self._nodes = 0
        self.reached: set[str] = set()

    def variables(self, name: str, way: tuple[str, ...]) -> frozenset[str]:
        """The names that *name*, reached by *way*, needs from outside. Raises TemplateError."""
        if name in way:
            circle = " → ".join(file_of(each) for each in (*way[way.index(name) :], name))
            raise TemplateError(Problem(file_of(way[0]), "", f"includes itself: {circle}"))
        if len(way) > DEEPEST:
            raise TemplateError(Problem(file_of(way[0]), "", f"includes templates more than {DEEPEST} deep"))
        if name not in self._needed:
            self._needed[name] = self._found(name, way)
        return self._needed[name]

    def _found(self, name: str, way: tuple[str, ...]) -> frozenset[str]:
        self.reached.add(name)
        tree, used = self._parsed(name)
        given = _given_names(tree)
        for included in _included(name, tree, self._sources):
            used |= self.variables(included, (*way, name)) - given
        return used

    def _parsed(self, name: str) -> tuple[nodes.Template, frozenset[str]]:
        file = file_of(name)
        try:
            with bounded():
                tree = self._environment.parse(self._sources[name], name, file)
                self._count(tree, file)
                return tree, frozenset(meta.find_undeclared_variables(tree))
        except _MISHAPS as exc:
            raise TemplateError(_problem(file, exc)) from exc

    def _count(self, tree: nodes.Template, file: str) -> None:
        self._nodes += sum(1 for _ in tree.find_all(nodes.Node))
        if self._nodes > MOST_NODES:
            reason = f"holds, with all that it includes, more than {MOST_NODES} expressions and statements"
            raise TemplateError(Problem(file, "", reason))


def _included(name: str, tree: nodes.Template, sources: Mapping[str, str]) -> Iterator[str]:
    """The templates that *tree* includes, extends or imports, as far as they are there."""
    for node in tree.find_all((nodes.Include, nodes.Extends, nodes.Import, nodes.FromImport)):
        wanted = _literal(getattr(node, "template"))  # noqa: B009 - all four have one, but mypy sees their base
        if wanted is None:
            raise TemplateError(Problem(file_of(name), "", "the name of an included template stands in quotes", node.lineno))
        there = [_stem(each) for each in wanted if _stem(each) in sources]
        if not there and not getattr(node, "ignore_missing", False):
            known = [file_of(each) for each in sources]
            reason = f'includes "{wanted[0]}", which is not in the folder{nearest(wanted[0], known)}'
            raise TemplateError(Problem(file_of(name), "", reason, node.lineno))
        yield from there


def _literal(template: nodes.Expr) -> list[str] | None:
    """The names that an include gives, the first one being tried first; None when they are computed."""
    given = template.items if isinstance(template, nodes.List | nodes.Tuple) else [template]
    names = [each.value for each in given if isinstance(each, nodes.Const) and isinstance(each.value, str)]
    return names if names and len(names) == len(given) else None


def _given_names(tree: nodes.Template) -> frozenset[str]:
    """The names that a template sets itself, and that what it includes may therefore use."""
    stored = {node.name for node in tree.find_all(nodes.Name) if node.ctx in ("store", "param")}
    macros = {node.name for node in tree.find_all(nodes.Macro)}
    imports = {node.target for node in tree.find_all(nodes.Import)}
    pairs = (each for node in tree.find_all(nodes.FromImport) for each in node.names)
    return frozenset(stored | macros | imports | {each if isinstance(each, str) else each[1] for each in pairs})


def _problem(file: str, exc: Exception) -> Problem:
    """An error of a template in plain words, on the line where it rose."""
    if isinstance(exc, jinja2.TemplateSyntaxError):
        where = exc.filename if exc.filename and exc.filename.endswith((EXTENSION, DOCUMENT)) else file
        return Problem(where, "", exc.message or "syntax error", exc.lineno)
    place = _place(exc.__traceback__)
    where, line = (file, None) if place is None else place
    return Problem(where, "", f"cannot be rendered: {str(exc) or _UNSAID.get(type(exc), type(exc).__name__)}", line)


def _place(trace: TracebackType | None) -> tuple[str, int] | None:
    """File and line of the innermost template in *trace*; Jinja gives its frames the names of our files."""
    found = None
    while trace is not None:
        if "__jinja_template__" in trace.tb_frame.f_globals or trace.tb_frame.f_code.co_filename.endswith(
            (EXTENSION, DOCUMENT)
        ):
            found = (trace.tb_frame.f_code.co_filename, trace.tb_lineno)
        trace = trace.tb_next
    return found
