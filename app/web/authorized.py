"""The gateway as the key of the present request may see it: what has no rule here does not exist for a view.

Each class is one protocol of `interfaces` again, member by member, around the real thing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from flask import g, has_request_context

from app.backends.base import Backend
from app.backends.http.passthrough import PassthroughRequest, PassthroughResponse
from app.backends.usage import Budget
from app.backends.wrappers.base import BackendWrapper
from app.backends.wrappers.budgeted import Budgeted
from app.cancellation import CancelToken
from app.catalog import Entry
from app.catalog.authoring import Checked
from app.conversations import PendingMessage, StoredMessage
from app.errors import ConversationNotFound, Forbidden, JobNotFound, Problem, ServiceNotFound, TokensSpent, Unauthenticated
from app.interactive import Planned
from app.jobs import CallRecord, Job, Page, Status
from app.jobs.actions import Action
from app.jobs.pace import Pace
from app.jobs.search import Hit
from app.jobs.shares import Share
from app.jobs.stats import JobStats
from app.jobs.versions import Version
from app.keys import Key, Keyring
from app.kinds.base import Form, Kind
from app.limits.accounts import Accounts
from app.limits.budget import TokenBudget, job_cost
from app.meetings.corrections import Asked
from app.meetings.transcripts import MeetingTranscript, SharedMeeting
from app.metrics import Metrics
from app.orders import Json, Order
from app.settings import Settings
from app.storage.words import Query
from app.tracing import Tracing
from app.web.interfaces import (
    Authoring,
    Backends,
    Catalog,
    Conversations,
    CurrentCatalog,
    GatewayView,
    InteractiveRun,
    InteractiveRunner,
    Jobs,
    Meetings,
)


def _key() -> Key | None:
    """The key of this request; None on an open route, and in a thread that serves no request."""
    key: Key | None = g.get("key") if has_request_context() else None
    return key


def _refuse_closed(key: Key, service: str) -> None:
    """Raises Forbidden if *key* does not open *service*."""
    if not key.opens(service):
        raise Forbidden(
            f"this key does not open the service {service}: use one that does; GET /services lists what this one opens"
        )


@dataclass(frozen=True)
class AuthorizedGateway:
    """The gateway as the key of the present request may see it. A member that is not written down here does not exist."""

    view: GatewayView
    keyring: Keyring
    accounts: Accounts

    @property
    def settings(self) -> Settings:
        return self.view.settings

    @property
    def current(self) -> CurrentCatalog:
        return _CurrentCatalog(self.view.current)

    @property
    def jobs(self) -> Jobs:
        return _Jobs(self.view.jobs, self)

    @property
    def backends(self) -> Backends:
        return _Backends(self.view.backends, self.accounts)

    @property
    def interactive(self) -> InteractiveRunner:
        return _InteractiveRunner(self.view.interactive, self)

    @property
    def conversations(self) -> Conversations:
        return _Conversations(self.view.conversations)

    @property
    def meetings(self) -> Meetings:
        return _Meetings(self.view.meetings, self.jobs, self.keyring)

    @property
    def authoring(self) -> Authoring:
        return _Authoring(self.view.authoring)

    @property
    def started(self) -> float:
        return self.view.started

    @property
    def metrics(self) -> Metrics:
        return self.view.metrics

    @property
    def tracing(self) -> Tracing:
        return self.view.tracing

    @property
    def kinds(self) -> Mapping[str, Kind]:
        return self.view.kinds

    @property
    def holder(self) -> str:
        """The holder of the present request's key; empty on an open route."""
        key = _key()
        return "" if key is None else key.holder

    def stats(self) -> JobStats:
        return self.view.stats()

    def why_read_only(self) -> str:
        return self.view.why_read_only()

    def refuse_closed(self, service: str) -> None:
        """Raises Forbidden if the request's key does not open *service*."""
        key = _key()
        if key is not None:
            _refuse_closed(key, service)

    def allow(self, order: Order) -> Key | None:
        """Whose *order* it is. Raises Forbidden, TokensSpent."""
        key = self.keyring.held_by(order.holder) if order.holder else _key()
        if order.holder and key is None:
            raise Unauthenticated  # it was revoked meanwhile
        if key is None:
            return None
        _refuse_closed(key, order.service)
        if key.tokens is not None and self.accounts.spent(key.holder) >= key.tokens:
            raise TokensSpent(key.tokens, self.accounts.until_tomorrow())
        return key


