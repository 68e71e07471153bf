"""Metrics: what other rooms tell (`Metrics`), and nothing where nobody asks (`NullMetrics`)."""

from app.metrics.base import Metrics, NullMetrics

__all__ = ["Metrics", "NullMetrics"]
