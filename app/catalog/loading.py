"""From the folder to a catalog: what is good is served, what is broken is a problem and stays as it was when it was good."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from app import manifests
from app.catalog.catalog import Catalog, Entry
from app.catalog.examining import Case, Examine, Here, Outcome, with_functions
from app.catalog.folder import MANIFEST, TEMPLATE, WORD, Folder, digest, unread
from app.catalog.memory import LastGoodVersion, Memory, Record
from app.catalog.variants import Variant, candidates, plain, with_optional
from app.documents import template_files
from app.errors import ManifestError, Problem, StoreError, TemplateError, nearest
from app.kinds.base import Kind
from app.manifests import Service, Source
from app.orders import Json

HERE = Here()


def load(
    folder: Path,
    kinds: Mapping[str, Kind],
    previous: Catalog | None = None,
    *,
    remember: Memory | None = None,
    prove: Examine = HERE,
) -> Catalog:
    """The catalog of *folder*; *previous* itself where nothing has changed since.

    *prove* examines each service that is new or has changed: a process that serves hands in `Proofs`, so that a template is
    neither compiled nor rendered here before that went well elsewhere.

    A service whose files are broken stays as it was when they were good: as *remember* has it from any process, or else as
    in *previous*. If the folder itself is gone, or first seen empty, all do. Never raises for what stands in the files."""
    before = previous.read if previous is not None else None
    read = Folder.read(folder, before, kept=before is None and bool(_recalled(remember, folder)))
    if previous is not None and previous.read == read:
        return previous
    record = _recalled(remember, folder)
    loading = _Loading(folder, read, kinds, previous, record, prove)
    try:
        entries = list(loading.entries())
        loading.try_words(entries)
    finally:
        prove.rest()
    problems = sorted([*loading.problems, *_remembered(folder, entries, record if read.gone else {}, remember)], key=_place)
    return Catalog.of(entries, problems, digest([read.digest, *_outlasting(entries, read)]), read)


def _outlasting(entries: Sequence[Entry], read: Folder) -> Iterator[str]:
    """The texts that are served although the folder holds them no more."""
    for entry in entries:
        if entry.stale:
            yield from (entry.file, entry.text, *_flat(entry.templates), *_flat(entry.functions))
    for entry in entries:
        for name in sorted(entry.variants):
            if entry.stale or _outdated(entry.variants[name], read):
                yield from (name, *_flat(entry.variants[name].templates))


def _recalled(memory: Memory | None, folder: Path) -> Record:
    return memory.load(folder) if memory is not None else {}


def _place(problem: Problem) -> tuple[str, int, str, str]:
    return problem.file, problem.line or 0, problem.key, problem.reason


@dataclass
class _Loading:
    """One pass over a folder; gathers the problems on its way."""

    folder: Path
    read: Folder
    kinds: Mapping[str, Kind]
    previous: Catalog | None
    record: Record
    prove: Examine
    problems: list[Problem] = field(default_factory=list)

    def entries(self) -> Iterator[Entry]:
        """The services to serve, in the order of their files, no two with a route in common."""
        if self.read.gone:
            self.problems.append(self.read.gone)
        self.problems.extend(self.read.unreadable.values())
        self.problems.extend(_idle(name) for name in sorted(self.read.lists - self.read.named))
        self.problems.extend(unread(self.folder, self.read.folders))
        candidates = {file: entry for file in self._files() if (entry := self._good(file) or self._last_good(file))}
        served = self._undisputed(candidates)
        yield from (served[file] for file in sorted(served))

    def try_words(self, entries: Iterable[Entry]) -> None:
        """Tries the Word templates of *entries*. A broken one keeps no service from running; its documents are refused."""
        for file in sorted({f"{entry.template}{WORD}" for entry in entries} & set(self.read.words)):
            try:
                template = template_files.read(self.folder / file)
            except TemplateError as exc:
                self.problems.append(exc.problem)
                continue
            if template is not None:
                case = Case(file, base64.b64encode(template.content).decode(), {})
                self.problems.extend(self.prove(case, self.kinds).problems)

    def _files(self) -> list[str]:
        """The manifests to serve; without a folder, all that are known."""
        if not self.read.gone:
            return self.read.manifests
        known = {entry.file for entry in self.previous.services.values()} if self.previous else set()
        return sorted(known | set(self.record))

    def _good(self, file: str) -> Entry | None:
        if file not in self.read.texts:
            return None
        before = self.served(file)
        if before is not None and self._unchanged(before):
            return before
        try:
            return self._entry(file, self.read.texts[file], self.read.templates, self.read.texts)
        except ManifestError as exc:
            self.problems.extend(problem for problem in exc.problems if problem.file not in self.read.unreadable)
            return None

    def served(self, file: str) -> Entry | None:
        """The service of *file* as it is served now."""
        return self._before.get(file)

    @cached_property
    def _before(self) -> dict[str, Entry]:
        """The services that were served last, by file."""
        return {entry.file: entry for entry in self.previous.services.values()} if self.previous else {}

    def _unchanged(self, entry: Entry) -> bool:
        """Whether nothing that *entry* was made of has changed, nor which templates there are to include."""
        if entry.stale or not self._has_same_templates:
            return False
        same = all(self.read.templates.get(name) == source for name, source in entry.templates.items())
        same = same and all(self.read.texts.get(name) == text for name, text in entry.functions.items())
        same = same and not any(_outdated(each, self.read) for each in entry.variants.values())
        return same and entry.text == self.read.texts[entry.file]

    @cached_property
    def _has_same_templates(self) -> bool:
        return self.previous is not None and self.previous.read.templates.keys() == self.read.templates.keys()

    def _last_good(self, file: str) -> Entry | None:
        """What the service of *file* was: as remembered, since another process may have seen a newer good version."""
        served = self.served(file)
        kept = self.record.get(file)
        if kept is None or (served is not None and _kept(served) == kept):
            return replace(served, stale=True) if served else None
        try:
            texts, sources = kept.get("functions", {}), {**kept.get("variants", {}), **kept["templates"]}
            return replace(self._entry(file, kept["manifest"], sources, texts), stale=True)
        except ManifestError:  # good for an earlier release of this project, and not for this one
            return replace(served, stale=True) if served else None

    def _undisputed(self, candidates: Mapping[str, Entry]) -> dict[str, Entry]:
        """Of services with a route in common, the one whose file has its name; then the one that is served already; then the
        one that does not take another's name as its route; then the first by file name. The other stays what it was, if
        that is free."""
        names = frozenset(entry.service.name for entry in candidates.values())
        taken: dict[str, str] = {}
        served: dict[str, Entry] = {}
        refused: list[str] = []
        for file, entry in sorted(candidates.items(), key=lambda pair: self._rank(pair[0], pair[1], names)):
            clash = next((route for route in entry.routes if route in taken), None)
            if clash is not None:
                self.problems.append(_clash(entry, clash, taken[clash]))
                refused.append(file)
                continue
            served[file] = entry
            taken.update(dict.fromkeys(entry.routes, file))
        for file in refused:
            before = self._last_good(file)
            if before and not any(route in taken for route in before.routes):
                served[file] = before
                taken.update(dict.fromkeys(before.routes, file))
        return served

    def _rank(self, file: str, entry: Entry, names: frozenset[str]) -> tuple[bool, bool, bool, str]:
        """The order in which services get their routes: a copy of a manifest never takes those of its original."""
        named_alike = file.removesuffix(MANIFEST) == entry.service.name
        names_another = any(route in names for route in entry.routes if route != entry.service.name)
        return not named_alike, not self._is_live(file, entry.service.name), names_another, file

    def _is_live(self, file: str, name: str) -> bool:
        """True if *file* is what served the name before, in this process or in another."""
        served = self.served(file)
        if served is not None:
            return served.service.name == name
        kept = self.record.get(file)
        try:
            return kept is not None and Source.read(file, kept["manifest"]).raw.get("name") == name
        except ManifestError:
            return False

    def _entry(self, file: str, text: str, sources: Mapping[str, str], texts: Mapping[str, str]) -> Entry:
        """The service of one manifest; *texts* holds the file of its functions, if it has one.

        Raises ManifestError with everything that is wrong with it, its templates or its functions."""
        service, source = manifests.parse(file, text, {name: kind.Flavor for name, kind in self.kinds.items()})
        wanted = service.functions_file
        functions = {wanted: texts[wanted]} if wanted is not None and wanted in texts else {}
        template = "" if "" in self.kinds[service.type].OPTIONAL_TEMPLATES else file.removesuffix(MANIFEST)
        problems = list(_missing(source, service, template, sources, self.read.unreadable))
        try:
            _refuse_missing(source, wanted, texts)
            service = with_functions(service, source, functions)
        except ManifestError as exc:
            problems.extend(exc.problems)
        case = Case(file, text, sources, functions, whole=not problems)
        outcome = self.prove(case, self.kinds)
        problems.extend(outcome.problems)
        if problems:
            raise ManifestError(problems)
        reached = {name: sources[name] for name in outcome.reached}
        entry = Entry(service, self.kinds[service.type], file, text, source.raw, case.template, reached, functions)
        others = {*outcome.reached, *(f"{case.template}{suffix}" for suffix in entry.kind.OPTIONAL_TEMPLATES)}
        examining = _Variants(
            self, entry, source, sources, others | {name for flavor in service.flavor for name in flavor.prompts()}
        )
        variants = examining.found()
        return replace(entry, warnings=(*outcome.warnings, *examining.warnings), variants=variants)


@dataclass
class _Variants:
    """The variants of one service, which works. *others* are templates that have another use; gathers *warnings*."""

    loading: _Loading
    entry: Entry
    source: Source
    sources: Mapping[str, str]
    others: set[str]
    warnings: list[Problem] = field(default_factory=list)

    def found(self) -> dict[str, Variant]:
        """The variants to serve by name; one that is broken is a problem, and stays as it was.

        Raises ManifestError if a flavor names one that is not there."""
        names = list(candidates(self.stem, self.sources, self.loading.read.texts, self.others))
        good = {name: variant for name in names if (variant := self._good(name) or self._last_good(name))}
        if wrong := list(self._misnamed(good)):
            raise ManifestError(wrong)
        return good

    @property
    def stem(self) -> str:
        return self.entry.file.removesuffix(MANIFEST)

    def _good(self, name: str) -> Variant | None:
        outcome, variant = self._tried(name, self.sources)
        self.warnings.extend(map(self._placed, outcome.warnings))
        self.loading.problems.extend(map(self._placed, outcome.problems))
        return None if outcome.problems else variant

    def _last_good(self, name: str) -> Variant | None:
        """What the variant was: as remembered, since another process may have seen a newer good version."""
        kept = self.loading.record.get(self.entry.file)
        if kept is not None and f"{self.stem}.{name}" in kept.get("variants", {}):
            outcome, variant = self._tried(name, {**self.sources, **kept["templates"], **kept["variants"]})
            return None if outcome.problems else variant
        before = self.loading.served(self.entry.file)
        return before.variants.get(name) if before is not None else None

    def _tried(self, name: str, sources: Mapping[str, str]) -> tuple[Outcome, Variant]:
        template = f"{self.stem}.{name}"
        whole = with_optional(template, self.stem, self.entry.kind.OPTIONAL_TEMPLATES, sources)
        outcome = self.loading.prove(
            Case(f"{template}{MANIFEST}", self.entry.text, whole, self.entry.functions), self.loading.kinds
        )
        lent = frozenset(outcome.reached) - sources.keys()
        return outcome, Variant(template, {each: whole[each] for each in outcome.reached}, lent)

    def _placed(self, problem: Problem) -> Problem:
        """A problem of the manifest is told of its file: the variant has none of its own."""
        is_ours = problem.file.startswith(f"{self.stem}.") and problem.file.endswith(MANIFEST)
        return replace(problem, file=self.entry.file) if is_ours else problem

    def _misnamed(self, good: Mapping[str, Variant]) -> Iterator[Problem]:
        for at, flavor in enumerate(self.entry.service.flavor):
            name = plain(self.stem, flavor.variant or "")
            if name and name not in good:
                reason = f"there is no template {self.stem}.{name}{TEMPLATE} that works{nearest(name, good)}"
                yield self.source.problem(("flavor", at, "variant"), reason)


def _outdated(variant: Variant, read: Folder) -> bool:
    """Whether the files are not (any more) what *variant* was made of."""
    return any(read.templates.get(name) != text for name, text in variant.files.items())


def _refuse_missing(source: Source, wanted: str | None, texts: Mapping[str, str]) -> None:
    """Raises ManifestError if the file of functions that a manifest names is not there."""
    if wanted is not None and wanted not in texts:
        known = (name for name in texts if name.endswith(MANIFEST))
        raise ManifestError(
            [source.problem(("functions",), f"there is no file {wanted}, or it cannot be read{nearest(wanted, known)}")]
        )


def _missing(
    source: Source, service: Service, template: str, sources: Mapping[str, str], unreadable: Mapping[str, Problem]
) -> Iterator[Problem]:
    """The templates that the manifest needs and that are not there; an empty *template* is not needed."""
    if template and template not in sources:
        broken = unreadable.get(f"{template}{TEMPLATE}")
        yield Problem(source.file, "", f"its template {template}{TEMPLATE} {broken.reason if broken else 'is missing'}")
    for at, flavor in enumerate(service.flavor):
        for name in flavor.prompts():
            if name not in sources:
                key = next(key for key, value in source.raw["flavor"][at].items() if value == name)
                yield source.problem(("flavor", at, key), f"there is no template {name}{TEMPLATE}{nearest(name, sources)}")


def _idle(name: str) -> Problem:
    return Problem(name, "", 'holds a list, so it is no manifest, and no manifest names it as its "functions"')


def _clash(entry: Entry, route: str, other: str) -> Problem:
    source = Source.read(entry.file, entry.text)
    return source.problem((entry.routes[route],), f'"{route}" is the service of {other} already')


def _remembered(folder: Path, entries: Iterable[Entry], before: Record, memory: Memory | None) -> Iterator[Problem]:
    """Saves what is served now, and *before* of what is not; where that fails, a problem for the operator, and the services
    go on."""
    if memory is None:
        return
    record = {**before, **{entry.file: _kept(entry) for entry in entries}}
    try:
        if record != memory.load(folder):
            memory.save(folder, record)
    except StoreError as exc:
        yield Problem(f"{folder.name}/", "", f"the last good versions are not kept: {exc}")


def _kept(entry: Entry) -> LastGoodVersion:
    kept: LastGoodVersion = {"manifest": entry.text, "templates": dict(entry.templates)}
    if entry.functions:
        kept["functions"] = dict(entry.functions)
    if entry.variants:
        kept["variants"] = {name: text for each in entry.variants.values() for name, text in each.files.items()}
    return kept


def _flat(texts: Mapping[str, Json]) -> list[str]:
    return [part for pair in sorted(texts.items()) for part in pair]