@dataclass(frozen=True)
class _CurrentCatalog:
    inner: CurrentCatalog

    @property
    def catalog(self) -> Catalog:
        key = _key()
        return self.inner.catalog if key is None else _Catalog(self.inner.catalog, key)


@dataclass(frozen=True)
class _Catalog:
    """The services that a key may use; any other is forbidden."""

    inner: Catalog
    key: Key

    @property
    def services(self) -> Mapping[str, Entry]:
        return {name: entry for name, entry in self.inner.services.items() if self.key.opens(name)}

    @property
    def problems(self) -> Sequence[Problem]:
        return [problem for problem in self.inner.problems if self.key.opens(Path(problem.file).stem)]

    @property
    def restricted(self) -> bool:
        return not self.key.opens_all

    def opens(self, name: str) -> bool:
        return self.key.opens(name)

    @property
    def generation(self) -> str:
        return self.inner.generation

    def find(self, route: str) -> Entry:
        try:
            entry = self.inner.find(route)
        except ServiceNotFound as error:
            opened = (each for entry in self.services.values() for each in entry.routes)
            raise ServiceNotFound(error.name, opened) from None
        _refuse_closed(self.key, entry.service.name)
        return entry

    def order(self, route: str, form: Form) -> Order:
        self.find(route)
        order = self.inner.order(route, form)
        return replace(order, holder=self.key.holder, priority=max(order.priority, self.key.priority))

    def replay(self, old: Order, job_id: str, form: Form, /) -> Order:
        self.find(str(form.fields.get("service") or old.service))
        return replace(self.inner.replay(old, job_id, form), holder=self.key.holder)


@dataclass(frozen=True)
class _Jobs:
    """The jobs that a key's holder may see: its own, or all for an admin."""

    inner: Jobs
    gateway: AuthorizedGateway

    def submit(
        self, order: Order, /, *, key: str | None = None, fingerprint: str | None = None, callback: str | None = None
    ) -> Job:
        owner = self.gateway.allow(order)
        mine = f"{order.holder}: {key}" if key and order.holder else key  # two holders may send the same one
        if owner is None or owner.tokens is None:
            return self.inner.submit(order, key=mine, fingerprint=fingerprint, callback=callback)
        budget = TokenBudget(self.gateway.accounts, owner.holder, owner.tokens)
        cost = job_cost(order.content, int(order.flavor.get("maxGenerationLength") or 0))
        return budget.pay_for_job(cost, lambda: self.inner.submit(order, key=mine, fingerprint=fingerprint, callback=callback))

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

    def delete(self, job_id: str, /) -> None:
        self.inner.delete(self.find(job_id).id)

    def retry(self, job_id: str, /) -> Job:
        self._afford(job_id)
        return self.inner.retry(job_id)

    def append(self, job_id: str, text: str, /, *, key: str | None = None) -> Job:
        self._afford(job_id)
        return self.inner.append(job_id, text, key=key)

    def _afford(self, job_id: str) -> None:
        """Raises if the budget does not allow more of the job now."""
        self.gateway.allow(replace(self.order(job_id), holder=None))

    def pace(self, service: str, flavor: str, /) -> Pace | None:
        """A median over the jobs of all holders: it tells nothing of any one of them."""
        self.gateway.refuse_closed(service)
        return self.inner.pace(service, flavor)

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
        return self.inner.list(
            service=service,
            status=status,
            after=after,
            before=before,
            cursor=cursor,
            limit=limit,
            holder=_seen(holder),
        )

    def counts(self, *, holder: str | None = None) -> Mapping[Status, int]:
        return self.inner.counts(holder=_seen(holder))


def _may_see(holder: str | None) -> bool:
    key = _key()
    return key is None or key.admin or holder == key.holder


