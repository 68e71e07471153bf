"""Traces by OpenTelemetry, sent to a collector by OTLP over HTTP. Imported only where a collector is named.

The SDK reads its own variables besides (OTEL_TRACES_SAMPLER, OTEL_EXPORTER_OTLP_HEADERS, OTEL_RESOURCE_ATTRIBUTES, …)."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from opentelemetry import context as contexts
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from app import __version__
from app.tracing.base import Attributes, Carrier, Deed, Kind, Span, Tracing

PATH = "/v1/traces"  # below the endpoint, as OTLP has it
LAST_WORDS = 3.0  # seconds in which a process that ends tries to send what it has not sent yet

_KINDS = {
    Kind.SERVER: trace.SpanKind.SERVER,
    Kind.CLIENT: trace.SpanKind.CLIENT,
    Kind.CONSUMER: trace.SpanKind.CONSUMER,
    Kind.INTERNAL: trace.SpanKind.INTERNAL,
}
_propagator = TraceContextTextMapPropagator()


class OtlpSpan(Span):
    """A span of OpenTelemetry's."""

    def __init__(self, span: Any, context: Any) -> None:
        self._span = span
        self._context = trace.set_span_in_context(span, context)

    @property
    def carrier(self) -> Carrier:
        return _carried(self._context)

    def present(self) -> AbstractContextManager[object]:
        return _within(self._context)

    def note(self, attributes: Attributes, /) -> None:
        self._span.set_attributes(dict(attributes))

    def fail(self, error: str, /) -> None:
        self._span.set_attribute("error.type", error)
        self._span.set_status(trace.Status(trace.StatusCode.ERROR))

    def end(self) -> None:
        self._span.end()


class Otlp(Tracing):
    """Sends the spans of one process, a few seconds after they end, from a thread of its own; to be made after a fork.

    *service* is what the process is called if nobody says otherwise (OTEL_SERVICE_NAME), *part* is `web` or `worker`. A
    collector that is away costs spans and nothing else."""

    def __init__(self, endpoint: str, service: str, part: str) -> None:
        named = Resource.create({"service.name": service, "service.version": __version__, "gateway.part": part})
        self._provider = TracerProvider(resource=named.merge(OTELResourceDetector().detect()), shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint.rstrip("/") + PATH)))
        self._tracer = self._provider.get_tracer("llm-gateway", __version__)

    on = True

    def begin(
        self, name: str, kind: Kind = Kind.INTERNAL, *, carrier: Carrier | None = None, attributes: Attributes | None = None
    ) -> Span:
        present = contexts.get_current()
        parent = present if carrier is None else _propagator.extract(dict(carrier), present)
        span = self._tracer.start_span(name, parent, _KINDS[kind], dict(attributes or {}))
        return OtlpSpan(span, parent)

    def carrier(self) -> Carrier:
        return _carried(contexts.get_current())

    def steps(self) -> Callable[[str], AbstractContextManager[object]]:
        present = contexts.get_current()

        @contextmanager
        def step(name: str) -> Iterator[None]:
            span = OtlpSpan(self._tracer.start_span(name, present), present)
            try:
                with span.present():
                    yield
            except BaseException as exc:
                span.fail(type(exc).__name__)
                raise
            finally:
                span.end()

        return step

    def bound(self, deed: Deed) -> Deed:
        present = contexts.get_current()

        @functools.wraps(deed)
        def done(*given: Any, **named: Any) -> object:
            with _within(present):
                return deed(*given, **named)

        return done  # type: ignore[return-value]  # it takes and gives what the deed does

    def close(self) -> None:
        ending = threading.Thread(target=self._provider.shutdown, name="last-words", daemon=True)
        ending.start()
        ending.join(LAST_WORDS)


def _carried(context: Any) -> Mapping[str, str]:
    carrier: dict[str, str] = {}
    _propagator.inject(carrier, context)
    return carrier


@contextmanager
def _within(context: Any) -> Iterator[None]:
    token = contexts.attach(context)
    try:
        yield
    finally:
        contexts.detach(token)
