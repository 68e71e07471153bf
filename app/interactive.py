"""Interactive requests: an order is carried out while its client waits, and stops when the client disconnects."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property, partial

from app.backends.base import Backend, BackendBase, Call, Health, Message, Piece, Stream
from app.backends.usage import Budget
from app.backends.wrappers.budgeted import Budgeted
from app.backends.wrappers.cancellable import Cancellable
from app.cancellation import CancelToken
from app.errors import BackendError, BackendUnavailable, BadParameter, ContextExceeded, GatewayError, NoRoom, PromptTooLong
from app.kinds.base import Kind, Planning, Result, Work
from app.kinds.plan import Plan
from app.metrics import Metrics, NullMetrics
from app.orders import Order
from app.tokens import Spec, Tokenizer, Tokenizers
from app.tokens.base import TokenizerWrapper
from app.tracing import NullTracing, Tracing

log = logging.getLogger(__name__)

UNCOUNTED = (
    "the model's server did not answer, so the tokens are counted without it; with it, the transcript may be cut otherwise"
)

# Failures after which another flavor may stand in.
STOOD_IN_FOR = (BackendUnavailable, ContextExceeded, PromptTooLong, NoRoom)


class InteractiveRunner:
    """Carries out orders whose clients wait, each in the thread of its request. No thread and no connection exists
    before the first. A call to a model that fails is repeated for at most *patience* seconds."""

    def __init__(
        self,
        backend_of: Callable[[str], Backend],
        tokenizers: Tokenizers,
        kinds: Mapping[str, Kind],
        tracing: Tracing | None = None,
        metrics: Metrics | None = None,
        *,
        patience: float | None = None,
    ) -> None:
        self._metrics = metrics or NullMetrics()
        self._patience = patience
        self._backend_of = backend_of
        self._tokenizers = tokenizers
        self._kinds = kinds
        self._tracing = tracing or NullTracing()

    def is_interactive(self, order: Order) -> bool:
        """Whether the client of *order* waits for its result, unless the request asks for a job."""
        return self._kinds[order.kind].INTERACTIVE

    def start(self, order: Order, cancel: CancelToken, budget: Budget | None = None) -> InteractiveRun:
        """*order*, about to be carried out by its flavor or by those that may stand in for it, until *cancel* is cancelled.

        Its calls are paid for out of *budget*, if there is one."""
        self._metrics.accepted(service=order.service, flavor=order.flavor_name, backend=order.backend)
        orders = order.with_fallbacks()
        return InteractiveRun(
            self._kinds[order.kind], orders, partial(self._work, cancel=cancel, budget=budget), self._failed_over
        )

    def plan(self, order: Order) -> Planned:
        """What *order* would ask its model. No model is asked; the model's server may be asked to count tokens, and if it does
        not answer, the gateway counts without it. Raises BackendNotFound, ManifestError, NoRoom, PromptTooLong."""
        kind, spec, backend = self._kinds[order.kind], _spec(order), self._backend_of(order.backend)
        count = self._tokenizers.of if kind.INTERACTIVE else self._tokenizers.fitted
        if backend.probe().ok:  # a server that is down would be asked again and again
            with suppress(BackendError):
                return _planned(kind, order, count(spec, backend))
        planned = _planned(kind, order, self._tokenizers.of(spec))
        return replace(planned, plan=replace(planned.plan, notes=(*planned.plan.notes, UNCOUNTED)))

    def count(self, order: Order, text: str) -> int:
        """The tokens of *text* for the model of *order*; an upper bound if neither its server nor a package counts them."""
        try:
            tokenizer = self._tokenizers.of(_spec(order), self._backend_of(order.backend))
        except BackendError:
            tokenizer = self._tokenizers.of(_spec(order))
        return tokenizer.count([text])[0]

    def _work(self, order: Order, *, cancel: CancelToken, budget: Budget | None) -> Work:
        """Raises BackendNotFound."""
        cancel.check()
        backend = self._backend_of(order.backend)
        tokenizer = _WhenNeeded(lambda: self._tokenizers.of(_spec(order), backend))
        paid = backend if budget is None else Budgeted(backend, budget)
        return Work(order, Cancellable(paid, cancel, self._patience), tokenizer, around=self._tracing.steps())

    def _failed_over(self, order: Order, error: GatewayError) -> None:
        cause, flavor = type(error).__name__, order.flavor_name
        self._metrics.failed_over(order.backend, cause)
        log.warning("service %s: another flavor stands in for %s: %s", order.service, flavor, cause)


@dataclass(frozen=True)
class Planned:
    """What an order would ask its model, and what counted its tokens."""

    plan: Plan
    tokenizer: Tokenizer


def _planned(kind: Kind, order: Order, tokenizer: Tokenizer) -> Planned:
    if not isinstance(kind, Planning):
        raise BadParameter(
            "service",
            f"a service of type {order.kind} cannot be previewed; send the request itself to …/generate",
        )
    return Planned(kind.plan(Work(order, _NoModel(), tokenizer)), tokenizer)


class _NoModel(BackendBase):
    """The backend of a work that is only planned: whatever is asked of it is a bug."""

    name = "none"

    def stream(self, call: Call, cancel: CancelToken | None = None) -> Stream:
        raise NotImplementedError

    def tokenize(self, model: str, texts: Sequence[str]) -> list[int]:
        raise NotImplementedError

    def measure(self, model: str, messages: Sequence[Message]) -> int:
        raise NotImplementedError

    def probe(self) -> Health:
        return Health(ok=False)


class InteractiveRun:
    """One order while its client waits. *orders* are tried in turn, until one fits and has a backend that is up;
    *failed_over* hears of each that failed. Methods raise the reason of the request's token once that is cancelled."""

    def __init__(
        self,
        kind: Kind,
        orders: Sequence[Order],
        begin: Callable[[Order], Work],
        failed_over: Callable[[Order, GatewayError], None],
    ) -> None:
        self._failed_over = failed_over
        self._kind = kind
        self._orders = orders
        self._begin = begin

    def run(self) -> Result:
        """The whole result."""
        for order in self._orders[:-1]:
            try:
                return self._kind.run(self._begin(order))
            except STOOD_IN_FOR as error:
                self._failed_over(order, error)
        return self._kind.run(self._begin(self._orders[-1]))

    def stream(self) -> Iterator[Piece]:
        """The text as it comes; the last piece carries the answer.

        No other flavor stands in once a piece is out."""
        for order in self._orders[:-1]:
            pieces = self._kind.stream(self._begin(order))
            try:
                first = next(pieces)
            except STOOD_IN_FOR as error:
                self._failed_over(order, error)
                continue
            yield first
            yield from pieces
            return
        yield from self._kind.stream(self._begin(self._orders[-1]))


class _WhenNeeded(TokenizerWrapper):
    """A tokenizer that is loaded when it is first asked: most prompts are so short that they need no counting."""

    def __init__(self, find: Callable[[], Tokenizer]) -> None:
        self._find = find

    @cached_property
    def inner(self) -> Tokenizer:  # type: ignore[override]  # nobody sets it
        return self._find()


def _spec(order: Order) -> Spec:
    """Which tokenizer the flavor names."""
    flavor = order.flavor
    if not isinstance(flavor.get("modelName"), str):
        raise BadParameter("flavor", "names no model; use another, or add modelName to it in the manifest")
    return Spec(flavor.get("tokenizer"), flavor.get("tokenizerClass"), flavor["modelName"])
