"""Metrics: what other rooms report (`Metrics`), and a no-op if metrics are off (`NullMetrics`).

The implementation (`meter`), its folder (`folder`) and its own port (`port`) are imported where they are needed."""

from app.metrics.base import Metrics, NullMetrics

__all__ = ["Metrics", "NullMetrics"]
