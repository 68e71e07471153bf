"""What the other rooms know of traces: spans that begin, are present, and end; what becomes of them is not theirs to know.

A span holds names, numbers and ids: never a prompt, an answer, or the words of an error, which may quote them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from enum import StrEnum
from typing import Protocol, TypeAlias, TypeVar

Attributes: TypeAlias = Mapping[str, str | int | float | bool]
Carrier: TypeAlias = Mapping[str, str]  # `traceparent` and `tracestate` of the W3C, as HTTP headers spell them
Deed = TypeVar("Deed", bound=Callable[..., object])

NOWHERE: Carrier = {}


class Kind(StrEnum):
    """What a span is to the processes on its two sides."""

    SERVER = "server"
    CLIENT = "client"
    CONSUMER = "consumer"
    INTERNAL = "internal"


class Span(Protocol):
    """Something that takes its time. Safe to use from several threads."""

    @property
    def carrier(self) -> Carrier:
        """What makes another process go on with its trace."""
        ...

    def present(self) -> AbstractContextManager[object]:
        """While this is entered, what begins in this thread is a part of the span."""
        ...

    def note(self, attributes: Attributes, /) -> None: ...

    def fail(self, error: str, /) -> None:
        """It went wrong; *error* is the name of a class or a status."""
        ...

    def end(self) -> None: ...


class Tracing(Protocol):
    """Takes note of what led to what. Every method is cheap and safe from any thread."""

    @property
    def on(self) -> bool:
        """Whether tracing is on."""
        ...

    def begin(
        self, name: str, kind: Kind = Kind.INTERNAL, *, carrier: Carrier | None = None, attributes: Attributes | None = None
    ) -> Span:
        """A span: part of what *carrier* names (an invalid one names nothing), else of what is present in this thread."""
        ...

    def carrier(self) -> Carrier:
        """That of the present span; empty if there is none."""
        ...

    def steps(self) -> Callable[[str], AbstractContextManager[object]]:
        """What each step of a piece of work is to be in: a span of the step's name, part of what is present now, whichever
        thread takes the step."""
        ...

    def bound(self, deed: Deed) -> Deed:
        """*deed* as a part of what is present now, whichever thread does it."""
        ...

    def close(self) -> None:
        """This process ends: what was told is sent, within a few seconds."""
        ...


@contextmanager
def spanning(
    tracing: Tracing,
    name: str,
    kind: Kind = Kind.INTERNAL,
    *,
    carrier: Carrier | None = None,
    attributes: Attributes | None = None,
) -> Iterator[Span]:
    """A span that is present while this is entered, and then ends, well or badly."""
    span = tracing.begin(name, kind, carrier=carrier, attributes=attributes)
    try:
        with span.present():
            yield span
    except BaseException as exc:
        span.fail(type(exc).__name__)
        raise
    finally:
        span.end()


class NullSpan:
    """Tracing is off at it."""

    @property
    def carrier(self) -> Carrier:
        return NOWHERE

    def present(self) -> AbstractContextManager[object]:
        return nullcontext()

    def note(self, attributes: Attributes, /) -> None:
        """Nothing."""

    def fail(self, error: str, /) -> None:
        """Nothing."""

    def end(self) -> None:
        """Nothing."""


UNSEEN = NullSpan()


def _unseen(step: str) -> AbstractContextManager[object]:  # noqa: ARG001
    return nullcontext()


class NullTracing:
    """Tracing is off."""

    @property
    def on(self) -> bool:
        return False

    def begin(
        self, name: str, kind: Kind = Kind.INTERNAL, *, carrier: Carrier | None = None, attributes: Attributes | None = None
    ) -> Span:
        del name, kind, carrier, attributes
        return UNSEEN

    def carrier(self) -> Carrier:
        return NOWHERE

    def steps(self) -> Callable[[str], AbstractContextManager[object]]:
        return _unseen

    def bound(self, deed: Deed) -> Deed:
        return deed

    def close(self) -> None:
        """Nothing."""
