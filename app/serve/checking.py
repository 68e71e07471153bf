"""Checks everything that a gateway with these settings would use, and leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.backends.base import Health
from app.backends.config.apis import APIS, Api
from app.backends.config.built_in import built_in, usual
from app.backends.config.reloading import configuration
from app.backends.registry import Backends
from app.catalog import Catalog, LastGood, load
from app.catalog.folder import MANIFEST, Folder, misnamed
from app.catalog.oddities import emptiness, oddities
from app.catalog.serving import disagreements
from app.engines.weights import refuse_unknown
from app.errors import EngineError, ManifestError, Problem, StoreError, counted
from app.gateway import keyring, proofs, tracing
from app.kinds import KINDS
from app.kinds.base import Kind
from app.metrics import NullMetrics
from app.prompt_tests import SUFFIX, read, unknown_flavors
from app.settings import SettingError, Settings, quoted
from app.storage.database import Database, sqlite_file
from app.storage.sqlite_file import check_place
from app.web.middleware.auth import opened_by
from app.web.routes.docs import written_in

DEFAULT_API_BASE = Settings().api_base


@dataclass(frozen=True)
class Finding:
    """Something that is wrong, or (*warning*) odd. A *problem* stands in a file of *folder*; without one, *text* says all."""

    text: str
    folder: Path | None = None
    problem: Problem | None = None
    warning: bool = False

    @classmethod
    def of(cls, folder: Path, problems: Iterable[Problem], *, warning: bool = False) -> list[Finding]:
        return [cls(str(each), folder, each, warning) for each in problems]


@dataclass(frozen=True)
class Report:
    """What a check found in *folders* that hold so many *services*."""

    findings: tuple[Finding, ...]
    services: int
    folders: tuple[Path, ...]

    @property
    def problems(self) -> list[Finding]:
        return [each for each in self.findings if not each.warning]

    @property
    def warnings(self) -> list[Finding]:
        return [each for each in self.findings if each.warning]

    @property
    def totals(self) -> str:
        """`2 services in services, 0 problems`, and the number of warnings if there are any."""
        warnings = f", {counted(len(self.warnings), 'warning')}" if self.warnings else ""
        where = ", ".join(map(str, self.folders))
        return f"{counted(self.services, 'service')} in {where}, {counted(len(self.problems), 'problem')}{warnings}"


def check(settings: Settings, kinds: Mapping[str, Kind] = KINDS, apis: Mapping[str, Api] = APIS) -> tuple[list[str], str]:
    """Every problem with its place, and a line of totals."""
    report = check_all(settings, kinds, apis)
    return [each.text for each in report.problems], report.totals


def check_all(settings: Settings, kinds: Mapping[str, Kind] = KINDS, apis: Mapping[str, Api] = APIS) -> Report:
    """Everything that the gateway would use.

    A backend that does not answer is a problem if its address was configured; at the default address it is only
    reported."""
    folder = settings.services_folder
    catalog = load(folder, kinds, prove=proofs(kinds))
    lost = Folder.read(folder, kept=bool(LastGood(settings.state_folder).load(folder))).gone
    told = [*_settings(settings), *_database(settings)]
    found = [
        *Finding.of(folder, [lost] if lost is not None else catalog.problems),
        *Finding.of(folder, _tests(folder, catalog)),
        *map(Finding, told),
        *(Finding(each, warning=True) for each in quoted(settings)),
        *_backends(settings, catalog, apis, _probe),
        *Finding.of(folder, (*(() if lost else emptiness(folder)), *oddities(catalog), *misnamed(folder)), warning=True),
    ]
    return Report(tuple(found), len(catalog.services), (folder,))


def check_paths(
    settings: Settings, paths: Sequence[Path], kinds: Mapping[str, Kind] = KINDS, apis: Mapping[str, Api] = APIS
) -> Report:
    """The services folders among *paths*, and of the folders that hold the files among them what concerns these files.

    Neither database nor model servers are asked."""
    found: list[Finding] = []
    services = 0
    folders = dict.fromkeys(path if path.is_dir() else path.parent for path in paths)
    for folder in folders:
        names = None if folder in paths else {path.name for path in paths if path.parent == folder}
        catalog = load(folder, kinds, prove=proofs(kinds))
        missing = (Problem(name, "", "there is no such file") for name in sorted(names or ()) if not (folder / name).exists())
        some = [
            *Finding.of(folder, missing),
            *Finding.of(folder, catalog.problems),
            *Finding.of(folder, _tests(folder, catalog)),
            *_backends(replace(settings, services=str(folder)), catalog, apis, lambda _backends, _names: {}),
            *Finding.of(folder, (*emptiness(folder), *oddities(catalog), *misnamed(folder)), warning=True),
        ]
        found += [each for each in some if names is None or (each.problem is not None and each.problem.file in names)]
        services += len(catalog.services)
    return Report(tuple(found), services, tuple(folders))


def _tests(folder: Path, catalog: Catalog) -> Iterator[Problem]:
    """What is wrong with the tests beside the prompts."""
    for file in sorted(folder.glob(f"*{SUFFIX}")):
        manifest = file.name.removesuffix(SUFFIX) + MANIFEST
        if not (folder / manifest).exists():
            yield Problem(file.name, "", f"is beside no manifest: there is no {manifest}")
        try:
            yield from unknown_flavors(file, read(file, with_transcripts=True), catalog)
        except ManifestError as exc:
            yield from exc.problems


def _settings(settings: Settings) -> Iterator[str]:
    """Those that name a file or a package."""
    looks: tuple[Callable[[], object], ...] = (
        lambda: refuse_unknown(settings.local_model if settings.local else ""),
        lambda: keyring(replace(settings, metrics_folder=""), NullMetrics()),  # the file as it is
        lambda: opened_by(settings.open_routes),
        lambda: tracing(settings, "check").close(),
        lambda: written_in(settings),
    )
    for look in looks:
        try:
            look()
        except (SettingError, EngineError) as exc:
            yield str(exc)


def _database(settings: Settings) -> Iterator[str]:
    """Makes no file: the gateway will, if there is a place for it."""
    file = sqlite_file(settings.database)
    database = Database(settings.database, pool=1)
    try:
        if file is not None:
            check_place(file)
        if file is None or file.exists():
            with database.reading() as connection:
                connection.exec_driver_sql("SELECT 1")
    except StoreError as exc:
        yield f"{settings.database_setting}: {exc.located}"
    finally:
        database.close()


Probe = Callable[[Backends, Iterable[str]], Mapping[str, Health]]


def _probe(known: Backends, names: Iterable[str]) -> Mapping[str, Health]:
    return {name: known.of(name).probe() for name in names}


def _backends(settings: Settings, catalog: Catalog, apis: Mapping[str, Api], probe: Probe) -> Iterator[Finding]:
    """What is wrong with backends.json, with servers that do not answer, and with flavors that these cannot serve."""
    folder = settings.services_folder
    known = Backends(built_in(settings), apis=apis)
    try:
        found = configuration(folder, usual(settings), settings.variables, apis)
    except ManifestError as exc:
        yield from Finding.of(folder, exc.problems)
        return
    yield from Finding.of(folder, found.problems)
    known.replace(found.setups, found.problems)
    said = {setup.name for setup in found.setups} | ({"vLLM"} if settings.api_base != DEFAULT_API_BASE else set())
    states = probe(known, sorted(_used(catalog) & said))
    yield from (Finding(f"backend {name}: {state.detail}") for name, state in states.items() if not state.ok)
    yield from Finding.of(folder, disagreements(catalog.services.values(), states, known.names(), known.contexts()))


def _used(catalog: Catalog) -> set[str]:
    return {backend for entry in catalog.services.values() for backend in entry.service.backends}
