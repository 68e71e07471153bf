"""What the web needs of the gateway: a seam, so that no view depends on who keeps jobs or calls models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from app.backends.base import Backend, Health
from app.catalog import Catalog
from app.conversations import Conversations
from app.errors import Problem
from app.interactive import InteractiveRunner
from app.jobs import CallRecord, Job, Page, Status
from app.jobs.stats import JobStats
from app.keys import Keyring
from app.limits.accounts import Accounts
from app.metrics import Metrics
from app.orders import Order
from app.settings import Settings
from app.tracing import Tracing


class CurrentCatalog(Protocol):
    @property
    def catalog(self) -> Catalog: ...


class Jobs(Protocol):
    def submit(
        self, order: Order, /, *, key: str | None = None, fingerprint: str | None = None, callback: str | None = None
    ) -> Job: ...
    def find(self, job_id: str, /) -> Job: ...
    def order(self, job_id: str, /) -> Order: ...
    def calls(self, job_id: str, /) -> Sequence[CallRecord]: ...
    def cancel(self, job_id: str, /) -> Job: ...
    def retry(self, job_id: str, /) -> Job: ...
    def append(self, job_id: str, text: str, /, *, key: str | None = None) -> Job: ...
    def changes(self, seen: Mapping[str, int], /) -> Sequence[Job]: ...
    def list(
        self,
        *,
        service: str | None = None,
        status: Status | None = None,
        after: datetime | None = None,
        before: datetime | None = None,
        cursor: str | None = None,
        limit: int = 50,
        holder: str | None = None,
    ) -> Page: ...
    def counts(self) -> Mapping[Status, int]: ...


class Probed(Protocol):
    def probe(self) -> Health: ...


class Backends(Protocol):
    def names(self) -> Sequence[str]: ...
    def of(self, name: str, /) -> Backend: ...
    @property
    def problems(self) -> Sequence[Problem]: ...


class GatewayView(Protocol):
    """The gateway as the web sees it; *started* is in seconds since the epoch."""

    @property
    def settings(self) -> Settings: ...
    @property
    def current(self) -> CurrentCatalog: ...
    @property
    def jobs(self) -> Jobs: ...
    @property
    def backends(self) -> Backends: ...
    @property
    def interactive(self) -> InteractiveRunner: ...
    @property
    def conversations(self) -> Conversations: ...
    @property
    def started(self) -> float: ...
    @property
    def metrics(self) -> Metrics: ...
    @property
    def tracing(self) -> Tracing: ...
    @property
    def keyring(self) -> Keyring | None: ...
    @property
    def accounts(self) -> Accounts: ...
    def stats(self) -> JobStats: ...
