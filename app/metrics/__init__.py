"""Metrics: what other rooms tell (`Metrics`), and nothing where nobody asks (`NullMetrics`).

What counts (`meter`), where (`folder`), and the port of its own (`port`) are imported by those who need them."""

from app.metrics.base import Metrics, NullMetrics

__all__ = ["Metrics", "NullMetrics"]
