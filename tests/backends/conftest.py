from tests.fixtures.traces import collector, tracing

__all__ = ["collector", "tracing"]
