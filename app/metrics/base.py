"""What the other rooms tell the metrics; what becomes of it is not theirs to know."""

from __future__ import annotations

from typing import Protocol


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
    ) -> None:
        """One call to a model has ended; *first_token* is the seconds until its first piece, None where there was none."""
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
    ) -> None:
        """Nothing."""

    def retried(self, backend: str, error: str, /) -> None:
        """Nothing."""

    def failed_over(self, backend: str, error: str, /) -> None:
        """Nothing."""

    def reloaded(self, what: str, seconds: float, /) -> None:
        """Nothing."""
