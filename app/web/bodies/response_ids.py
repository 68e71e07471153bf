"""The ids of stored responses as clients get them: the server's own, which server that is, and a seal for the key's holder.

A response is kept by the replica that made it. Since the id itself says which one that is, any web worker finds it, after a
restart too, and nothing has to be remembered."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.backends.answers.events import events
from app.backends.http.passthrough import MARK, replica_mark

SEAL = 16  # characters
_ID = r"[A-Za-z0-9_-]{1,128}"
_OURS = re.compile(rf"({_ID})_([0-9a-f]{{{MARK}}})([0-9a-f]{{{MARK}}})([0-9a-f]{{{SEAL}}})")
_SANE = re.compile(_ID)


@dataclass(frozen=True)
class StoredResponse:
    """A response that a server keeps: its *id* there, and the marks of its *backend* and *replica*."""

    id: str
    backend: str
    replica: str


@dataclass(frozen=True)
class ResponseIds:
    """Makes the ids that clients get, and reads them. *secret* gives what seals them; without keys it may be empty."""

    secret: Callable[[], str]

    def made(self, own: str, backend: str, replica: str, holder: str) -> str:
        """The id for *holder* of the response that a server calls *own*."""
        marks = f"{replica_mark(backend)}{replica}"
        return f"{own}_{marks}{self._seal(own, marks, holder)}"

    def read(self, given: str, holder: str) -> StoredResponse | None:
        """What *given* stands for; None if it is no id that *holder* got from here."""
        found = _OURS.fullmatch(given)
        if found is None:
            return None
        own, backend, replica, seal = found.groups()
        if not hmac.compare_digest(seal, self._seal(own, backend + replica, holder)):
            return None
        return StoredResponse(own, backend, replica)

    def _seal(self, own: str, marks: str, holder: str) -> str:
        sealed = json.dumps(["response", own, marks, holder]).encode()
        return hmac.new(self.secret().encode(), sealed, hashlib.sha256).hexdigest()[:SEAL]


def is_made(given: str) -> bool:
    """True for what looks like an id that clients get from here."""
    return _OURS.fullmatch(given) is not None


def own_ids(part: bytes) -> frozenset[str]:
    """The ids that a response and the one before it have at their server, in the JSON or the first events of an answer."""
    if part.lstrip().startswith(b"{"):
        return _ids(_parsed(part))
    for _, data in events([part]):
        said = _parsed(data).get("response")
        if isinstance(said, Mapping) and (found := _ids(said)):
            return found
    return frozenset()


def _ids(said: Mapping[str, Any]) -> frozenset[str]:
    given = (said.get("id"), said.get("previous_response_id"))
    return frozenset(each for each in given if isinstance(each, str) and _SANE.fullmatch(each))


def _parsed(data: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, Mapping) else {}
