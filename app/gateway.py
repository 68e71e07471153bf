"""The only place that picks concrete classes: settings in, a gateway or a worker out."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from app.backends.base import Health
from app.backends.registry import Backends
from app.catalog import Catalog, LastGood, load
from app.errors import Problem, StoreError
from app.jobs import Jobs, prepare
from app.kinds import KINDS
from app.settings import SettingError, Settings
from app.tokens import Tokenizers
from app.watcher import Shelf, Watcher
from app.worker import Worker

if TYPE_CHECKING:
    from app.jobs.queue import Queue

POOL_OF_A_WORKER = 8  # connections; a web process needs 2


def prepare_database(settings: Settings) -> None:
    """Makes the database ready. Raises StoreError where another try may help, as with a server that is still starting."""
    try:
        prepare(settings.database)
    except StoreError as exc:
        if settings.database_url:
            raise
        raise SettingError(f"RESULT_DB_PATH: {exc}") from exc


@dataclass(frozen=True)
class Gateway:
    """What a web process holds. Nothing in it has a thread or a connection until it is first used."""

    settings: Settings
    shelf: Shelf
    watcher: Watcher
    jobs: Jobs
    backends: Backends
    started: float = field(default_factory=time.time)


def assemble(settings: Settings) -> Gateway:
    """A gateway for one web process."""
    shelf = shelve(settings)
    return Gateway(
        settings=settings,
        shelf=shelf,
        watcher=Watcher(shelf, settings.services_folder, settings.watch),
        jobs=Jobs(settings.database, slots=settings.backend_concurrency),
        backends=backends(settings),
    )


def shelve(settings: Settings) -> Shelf:
    """The services folder as it is now."""
    return Shelf(partial(load, settings.services_folder, KINDS, remember=LastGood(settings.state_folder)))


def backends(settings: Settings) -> Backends:
    return Backends(
        api_base=settings.api_base,
        api_key=settings.api_key,
        local_port=settings.local_port,
        timeout=settings.timeout,
        concurrency=settings.backend_concurrency,
        local_concurrency=settings.local_slots,
        retries=settings.backend_retries,
    )


def workshop(settings: Settings) -> Queue:
    """A worker's end of the queue, with everything that carries jobs out behind it."""
    from app.jobs.queue import Queue  # the web has no use for the job engine before the first order

    jobs = Jobs(settings.database, pool=POOL_OF_A_WORKER, slots=settings.backend_concurrency)
    known = backends(settings)
    worker = Worker(jobs, known.of, Tokenizers(), KINDS)
    return Queue(jobs, worker.carry_out, known.limits())


def disagreements(catalog: Catalog, states: dict[str, Health]) -> Iterator[Problem]:
    """Flavors that promise a longer context than their backend says it serves."""
    for entry in catalog.services.values():
        for number, flavor in enumerate(entry.service.flavor):
            served = _served(states.get(flavor.backend or entry.service.backend), flavor.model_name)
            if served and flavor.total_context_length > served:
                reason = f"is more than the {served} tokens that the backend serves: lower it, or start the model with more"
                yield Problem(entry.file, f"flavor.{number}.totalContextLength", reason)


def _served(health: Health | None, model: str) -> int:
    """The context that a backend says it serves for *model*; 0 where it does not say."""
    if health is None or not health.ok:
        return 0
    return health.models.get(model, next(iter(health.models.values()), 0) if len(health.models) == 1 else 0)
