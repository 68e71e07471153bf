"""The gateway as the key of the present request may see it: what has no rule here does not exist for a view.

Each class is one protocol of `interfaces` again, member by member, around the real thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.jobs.stats import JobStats
from app.keys import Keyring
from app.kinds.base import Kind
from app.limits.accounts import Accounts
from app.metrics import Metrics
from app.settings import Settings
from app.tracing import Tracing
from app.web.authorized.backends import AuthorizedBackends
from app.web.authorized.catalog import AuthorizedAuthoring, AuthorizedCurrentCatalog
from app.web.authorized.conversations import AuthorizedConversations
from app.web.authorized.jobs import AuthorizedJobs, AuthorizedRunner
from app.web.authorized.meetings import AuthorizedMeetings
from app.web.authorized.present import Permission, present_key
from app.web.interfaces import (
    Authoring,
    Backends,
    Conversations,
    CurrentCatalog,
    GatewayView,
    InteractiveRunner,
    Jobs,
    Meetings,
)

__all__ = ["AuthorizedGateway"]


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
        return AuthorizedCurrentCatalog(self.view.current)

    @property
    def jobs(self) -> Jobs:
        return AuthorizedJobs(self.view.jobs, self._permission)

    @property
    def backends(self) -> Backends:
        return AuthorizedBackends(self.view.backends, self.accounts)

    @property
    def interactive(self) -> InteractiveRunner:
        return AuthorizedRunner(self.view.interactive, self._permission)

    @property
    def conversations(self) -> Conversations:
        return AuthorizedConversations(self.view.conversations)

    @property
    def meetings(self) -> Meetings:
        return AuthorizedMeetings(self.view.meetings, self.jobs, self.keyring)

    @property
    def authoring(self) -> Authoring:
        return AuthorizedAuthoring(self.view.authoring)

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
        key = present_key()
        return "" if key is None else key.holder

    def stats(self) -> JobStats:
        return self.view.stats()

    def why_read_only(self) -> str:
        return self.view.why_read_only()

    @property
    def _permission(self) -> Permission:
        return Permission(self.keyring, self.accounts)
