"""Every request as a span: part of the trace that its client names (`traceparent`), and of which its job goes on."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial

from flask import Flask, Response, g, request

from app.tracing import Kind, Span, Tracing
from app.web.routes.metrics import METHODS, UNMATCHED

QUIET = frozenset({"health.healthcheck", "metrics.scrape", "metrics.health_metrics"})  # polled all day, and of no interest
CARRIED = ("traceparent", "tracestate")
OURS_TO_MEND = 500  # the statuses from here on


def register(app: Flask, tracing: Tracing) -> None:
    """Traces every request of *app*, if tracing is on."""
    if tracing.on:
        app.before_request(partial(_begin, tracing))
        app.after_request(_answered)
        app.teardown_request(_end)


def _begin(tracing: Tracing) -> None:
    if request.endpoint in QUIET:
        return
    route = request.url_rule.rule if request.url_rule else UNMATCHED
    carrier = {name: request.headers[name] for name in CARRIED if name in request.headers}
    method = request.method if request.method in METHODS else "_OTHER"  # as OpenTelemetry has it
    attributes = {"http.request.method": method, "http.route": route, "gateway.request.id": g.request_id}
    g.span = tracing.begin(f"{method} {route}", Kind.SERVER, carrier=carrier, attributes=attributes)
    g.span_is_present = ExitStack()
    g.span_is_present.enter_context(g.span.present())


def _answered(response: Response) -> Response:
    span: Span | None = g.get("span")
    if span is not None:
        span.note({"http.response.status_code": response.status_code})
        if response.status_code >= OURS_TO_MEND:
            span.fail(str(response.status_code))
        if response.is_streamed:
            response.call_on_close(g.pop("span").end)
    return response


def _end(_error: BaseException | None) -> None:
    """Ends the request's span; a stream that it began ends its span itself."""
    if "span_is_present" in g:
        g.pop("span_is_present").close()
    if "span" in g:
        g.pop("span").end()