@dataclass(frozen=True)
class _Backends:
    """If a key has limits, its requests are parsed before they are sent: what passes through unparsed is not counted."""

    inner: Backends
    accounts: Accounts

    def names(self) -> Sequence[str]:
        return self.inner.names()

    def awaited(self) -> Collection[str]:
        return self.inner.awaited()

    def contexts(self) -> Mapping[str, int]:
        return self.inner.contexts()

    def of(self, name: str, /) -> Backend:
        key = _key()
        backend = self.inner.of(name)
        return backend if key is None or (key.opens_all and key.tokens is None) else _Read(backend)

    def handing_on(self, name: str, model: str | None, /) -> Backend:
        """The backend for requests that are passed through and whose *model* was read, paid for by the key's budget.

        Raises Forbidden if the key does not open the model."""
        key = _key()
        backend = self.inner.handing_on(name, model)
        if key is None:
            return backend
        if model is not None:
            _refuse_closed(key, model)
        if key.tokens is None:
            return backend
        return Budgeted(backend, TokenBudget(self.accounts, key.holder, key.tokens))

    @property
    def problems(self) -> Sequence[Problem]:
        key = _key()
        return self.inner.problems if key is None or key.opens_all else ()


class _Read(BackendWrapper):
    """A backend that passes no requests through."""

    @property
    def supports_passthrough(self) -> bool:
        return False

    def passthrough(self, request: PassthroughRequest, cancel: CancelToken | None = None) -> PassthroughResponse:
        del request, cancel
        raise Forbidden("requests of this key are read before they are sent: use /v1/chat/completions")


@dataclass(frozen=True)
class _InteractiveRunner:
    """Starts the orders that their keys allow, each charged to its key's budget."""

    inner: InteractiveRunner
    gateway: AuthorizedGateway

    def is_interactive(self, order: Order) -> bool:
        return self.inner.is_interactive(order)

    def plan(self, order: Order) -> Planned:
        self.gateway.refuse_closed(order.service)
        return self.inner.plan(order)

    def start(self, order: Order, cancel: CancelToken, budget: Budget | None = None) -> InteractiveRun:
        key = self.gateway.allow(order)
        if key is None or key.tokens is None:
            return self.inner.start(order, cancel, budget)
        return self.inner.start(order, cancel, TokenBudget(self.gateway.accounts, key.holder, key.tokens))


@dataclass(frozen=True)
class _Conversations:
    """The conversations that a key's holder has begun, or all for an admin."""

    inner: Conversations

    def start(self, service: str, *, holder: str | None = None) -> str:
        return self.inner.start(service, holder=_holder(holder))

    def holder(self, conversation_id: str) -> str | None:
        return self.inner.holder(self._checked(conversation_id))

    def post(
        self,
        conversation_id: str,
        service: str,
        text: str,
        *,
        patience: float,
        system: str | None = None,
        left: Callable[[], bool] = lambda: False,
    ) -> PendingMessage:
        checked = self._checked(conversation_id)
        return self.inner.post(checked, service, text, patience=patience, system=system, left=left)

    def messages(self, conversation_id: str) -> Sequence[StoredMessage]:
        return self.inner.messages(self._checked(conversation_id))

    def delete(self, conversation_id: str) -> None:
        self.inner.delete(self._checked(conversation_id))

    def count(self) -> int:
        return self.inner.count()

    def _checked(self, conversation_id: str) -> str:
        """Raises ConversationNotFound if it is somebody else's."""
        if not _may_see(self.inner.holder(conversation_id)):
            raise ConversationNotFound(conversation_id)
        return conversation_id


@dataclass(frozen=True)
class _Authoring:
    """The files of services, for admins alone, and of those services that their keys open."""

    inner: Authoring

    def files(self, stem: str, /) -> Mapping[str, str]:
        return self.inner.files(_edited(stem))

    def check(self, stem: str, changed: Mapping[str, str], /) -> Checked:
        return self.inner.check(_edited(stem), changed)

    def save(self, stem: str, changed: Mapping[str, str], held: Mapping[str, str], /) -> Checked:
        return self.inner.save(_edited(stem), changed, held)

    def holds(self, files: Mapping[str, str], /) -> bool:
        return self.inner.holds(files)

    def trial(self, files: Mapping[str, str], /) -> Catalog:
        key = _author()
        return _Catalog(self.inner.trial(files), key)


