"""The model servers, as the present key may use them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from app.backends.base import Backend
from app.backends.http.passthrough import PassthroughRequest, PassthroughResponse
from app.backends.wrappers.base import BackendWrapper
from app.backends.wrappers.budgeted import Budgeted
from app.cancellation import CancelToken
from app.errors import Forbidden, Problem
from app.limits.accounts import Accounts
from app.limits.budget import TokenBudget
from app.web.authorized.present import present_key, refuse_closed
from app.web.interfaces import Backends


@dataclass(frozen=True)
class AuthorizedBackends:
    """If a key has limits, its requests are parsed before they are sent: what passes through unparsed is not counted."""

    inner: Backends
    accounts: Accounts

    def names(self) -> Sequence[str]:
        return self.inner.names()

    def awaited(self) -> Collection[str]:
        return self.inner.awaited()

    def contexts(self) -> Mapping[str, int]:
        return self.inner.contexts()

    def may_serve(self, name: str, model: str, /) -> bool:
        return self.inner.may_serve(name, model)

    def of(self, name: str, /) -> Backend:
        key = present_key()
        backend = self.inner.of(name)
        return backend if key is None or (key.opens_all and key.tokens is None) else _Read(backend)

    def handing_on(self, name: str, model: str | None, /) -> Backend:
        """The backend for requests that are passed through and whose *model* was read, paid for by the key's budget.

        Raises Forbidden if the key does not open the model."""
        key = present_key()
        backend = self.inner.handing_on(name, model)
        if key is None:
            return backend
        if model is not None:
            refuse_closed(key, model)
        if key.tokens is None:
            return backend
        return Budgeted(backend, TokenBudget(self.accounts, key.holder, key.tokens))

    @property
    def problems(self) -> Sequence[Problem]:
        key = present_key()
        return self.inner.problems if key is None or key.opens_all else ()


class _Read(BackendWrapper):
    """A backend that passes no requests through."""

    @property
    def supports_passthrough(self) -> bool:
        return False

    def passthrough(self, request: PassthroughRequest, cancel: CancelToken | None = None) -> PassthroughResponse:
        del request, cancel
        raise Forbidden("requests of this key are read before they are sent: use /v1/chat/completions")
