"""Checks everything that a gateway with these settings would use, and leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from app.backends.config.apis import APIS, Api
from app.backends.config.built_in import built_in, usual
from app.backends.config.reloading import configuration
from app.backends.registry import Backends
from app.catalog import Catalog, load
from app.catalog.serving import disagreements
from app.errors import ManifestError, StoreError
from app.gateway import keyring, proofs, tracing
from app.kinds import KINDS
from app.kinds.base import Kind
from app.metrics import NullMetrics
from app.settings import SettingError, Settings
from app.storage.database import Database, sqlite_file
from app.storage.sqlite_file import check_place
from app.web.middleware.auth import opened_by

DEFAULT_API_BASE = Settings().api_base


def check(settings: Settings, kinds: Mapping[str, Kind] = KINDS, apis: Mapping[str, Api] = APIS) -> tuple[list[str], str]:
    """Returns every problem with its place, and a line of totals.

    A backend that does not answer is a problem if its address was configured; at the default address it is only
    reported."""
    catalog = load(settings.services_folder, kinds, prove=proofs(kinds))
    wrong = [*map(str, catalog.problems), *_settings(settings), *_database(settings), *_backends(settings, catalog, apis)]
    return wrong, f"{len(catalog.services)} services in {settings.services_folder}, {len(wrong)} problems"


def _settings(settings: Settings) -> Iterator[str]:
    """Those that name a file or a package."""
    looks: tuple[Callable[[], object], ...] = (
        lambda: keyring(settings, NullMetrics()),
        lambda: opened_by(settings.open_routes),
        lambda: tracing(settings, "check").close(),
    )
    for look in looks:
        try:
            look()
        except SettingError as exc:
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


def _backends(settings: Settings, catalog: Catalog, apis: Mapping[str, Api]) -> Iterator[str]:
    known = Backends(built_in(settings), apis=apis)
    try:
        found = configuration(settings.services_folder, usual(settings), settings.variables, apis)
    except ManifestError as exc:
        yield from map(str, exc.problems)
        return
    yield from map(str, found.problems)
    known.replace(found.setups, found.problems)
    said = {setup.name for setup in found.setups} | ({"vLLM"} if settings.api_base != DEFAULT_API_BASE else set())
    states = {name: known.of(name).probe() for name in sorted(_used(catalog) & said)}
    yield from (f"backend {name}: {state.detail}" for name, state in states.items() if not state.ok)
    yield from map(str, disagreements(catalog.services.values(), states, known.names(), known.contexts()))


def _used(catalog: Catalog) -> set[str]:
    return {flavor.backend or entry.service.backend for entry in catalog.services.values() for flavor in entry.service.flavor}
