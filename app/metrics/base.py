"""The interface through which other rooms report to the metrics."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric


class Metrics:
    """Records events; this class itself records nothing. Every method is cheap, thread-safe, and never raises.

    An *error* is the name of its class (`BackendUnavailable`), empty on success. Seconds are wall time."""

    @property
    def problem(self) -> str:
        """Why events may be lost at present; empty if none are."""
        return ""

    def calling(self, backend: str, change: int, /) -> None:
        """A call has begun (1) or ended (-1) at *backend*."""

    def called(
        self,
        *,
        backend: str,
        model: str,
        seconds: float,
        first_token: float | None = None,
        prompt_tokens: int = 0,
        completion_tokens: int = 0,
        cached_tokens: int = 0,
        error: str = "",
        service: str = "",
        flavor: str = "",
    ) -> None:
        """One call to a model has ended; *first_token* is the seconds until its first piece, None if there was none."""

    def spent(self) -> float:
        """Seconds that calls of this thread took since it last asked: the upstream part of a request."""
        return 0.0

    def retried(self, backend: str, error: str, /) -> None:
        """A call that failed is about to be tried again."""

    def failed_over(self, backend: str, error: str, /) -> None:
        """A call goes elsewhere because *backend* cannot take it."""

    def reloaded(self, what: str, seconds: float, /) -> None:
        """A folder or file (`services`, `backends`, `keys`) was read again because it had changed."""

    def answered(self, *, route: str, method: str, status: int, seconds: float, upstream: float = 0.0) -> None:
        """A request was answered; *route* is the rule that it matched, *upstream* its seconds in a model."""

    def accepted(self, *, service: str, flavor: str, backend: str) -> None:
        """A request became an order of an existing service."""

    def finished(self, *, service: str, flavor: str, status: str, waited: float, ran: float) -> None:
        """A job ended: a worker took it *waited* seconds after it was accepted, and it ran for *ran* seconds."""

    def collect(self) -> Iterable[Metric]:
        """What all processes have recorded so far."""
        return ()

    def close(self) -> None:
        """Called when this process ends; what it recorded is kept."""


class NullMetrics(Metrics):
    """Records nothing."""
