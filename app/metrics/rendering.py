"""Metrics in Prometheus's text format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import Metric


def render(collect: Callable[[], Iterable[Metric]]) -> bytes:
    """What *collect* makes, in the text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Source(collect))
    return generate_latest(registry)


class _Source:
    def __init__(self, collect: Callable[[], Iterable[Metric]]) -> None:
        self._collect = collect

    def collect(self) -> Iterator[Metric]:
        yield from self._collect()
