"""Requests and answers that are passed through without being read: the shortest way from a client to a model server."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias, TypeGuard

from app.backends.base import Backend
from app.backends.routes import Route
from app.backends.usage import Usage
from app.cancellation import CancelToken

MARK = 6  # characters: a backend has few replicas
Body: TypeAlias = bytes | bytearray


@dataclass(frozen=True)
class PassthroughRequest:
    """A request to be passed through: *path* is what follows the API's base (`/chat/completions`), *body* is sent as it is.

    Of *headers* only those about the body and the trace are sent; the key is the backend's own. *model*, *service*,
    *affinity* and *patience* are as in `Call`, for metrics, balance and retries; they change nothing in the body.

    With a *route* the request is one of another API than chat completions: the answer is handed on as it comes; *streamed*
    says whether it asks for events. *replica* is the mark of the only replica that may get the request; empty for any."""

    path: str
    body: Body = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    method: str = "POST"
    model: str = ""
    service: str = ""
    affinity: str | None = None
    patience: float | None = None
    route: Route | None = None
    streamed: bool = False
    replica: str = ""
    usage: Usage | None = field(default=None, compare=False, repr=False)  # is told what arrives

    @property
    def asks_its_route(self) -> bool:
        """Whether it is for the route itself, and not for an answer of it that was given before."""
        return self.route is not None and self.method == "POST" and self.path.partition("?")[0] == f"/{self.route.path}"

    def wants_stream(self) -> bool | None:
        """Whether it asks for events; None if that is not known: of a route whose streams nobody knows."""
        known = self.route is not None and self.route.ends and self.asks_its_route
        return self.streamed if known else None


@dataclass(frozen=True)
class PassthroughHead:
    """What comes before the bytes of an answer; *replica* is the mark of the server that made it."""

    status: int
    headers: Mapping[str, str]
    replica: str = ""


# The head, and then the bytes as they come. The head is given when the first bytes of a good answer are here: until then the
# request may be tried again, elsewhere too; afterwards never. Raises BackendError if no good answer comes, and
# BackendUnavailable if one ends before it is whole. Nothing is sent before the head is asked for.
PassthroughResponse: TypeAlias = Generator[PassthroughHead | bytes, None, None]


class PassthroughBackend(Protocol):
    """A backend that can pass requests through."""

    @property
    def supports_passthrough(self) -> bool:
        """Whether it can: wrappers have the method, whatever they wrap."""

    def passthrough(self, request: PassthroughRequest, cancel: CancelToken | None = None) -> PassthroughResponse:
        """The server's own answer. *cancel* ends the request upstream at once, from any thread."""

    def served_routes(self) -> frozenset[str] | None:
        """The paths of the POST routes that ask a model, as the server's `/openapi.json` lists them; None if there is none."""


def is_json(content_type: str) -> bool:
    """True for the type of JSON, and of any kind of it."""
    return content_type.partition(";")[0].strip().lower().endswith(("/json", "+json"))


def replica_mark(address: str) -> str:
    """The mark of the server at *address*, the same in every process; tells nothing of the address."""
    return hashlib.sha256(address.encode()).hexdigest()[:MARK]


def supports_passthrough(backend: Backend | PassthroughBackend) -> TypeGuard[PassthroughBackend]:
    """Whether *backend* passes requests through."""
    return bool(getattr(backend, "supports_passthrough", False))
