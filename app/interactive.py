"""The interactive: carries an order out while its client waits, and stops when the client leaves."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from app.backends.base import Answer, Backend, Call, Piece, Stream
from app.backends.wrappers.base import BackendWrapper
from app.errors import BackendUnavailable, BadParameter, Cancelled, ContextExceeded, GatewayError, NoRoom, PromptTooLong
from app.kinds.base import Kind, Result, Work
from app.metrics import Metrics, NullMetrics
from app.orders import Order
from app.tokens import Spec, Tokenizer, Tokenizers
from app.tokens.base import Messages
from app.tracing import NullTracing, Tracing

log = logging.getLogger(__name__)

# What another flavor may do better, where one may stand in.
STOOD_IN_FOR = (BackendUnavailable, ContextExceeded, PromptTooLong, NoRoom)


class InteractiveRunner:
    """Serves clients that wait, each in a thread of its own. No thread or connection of ours is there before the first."""

    def __init__(
        self,
        backend_of: Callable[[str], Backend],
        tokenizers: Tokenizers,
        kinds: Mapping[str, Kind],
        tracing: Tracing | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        self._metrics = metrics or NullMetrics()
        self._backend_of = backend_of
        self._tokenizers = tokenizers
        self._kinds = kinds
        self._tracing = tracing or NullTracing()

    def is_interactive(self, order: Order) -> bool:
        """Whether the client of *order* waits for its result, unless it says otherwise."""
        return self._kinds[order.kind].INTERACTIVE

    def start(self, order: Order) -> InteractiveRun:
        """*order*, about to be carried out by its flavor or by those that may stand in for it."""
        orders = [order, *(replace(order, flavor=each["flavor"], backend=each["backend"]) for each in order.fallbacks)]
        return InteractiveRun(self._kinds[order.kind], orders, self._work, self._passed_over)

    def _work(self, order: Order) -> tuple[Work, Leash]:
        """Raises BackendNotFound."""
        backend = self._backend_of(order.backend)
        leash = Leash(backend)
        tokenizer = _WhenNeeded(lambda: self._tokenizers.of(_spec(order), backend))
        return Work(order, leash, tokenizer, around=self._tracing.steps()), leash

    def _passed_over(self, order: Order, error: GatewayError) -> None:
        cause, flavor = type(error).__name__, order.flavor["name"]
        self._metrics.failed_over(order.backend, cause)
        log.warning("service %s: another flavor stands in for %s: %s", order.service, flavor, cause)


class InteractiveRun:
    """One order while its client waits. *orders* are tried in turn, until one has a backend that is up and that it fits;
    *passed_over* is told of each that has not."""

    def __init__(
        self,
        kind: Kind,
        orders: Sequence[Order],
        begin: Callable[[Order], tuple[Work, Leash]],
        passed_over: Callable[[Order, GatewayError], None],
    ) -> None:
        self._passed_over = passed_over
        self._kind = kind
        self._orders = orders
        self._begin = begin
        self._lock = threading.Lock()
        self._leash: Leash | None = None
        self._left = False

    def run(self) -> Result:
        """The whole result. Raises Cancelled once somebody called `leave`."""
        for order in self._orders[:-1]:
            try:
                return self._kind.run(self._work(order))
            except STOOD_IN_FOR as error:
                self._passed_over(order, error)
        return self._kind.run(self._work(self._orders[-1]))

    def stream(self) -> Iterator[Piece]:
        """The text as it comes; the last piece carries the answer. Raises Cancelled once somebody called `leave`.

        Nothing stands in once a piece is out."""
        for order in self._orders[:-1]:
            pieces = self._kind.stream(self._work(order))
            try:
                first = next(pieces)
            except STOOD_IN_FOR as error:
                self._passed_over(order, error)
                continue
            yield first
            yield from pieces
            return
        yield from self._kind.stream(self._work(self._orders[-1]))

    def leave(self) -> None:
        """Nobody waits any more: ends all calls to the model at once. Any thread may, and more than once."""
        with self._lock:
            self._left = True
            leash = self._leash
        if leash is not None:
            leash.let_go()

    def _work(self, order: Order) -> Work:
        work, leash = self._begin(order)
        with self._lock:
            if self._left:
                raise Cancelled("the client has left")
            self._leash = leash
        return work


class Leash(BackendWrapper):
    """A backend whose calls can all be ended together, from any thread."""

    def __init__(self, backend: Backend) -> None:
        super().__init__(backend)
        self._lock = threading.Lock()
        self._open: set[Stream] = set()
        self._gone = False

    def complete(self, call: Call) -> Answer:
        stream = self.stream(call)
        try:
            return stream.whole()
        finally:
            with self._lock:
                self._open.discard(stream)

    def stream(self, call: Call) -> Stream:
        stream = self._backend.stream(call)
        with self._lock:
            if self._gone:
                raise Cancelled("the client has left")
            self._open.add(stream)
        return stream

    def let_go(self) -> None:
        with self._lock:
            self._gone = True
            streams = tuple(self._open)
        for stream in streams:
            stream.close()


class _WhenNeeded:
    """A tokenizer that is looked for when it is first asked: most prompts are so short that nobody needs to count them."""

    def __init__(self, find: Callable[[], Tokenizer]) -> None:
        self._find = find

    @cached_property
    def _found(self) -> Tokenizer:
        return self._find()

    @property
    def name(self) -> str:
        return self._found.name

    @property
    def exact(self) -> bool:
        return self._found.exact

    def count(self, texts: Sequence[str]) -> list[int]:
        return self._found.count(texts)

    def measure(self, messages: Messages) -> int:
        return self._found.measure(messages)


def _spec(order: Order) -> Spec:
    """What the settled flavor says of its tokenizer."""
    flavor = order.flavor
    if not isinstance(flavor.get("modelName"), str):
        raise BadParameter("flavor", "names no model")
    return Spec(flavor.get("tokenizer"), flavor.get("tokenizerClass"), flavor["modelName"])
