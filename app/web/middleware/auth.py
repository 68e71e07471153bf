"""The guard at the door: who comes with which key, and the gateway as that key may see it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from flask import Flask, g, has_request_context, request

from app.backends.base import Answer, Backend, Piece
from app.backends.wrappers.base import BackendWrapper
from app.cancellation import CancelToken
from app.catalog import Catalog, Entry
from app.conversations import Conversations
from app.errors import ConversationNotFound, Forbidden, JobNotFound, Problem, RateLimited, TokensSpent, Unauthenticated
from app.interactive import InteractiveRun, InteractiveRunner
from app.jobs import CallRecord, Job, Page, Status
from app.keys import Key, Keyring
from app.kinds.base import Form, Result
from app.limits.accounts import Accounts
from app.orders import Order
from app.settings import SettingError, Settings
from app.web.interfaces import Backends, CurrentCatalog, GatewayView, Jobs

log = logging.getLogger(__name__)

BEARER = "bearer "
WORK = frozenset({"POST"})  # the methods that ask for work: reading what became of it is free
# What a name in OPEN_ROUTES stands for: the endpoints that it opens.
OPENED = {
    "healthcheck": ("health.healthcheck",),
    "health": ("health.state",),
    "metrics": ("metrics.scrape", "metrics.health_metrics"),
    "docs": ("flasgger.apidocs", "flasgger.apispec", "flasgger.static", "root.index"),
}


def register(app: Flask, keyring: Keyring, accounts: Accounts, settings: Settings) -> None:
    """Has every request to *app* show a key, but for the routes that are open.

    Raises SettingError for an open route that there is not."""
    opened = opened_by(settings.open_routes)

    @app.before_request
    def look() -> None:
        if request.endpoint in opened:
            return
        key = keyring.opened_by(_shown())
        if key is None:
            raise Unauthenticated
        g.key = key
        if key.rate is not None and request.method in WORK:
            wait = accounts.visit(key.name, key.rate.most, key.rate.seconds)
            if wait > 0:
                raise RateLimited(key.rate.most, key.rate.seconds, wait)


def opened_by(given: str | None) -> frozenset[str]:
    """The endpoints that OPEN_ROUTES opens. Raises SettingError."""
    names = [name.strip() for name in (given or "").split(",") if name.strip()]
    for name in names:
        if name not in OPENED:
            raise SettingError(f"OPEN_ROUTES: {name!r} is not one of {', '.join(OPENED)}")
    return frozenset(endpoint for name in names for endpoint in OPENED[name])


def _shown() -> str:
    """The key that the request shows, empty where it shows none."""
    given = request.headers.get("Authorization", "")
    if given[: len(BEARER)].lower() == BEARER:
        return given[len(BEARER) :].strip()
    return request.headers.get("X-API-Key", "").strip()


def _key() -> Key | None:
    """Whose request this is; None on an open route, and in a thread of ours that serves nobody in particular."""
    key: Key | None = g.get("key") if has_request_context() else None
    return key


@dataclass(frozen=True)
class AuthorizedGateway:
    """The parts of the gateway, each as the key of the present request may see it."""

    view: GatewayView
    keyring: Keyring
    accounts: Accounts

    @property
    def settings(self) -> Settings:
        return self.view.settings

    @property
    def current(self) -> CurrentCatalog:
        return _Shelf(self.view.current)

    @property
    def jobs(self) -> Jobs:
        return _Jobs(self.view.jobs, self)

    @property
    def backends(self) -> Backends:
        return _Backends(self.view.backends)

    @property
    def interactive(self) -> InteractiveRunner:
        return _Desk(self.view.interactive, self)

    @property
    def conversations(self) -> Conversations:
        return _Conversations(self.view.conversations)

    def __getattr__(self, name: str) -> Any:
        """All else is the same for everybody."""
        return getattr(self.view, name)

    def allow(self, order: Order) -> Key | None:
        """Whose *order* it is. Raises Forbidden, TokensSpent."""
        key = self.keyring.held_by(order.holder) if order.holder else _key()
        if order.holder and key is None:
            raise Unauthenticated  # it was taken away meanwhile
        if key is None:
            return None
        if not key.opens(order.service):
            raise Forbidden(f"this key does not open the service {order.service}")
        if key.tokens is not None and self.accounts.spent(key.name) >= key.tokens:
            raise TokensSpent(key.tokens, self.accounts.until_tomorrow())
        return key


@dataclass(frozen=True)
class _Shelf:
    inner: CurrentCatalog

    @property
    def catalog(self) -> Catalog:
        key = _key()
        return self.inner.catalog if key is None else _seen_by(key, self.inner.catalog)


def _seen_by(key: Key, catalog: Catalog) -> Catalog:
    seen = {name: entry for name, entry in catalog.services.items() if key.opens(name)}
    return _Catalog(
        services=MappingProxyType(seen),
        problems=catalog.problems,
        generation=catalog.generation,
        read=catalog.read,
        whole=catalog,
        key=key,
    )


@dataclass(frozen=True)
class _Catalog(Catalog):
    """The services that a key opens; to ask for another one that there is, is forbidden."""

    whole: Catalog = Catalog()  # noqa: RUF009  it is frozen
    key: Key = Key("", "")  # noqa: RUF009  it is frozen

    def find(self, route: str) -> Entry:
        entry = self.whole.find(route)
        if not self.key.opens(entry.service.name):
            raise Forbidden(f"this key does not open the service {entry.service.name}")
        return entry

    def order(self, route: str, form: Form) -> Order:
        order = super().order(route, form)
        return replace(order, holder=self.key.name, priority=max(order.priority, self.key.priority))


@dataclass(frozen=True)
class _Jobs:
    """The jobs that a key's holder may see: its own, and everybody's for an admin."""

    inner: Jobs
    guarded: AuthorizedGateway

    def submit(
        self, order: Order, /, *, key: str | None = None, fingerprint: str | None = None, callback: str | None = None
    ) -> Job:
        self.guarded.allow(order)
        mine = f"{order.holder}: {key}" if key and order.holder else key  # two holders may come with the same one
        return self.inner.submit(order, key=mine, fingerprint=fingerprint, callback=callback)

    def find(self, job_id: str, /) -> Job:
        job = self.inner.find(job_id)
        if not _may_see(job.holder):
            raise JobNotFound(job_id)
        return job

    def order(self, job_id: str, /) -> Order:
        return self.inner.order(self.find(job_id).id)

    def calls(self, job_id: str, /) -> Sequence[CallRecord]:
        return self.inner.calls(self.find(job_id).id)

    def cancel(self, job_id: str, /) -> Job:
        return self.inner.cancel(self.find(job_id).id)

    def retry(self, job_id: str, /) -> Job:
        self._afford(job_id)
        return self.inner.retry(job_id)

    def append(self, job_id: str, text: str, /, *, key: str | None = None) -> Job:
        self._afford(job_id)
        return self.inner.append(job_id, text, key=key)

    def _afford(self, job_id: str) -> None:
        """Raises where more of the job may not be asked for now."""
        self.guarded.allow(replace(self.order(job_id), holder=None))

    def changes(self, seen: Mapping[str, int], /) -> Sequence[Job]:
        return [job for job in self.inner.changes(seen) if _may_see(job.holder)]

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
    ) -> Page:
        key = _key()
        return self.inner.list(
            service=service,
            status=status,
            after=after,
            before=before,
            cursor=cursor,
            limit=limit,
            holder=holder if key is None or key.admin else key.name,
        )

    def counts(self) -> Mapping[Status, int]:
        return self.inner.counts()


def _may_see(holder: str | None) -> bool:
    key = _key()
    return key is None or key.admin or holder == key.name


@dataclass(frozen=True)
class _Backends:
    """Where a key is bounded, its requests are read before they are sent: what is handed on as it is, nobody counts."""

    inner: Backends

    def names(self) -> Sequence[str]:
        return self.inner.names()

    def of(self, name: str, /) -> Backend:
        key = _key()
        backend = self.inner.of(name)
        return backend if key is None or (key.opens_all and key.tokens is None) else _Read(backend)

    @property
    def problems(self) -> Sequence[Problem]:
        return self.inner.problems


class _Read(BackendWrapper):
    """A backend that hands nothing on."""

    @property
    def supports_passthrough(self) -> bool:
        return False


class _Desk(InteractiveRunner):
    """Takes the orders that their keys allow, and notes what they cost."""

    def __init__(self, inner: InteractiveRunner, guarded: AuthorizedGateway) -> None:
        self._inner = inner
        self._guarded = guarded

    def is_interactive(self, order: Order) -> bool:
        return self._inner.is_interactive(order)

    def start(self, order: Order, cancel: CancelToken) -> InteractiveRun:
        key = self._guarded.allow(order)
        run = self._inner.start(order, cancel)
        return run if key is None or key.tokens is None else _Serving(run, self._guarded.accounts, key.name)


class _Serving(InteractiveRun):
    """One whose tokens are somebody's."""

    def __init__(self, inner: InteractiveRun, accounts: Accounts, holder: str) -> None:
        self._inner = inner
        self._accounts = accounts
        self._holder = holder

    def run(self) -> Result:
        result = self._inner.run()
        self._note(result.answered())
        return result

    def stream(self) -> Iterator[Piece]:
        for piece in self._inner.stream():
            if piece.answer is not None:
                self._note(piece.answer)
            yield piece

    def _note(self, answer: Answer) -> None:
        tokens = answer.prompt_tokens + answer.completion_tokens
        if tokens:
            self._accounts.spend(self._holder, tokens)


class _Conversations(Conversations):
    """Those that a key's holder has begun, and everybody's for an admin."""

    def __init__(self, inner: Conversations) -> None:
        self._inner = inner

    def start(self, service: str, *, holder: str | None = None) -> str:
        key = _key()
        return self._inner.start(service, holder=key.name if key else holder)

    def post(self, conversation_id: str, *others: Any, **named: Any) -> Any:
        self._check(conversation_id)
        return self._inner.post(conversation_id, *others, **named)

    def messages(self, conversation_id: str) -> Any:
        self._check(conversation_id)
        return self._inner.messages(conversation_id)

    def delete(self, conversation_id: str) -> None:
        self._check(conversation_id)
        self._inner.delete(conversation_id)

    def count(self) -> int:
        return self._inner.count()

    def _check(self, conversation_id: str) -> None:
        if not _may_see(self._inner.holder(conversation_id)):
            raise ConversationNotFound(conversation_id)
