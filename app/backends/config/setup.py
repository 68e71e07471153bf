"""Setup: everything that a backend is made from. Equal setups make equal backends, so one that is in use can be kept."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.backends.http.timeouts import Timeouts


@dataclass(frozen=True)
class Setup:
    """How a backend is set up. *api* is its key in `apis.APIS`.

    *addresses* are those of its replicas; *model* is for calls that name none; *limit* is how many calls are in flight at once,
    *tries* how often a call is attempted in all; *temperature* and *top_p* are for calls that say none. *absent* is why there
    is no such backend here, for the API `absent` only. *awaited* says that somebody wants it here: one that does not answer is
    away, and not merely unused. *serves* are the only models that its server can have; empty if only the server knows them."""

    name: str
    api: str
    addresses: tuple[str, ...] = ()
    key: str = field(default="", repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    model: str = ""
    timeouts: Timeouts = field(default_factory=Timeouts)
    context: int = 0  # of a model in this process, in tokens
    limit: int = 8
    tries: int = 5
    temperature: float | None = None
    top_p: float | None = None
    absent: str = ""
    awaited: bool = True
    serves: tuple[str, ...] = ()
