"""What the web needs of the gateway: a seam, so that no view depends on who keeps jobs or calls models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from app.backends.base import Health
from app.catalog import Catalog
from app.jobs import Job, Status
from app.jobs.figures import Figures
from app.metrics import Metrics
from app.orders import Order
from app.settings import Settings


class Shelf(Protocol):
    @property
    def catalog(self) -> Catalog: ...


class Jobs(Protocol):
    def submit(self, order: Order, /) -> Job: ...
    def find(self, job_id: str, /) -> Job: ...
    def counts(self) -> Mapping[Status, int]: ...


class Probed(Protocol):
    def probe(self) -> Health: ...


class Backends(Protocol):
    def names(self) -> Sequence[str]: ...
    def of(self, name: str, /) -> Probed: ...


class Parts(Protocol):
    """The gateway as the web sees it; *started* is in seconds since the epoch."""

    @property
    def settings(self) -> Settings: ...
    @property
    def shelf(self) -> Shelf: ...
    @property
    def jobs(self) -> Jobs: ...
    @property
    def backends(self) -> Backends: ...
    @property
    def started(self) -> float: ...
    @property
    def metrics(self) -> Metrics: ...
    def figures(self) -> Figures: ...
