"""What is asked of a backend, in one form for wrappers: each of them adds its one thing to any request in one place."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from app.backends.base import Answer, Backend, Call, Piece, Stream
from app.backends.http.passthrough import PassthroughHead, PassthroughRequest, PassthroughResponse
from app.backends.usage import Usage, of_call, of_request
from app.cancellation import CancelToken
from app.errors import BackendRefused

Item = TypeVar("Item")

NOT_IMPLEMENTED = 501


class Request(ABC, Generic[Item]):
    """A request whose answer comes in items. Once the first item is out, the request must not be sent again."""

    model: str = ""
    service: str = ""
    flavor: str = ""
    affinity: str | None = None
    patience: float | None = None  # seconds for which failed attempts are repeated; None sets no bound
    call: Call | None = None  # what describes the request, if a call does
    takes_slot: bool = True  # whether the model works for it
    replica: str = ""  # the mark of the only replica that may get it; empty for any
    operation: str = "chat"  # its name in traces
    usage: Usage | None = None  # is told what arrives

    @abstractmethod
    def open(self, backend: Backend, cancel: CancelToken) -> Generator[Item, None, None]:
        """Sends the request to *backend* when the first item is asked for."""

    def with_trace(self, headers: Mapping[str, str]) -> Request[Item]:
        """The request as a part of the trace that *headers* name."""
        del headers
        return self

    def within(self, patience: float | None) -> Request[Item]:
        """The request of somebody who waits for at most *patience* seconds."""
        del patience
        return self

    def expected(self) -> tuple[Usage, int] | None:
        """The usage before the request is sent, and the most tokens that its answer may have; None if it costs nothing."""
        return None

    def counted_in(self, usage: Usage) -> Request[Item]:
        """The request, of which *usage* is told what arrives."""
        del usage
        return self

    def answer(self, item: Item) -> Answer | None:
        """The whole answer, if *item* carries it."""
        del item
        return None

    def with_attempts(self, item: Item, attempts: int) -> Item:
        """*item*, whose answer says how many attempts it took."""
        del attempts
        return item


class _OfCall(Request[Item]):
    """A request that a call describes."""

    call: Call

    def __init__(self, call: Call) -> None:
        self.call = call
        self.model, self.service, self.flavor, self.affinity = call.model, call.service, call.flavor, call.affinity
        self.patience, self.usage = call.patience, call.usage

    def within(self, patience: float | None) -> Request[Item]:
        return self if patience is None else type(self)(replace(self.call, patience=patience))

    def with_trace(self, headers: Mapping[str, str]) -> Request[Item]:
        return type(self)(replace(self.call, trace=headers))

    def expected(self) -> tuple[Usage, int]:
        return of_call(self.call), self.call.max_tokens

    def counted_in(self, usage: Usage) -> Request[Item]:
        return type(self)(replace(self.call, usage=usage))


class CompletionRequest(_OfCall[Answer]):
    """A call whose answer is wanted as a whole: one item, which is the answer."""

    def open(self, backend: Backend, cancel: CancelToken) -> Generator[Answer, None, None]:
        yield backend.complete(self.call, cancel)

    def answer(self, item: Answer) -> Answer:
        return item

    def with_attempts(self, item: Answer, attempts: int) -> Answer:
        return replace(item, attempts=attempts)


class StreamRequest(_OfCall[Piece]):
    """A call whose answer is wanted in pieces."""

    def open(self, backend: Backend, cancel: CancelToken) -> Stream:
        return backend.stream(self.call, cancel)

    def answer(self, item: Piece) -> Answer | None:
        return item.answer

    def with_attempts(self, item: Piece, attempts: int) -> Piece:
        return item if item.answer is None else replace(item, answer=replace(item.answer, attempts=attempts))


class Passthrough(Request[PassthroughHead | bytes]):
    """A request that is passed through: the head, and then bytes."""

    def __init__(self, request: PassthroughRequest) -> None:
        self.request = request
        self.model, self.service, self.affinity = request.model, request.service, request.affinity
        self.patience = request.patience
        self.replica, self.usage = request.replica, request.usage
        if request.route is not None:
            self.takes_slot = request.route.works and request.method == "POST"
            self.operation = request.route.path

    def open(self, backend: Backend, cancel: CancelToken) -> PassthroughResponse:
        return passthrough(backend, self.request, cancel)

    def with_trace(self, headers: Mapping[str, str]) -> Passthrough:
        return Passthrough(replace(self.request, headers={**self.request.headers, **headers}))

    def expected(self) -> tuple[Usage, int] | None:
        if not self.takes_slot:
            return None
        return of_request(self.request.body, writes=self.request.route is None or self.request.route.writes)

    def counted_in(self, usage: Usage) -> Passthrough:
        return Passthrough(replace(self.request, usage=usage))


@dataclass
class Question(Request[Item]):
    """Anything else that a backend is asked: one item, which is what *ask* returns."""

    ask: Callable[[Backend], Item]

    def open(self, backend: Backend, cancel: CancelToken) -> Generator[Item, None, None]:
        cancel.check()
        yield self.ask(backend)


def passthrough(backend: Backend, request: PassthroughRequest, cancel: CancelToken) -> PassthroughResponse:
    """The answer of *backend* to *request*; raises BackendRefused if it passes nothing through."""
    # whether it can is asked once, before; only the innermost backend may turn out not to
    method: Callable[[PassthroughRequest, CancelToken], PassthroughResponse] | None = getattr(backend, "passthrough", None)
    if method is None:
        raise BackendRefused(f"{backend.name}: passes no requests through", status=NOT_IMPLEMENTED)
    return method(request, cancel)


def served_routes(backend: Backend) -> frozenset[str] | None:
    """The routes that the server of *backend* lists; None if it lists none."""
    method: Callable[[], frozenset[str] | None] | None = getattr(backend, "served_routes", None)
    return None if method is None else method()


def only(items: Generator[Item, None, None]) -> Item:
    """The one item of a request that has one."""
    [item] = items
    return item
