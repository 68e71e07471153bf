"""The desk: carries an order out while its client waits, and stops when the client leaves."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property

from app.backends.base import Answer, Backend, Call, Piece, Stream
from app.backends.wrappers import Around
from app.errors import BadParameter, Cancelled
from app.kinds.base import Kind, Result, Work
from app.orders import Order
from app.tokens import Spec, Tokenizer, Tokenizers
from app.tokens.base import Messages


class Desk:
    """Serves clients that wait, each in a thread of its own. No thread or connection of ours is there before the first."""

    def __init__(self, backend_of: Callable[[str], Backend], tokenizers: Tokenizers, kinds: Mapping[str, Kind]) -> None:
        self._backend_of = backend_of
        self._tokenizers = tokenizers
        self._kinds = kinds

    def waited_for(self, order: Order) -> bool:
        """Whether the client of *order* waits for its result, unless it says otherwise."""
        return self._kinds[order.kind].INTERACTIVE

    def take(self, order: Order) -> Serving:
        """*order*, about to be carried out. Raises BackendNotFound."""
        backend = self._backend_of(order.backend)
        tokenizer = _WhenNeeded(lambda: self._tokenizers.of(_spec(order), backend))
        return Serving(self._kinds[order.kind], order, Leash(backend), tokenizer)


class Serving:
    """One order while its client waits."""

    def __init__(self, kind: Kind, order: Order, leash: Leash, tokenizer: Tokenizer) -> None:
        self._kind = kind
        self._leash = leash
        self._work = Work(order, leash, tokenizer)

    def run(self) -> Result:
        """The whole result. Raises Cancelled once somebody called `leave`."""
        return self._kind.run(self._work)

    def stream(self) -> Iterator[Piece]:
        """The text as it comes; the last piece carries the answer. Raises Cancelled once somebody called `leave`."""
        return self._kind.stream(self._work)

    def leave(self) -> None:
        """Nobody waits any more: ends all calls to the model at once. Any thread may, and more than once."""
        self._leash.let_go()


class Leash(Around):
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
