"""What the web needs of the gateway: a seam, so that no view depends on a concrete class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from app.backends.base import Health
from app.errors import Problem
from app.kinds.base import Form
from app.manifests import Service
from app.orders import Json, Order
from app.settings import Settings


class Entry(Protocol):
    """A live service: the parsed manifest, and the same as it is in the file."""

    @property
    def service(self) -> Service: ...
    @property
    def manifest(self) -> Mapping[str, Json]: ...
    @property
    def stale(self) -> bool: ...


class Catalog(Protocol):
    """One generation of the services folder."""

    @property
    def generation(self) -> str: ...
    @property
    def services(self) -> Mapping[str, Entry]: ...
    @property
    def problems(self) -> Sequence[Problem]: ...
    def find(self, route: str, /) -> Entry: ...
    def order(self, route: str, form: Form, /) -> Order: ...


class Shelf(Protocol):
    @property
    def catalog(self) -> Catalog: ...


class Job(Protocol):
    """What a client may see of a job; *status* compares equal to its wire name."""

    @property
    def id(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def percent(self) -> float: ...
    @property
    def result(self) -> str | None: ...
    @property
    def error(self) -> str | None: ...


class Jobs(Protocol):
    def submit(self, order: Order, /) -> Job: ...
    def find(self, job_id: str, /) -> Job: ...
    def counts(self) -> Mapping[Any, int]: ...


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
