"""What the other rooms know of traces: spans that begin, are present, and end; what becomes of them is not theirs to know.

A span holds names, numbers and ids: never a prompt, an answer, or the words of an error, which may quote them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from enum import StrEnum
from typing import TypeAlias, TypeVar

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


class Span:
    """Something that takes its time. Safe to use from several threads. One of this class is of no trace."""

    @property
    def carrier(self) -> Carrier:
        """What makes another process go on with its trace."""
        return NOWHERE

    def present(self) -> AbstractContextManager[object]:
        """While this is entered, what begins in this thread is a part of the span."""
        return nullcontext()

    def note(self, attributes: Attributes, /) -> None:
        """Adds *attributes* to it."""

    def fail(self, error: str, /) -> None:
        """It went wrong; *error* is the name of a class or a status."""

    def end(self) -> None:
        """It is over now."""


UNSEEN = Span()


class Tracing:
    """Takes note of what led to what; this class itself does not. Every method is cheap and safe from any thread."""

    on = False  # whether tracing is on

    def begin(
        self, name: str, kind: Kind = Kind.INTERNAL, *, carrier: Carrier | None = None, attributes: Attributes | None = None
    ) -> Span:
        """A span: part of what *carrier* names (an invalid one names nothing), else of what is present in this thread."""
        del name, kind, carrier, attributes
        return UNSEEN

    def carrier(self) -> Carrier:
        """That of the present span; empty if there is none."""
        return NOWHERE

    def steps(self) -> Callable[[str], AbstractContextManager[object]]:
        """What each step of a piece of work is to be in: a span of the step's name, part of what is present now, whichever
        thread takes the step."""
        return lambda _step: nullcontext()

    def bound(self, deed: Deed) -> Deed:
        """*deed* as a part of what is present now, whichever thread does it."""
        return deed

    def close(self) -> None:
        """This process ends: what was told is sent, within a few seconds."""


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


class NullTracing(Tracing):
    """Tracing is off."""
