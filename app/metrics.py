"""What is counted, as those see it who have something to count; who keeps the numbers is settled where the gateway is put together."""

from __future__ import annotations

from typing import Protocol


class Metrics(Protocol):
    """Takes what happened. Must be quick, safe in threads, and never raise."""

    def called(
        self,
        *,
        backend: str,
        model: str,
        service: str,
        seconds: float,
        first_token: float | None,
        prompt_tokens: int,
        completion_tokens: int,
        cached_tokens: int,
        error: str,
    ) -> None:
        """One request to a model server, done or failed.

        *first_token* is the seconds until there was something to see; None where nothing came. *error* is the name of our
        error, empty where all went well. Tokens are the server's own numbers, 0 where it gave none."""
        ...


class NullMetrics:
    """Counts nothing."""

    def called(
        self,
        *,
        backend: str,
        model: str,
        service: str,
        seconds: float,
        first_token: float | None,
        prompt_tokens: int,
        completion_tokens: int,
        cached_tokens: int,
        error: str,
    ) -> None:
        """Forgets it."""
