"""A key: what its holder may do. The secret itself is known to the holder alone."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase

PREFIX = "lgw_"  # so that scanners know a secret of ours when somebody publishes one
ALL = "*"
_RATE = re.compile(r"(\d{1,6})/(s|sec|second|min|minute|h|hour|day)")
_SECONDS = {"s": 1, "sec": 1, "second": 1, "min": 60, "minute": 60, "h": 3600, "hour": 3600, "day": 86400}
_TOKENS = re.compile(r"(\d{1,9}(?:\.\d{1,3})?)([kKmM]?)(?:/day)?")
_TIMES = {"": 1, "k": 1_000, "m": 1_000_000}


@dataclass(frozen=True)
class Rate:
    """At most *most* requests in *seconds*."""

    most: int
    seconds: int

    @classmethod
    def parse(cls, text: str) -> Rate:
        """`60/min`, `2/s`, `1000/day`. Raises ValueError."""
        found = _RATE.fullmatch(text)
        if found is None or int(found[1]) == 0:
            raise ValueError(f"{text!r} is no rate: give it as in 60/min, 2/s, 500/hour or 1000/day")
        return cls(int(found[1]), _SECONDS[found[2]])


def tokens_a_day(text: str) -> int:
    """`2M/day`, `500k`, `100000`. Raises ValueError."""
    found = _TOKENS.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no number of tokens: give it as in 2M/day or 500k/day")
    return int(float(found[1]) * _TIMES[found[2].lower()])


@dataclass(frozen=True)
class Key:
    """*name* is its holder's; *services* are patterns (`minutes-*`) of the services that it opens. *rate* bounds its requests
    for work and *tokens* what they may cost in a day (UTC), None without a bound. *priority* is the best that its jobs may
    have, 0 being the first. An *admin* sees everybody's jobs and conversations, others only their own. After *expires*
    it opens nothing."""

    name: str
    sha256: str
    services: tuple[str, ...] = (ALL,)
    rate: Rate | None = None
    tokens: int | None = None
    priority: int = 0
    admin: bool = False
    expires: datetime | None = None
    id: str = ""

    @property
    def holder(self) -> str:
        """Whose jobs, conversations and spent tokens are this key's. A name that is used again has another id, and so inherits
        nothing; keys of earlier releases have none."""
        return f"{self.name}:{self.id}" if self.id else self.name

    def opens(self, service: str) -> bool:
        return any(fnmatchcase(service, pattern) for pattern in self.services)

    @property
    def opens_all(self) -> bool:
        return ALL in self.services


def new_secret() -> str:
    """A key for somebody new; 256 random bits, so that a plain hash of it tells nothing."""
    return PREFIX + secrets.token_urlsafe(32)


def new_id() -> str:
    """What tells a key from all others that had or will have its name."""
    return secrets.token_hex(8)


def hashed(secret: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
