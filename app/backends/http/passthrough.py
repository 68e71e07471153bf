"""Requests and answers that are handed on as they are, without being read: the shortest way from a client to a model server."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias, TypeGuard

from app.backends.base import Backend
from app.errors import Cancelled


@dataclass(frozen=True)
class PassthroughRequest:
    """A request to be handed on: *path* is what follows the API's base (`/chat/completions`), *body* is sent as it is.

    Of *headers* only those about the body and the trace travel; the key is the backend's own. *model*, *service* and *affinity*
    are as in `Call`, for metrics and balance; they change nothing in the body."""

    path: str
    body: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    method: str = "POST"
    model: str = ""
    service: str = ""
    affinity: str | None = None


@dataclass(frozen=True)
class PassthroughHead:
    """What comes before the bytes of an answer."""

    status: int
    headers: Mapping[str, str]


class PassthroughResponse(Protocol):
    """An answer that is handed on. Nothing is sent before `begin`."""

    def begin(self) -> PassthroughHead:
        """Sends the request, and waits until the first bytes of a good answer are here; raises BackendError where none comes.

        Until it returns the request may be tried again, elsewhere too; afterwards never."""
        ...

    def __iter__(self) -> Iterator[bytes]: ...

    def __next__(self) -> bytes:
        """The bytes as they come. Raises BackendUnavailable where the answer ends without being whole."""
        ...

    def close(self) -> None:
        """Ends the request upstream at once. Any thread may; one that waits for bytes meanwhile gets `errors.Cancelled`."""
        ...


class PassthroughBackend(Protocol):
    """A backend that can hand requests on."""

    @property
    def supports_passthrough(self) -> bool:
        """Whether it can: wrappers have the method, whatever they are around."""
        ...

    def passthrough(self, passthrough: PassthroughRequest) -> PassthroughResponse:
        """The server's own answer to *passage*."""
        ...


def supports_passthrough(backend: Backend | PassthroughBackend) -> TypeGuard[PassthroughBackend]:
    """Whether *backend* hands requests on."""
    return bool(getattr(backend, "supports_passthrough", False))


PassthroughChunks: TypeAlias = Generator[PassthroughHead | bytes, None, None]


class Relayed:
    """A relay made of a generator that gives the head and then the bytes, and of what wakes it up while it waits."""

    def __init__(self, parts: PassthroughChunks, wake: Callable[[], None]) -> None:
        self._parts = parts
        self._wake = wake

    def begin(self) -> PassthroughHead:
        head = next(self._parts, None)
        if not isinstance(head, PassthroughHead):
            raise Cancelled("closed before it was sent")
        return head

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        return next(self._parts)  # type: ignore[return-value]  # the head came first

    def close(self) -> None:
        self._wake()
        with suppress(ValueError):  # another thread is in the generator, and on its way out by now
            self._parts.close()
