"""Backends around a backend, each of which adds one thing: `Retrying(Limited(OpenAIBackend(...), 8), tries=5)`."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from app.backends.base import Answer, Backend, BackendBase, Call, Health, Message, Stream
from app.backends.http.passthrough import PassthroughRequest, PassthroughResponse, supports_passthrough
from app.backends.wrappers.requests import CompletionRequest, Item, Passthrough, Request, StreamRequest, only, served_routes
from app.cancellation import CancelToken


class RequestRunner(BackendBase):
    """A backend that carries out every request in one place, `run`."""

    def complete(self, call: Call, cancel: CancelToken | None = None) -> Answer:
        return only(self.run(CompletionRequest(call), cancel or CancelToken()))

    def stream(self, call: Call, cancel: CancelToken | None = None) -> Stream:
        return self.run(StreamRequest(call), cancel or CancelToken())

    def passthrough(self, request: PassthroughRequest, cancel: CancelToken | None = None) -> PassthroughResponse:
        return self.run(Passthrough(request), cancel or CancelToken())

    def run(self, request: Request[Item], cancel: CancelToken) -> Generator[Item, None, None]:
        """The items of the answer to *request*, until *cancel* is cancelled."""
        raise NotImplementedError


class BackendWrapper(RequestRunner):
    """The inner backend as it is; a wrapper changes what it adds to."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    @property
    def name(self) -> str:
        return self._backend.name

    @property
    def supports_passthrough(self) -> bool:
        """Whether the inner backend passes requests through."""
        return supports_passthrough(self._backend)

    def served_routes(self) -> frozenset[str] | None:
        """The routes that the inner backend's server lists."""
        return served_routes(self._backend)

    def run(self, request: Request[Item], cancel: CancelToken) -> Generator[Item, None, None]:
        return request.open(self._backend, cancel)

    def tokenize(self, model: str, texts: Sequence[str]) -> list[int]:
        return self._backend.tokenize(model, texts)

    def measure(self, model: str, messages: Sequence[Message]) -> int:
        return self._backend.measure(model, messages)

    def probe(self) -> Health:
        return self._backend.probe()
