"""Reports every call to a backend to the metrics, however it ended."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, field
from types import TracebackType

from app.backends.answers.usage import TokenNumbers
from app.backends.base import Answer, Backend, Call, Piece, whole
from app.backends.wrappers.base import BackendWrapper
from app.backends.wrappers.requests import Item, Request
from app.cancellation import CancelToken
from app.errors import Cancelled
from app.metrics import Metrics

_NUMBERS = ("prompt_tokens", "completion_tokens", "cached_tokens")


class Metered(BackendWrapper):
    """One backend, each call to which is reported to *metrics* once it has ended, well or badly. It stands inside the limit, so
    that a wait for a slot does not count."""

    def __init__(self, backend: Backend, metrics: Metrics) -> None:
        super().__init__(backend)
        self._metrics = metrics

    def complete(self, call: Call, cancel: CancelToken | None = None) -> Answer:
        return whole(self.stream(call, cancel))  # its first token is a figure too

    def run(self, request: Request[Item], cancel: CancelToken) -> Generator[Item, None, None]:
        measured = _Measured(self._metrics, self.name, request.model, request.service, request.flavor)
        usage = request.usage
        if usage is not None:
            usage.begin()
        with measured, closing(request.open(self._backend, cancel)) as items:
            numbers = TokenNumbers()
            for item in items:
                measured.heard()
                if usage is not None and isinstance(item, Piece | bytes):
                    usage.heard(item)
                if isinstance(item, bytes):
                    numbers.feed(item)
                elif answer := request.answer(item):
                    measured.answered(answer)
                yield item
            measured.relayed(numbers)
            if usage is not None and numbers.prompt:
                usage.count(numbers.prompt, numbers.completion)


@dataclass
class _Measured:
    """One call while it lasts."""

    metrics: Metrics
    backend: str
    model: str
    service: str
    flavor: str = ""
    first_token: float | None = None
    tokens: dict[str, int] = field(default_factory=dict)
    started: float = field(default_factory=time.monotonic)

    def __enter__(self) -> _Measured:
        self.started = time.monotonic()
        self.metrics.calling(self.backend, 1)
        return self

    def __exit__(self, kind: type[BaseException] | None, _exc: BaseException | None, _trace: TracebackType | None) -> None:
        self.metrics.calling(self.backend, -1)
        self.metrics.called(
            backend=self.backend,
            model=self.model,
            service=self.service,
            flavor=self.flavor,
            seconds=time.monotonic() - self.started,
            first_token=self.first_token,
            prompt_tokens=self.tokens.get("prompt_tokens", 0),
            completion_tokens=self.tokens.get("completion_tokens", 0),
            cached_tokens=self.tokens.get("cached_tokens", 0),
            error=_named(kind),
        )

    def heard(self) -> None:
        """The first item has arrived."""
        if self.first_token is None:
            self.first_token = time.monotonic() - self.started

    def answered(self, answer: Answer) -> None:
        self.model = answer.model or self.model
        self.tokens = {name: getattr(answer, name) for name in _NUMBERS}

    def relayed(self, numbers: TokenNumbers) -> None:
        """The token numbers of an answer that is not parsed, if there are any."""
        if not self.tokens:
            found = (numbers.prompt, numbers.completion, numbers.cached)
            self.tokens = dict(zip(_NUMBERS, found, strict=True))


def _named(kind: type[BaseException] | None) -> str:
    """The error's name; a stream that is dropped counts as cancelled."""
    if kind is None:
        return ""
    return Cancelled.__name__ if issubclass(kind, GeneratorExit) else kind.__name__
