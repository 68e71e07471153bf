"""How long a model server may take."""

from __future__ import annotations

from dataclasses import dataclass

AFTER_DONE = 1.0  # seconds that a server has to end its answer once it has said that it is done


@dataclass(frozen=True)
class Timeouts:
    """Seconds: to connect, until the first token (the server reads the prompt first), from token to token."""

    connect: float = 10.0
    first_token: float = 60.0
    between_tokens: float = 60.0
