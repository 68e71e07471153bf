"""Examining a service: whether its templates compile, fit its manifest and render."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from app import manifests, prompts
from app.catalog.folder import MANIFEST, TEMPLATE, WORD
from app.errors import Problem, TemplateError
from app.kinds.base import Kind
from app.manifests import Service, Source, read_functions, settle_functions
from app.tokens import Estimate
from app.transcript import Turn

Parts: TypeAlias = tuple[str, str, str, int | None, int | None]  # of a Problem: file, key, reason, line, column

LEAST_CONTENT = 16  # tokens that must be left for what a request brings
_ALPHA = {
    "prompt": "a",
    "message": "a",
    "messages": [],
    "system": "",
    "functions": [],
    "service": "service",
    "flavor": "flavor",
}


@dataclass(frozen=True)
class Case:
    """A service to examine: its manifest as *text*, the *sources* of all templates that there are, by name without extension,
    and the texts of its *functions* by file. *whole* says that nothing of these is missing."""

    file: str
    text: str
    sources: Mapping[str, str]
    functions: Mapping[str, str] = field(default_factory=dict)
    whole: bool = True

    @property
    def template(self) -> str:
        """The name of the service's own template."""
        return self.file.removesuffix(MANIFEST)

    @property
    def is_word(self) -> bool:
        """True for a Word template, with its bytes in base64 as *text*, instead of a manifest."""
        return self.file.endswith(WORD)

    @property
    def tried(self) -> str:
        """The file that is compiled and filled first."""
        return self.file if self.is_word else f"{self.template}{TEMPLATE}"


@dataclass(frozen=True)
class Outcome:
    """What came of a case: the names of the templates that the service reaches, what is wrong, and (*warnings*) what will keep
    some of its flavors from working."""

    reached: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()

    @classmethod
    def of(cls, reached: Iterable[str], problems: Iterable[Parts], warnings: Iterable[Parts]) -> Outcome:
        """An outcome whose problems are given by their parts."""
        made = (tuple(Problem(*each) for each in given) for given in (problems, warnings))
        return cls(tuple(reached), *made)


def parts(problems: Iterable[Problem]) -> tuple[Parts, ...]:
    """The *problems* as JSON can hold them; `Outcome.of` takes them back."""
    return tuple((each.file, each.key, each.reason, each.line, each.column) for each in problems)


class Examine(Protocol):
    """Examines cases, here or in another process."""

    def __call__(self, case: Case, kinds: Mapping[str, Kind], /) -> Outcome: ...

    def rest(self) -> None:
        """There is no further case for now."""


class Here:
    """Examines in this process, for as long as that takes."""

    def __call__(self, case: Case, kinds: Mapping[str, Kind], /) -> Outcome:
        return examine(case, kinds)

    def rest(self) -> None:
        """Nothing was begun."""


def examine(case: Case, kinds: Mapping[str, Kind]) -> Outcome:
    """Compiles and renders the templates of *case* in this process, for as long as that takes.

    Raises ManifestError if the manifest itself cannot be read."""
    if case.is_word:
        return _examine_word(case)
    service, source = manifests.parse(case.file, case.text, {name: kind.Flavor for name, kind in kinds.items()})
    compiled: dict[str, prompts.Template] = {}
    problems: list[Problem] = []
    further = (case.template + suffix for suffix in kinds[service.type].OPTIONAL_TEMPLATES)
    for name in sorted({case.template, *further, *named(service)}):
        if name not in case.sources:
            continue
        try:
            compiled[name] = prompts.compile(name, case.sources)
        except TemplateError as exc:
            problems.append(exc.problem)
    reached = {name: text for template in compiled.values() for name, text in template.sources.items()}
    if case.whole and not problems:
        service = with_functions(service, source, case.functions)
        problems = list(kinds[service.type].check(service, case.template, reached))
    warnings = () if problems or not case.whole else tuple(crowded(service, source, case.template, compiled))
    return Outcome(tuple(sorted(reached)), tuple(problems), warnings)


def _examine_word(case: Case) -> Outcome:
    """Fills a Word template with a sample."""
    from app.documents import word  # only a service that has a Word template needs it

    case.sources.get(case.file)  # an examiner that watches its sources learns from this what is tried now
    try:
        word.check(base64.b64decode(case.text), case.file)
    except TemplateError as exc:
        return Outcome(problems=(exc.problem,))
    return Outcome()


def crowded(service: Service, source: Source, template: str, compiled: Mapping[str, prompts.Template]) -> Iterator[Problem]:
    """The flavors whose longest answer and template leave nothing of the context, however the tokens are counted."""
    sizes = {name: _least_tokens(compiled[name]) for name in {template, *named(service)} & set(compiled)}
    for number, flavor in enumerate(service.flavor):
        name = max({template, *flavor.prompts()} & set(sizes), key=lambda each: sizes[each], default="")
        if not name:
            continue  # the kind has its own template
        tokens = sizes[name] + least(flavor.system or "")
        if tokens + flavor.max_generation_length + LEAST_CONTENT > flavor.total_context_length:
            reason = (
                f"{flavor.max_generation_length} tokens of an answer and at least {tokens} of the template {name}.txt leave no "
                f"room in totalContextLength, which is {flavor.total_context_length}"
            )
            yield source.problem(("flavor", number, "maxGenerationLength"), reason)


def _least_tokens(template: prompts.Template) -> int:
    """The fewest tokens of a prompt with hardly anything in it; 0 if only a request knows what the template needs."""
    lines = prompts.Lines((Turn("A", "a"),))
    try:
        return least(template.render(previous=prompts.Lines(), turns=lines, language="", **_ALPHA))
    except TemplateError:
        return 0


def least(text: str) -> int:
    """Fewer tokens than any usual tokenizer makes of *text*: half as many as the estimate, and of letters that are not ASCII
    one for four."""
    plain = "".join(each for each in text if each.isascii())
    return Estimate().count([plain])[0] // 2 + (len(text) - len(plain)) // 4


def named(service: Service) -> Iterator[str]:
    """The templates that the flavors of *service* name."""
    return (name for flavor in service.flavor for name in flavor.prompts())


def with_functions(service: Service, source: Source, texts: Mapping[str, str]) -> Service:
    """*service* with its functions as they stand in its manifest or in a file of *texts*, if that has it.

    Raises ManifestError."""
    file = service.functions_file
    if service.functions is None:
        return service
    if file is not None and file not in texts:
        return service
    functions = read_functions(file, texts[file]) if file else settle_functions(source, ("functions",))
    return service.model_copy(update={"functions": tuple(function.wire() for function in functions)})
