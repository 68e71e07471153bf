"""Traces: which request led to which job, and that to which calls (`Tracing`), and nothing if nobody looks (`NullTracing`).

What sends them to a collector (`otlp`) is imported by those who need it."""

from app.tracing.base import Kind, NullTracing, Span, Tracing, spanning

__all__ = ["Kind", "NullTracing", "Span", "Tracing", "spanning"]
