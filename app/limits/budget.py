"""The budget of one key's holder: tokens are reserved before they are spent."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from app.errors import StoreError
from app.limits.accounts import Accounts
from app.tokens import Estimate

READINGS = 2  # of a job's content: each part is read once, and what was made of it about once more

log = logging.getLogger(__name__)


class Accepted(Protocol):
    """A job that was accepted."""

    @property
    def id(self) -> str: ...


SomeJob = TypeVar("SomeJob", bound=Accepted)


class Usage(Protocol):
    """What a call did cost."""

    @property
    def tokens(self) -> int: ...

    @property
    def left(self) -> bool:
        """Whether the caller left before the call's end."""


@dataclass(frozen=True)
class TokenBudget:
    """The *most* tokens that *holder* may spend a day."""

    accounts: Accounts
    holder: str
    most: int

    def reserve(self, tokens: int) -> TokenReservation:
        """Sets *tokens* aside. Raises TokensSpent, StoreError."""
        return TokenReservation(self.accounts, self.holder, self.accounts.reserve(self.holder, tokens, self.most))

    def pay_for_job(self, tokens: int, submit: Callable[[], SomeJob]) -> SomeJob:
        """The job that *submit* returns; *tokens* are set aside for it until its end. Raises TokensSpent, StoreError."""
        reservation = self.accounts.reserve(self.holder, tokens, self.most)
        try:
            job = submit()
        except BaseException:
            self.accounts.settle(reservation, self.holder, 0)
            raise
        self.accounts.keep_for_job(reservation, job.id)
        return job


@dataclass
class TokenReservation:
    """Tokens of *holder* that are set aside for one call."""

    accounts: Accounts
    holder: str
    id: str

    def settle(self, usage: Usage) -> None:
        """Charges what the call cost, and gives back the rest. If the database is away, the reservation ends with its lease."""
        try:
            self.accounts.settle(self.id, self.holder, usage.tokens)
        except StoreError as error:
            log.warning("%d tokens of a key are not counted: %s", usage.tokens, error.located)


@dataclass(frozen=True)
class JobBudget:
    """What a job's calls cost *holder* that the job's own row does not show: those that its cancellation ended."""

    accounts: Accounts
    holder: str

    def reserve(self, tokens: int) -> JobBudget:
        """Nothing: the job was paid for when it was accepted."""
        del tokens
        return self

    def settle(self, usage: Usage) -> None:
        """Charges a call that was left; the job's row has the others."""
        if not usage.left or not usage.tokens:
            return
        try:
            self.accounts.spend(self.holder, usage.tokens)
        except StoreError as error:
            log.warning("%d tokens of a key are not counted: %s", usage.tokens, error.located)


def job_cost(content: str, longest_answer: int) -> int:
    """About the most tokens that a job costs which works on *content* and whose answers have up to *longest_answer* tokens."""
    return READINGS * sum(Estimate().count([content])) + longest_answer
