"""Whose key the present request has, and what that key may see."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g, has_request_context

from app.errors import Forbidden, TokensSpent, Unauthenticated
from app.keys import Key, Keyring
from app.limits.accounts import Accounts
from app.orders import Order


def present_key() -> Key | None:
    """The key of this request; None on an open route, and in a thread that serves no request."""
    key: Key | None = g.get("key") if has_request_context() else None
    return key


def refuse_closed(key: Key, service: str) -> None:
    """Raises Forbidden if *key* does not open *service*."""
    if not key.opens(service):
        raise Forbidden(
            f"this key does not open the service {service}: use one that does; GET /services lists what this one opens"
        )


def may_see(holder: str | None) -> bool:
    """Whether the present key sees what *holder* has."""
    key = present_key()
    return key is None or key.admin or holder == key.holder


def holder_or(otherwise: str | None) -> str | None:
    """The holder of the present key; *otherwise* on an open route."""
    key = present_key()
    return otherwise if key is None else key.holder


def seen_holder(otherwise: str | None) -> str | None:
    """The holder whose jobs the present key sees, None for all."""
    key = present_key()
    return otherwise if key is None or key.admin else key.holder


@dataclass(frozen=True)
class Permission:
    """What the present key, or that of an order's holder, may start and still has tokens for."""

    keyring: Keyring
    accounts: Accounts

    def refuse_closed(self, service: str) -> None:
        """Raises Forbidden if the request's key does not open *service*."""
        key = present_key()
        if key is not None:
            refuse_closed(key, service)

    def allow(self, order: Order) -> Key | None:
        """Whose *order* it is. Raises Forbidden, TokensSpent."""
        if not order.holder:
            return self.allow_service(order.service)
        key = self.keyring.held_by(order.holder)
        if key is None:
            raise Unauthenticated  # it was revoked meanwhile
        return self._paying(key, order.service)

    def allow_service(self, service: str) -> Key | None:
        """The present key, if it may spend tokens on *service*; None on an open route. Raises Forbidden, TokensSpent."""
        key = present_key()
        return None if key is None else self._paying(key, service)

    def _paying(self, key: Key, service: str) -> Key:
        refuse_closed(key, service)
        if key.tokens is not None and self.accounts.spent(key.holder) >= key.tokens:
            raise TokensSpent(key.tokens, self.accounts.until_tomorrow())
        return key
