"""What the other rooms tell the metrics; what becomes of it is not theirs to know."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric


class Metrics(Protocol):
    """Takes note of what happened. Every method is cheap, safe from any thread, and never raises.

    An *error* is the name of its class (`BackendUnavailable`), empty where all went well. Seconds are wall time."""

    def calling(self, backend: str, change: int, /) -> None:
        """A call has begun (1) or ended (-1) at *backend*."""
        ...

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
        """One call to a model has ended; *first_token* is the seconds until its first piece, None where there was none."""
        ...

    def spent(self) -> float:
        """The seconds that calls of this thread took since it last asked: what a request waited for others."""
        ...

    def retried(self, backend: str, error: str, /) -> None:
        """A call that failed is about to be tried again."""
        ...

    def failed_over(self, backend: str, error: str, /) -> None:
        """A call goes elsewhere because *backend* cannot take it."""
        ...

    def reloaded(self, what: str, seconds: float, /) -> None:
        """A folder or file (`services`, `backends`, `keys`) was read again because it had changed."""
        ...

    def answered(self, *, route: str, method: str, status: int, seconds: float, upstream: float = 0.0) -> None:
        """A request was answered; *route* is the rule that it matched, *upstream* the seconds of it that a model took."""
        ...

    def accepted(self, *, service: str, flavor: str, backend: str) -> None:
        """A request became an order of a service that there is."""
        ...

    def finished(self, *, service: str, flavor: str, status: str, waited: float, ran: float) -> None:
        """A job came to its end, *waited* seconds after it was accepted a worker took it, and *ran* seconds later it ended."""
        ...

    def collect(self) -> Iterable[Metric]:
        """What all processes have told so far."""
        ...

    def close(self) -> None:
        """This process ends; what it told is kept."""
        ...


class NullMetrics:
    """Nobody wants to know."""

    def calling(self, backend: str, change: int, /) -> None:
        """Nothing."""

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
        """Nothing."""

    def spent(self) -> float:
        """Nothing was measured."""
        return 0.0

    def retried(self, backend: str, error: str, /) -> None:
        """Nothing."""

    def failed_over(self, backend: str, error: str, /) -> None:
        """Nothing."""

    def reloaded(self, what: str, seconds: float, /) -> None:
        """Nothing."""

    def answered(self, *, route: str, method: str, status: int, seconds: float, upstream: float = 0.0) -> None:
        """Nothing."""

    def accepted(self, *, service: str, flavor: str, backend: str) -> None:
        """Nothing."""

    def finished(self, *, service: str, flavor: str, status: str, waited: float, ran: float) -> None:
        """Nothing."""

    def collect(self) -> Iterable[Metric]:
        """Nothing."""
        return ()

    def close(self) -> None:
        """Nothing."""
