"""Wrappers: backends around a backend, each of which adds one thing."""