def _edited(stem: str) -> str:
    _author()
    return stem


def _author() -> Key:
    """The present key. Raises Forbidden unless it is an admin's that opens all services: a check tells of all files."""
    key = _key()
    if key is None or not (key.admin and key.opens_all):
        raise Forbidden("only the key of an admin that opens all services changes one: use such a key")
    return key


@dataclass(frozen=True)
class _Meetings:
    """The meetings of a key's holder, or all for an admin. What a key's holder changes carries that name."""

    inner: Meetings
    jobs: Jobs
    keyring: Keyring

    def transcript(self, job_id: str, /) -> MeetingTranscript:
        return self.inner.transcript(self.jobs.find(job_id).id)

    def correct(self, job_id: str, version: int | None, asked: Asked, /, *, holder: str | None = None) -> dict[str, Json]:
        return self.inner.correct(self.jobs.find(job_id).id, version, asked, holder=_holder(holder))

    def edit_minutes(self, job_id: str, version: int | None, given: Json, /, *, holder: str | None = None) -> Version:
        return self.inner.edit_minutes(self.jobs.find(job_id).id, version, given, holder=_holder(holder))

    def edit_text(self, job_id: str, version: int | None, text: str, /, *, holder: str | None = None) -> Version:
        return self.inner.edit_text(self.jobs.find(job_id).id, version, text, holder=_holder(holder))

    def versions(self, job_id: str, /) -> Sequence[Version]:
        return self.inner.versions(self.jobs.find(job_id).id)

    def version(self, job_id: str, number: int, /) -> Version:
        return self.inner.version(self.jobs.find(job_id).id, number)

    def current(self, job_id: str, /) -> int:
        return self.inner.current(self.jobs.find(job_id).id)

    def search(
        self, query: Query, /, *, limit: int, cursor: str | None = None, holder: str | None = None
    ) -> tuple[Sequence[Hit], str | None]:
        return self.inner.search(query, limit=limit, cursor=cursor, holder=_seen(holder))

    def actions(
        self, *, owner: str | None, open_: bool | None, limit: int, cursor: str | None = None, holder: str | None = None
    ) -> tuple[Sequence[Action], str | None]:
        return self.inner.actions(owner=owner, open_=open_, limit=limit, cursor=cursor, holder=_seen(holder))

    def titles(self, job_ids: Sequence[str], /, *, holder: str | None = None) -> Mapping[str, str]:
        return self.inner.titles(job_ids, holder=_seen(holder))

    def mark(self, job_id: str, item: int, /, *, done: bool) -> Action:
        return self.inner.mark(self.jobs.find(job_id).id, item, done=done)

    def share(self, job_id: str, lifetime: timedelta, /, *, holder: str | None = None) -> Share:
        return self.inner.share(self.jobs.find(job_id).id, lifetime, holder=_holder(holder))

    def shares(self, job_id: str, /) -> Sequence[Share]:
        return self.inner.shares(self.jobs.find(job_id).id)

    def revoke(self, job_id: str, share_id: str, /) -> None:
        self.inner.revoke(self.jobs.find(job_id).id, share_id)

    def shared(self, share_id: str, /) -> SharedMeeting:
        """Needs no key of the reader. It ends with the key that made it, and when that key does not open the job any more."""
        found = self.inner.shared(share_id)
        maker = self.keyring.held_by(found.share.holder) if found.share.holder else None
        if maker is None or self.keyring.is_expired(maker) or not (maker.admin or maker.holder == found.job.holder):
            raise JobNotFound(share_id)
        return found

    def question(self, job_id: str, text: str, /) -> Order:
        return replace(self.inner.question(self.jobs.find(job_id).id, text), holder=_holder(None))

    def restore(self, job_id: str, version: int | None, number: int, /, *, holder: str | None = None) -> Version:
        return self.inner.restore(self.jobs.find(job_id).id, version, number, holder=_holder(holder))


def _holder(otherwise: str | None) -> str | None:
    key = _key()
    return otherwise if key is None else key.holder


def _seen(otherwise: str | None) -> str | None:
    """The holder whose jobs the present key sees, None for all."""
    key = _key()
    return otherwise if key is None or key.admin else key.holder
